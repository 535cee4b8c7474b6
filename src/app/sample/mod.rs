//! The Sample view: pictures, time under them, settings on one side and formulas on the other.

pub mod absent;
mod formula;
pub mod gallery;
pub mod keys;
mod norms;
mod panels;
mod readouts;
pub mod seen;
pub mod settings;
mod show;
mod spine;
pub mod track;
pub mod transport;
pub mod ways;

use crate::app::store::Store;
use leptos::prelude::*;

/// The whole view.
#[component]
pub fn SampleView() -> impl IntoView {
    let store = expect_context::<Store>();
    keys::listen(store.player);
    let seen = seen::Seen::memo(store);
    view! {
        <section class="stage" aria-label="Pictures">
            <absent::Absent model=Signal::derive(move || store.sample.with(|sample| sample.model)) />
            <gallery::Gallery seen />
            <show::ShowChoice seen />
            <panels::Panels />
            <div class="time">
                <spine::Spine />
                <div class="under">
                    <transport::Transport frames=store.player />
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
