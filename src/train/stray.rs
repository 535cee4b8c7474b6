//! What is said, and what can be done, where the loss has gone astray.

use crate::{
    dom::{El, button, el},
    store::Store,
    text,
};
use leptos::prelude::*;
use protocol::outlook::{Ailment, Stray};

/// A sentence and the ways on, shown only where they are needed. It is always there, so that a screen reader hears it.
pub fn stray(store: Store) -> El {
    let training = store.training;
    el("div", "stray").attr("role", "alert").live(move || {
        let ill = || training.ailment.get().map(|ailment| illness(store, ailment));
        training.stray.get().map(|stray| notice(store, stray)).or_else(ill)
    })
}

/// What ails a training that no loss tells of; it goes on until a person says otherwise.
fn illness(store: Store, ailment: Ailment) -> El {
    let words = ailment.sentence();
    el("div", "").child(el("p", "").text(words)).child(el("div", "verbs").live(move || back(store)))
}

/// The way back to the last good weights.
fn back(store: Store) -> Option<El> {
    let training = store.training;
    training.good.get().map(|step| {
        let words = format!("Go back to step {}", text::count(step));
        button("button", move || training.go_back()).text(&words)
    })
}

fn notice(store: Store, stray: Stray) -> El {
    let training = store.training;
    let rate = training.spec.with_untracked(|spec| spec.as_ref().map(|spec| spec.learning_rate)).unwrap_or_default();
    // One digit of it, since a tenth of 0.003 is not written with seventeen.
    let smaller = format!("{:.0e}", rate / 10.0).parse::<f64>().unwrap_or(rate).to_string();
    let again = {
        let smaller = smaller.clone();
        move || {
            store.reset();
            match store.set("rate", &smaller) {
                Ok(()) => store.train(),
                Err(sentence) => store.alerts.say(sentence),
            }
        }
    };
    let verbs = el("div", "verbs")
        .child(button("button primary", again).text(&format!("Start again with learning rate {smaller}")))
        .live(move || back(store))
        .children(stray.loss.map(|_| button("button", move || training.go_on()).text("Train on all the same")));
    el("div", "").child(el("p", "").text(&sentence(&stray, rate, training.good.get().is_some()))).child(verbs)
}

fn sentence(stray: &Stray, rate: f64, kept: bool) -> String {
    let best = stray.best.map(|(step, loss)| format!("{} at step {}", text::brief(loss, 2), text::count(step)));
    let now = match (stray.loss, best) {
        (Some(loss), Some(best)) => format!("is {}, after a best of {best}", text::brief(loss, 2)),
        (None, Some(best)) => format!("is no finite number any more, after a best of {best}"),
        _ => "is no finite number".into(),
    };
    let kept = if kept { " The last good weights are kept." } else { "" };
    format!("Training has stopped: the loss {now}. A learning rate of {rate} is too large for this recipe.{kept}")
}
