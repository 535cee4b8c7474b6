//! How the page comes to life.

use super::{address, again, events, frames::Frames, playhead::Start, renewal, resume, state::Store, training::Phase};
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
    let routes = Memo::new(move |_| store.routes());
    let stale = Memo::new(move |_| store.is_stale());
    let worn = Memo::new(move |_| store.are_lanes_worn());
    clock::follow(move || match store.view.get() {
        View::Sample => {
            store.leave_lanes();
            if stale.get() {
                let frame = store.link.with_untracked(|link| link.frame);
                store.resample(Start::at(frame));
            }
        }
        // Its lanes are those of the Sample view; that one begins again where it was.
        View::Compare => {
            store.player.abandon();
            store.keep_lanes(routes.get());
            if worn.get() {
                store.compare.refresh(ModelId::Trained);
            }
        }
        // A training should not wait for pictures that nobody sees.
        View::Train | View::Plane => {
            store.leave_lanes();
            store.player.leave();
        }
    });
    keep_trained_in_link(store);
    let trail = store.player.trail;
    keep_frame_in_link(store, store.player, move || trail.route.with(Option::is_some));
    let lanes = store.compare.trails;
    keep_frame_in_link(store, store.compare, move || lanes.iter().any(|trail| trail.shown.with(Option::is_some)));
    again::keep(store);
    resume::keep(store);
    renewal::keep(store);
    address::keep(store);
    store
}

/// The link names the frame that is at rest, and none while they move.
fn keep_frame_in_link(store: Store, frames: impl Frames, are_there: impl Fn() -> bool + 'static) {
    clock::follow(move || {
        let playing = frames.is_playing();
        let frame = (!playing).then(|| frames.seen());
        let settled = playing || !(frames.is_behind() || store.pending.get());
        if settled && are_there() && store.link.with_untracked(|link| link.frame != frame) {
            store.link.update(|link| link.frame = frame);
        }
    });
}

/// `trained` in the link names the weights that are seen. Where training rests, they are those of
/// that step, since pictures of others are stale; on the way to a step that a link asked for, `trained`
/// stays that step, where it will rest; on the way to no step, they are those behind the pictures.
fn keep_trained_in_link(store: Store) {
    let training = store.training;
    let seen = move || store.player.trail.weights.get().or(store.compare.weights().first().copied());
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
