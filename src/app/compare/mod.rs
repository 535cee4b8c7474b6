//! The Compare view: two to four ways from the same noise, stepping together, and what sets them apart.

mod controls;
mod difference;
mod error;
mod lane;
mod row;
mod settings;
mod sight;
mod time;

use crate::{
    app::{
        clock,
        icon::{self, Icon},
        sample::keys,
        store::Store,
        text,
    },
    flow::sampler::{SAMPLERS, SamplerId},
    lab::{
        comparison::{Lane, Lock, MIN_LANES},
        protocol::MAX_LANES,
    },
};
use leptos::{html, prelude::*};

/// The whole view.
#[component]
pub fn CompareView() -> impl IntoView {
    let store = expect_context::<Store>();
    keys::listen(store.compare);
    let differences = difference::Differences::memo(store);
    let count = Memo::new(move |_| store.comparison.with(|it| it.lanes.len()));
    // Comparisons in a tag would end it.
    let few = Memo::new(move |_| count.get() <= MIN_LANES);
    let full = Memo::new(move |_| count.get() >= MAX_LANES);
    let add = NodeRef::<html::Button>::new();
    let remove = move |lane: usize| {
        store.change_lanes(|lanes| {
            if lane < lanes.len() {
                lanes.remove(lane);
            }
        });
        // The button that was pressed is gone, or another one now.
        clock::soon(move || {
            if let Some(button) = add.try_get_untracked().flatten() {
                let _ = button.focus();
            }
        });
    };
    view! {
        <section class="stage" aria-label="Lanes">
            <For each=move || 0..count.get() key=|lane| *lane let:lane>
                <lane::LaneView lane differences>
                    <button class="icon remove" type="button" aria-label=format!("Remove lane {}", text::letter(lane))
                        title=format!("Remove lane {}", text::letter(lane)) disabled=few
                        on:click=move |_| remove(lane)>
                        {Icon(icon::CLOSE).draw()}
                    </button>
                </lane::LaneView>
            </For>
            <p class="add">
                <button class="button" type="button" node_ref=add disabled=full
                    on:click=move |_| store.change_lanes(|lanes| lanes.extend(another(store, lanes)))>
                    "Add lane"
                </button>
                <span class="quiet">{move || schedules(store)}</span>
            </p>
            <time::Time />
            <error::ErrorStudy />
        </section>
        <section class="settings" aria-label="Settings">
            <settings::Settings />
        </section>
    }
}

/// The last lane with the first sampler that fits it and that no lane has.
fn another(store: Store, lanes: &[Lane]) -> Option<Lane> {
    let last = lanes.last()?;
    let mut others = SAMPLERS.iter().map(|sampler| Lane { sampler: SamplerId(sampler), ..*last });
    let new = |lane: &Lane| {
        untrack(|| store.obstacle(lane)).is_none() && lanes.iter().all(|other| other.sampler != lane.sampler)
    };
    Some(others.find(new).unwrap_or(*last))
}

/// What equal times mean where the lanes do not follow the same path.
fn schedules(store: Store) -> Option<&'static str> {
    let comparison = store.comparison.get();
    let paths: Vec<_> = comparison.lanes.iter().map(|lane| store.path_of(lane.model)).collect();
    let differ = paths.windows(2).any(|pair| pair[0] != pair[1]);
    (differ && comparison.lock == Lock::Time)
        .then_some("The models follow different schedules: at the same t, their states hold different shares of noise.")
}
