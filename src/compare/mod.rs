//! The Compare view: two to four ways from the same noise, stepping together, and what sets them apart.

mod controls;
mod difference;
mod error;
mod lane;
mod likelihood;
mod meter;
mod quality;
mod row;
mod settings;
mod time;
mod view;

use crate::{
    clock,
    dom::{El, button, el},
    icon,
    sample::keys,
    store::Store,
    text,
};
use difference::Differences;
use flow::sampler::{SAMPLERS, SamplerId};
use leptos::prelude::*;
use protocol::{
    comparison::{Lane, Lock, MIN_LANES},
    message::MAX_LANES,
};

/// The whole view.
pub fn view(store: Store) -> Vec<El> {
    keys::listen(store.compare);
    let differences = Differences::memo(store);
    let count = Memo::new(move |_| store.comparison.with(|it| it.lanes.len()));
    let add = button("button", move || store.change_lanes(|lanes| lanes.extend(another(store, lanes))))
        .live_attr("disabled", move || count.get() >= MAX_LANES)
        .text("Add lane");
    let beside = add.clone();
    let remove = move |lane: usize| {
        store.change_lanes(|lanes| {
            if lane < lanes.len() {
                lanes.remove(lane);
            }
        });
        // The button that was pressed is gone, or another one now.
        let add = beside.clone();
        clock::soon(move || add.focus());
    };
    let lane = move |lane: usize| {
        let (name, remove) = (format!("Remove lane {}", text::letter(lane)), remove.clone());
        let remove = icon::press(icon::CLOSE, &name, &name, move || remove(lane))
            .attr("class", "icon remove")
            .live_attr("disabled", move || count.get() <= MIN_LANES);
        lane::lane(store, lane, differences, remove)
    };
    let stage = el("section", "stage long")
        .attr("aria-label", "Lanes")
        .live_attr("data-lanes", move || count.get().to_string())
        .times(move || count.get(), lane)
        .child(el("p", "add").child(add).child(el("span", "quiet").live_text(move || schedules(store))))
        .child(error::error_study(store))
        .child(quality::qualities(store))
        .child(likelihood::likelihoods(store));
    vec![stage, time::time(store), settings::settings(store, el("section", "settings").attr("aria-label", "Settings"))]
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
