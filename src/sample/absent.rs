//! What to do where a link names weights that only another page had.

use crate::{
    dom::{El, button, el},
    form::weights_file,
    store::{Phase, Store, Thing},
    text,
};
use leptos::prelude::*;
use protocol::{catalogue::ModelId, saved::keepsake::Keeping};

/// Adds to `stage` a sentence and a way on, shown only while there are no weights behind `model`.
pub fn absent(store: Store, model: impl Fn() -> ModelId + Send + Sync + 'static, stage: El) -> El {
    let missing = Memo::new(move |_| Some(model()).filter(|model| !store.has(*model)));
    let steps = Memo::new(move |_| store.link.with(|link| link.trained));
    let under_way = Memo::new(move |_| store.training.phase.get() != Phase::None);
    let say = |words: &str| el("div", "absent").child(el("p", "").text(words));
    stage.live(move || {
        Some(match missing.get()? {
            ModelId::Trained if under_way.get() => {
                say("This model has not made a training step yet. Its pictures come with the first.")
            }
            ModelId::Trained if steps.get() > 0 => {
                let steps = text::count(steps.get());
                let train = button("button primary", move || store.retrain()).text(&format!("Train {steps} steps"));
                let words = format!(
                    "This link samples a model that was trained in another page. Its weights are not in the link, but its \
                     recipe is: {steps} steps make the same weights again."
                );
                say(&words).child(train)
            }
            ModelId::Trained => {
                say("Nothing has been trained in this page yet. Train a model first, or choose another one.")
            }
            ModelId::Kept(slot) => match store.kept(slot) {
                Some(kept) if under_way.get() => say(&format!(
                    "“{}” was trained in another page, and something else is being trained here. Reset that first; then this \
                     model can be trained again.",
                    kept.title()
                )),
                Some(kept) => {
                    let steps = text::count(kept.steps);
                    let train =
                        button("button primary", move || store.refill(slot)).text(&format!("Train {steps} steps"));
                    let words = format!(
                        "“{}” was trained in another page. Its weights are not in the link, but its recipe is: {steps} steps \
                         make the same weights again.",
                        kept.title()
                    );
                    say(&words).child(train)
                }
                None => say("Nothing stands in this place of the shelf. Choose another model."),
            },
            _ => {
                let words = "These pictures come from a weights file, which a link cannot carry. Open the file, or \
                             choose another model.";
                let file = |thing: &Thing| match &thing.keeping {
                    Keeping::Weights(name) => Some((thing.id, format!("Open “{name}” again"))),
                    _ => None,
                };
                let last = store.keepsakes.all.with(|all| all.iter().find_map(file));
                let again = last.map(|(id, words)| button("button primary", move || store.bring(id)).text(&words));
                say(words).children(again).child(weights_file(store, "button file"))
            }
        })
    })
}
