//! The Sample view: pictures, time under them, settings on one side and formulas on the other.

mod absent;
mod formula;
mod gallery;
pub mod keys;
pub mod math;
mod panels;
mod readouts;
mod settings;
mod spine;
pub mod transport;

use crate::app::store::Store;
use leptos::prelude::*;

/// The whole view.
#[component]
pub fn SampleView() -> impl IntoView {
    let player = expect_context::<Store>().player;
    keys::listen(player);
    view! {
        <section class="stage" aria-label="Pictures">
            <absent::Absent />
            <gallery::Gallery />
            <panels::Panels />
            <div class="time">
                <spine::Spine />
                <div class="under">
                    <transport::Transport frames=player />
                    <readouts::Readouts />
                </div>
            </div>
        </section>
        <section class="settings" aria-label="Settings">
            <settings::Settings />
        </section>
        <section class="aside" aria-label="Formulas">
            <formula::Formulas />
        </section>
    }
}
