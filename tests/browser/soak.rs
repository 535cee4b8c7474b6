//! Nothing grows: after its beginnings a worker has as much memory after thousands of steps as before, and as many buffers on the
//! GPU. `make soak` runs it.

use crate::{
    page::{Adapter, Page},
    server::Site,
    train::{pause, train_until},
};
use serde_json::json;

/// Counts in a worker, and tells the page what there is when it is asked.
const COUNTS: &str = "{ const told = new BroadcastChannel('counted'), memories = new Set();
    const keep = (result) => { memories.add((result.instance ?? result).exports.memory); return result; };
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = (...given) => real.apply(WebAssembly, given).then(keep);
    }
    let buffers = 0;
    if (globalThis.GPUDevice) {
        const create = GPUDevice.prototype.createBuffer, destroy = GPUBuffer.prototype.destroy;
        const gone = new FinalizationRegistry((live) => { if (live.is) { live.is = false; buffers -= 1; } });
        const lives = new WeakMap();
        GPUDevice.prototype.createBuffer = function (...given) {
            const buffer = create.apply(this, given), live = { is: true };
            buffers += 1;
            lives.set(buffer, live);
            gone.register(buffer, live);
            return buffer;
        };
        GPUBuffer.prototype.destroy = function () {
            const live = lives.get(this);
            if (live?.is) { live.is = false; buffers -= 1; }
            return destroy.apply(this);
        };
    }
    // Buffers that nothing holds any more are not counted.
    const count = () => { globalThis.gc?.(); return [[...memories].reduce((sum, it) => sum + it.buffer.byteLength / 65536, 0), buffers]; };
    new BroadcastChannel('count').onmessage = () => { count(); setTimeout(() => told.postMessage(count()), 250); }; }";
const HEARS: &str =
    "window.counted = null; new BroadcastChannel('counted').onmessage = ({ data }) => { window.counted = data; };";

/// Pages of 64 KiB of the worker's memory, and buffers on its GPU, as told after now.
fn counted(page: &Page) -> [u64; 2] {
    page.browser.run("window.counted = null; new BroadcastChannel('count').postMessage(0)", json!([]));
    page.wait_for("a count", |page| serde_json::from_value(page.browser.run("return window.counted", json!([]))).ok())
}

/// Trains `steps` steps and samples `samplings` times, in ten parts: what is there after the first part is enough for all.
fn stays_flat(adapter: Adapter, device: &str, batch: usize, steps: u64, samplings: u64) {
    let site = Site::with_worker_script(COUNTS.into());
    let page = Page::told(&site, adapter, "--js-flags=--expose-gc");
    page.run_before(HEARS);
    page.go(&format!("?view=train&size=tiny&batch={batch}&train-seed=5&pictures=2&steps=2&frame=2&device={device}"));
    page.button("Train");
    let mut after = Vec::new();
    for part in 1..=10 {
        train_until(&page, steps * part / 10);
        let rests = pause(&page);
        page.click("link", "Sample");
        for k in 0..samplings / 10 {
            let seed = part * 1_000 + k;
            page.set_number("Seed", &seed.to_string());
            // The address names a frame once that is seen and rests.
            page.wait(format_args!("frame 2 of seed {seed}"), |page| {
                let address = page.browser.address();
                address.contains(&format!("seed={seed}&")) && address.contains("frame=2")
            });
        }
        after.push(counted(&page));
        page.click("link", "Train");
        if part < 10 {
            page.button("Resume");
            train_until(&page, rests + 1);
        }
    }
    eprintln!("{device}: wasm pages and buffers after each tenth: {after:?}");
    // On the CPU the first epoch, in which images arrive, ends within the second part; there is room for them from the beginning.
    let (warm, last) = (after[2], after[9]);
    assert!(last[0] <= warm[0] + 16, "memory grew: {after:?}");
    assert!(last[1] <= warm[1] + 16, "buffers grew: {after:?}");
    page.close_without_errors();
}

#[test]
#[ignore = "a quarter of an hour: `make soak`"]
fn a_worker_on_the_cpu_does_not_grow() {
    stays_flat(Adapter::None, "cpu", 32, 10_000, 1_000);
}

#[test]
#[ignore = "a step of WebGPU in software takes seconds: `make soak`"]
fn a_worker_on_the_gpu_does_not_grow() {
    stays_flat(Adapter::Software, "gpu", 8, 500, 50);
}
