//! The bake-off of `docs/model.md`, and what a step of each family costs, measured in the browser on the built workers. Not
//! checks:
//!
//! `cargo test --test browser bakeoff -- --ignored --nocapture`

use crate::{
    page::{Adapter, Page},
    server::{Site, named},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use data::sets::DataSet;
use flow::family::{FamilyId, Needs};
use model::network::Config;
use protocol::{
    catalogue::Architecture,
    message::{Command, Event, MeasureSpec, TrainSpec, encode},
};
use serde_json::json;

/// Name and body of those that are not offered.
const OTHERS: [(&str, &str); 5] = [
    ("transformer, patch 4, width 64", r#"{"transformer":{"patch":4,"width":64,"depth":4,"heads":4}}"#),
    ("mixer, patch 7, depth 4", r#"{"mixer":{"patch":7,"width":128,"depth":4,"across":64,"within":512}}"#),
    ("U-Net, 32 channels", r#"{"unet":{"channels":32,"depth":1}}"#),
    ("U-Net, 48 channels", r#"{"unet":{"channels":48,"depth":1}}"#),
    ("residual MLP, width 384", r#"{"mlp":{"width":384,"hidden":512,"depth":3}}"#),
];

/// Name and body of all contestants, those that are offered first.
fn contestants() -> Vec<(String, String)> {
    let body = |one| {
        serde_json::to_string(&Config::of(one, DataSet::Mnist, Default::default()).body).expect("a body is plain JSON")
    };
    let offered = Architecture::ALL.map(|one| (one.to_string(), body(one)));
    offered.into_iter().chain(OTHERS.map(|(name, body)| (name.into(), body.into()))).collect()
}

/// A worker of our own that counts what it sends to the GPU.
const WORKER: &str = r#"
    const script = `
        const counts = { dispatches: 0, submits: 0 };
        const count = (kind, method, name) => {
            if (!kind) return;
            const real = kind.prototype[method];
            kind.prototype[method] = function (...given) { counts[name]++; return real.apply(this, given); };
        };
        count(globalThis.GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
        count(globalThis.GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', 'dispatches');
        count(globalThis.GPUQueue, 'submit', 'submits');
        addEventListener('message', (event) => {
            if (event.data !== 'counts') return;
            event.stopImmediatePropagation();
            postMessage({ ...counts });
        });
        await import('${new URL(arguments[0], document.baseURI)}');
    `;
    window.bench = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
    bench.addEventListener('message', ({ data }) => { if (data.dispatches !== undefined) window.counts = data; });
"#;

struct Bench {
    page: Page,
    heard: usize,
}

impl Bench {
    fn new(site: &Site, adapter: Adapter, loader: &str) -> Self {
        let page = Page::blank(site, adapter);
        // A file of the site that starts no worker of its own.
        page.go(&named("worker_loader.js"));
        page.browser.run(WORKER, json!([loader]));
        let mut bench = Self { page, heard: 0 };
        assert!(matches!(bench.next(), Event::Ready(_)));
        bench
    }

    fn next(&mut self) -> Event {
        let heard = self.heard;
        let event = self.page.wait_for("an answer of the worker", |page| page.events().into_iter().nth(heard));
        self.heard += 1;
        event
    }

    /// Parameters, and milliseconds of a step and of a forward pass.
    fn measure(&mut self, body: &str, batch: usize, steps: usize, frames: usize) -> (usize, f64, f64) {
        let config = Some(format!(r#"{{"body":{body},"sigma":0.962}}"#));
        self.time(MeasureSpec { recipe: TrainSpec { batch, ..TrainSpec::default() }, config, steps, frames })
    }

    fn time(&mut self, spec: MeasureSpec) -> (usize, f64, f64) {
        let bytes = BASE64_STANDARD.encode(encode(&Command::Measure(spec)));
        let post = "bench.postMessage(Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0)))";
        self.page.browser.run(post, json!([bytes]));
        match self.next() {
            Event::Measured { parameters, step_ms, forward_ms, .. } => (parameters, step_ms, forward_ms),
            other => panic!("{other:?}"),
        }
    }

    /// Dispatches so far.
    fn dispatches(&self) -> i64 {
        self.page.browser.run("window.counts = undefined; bench.postMessage('counts')", json!([]));
        let read = |page: &Page| page.browser.run("return window.counts?.dispatches ?? null", json!([])).as_i64();
        self.page.wait_for("the counts", read)
    }
}

#[test]
#[ignore = "a measurement of some minutes, not a check"]
fn bakeoff() {
    let site = Site::new();
    println!("| network | parameters | images/s, training | ms forward, 1 | ms forward, 16 |\n|---|---|---|---|---|");
    let mut cpu = Bench::new(&site, Adapter::None, &named("worker_loader.js"));
    for (name, body) in &contestants() {
        let (parameters, step, _) = cpu.measure(body, 32, 9, 0);
        let [one, sixteen] = [1, 16].map(|batch| cpu.measure(body, batch, 0, 9).2);
        println!("| {name} | {parameters} | {:.0} | {one:.1} | {sixteen:.1} |", 32_000.0 / step);
    }
    println!("\n| network | dispatches a step | a forward |\n|---|---|---|");
    let mut gpu = Bench::new(&site, Adapter::Software, &named("worker-gpu_loader.js"));
    for (name, body) in &contestants() {
        // The first of each kind may compile and tune: what more rounds add is the steady cost.
        let mut more = |few: (usize, usize), many: (usize, usize)| {
            let before = gpu.dispatches();
            gpu.measure(body, 4, few.0, few.1);
            let between = gpu.dispatches();
            gpu.measure(body, 4, many.0, many.1);
            gpu.dispatches() - between - (between - before)
        };
        let (step, forward) = (more((1, 0), (3, 0)) / 2, more((0, 1), (0, 3)) / 2);
        println!("| {name} | {step} | {forward} |");
    }
}

#[test]
#[ignore = "a measurement of a minute, not a check"]
fn steps_of_families() {
    let site = Site::new();
    println!("| family | size | parameters | ms a step of 32, CPU | dispatches a step |\n|---|---|---|---|---|");
    let mut cpu = Bench::new(&site, Adapter::None, &named("worker_loader.js"));
    let mut gpu = Bench::new(&site, Adapter::Software, &named("worker-gpu_loader.js"));
    for family in FamilyId::of(Needs::Pictures) {
        for architecture in Architecture::ALL {
            let of = |batch, steps| {
                let recipe = TrainSpec { architecture, batch, ..TrainSpec::of(family) };
                MeasureSpec { recipe, config: None, steps, frames: 0 }
            };
            let (parameters, step, _) = cpu.time(of(32, 9));
            let mut count = |steps| {
                let before = gpu.dispatches();
                gpu.time(of(4, steps));
                gpu.dispatches() - before
            };
            let (few, many) = (count(1), count(3));
            println!("| {family} | {architecture} | {parameters} | {step:.1} | {} |", (many - few) / 2);
        }
    }
}

/// Where `FLOWSTEP_GPU` is set, of the machine's own GPU; else of one in software, whose rates say nothing.
#[test]
#[ignore = "a measurement of some minutes, not a check"]
fn rates_on_a_gpu() {
    let site = Site::new();
    println!("| family | batch | steps/s, WebGPU | steps/s, CPU |\n|---|---|---|---|");
    let flow = [32, 64, 128, 256].map(|batch| (FamilyId::FLOW, batch, true));
    let others = FamilyId::of(Needs::Pictures).filter(|family| *family != FamilyId::FLOW);
    for (family, batch, with_cpu) in flow.into_iter().chain(others.map(|family| (family, 256, false))) {
        let [gpu, cpu] = ["gpu", "cpu"].map(|device| {
            if device == "gpu" || with_cpu {
                format!("{:.1}", rate(&site, family, batch, device))
            } else {
                String::new()
            }
        });
        println!("| {family} | {batch} | {gpu} | {cpu} |");
    }
}

/// Steps a second of a training of size small, once it has gone on for a while.
fn rate(site: &Site, family: FamilyId, batch: usize, device: &str) -> f64 {
    let query = format!("?view=train&family={}&size=small&batch={batch}&train-seed=7&device={device}", family.key);
    let page = Page::open(site, Adapter::Software, &query);
    page.button("Train");
    // The first steps compile and record.
    let rates = |page: &Page| -> Vec<f64> {
        page.reports()
            .iter()
            .filter(|it| it.step > 20)
            .map(|it| it.steps_per_second)
            .filter(|rate| *rate > 0.0)
            .collect()
    };
    let mut rates = page.wait_for("reports", |page| Some(rates(page)).filter(|rates| rates.len() >= 9));
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
