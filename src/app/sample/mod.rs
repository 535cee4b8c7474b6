//! The Sample view: pictures, time under them, settings on one side and formulas on the other.

mod absent;
mod formula;
mod gallery;
mod keys;
mod norms;
mod panels;
mod readouts;
mod seen;
mod settings;
mod show;
mod spine;
mod transport;
mod ways;

use crate::app::store::Store;
use leptos::prelude::*;

/// The whole view.
#[component]
pub fn SampleView() -> impl IntoView {
    keys::listen();
    let seen = seen::Seen::memo(expect_context::<Store>());
    view! {
        <section class="stage" aria-label="Pictures">
            <absent::Absent />
            <gallery::Gallery seen />
            <show::ShowChoice seen />
            <panels::Panels />
            <div class="time">
                <spine::Spine />
                <div class="under">
                    <transport::Transport />
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
