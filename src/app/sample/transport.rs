//! First, back, play or pause, forward, last.

use crate::app::{
    icon::{self, Icon},
    store::Frames,
};
use leptos::prelude::*;

/// The buttons that move through the frames.
#[component]
pub fn Transport<F: Frames>(frames: F) -> impl IntoView {
    let play = move || if frames.is_playing() { "Pause" } else { "Play" };
    let play_icon = move || Icon(if frames.is_playing() { icon::PAUSE } else { icon::PLAY });
    view! {
        <div class="transport" role="group" aria-label="Frames">
            <button class="icon" type="button" aria-label="First frame" title="First frame (Home)" on:click=move |_| frames.seek(0)>
                {Icon(icon::FIRST).draw()}
            </button>
            <button class="icon" type="button" aria-label="Step back" title="Step back (←)" on:click=move |_| frames.step(-1)>
                {Icon(icon::BACK).draw()}
            </button>
            <button class="icon main" type="button" aria-label=play title="Play or pause (space)" on:click=move |_| frames.toggle()>
                {move || play_icon().draw()}
            </button>
            <button class="icon" type="button" aria-label="Step forward" title="Step forward (→)" on:click=move |_| frames.step(1)>
                {Icon(icon::FORWARD).draw()}
            </button>
            <button class="icon" type="button" aria-label="Last frame" title="Last frame (End)" on:click=move |_| frames.seek(usize::MAX)>
                {Icon(icon::LAST).draw()}
            </button>
        </div>
    }
}
