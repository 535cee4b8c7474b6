//! How the page comes to life.

use super::{address, again, events, player::Start, state::Store, training::Phase};
use crate::clock;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    link::{Link, View},
};
use wasm_bindgen_futures::spawn_local;
use web::{client::Client, history};

/// The state that the address describes, with a worker on its way, and the first trajectory once
/// the Sample view is seen.
pub fn open() -> Store {
    let (link, complaints) = Link::parse(&history::query());
    let link = address::with_aside(link);
    let choice = link.device;
    let store = Store::new(link.clone());
    address::complain(store, link, &complaints);
    let client = Client::new(move |notice| events::take(store, notice));
    store.wire.connect(client.clone());
    // The plane computes by itself, so who opens a link to it does not wait for the worker of the pictures.
    let mut waiting = Some(client);
    clock::follow(move || {
        if store.view.get() != View::Plane
            && let Some(client) = waiting.take()
        {
            spawn_local(async move { client.start(choice).await });
        }
    });
    let courses = Memo::new(move |_| store.courses());
    let stale = Memo::new(move |_| store.is_stale());
    let worn = Memo::new(move |_| store.are_lanes_worn());
    clock::follow(move || match store.view.get() {
        View::Sample => {
            store.leave_lanes();
            if stale.get() {
                let frame = store.link.with_untracked(|link| link.frame);
                store.resample(frame.map_or(Start::Play, Start::Frame));
            }
        }
        // Its lanes are those of the Sample view; that one begins again where it was.
        View::Compare => {
            store.player.abandon();
            store.keep_lanes(courses.get());
            if worn.get() {
                store.compare.refresh(ModelId::Trained);
            }
        }
        // A training should not wait for pictures that nobody sees.
        View::Train | View::Plane => {
            store.leave_lanes();
            store.player.rest();
        }
    });
    keep_trained_in_link(store);
    keep_frame_in_link(store);
    keep_position_in_link(store);
    again::keep(store);
    address::keep(store);
    store
}

/// The link names the frame that is at rest, and none while the pictures move.
fn keep_frame_in_link(store: Store) {
    let player = store.player;
    clock::follow(move || {
        let shown = player.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
        let frame = if player.playing.get() { None } else { shown };
        let settled = player.playing.get() || !(player.is_behind() || store.pending.get());
        if settled && player.spec.with(Option::is_some) && store.link.with_untracked(|link| link.frame != frame) {
            store.link.update(|link| link.frame = frame);
        }
    });
}

/// The same for the position of the lanes.
fn keep_position_in_link(store: Store) {
    let compare = store.compare;
    clock::follow(move || {
        let playing = compare.playing.get();
        let frame = (!playing).then(|| compare.position.get());
        let settled = playing || !(compare.is_behind() || store.pending.get());
        let seen = compare.trails.iter().any(|trail| trail.shown.with(Option::is_some));
        if settled && seen && store.link.with_untracked(|link| link.frame != frame) {
            store.link.update(|link| link.frame = frame);
        }
    });
}

/// `trained` in the link names the weights that are seen. Where training rests, they are those of
/// that step, since pictures of others are stale; on the way to a step that a link asked for, `trained`
/// stays that step, where it will rest; on the way to no step, they are those behind the pictures.
fn keep_trained_in_link(store: Store) {
    let training = store.training;
    let seen = move || store.player.weights.get().or(store.compare.weights().first().copied());
    clock::follow(move || {
        let steps = match training.phase.get() {
            Phase::None => None,
            Phase::Starting | Phase::Running => training.until.get().or(seen()),
            Phase::Paused => Some(training.step()),
        };
        if let Some(steps) = steps.filter(|&steps| steps > 0 && steps != store.link.with_untracked(|link| link.trained))
        {
            store.link.update(|link| link.trained = steps);
        }
    });
}
