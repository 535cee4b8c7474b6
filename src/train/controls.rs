//! What can be done with a model that is being trained.

use super::shelf::shelf;
use crate::{
    dom::{El, button, el},
    form::weights_file,
    keepsakes::keepsakes,
    store::{Phase, Store},
    text,
};
use leptos::prelude::*;
use protocol::{catalogue::ModelId, saved::keepsake::Keeping};

/// Weights out and in. Put into `column`.
pub fn controls(store: Store, column: El) -> El {
    let training = store.training;
    let exists = Memo::new(move |_| training.exists());
    let none = move || training.phase.get() == Phase::None;
    // A link that names a trained model offers to train the same one again.
    let recipe = move || {
        let steps = store.link.with(|link| link.trained);
        let words = (none() && steps > 0).then(|| format!("Train the {} steps of this link", text::count(steps)))?;
        Some(button("button", move || store.retrain()).text(&words))
    };
    let sample = button("button", move || store.sample_with(ModelId::Trained)).text("Sample this model");
    let keep = button("button", move || store.keep_trained()).text("Keep this model");
    let download = button("button", move || training.download()).text("Download weights");
    let unless_there = move |button: El| button.live_attr("disabled", move || !exists.get());
    column
        .live(recipe)
        .child(el("div", "verbs").child(unless_there(sample)))
        .child(el("div", "verbs").child(unless_there(keep)))
        .child(el("div", "verbs").child(unless_there(download)).child(weights_file(store, "button file")))
        .live(move || loaded(store))
        .child(shelf(store))
        .child(keepsakes(store.keepsakes, ["model", "models"], about, "Use", move |id| store.bring(id)))
}

/// What was opened, and a way to look at it.
fn loaded(store: Store) -> Option<El> {
    let report = store.report_of(ModelId::File)?;
    let (parameters, steps) = (text::count(report.parameters as u64), text::count(report.steps));
    let set = report.data.name();
    let words = format!("Loaded: {}, {set}, {parameters} parameters, {steps} steps.", report.architecture);
    let look = button("button", move || store.sample_with(ModelId::File)).text("Sample the file");
    let note = el("p", "note").attr("aria-live", "polite").text(&words);
    Some(el("div", "loaded").child(note).child(look))
}

/// Something that is kept in words.
fn about(keeping: &Keeping) -> String {
    match (keeping, keeping.kept()) {
        (_, Some(kept)) => {
            let (family, set, steps) = (kept.recipe.family.0.name, kept.recipe.data.name(), text::count(kept.steps));
            format!("“{}”: {family}, {set}, {steps} steps", kept.title())
        }
        (Keeping::Weights(name), _) => format!("the file “{name}”"),
        _ => String::new(),
    }
}
