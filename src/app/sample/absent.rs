//! What to do where a link names weights that only another page had.

use crate::{
    app::{
        form::WeightsFile,
        store::{Phase, Store},
        text,
    },
    model::catalogue::ModelId,
};
use leptos::prelude::*;

/// A sentence and a way on, shown only while there are no weights behind `model`.
#[component]
pub fn Absent(model: Signal<ModelId>) -> impl IntoView {
    let store = expect_context::<Store>();
    let missing = Memo::new(move |_| Some(model.get()).filter(|model| !store.has(*model)));
    let steps = Memo::new(move |_| store.link.with(|link| link.trained));
    let under_way = Memo::new(move |_| store.training.phase.get() != Phase::None);
    move || {
        match missing.get()? {
        ModelId::Trained if under_way.get() => Some(
            view! {
                <div class="absent">
                    <p>"This model has not made a training step yet. Its pictures come with the first."</p>
                </div>
            }
            .into_any(),
        ),
        ModelId::Trained if steps.get() > 0 => {
            let steps = text::count(steps.get());
            Some(
                view! {
                    <div class="absent">
                        <p>"This link samples a model that was trained in another page. Its weights are not in the link, but its recipe is: "
                            {steps.clone()}" steps make the same weights again."</p>
                        <button class="button primary" type="button" on:click=move |_| store.retrain()>
                            "Train "{steps}" steps"
                        </button>
                    </div>
                }
                .into_any(),
            )
        }
        ModelId::Trained => Some(
            view! {
                <div class="absent">
                    <p>"Nothing has been trained in this page yet. Train a model first, or choose another one."</p>
                </div>
            }
            .into_any(),
        ),
        _ => Some(
            view! {
                <div class="absent">
                    <p>"These pictures come from a weights file, which a link cannot carry. Open the file, or choose another model."</p>
                    <WeightsFile />
                </div>
            }
            .into_any(),
        ),
    }
    }
}
