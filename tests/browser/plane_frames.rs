//! How smoothly the Plane view follows a hand with everything on.

use crate::plane::{open, panels, panels_that};
use crate::server::Site;
use flowstep::{flow::keyed::Keyed, plane::spec::Layer};
use serde_json::json;

/// Drags a handle in circles for some milliseconds, a pointermove every 1/60 s, and notes when frames are painted.
const DRAG: &str = "
    const [handle, long] = arguments, { left, top, width, height } = handle.getBoundingClientRect();
    const middle = [left + width / 2, top + height / 2], begin = performance.now(), times = [];
    const fire = (type, x, y) => handle.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, isPrimary: true, buttons: 1, clientX: x, clientY: y, bubbles: true,
    }));
    // A pointer that no mouse holds cannot be captured, so it is said to be.
    handle.setPointerCapture = () => {};
    handle.hasPointerCapture = () => true;
    fire('pointerdown', ...middle);
    const moving = setInterval(() => {
        const angle = (performance.now() - begin) / 300;
        fire('pointermove', middle[0] + 40 * Math.sin(angle), middle[1] - 40 * (1 - Math.cos(angle)));
    }, 1000 / 60);
    while (performance.now() - begin < long) times.push(await new Promise(requestAnimationFrame));
    clearInterval(moving);
    fire('pointerup', ...middle);
    delete handle.setPointerCapture;
    delete handle.hasPointerCapture;
    return times.slice(1).map((time, i) => time - times[i]);";

#[test]
fn frames_follow_a_drag_with_every_layer_on() {
    let site = Site::new();
    let all = Layer::all().map(Layer::key).collect::<Vec<_>>().join(",");
    // Bounds with room for a machine that does other things too; the figures are printed.
    for (particles, bound) in [(800, 100.0), (5_000, 200.0)] {
        let page = open(&site, &format!("data=mixture&layers={all}&particles={particles}&frame=20"));
        let first = panels(&page);
        let handle = page.browser.find("button[aria-label^='Centre 1 at']").remove(0);
        let frames = page.browser.run_async(DRAG, json!([page.browser.argument(&handle), 4_000]));
        let frames = frames.as_array().unwrap_or_else(|| panic!("{frames}"));
        let mut frames: Vec<f64> = frames.iter().filter_map(serde_json::Value::as_f64).collect();
        frames.sort_by(f64::total_cmp);
        let share = |share: f64| frames[((frames.len() - 1) as f64 * share).round() as usize];
        println!(
            "every layer, {particles} particles, dragged for 4 s: {} frames, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            frames.len(),
            share(0.5),
            share(0.99),
            share(1.0),
        );
        panels_that(&page, "the drag to be seen", |panels| *panels != first);
        assert!(share(0.5) < bound, "p50 is {} ms", share(0.5));
        page.close_without_errors();
    }
}
