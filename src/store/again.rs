//! What was refused is asked for again, and its sentence taken back.

use super::{state::Store, training::Phase};
use crate::clock;
use leptos::{ev, prelude::*};
use protocol::{link::View, message::Request};

/// Takes sentences back, and asks again for what failed when the connection comes back.
pub(super) fn keep(store: Store) {
    clock::follow(move || {
        let (phase, opening) = (store.training.phase.get(), store.opening.with(Option::is_some));
        store.player.trail.stalled.track();
        store.compare.trails.iter().for_each(|trail| trail.stalled.track());
        let over = store.refusals.take(|request| match request {
            Request::Sample { generation } => {
                store.player.trail.is_stalled(generation) || store.compare.is_stalled(generation)
            }
            Request::Train { .. } => !matches!(phase, Phase::Starting | Phase::Running),
            Request::File => !opening,
            _ => false,
        });
        over.iter().for_each(|sentence| store.alerts.retract(sentence));
    });
    let online = window_event_listener(ev::online, move |_| match store.view.get_untracked() {
        View::Sample => store.player.reconnect(),
        View::Compare => store.compare.reconnect(),
        View::Train | View::Plane => (),
    });
    on_cleanup(move || online.remove());
}
