//! What the pictures show, and how to read their colours.

use super::seen::{self, Seen};
use crate::{
    dom::{El, el},
    form::{Choice, Offer, keys::Keys},
    store::Store,
    text,
};
use flow::{family::DrawnBy, keyed::Keyed, prediction::Reading};
use leptos::prelude::*;
use protocol::link::Show;
use std::sync::Arc;

/// The list of what can be shown.
pub fn show(store: Store, seen: Memo<Option<Arc<Seen>>>) -> El {
    let gaussian = Memo::new(move |_| store.gaussian_of(store.sample.with(|sample| sample.model)));
    let has_readings = Memo::new(move |_| store.family().has_readings());
    let entries = move || {
        let entry = |show: Show| Offer {
            disabled: !(has_readings.get() || show == Show::State) || !gaussian.get() && Store::needs_noise(show),
            ..Offer::new(show.key(), seen::name(show))
        };
        Show::all().map(entry).collect()
    };
    let hint = move || {
        if !has_readings.get() {
            let frame = match store.family().sampling {
                DrawnBy::Layers => {
                    "What z is behind the first t of all layers. Black is −1, white 1; there is no velocity to show."
                }
                DrawnBy::Codes => {
                    "What the decoder draws of z_t. Black is −1, white 1; noise and velocity are those of codes, not of pixels."
                }
                DrawnBy::Translation => {
                    "On the line from what it is made of to what is made of it. Black is −1, white 1; nothing lies between but a mix."
                }
                DrawnBy::Styles => {
                    "The picture of a style t of the way from the mean one: at t = 1 its own. Black is −1, white 1; no velocity and no noise are predicted."
                }
                _ => "The picture of t z. Black is −1, white 1; this model has no velocity and no noise to show.",
            };
            return frame.into();
        }
        let told = seen.with(|seen| seen.as_ref().map_or_else(String::new, |seen| about(seen)));
        let missing =
            if gaussian.get() { "" } else { " This model starts from pictures, so it has no noise and no score." };
        told + missing
    };
    let value = Signal::derive(move || store.showing().key().into());
    el("div", "show").child(Choice::new("Show", "show", value, entries, store.take("show")).hint(hint).draw())
}

/// What is seen, in plain words.
fn about(seen: &Seen) -> String {
    let limit = text::brief(f64::from(seen.limit), 2);
    let colours = format!("Red is above 0, blue below; the deepest is ±{limit}.");
    match seen.show {
        Show::State if seen.limit > 1.0 => format!("Where each picture is. Black is −{limit}, white {limit}."),
        Show::State => "Where each picture is. Black is −1, white 1.".into(),
        Show::Reading(Reading::Data) => "The data that the network expects at the end of the path.".into(),
        Show::Reading(Reading::Noise) => format!("The noise that the network sees in x_t. {colours}"),
        Show::Reading(Reading::Velocity) => format!("How fast each pixel changes as t grows. {colours}"),
        Show::Reading(Reading::Score) if seen.values.is_empty() => {
            "No score at t = 1: it is −noise/σ_t, and no noise is left.".into()
        }
        Show::Reading(Reading::Score) => {
            format!("The way to likelier pictures, −noise/σ_t. {colours}")
        }
    }
}
