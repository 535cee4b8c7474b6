//! First, back, play or pause, forward, last.

use crate::{
    dom::{El, button, el},
    icon,
    store::Frames,
};

/// The buttons that move through the frames.
pub fn transport(frames: impl Frames) -> El {
    let name = move || if frames.is_playing() { "Pause" } else { "Play" };
    let path = move || if frames.is_playing() { icon::PAUSE } else { icon::PLAY };
    let play = button("icon main", move || frames.toggle())
        .live_attr("aria-label", name)
        .attr("title", "Play or pause (space)")
        .child(icon::draw(path));
    el("div", "transport")
        .attr("role", "group")
        .attr("aria-label", "Frames")
        .child(icon::press(icon::FIRST, "First frame", "First frame (Home)", move || frames.seek(0)))
        .child(icon::press(icon::BACK, "Step back", "Step back (←)", move || frames.step(-1)))
        .child(play)
        .child(icon::press(icon::FORWARD, "Step forward", "Step forward (→)", move || frames.step(1)))
        .child(icon::press(icon::LAST, "Last frame", "Last frame (End)", move || frames.seek(usize::MAX)))
}
