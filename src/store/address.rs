//! Keeps the address bar equal to the state.

use super::{alerts::complaint, frames::Frames, playhead::Start, state::Store};
use crate::clock;
use leptos::{ev, prelude::*};
use protocol::link::{Link, Made, View};
use web::history;

/// Safari refuses more than 100 changes in 30 seconds; this many milliseconds between two keep well below.
const PAUSE_MS: f64 = 350.0;
/// Training changes the link again and again for hours.
const TRAINING_PAUSE_MS: f64 = 1_500.0;

/// Writes the link into the address bar at each change, if need be a moment later, and follows Back and Forward.
pub fn keep(store: Store) {
    let delay = clock::Delay::new();
    let written = StoredValue::new(f64::NEG_INFINITY);
    clock::follow(move || {
        store.link.track();
        // A dismissed sentence lets the address go.
        store.alerts.keys();
        // There the plane keeps it.
        if store.view.get() == View::Plane {
            return delay.cancel();
        }
        let pause = if store.training.is_busy() { TRAINING_PAUSE_MS } else { PAUSE_MS };
        let wait = (written.get_value() + pause - clock::now()).max(0.0);
        delay.run(wait as u64, move || {
            written.set_value(clock::now());
            write_now(store);
        });
    });
    let back = window_event_listener(ev::popstate, move |_| restore(store));
    on_cleanup(move || back.remove());
}

/// Back and Forward bring the view of their entry and its settings. No training is lost by it: what is being trained here
/// stays, and so do the device and what the plane shows, which keeps its own address.
fn restore(store: Store) {
    let (entry, complaints) = Link::parse(&history::query());
    if entry.view == View::Plane {
        return store.link.update(|link| (link.view, link.mode, link.tour) = (View::Plane, entry.mode, None));
    }
    let before = store.link.get_untracked();
    // What was kept stays kept, whatever page it was kept on.
    let mut link = Link { device: before.device, plane: before.plane, kept: before.kept, ..entry };
    let toured = link.tour.is_some() && link.tour != before.tour;
    if untrack(|| store.training.exists()) {
        (link.train, link.trained) = (before.train, before.trained);
    }
    let frame = link.frame;
    let other = link.sample != before.sample;
    if !other && !toured {
        // The pictures are there, and stand where they stood.
        link.frame = before.frame;
    }
    complain(store, link.clone(), &complaints);
    store.link.set(link);
    match frame.filter(|_| toured) {
        _ if other => store.resample(Start::at(frame)),
        // A stop shows the frame that it asks about, of pictures that may be there.
        Some(frame) => store.player.seek(frame),
        None => {}
    }
}

/// The settings of the other views, where the address is that of the plane, which has no room for them.
pub fn with_aside(link: Link) -> Link {
    match history::aside().filter(|_| link.view == View::Plane) {
        Some(aside) => {
            let Link { device, mode, plane, .. } = link;
            Link { view: View::Plane, device, mode, plane, ..Link::parse(&aside).0 }
        }
        None => link,
    }
}

/// Says what a link lost, and keeps the address as it is until the person has changed something or dismissed that. The
/// plane says it of its own.
pub fn complain(store: Store, link: Link, complaints: &[String]) {
    Made::read(&history::query()).differs().into_iter().for_each(|sentence| store.alerts.say(sentence));
    let said = complaint(complaints, &[]).filter(|_| link.view != View::Plane);
    store.held.say(store.alerts, said, still(&link));
}

/// What changes by a hand alone: a frame and the steps of a training change by themselves.
fn still(link: &Link) -> Link {
    Link { frame: None, trained: 0, ..link.clone() }
}

/// Goes on to a new entry of the history.
pub fn push(store: Store) {
    let link = store.link.get_untracked();
    let aside = Link { view: View::Sample, ..link.clone() }.to_query();
    history::push_with(&link.to_query(), &aside);
}

/// Writes the link into the address bar now.
pub fn write_now(store: Store) {
    let held = || store.held.holds(store.alerts, &store.link.with_untracked(still));
    if store.view.get_untracked() == View::Plane || held() {
        return;
    }
    let query = store.link.with_untracked(Link::to_query);
    if query != history::query() {
        history::replace(&query);
    }
}
