//! What all lanes share.

use crate::{
    dom::{El, el},
    form::{Choice, Offer, field, keys::Keys, number, weights_file},
    header,
    sample::{
        sampling::{GRID, guided, tolerance},
        settings::{PICTURES, STEPS, digit_and_seed},
    },
    share::copy_link,
    store::Store,
};
use flow::keyed::Keyed;
use leptos::prelude::*;
use protocol::{comparison::Lock, link::Link};

/// Lock, digit, seed, pictures, steps, time grid, tolerance, the times between which guidance acts, and the link that
/// carries them. Put into `column`.
pub fn settings(store: Store, column: El) -> El {
    let lock = Memo::new(move |_| store.comparison.with(|it| it.lock));
    let locks = || Lock::all().map(|lock| Offer::new(lock, name(lock))).collect();
    // The first lane gives the classes their names.
    let data = Memo::new(move |_| {
        let first = store.comparison.with(|it| it.lanes.first().map(|lane| lane.model));
        first.map(|it| store.data_of(it)).unwrap_or_default()
    });
    let adaptive =
        Memo::new(move |_| store.comparison.with(|it| it.lanes.iter().any(|lane| lane.sampler.is_adaptive())));
    let value = Signal::derive(move || lock.get().to_string());
    let choice = Choice::new("Lock", "lock", value, locks, store.take("lock"));
    let pictures = number(store, PICTURES).hint("Ten at most here.").draw();
    let pair = el("div", "pair").child(pictures).children(field(store, STEPS));
    column
        .child(choice.roomy().hint(move || about(lock.get())).draw())
        .children(digit_and_seed(store, data))
        .child(pair)
        .children(field(store, GRID))
        .live(move || adaptive.get().then(|| tolerance(store)))
        .child(guided(store))
        .child(weights_file(store, "button file small"))
        .child(copy_link(move || store.link.with_untracked(Link::to_query)))
        .child(el("p", "note promise").live_text(move || header::promise(store)))
}

fn name(lock: Lock) -> &'static str {
    match lock {
        Lock::Time => "same t",
        Lock::Nfe => "same NFE",
    }
}

fn about(lock: Lock) -> &'static str {
    match lock {
        Lock::Time => "Every lane takes all steps and is seen at the same time.",
        Lock::Nfe => "Every lane may spend one network evaluation for each of the steps.",
    }
}
