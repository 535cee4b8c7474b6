//! Whether the Plane view follows a hand with everything on. How smoothly it does is measured by `benches/startup`.

use crate::{
    engine::CHROMIUM,
    plane::{open, panels},
    server::Site,
};
use flow::keyed::Keyed;
use plane::spec::Layer;
use serde_json::json;

/// Moves of the hand in one drag.
const MOVES: usize = 12;
/// Frames within which a move is seen, on any machine: a frame is as long as its drawing.
const FRAMES: u64 = 600;

/// Drags a handle along a circle in so many moves. After each it waits until the first panel shows something else, and
/// notes how many frames that took.
const DRAG: &str = "
    const [handle, moves, most] = arguments, { left, top, width, height } = handle.getBoundingClientRect();
    const middle = [left + width / 2, top + height / 2], took = [];
    const fire = (type, x, y) => handle.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, isPrimary: true, buttons: 1, clientX: x, clientY: y, bubbles: true,
    }));
    // A pointer that no mouse holds cannot be captured, so it is said to be.
    handle.setPointerCapture = () => {};
    handle.hasPointerCapture = () => true;
    const panel = document.querySelector('.panel canvas');
    const shown = async () => {
        const { data } = panel.getContext('2d').getImageData(0, 0, panel.width, panel.height);
        return String(new Uint32Array(await crypto.subtle.digest('SHA-256', data)));
    };
    fire('pointerdown', ...middle);
    for (let i = 1; i <= moves; i++) {
        const before = await shown(), angle = i * 2 * Math.PI / (moves + 1);
        fire('pointermove', middle[0] + 40 * Math.sin(angle), middle[1] - 40 * (1 - Math.cos(angle)));
        let frames = 0;
        do await new Promise(requestAnimationFrame); while (++frames < most && await shown() === before);
        took.push(frames);
    }
    fire('pointerup', ...middle);
    delete handle.setPointerCapture;
    delete handle.hasPointerCapture;
    return took;";

#[test]
fn every_move_of_a_hand_is_seen_with_every_layer_on() {
    let site = Site::new();
    let all = Layer::all().map(Layer::key).collect::<Vec<_>>().join(",");
    for particles in [800, 5_000] {
        let page = open(&site, CHROMIUM, &format!("data=mixture&layers={all}&particles={particles}&frame=20"));
        panels(&page);
        let handle = page.browser.find("button[aria-label^='Centre 1 at']").remove(0);
        let took = page.browser.run_async(DRAG, json!([page.browser.argument(&handle), MOVES, FRAMES]));
        let frames: Vec<u64> =
            took.as_array().unwrap_or_else(|| panic!("{took}")).iter().filter_map(serde_json::Value::as_u64).collect();
        println!("every layer, {particles} particles: moves are seen after {frames:?} frames");
        assert_eq!(frames.len(), MOVES);
        assert!(frames.iter().all(|frames| *frames < FRAMES), "a move was not seen: {frames:?}");
        page.close_without_errors();
    }
}
