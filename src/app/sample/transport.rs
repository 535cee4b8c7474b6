//! First, back, play or pause, forward, last.

use crate::app::{
    icon::{self, Icon},
    store::Store,
};
use leptos::prelude::*;

/// The buttons that move through the frames.
#[component]
pub fn Transport() -> impl IntoView {
    let store = expect_context::<Store>();
    let player = store.player;
    let play = move || if player.playing.get() { "Pause" } else { "Play" };
    let play_icon = move || Icon(if player.playing.get() { icon::PAUSE } else { icon::PLAY });
    view! {
        <div class="transport" role="group" aria-label="Frames">
            <button class="icon" type="button" aria-label="First frame" title="First frame (Home)" on:click=move |_| player.seek(0)>
                {Icon(icon::FIRST).draw()}
            </button>
            <button class="icon" type="button" aria-label="Step back" title="Step back (←)" on:click=move |_| player.step(-1)>
                {Icon(icon::BACK).draw()}
            </button>
            <button class="icon main" type="button" aria-label=play title="Play or pause (space)" on:click=move |_| player.toggle()>
                {move || play_icon().draw()}
            </button>
            <button class="icon" type="button" aria-label="Step forward" title="Step forward (→)" on:click=move |_| player.step(1)>
                {Icon(icon::FORWARD).draw()}
            </button>
            <button class="icon" type="button" aria-label="Last frame" title="Last frame (End)" on:click=move |_| player.seek(usize::MAX)>
                {Icon(icon::LAST).draw()}
            </button>
        </div>
    }
}
