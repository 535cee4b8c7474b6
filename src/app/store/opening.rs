//! How the page comes to life.

use super::{address, events, player::Start, state::Store};
use crate::{
    lab::link::{Link, View},
    web::{client::Client, history},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The state that the address describes, with a worker on its way, and the first trajectory once
/// the Sample view is seen.
pub fn open() -> Store {
    let (link, complaints) = Link::parse(&history::query());
    let (choice, frame) = (link.device, link.frame);
    let store = Store::new(link);
    for complaint in complaints {
        store.alerts.say(format!("In this link, {complaint}. The default is used instead."));
    }
    let client = Client::new(move |notice| events::take(store, notice));
    store.wire.connect(client.clone());
    spawn_local(async move { client.start(choice).await });
    Effect::new(move |_| match store.view.get() {
        View::Sample if store.player.spec.with_untracked(Option::is_none) => {
            store.resample(frame.map_or(Start::Play, Start::Frame));
        }
        View::Sample => {}
        // A training should not wait for pictures that nobody sees.
        View::Train => store.player.pause(),
    });
    keep_frame_in_link(store);
    address::keep(store);
    store
}

/// The link names the frame that is at rest, and none while the pictures move.
fn keep_frame_in_link(store: Store) {
    let player = store.player;
    Effect::new(move |_| {
        let shown = player.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
        let frame = if player.playing.get() { None } else { shown };
        let settled = player.playing.get() || !(player.is_behind() || store.pending.get());
        if settled && player.spec.with(Option::is_some) && store.link.with_untracked(|link| link.frame != frame) {
            store.link.update(|link| link.frame = frame);
        }
    });
}
