//! The models that were kept: what each is, and what can be done with it.

use crate::{
    dom::{El, button, el, value_of},
    store::{Phase, Store},
    text,
};
use leptos::prelude::*;
use protocol::{catalogue::ModelId, shelf::Kept};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// The shelf; nothing while it is empty.
pub fn shelf(store: Store) -> El {
    let slots = Memo::new(move |_| {
        store.link.with(|link| link.kept.iter().map(|kept| u32::from(kept.slot)).collect::<Vec<_>>())
    });
    let some = Memo::new(move |_| slots.with(|slots| !slots.is_empty()));
    let heading = move || some.get().then(|| el("h2", "").text("Kept models"));
    let list = el("ol", "kept").each(move || slots.get(), move |slot| row(store, slot as u8));
    el("div", "shelf").live(heading).child(list)
}

fn row(store: Store, slot: u8) -> El {
    let model = ModelId::Kept(slot);
    let kept = Memo::new(move |_| store.kept(slot));
    let there = Memo::new(move |_| store.has(model));
    let about = move || {
        kept.with(|kept| {
            kept.as_ref().map(|Kept { recipe, steps, .. }| {
                let (family, set, steps) = (recipe.family.0.name, recipe.data.name(), text::count(*steps));
                let parameters = store.report_of(model).map(|report| text::count(report.parameters as u64));
                let size = parameters.map(|it| format!(", {it} parameters")).unwrap_or_default();
                format!("{family}, {set}, {steps} steps{size}")
            })
        })
    };
    let name = el("input", "")
        .attr("type", "text")
        .attr("aria-label", &format!("Name of kept model {slot}"))
        .attr("maxlength", "24")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .live_property("value", move || kept.with(|kept| kept.as_ref().map_or_else(String::new, Kept::title)))
        .on("change", move |event| {
            store.rename(slot, &value_of(&event));
            // What was typed may have lost characters.
            if let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
                field.set_value(&untrack(|| kept.with(|kept| kept.as_ref().map_or_else(String::new, Kept::title))));
            }
        });
    let missing = move || !there.get();
    let act = move |words: &str, what: &str, act: Box<dyn Fn()>| {
        button("button small", act).attr("aria-label", &format!("{words} kept model {slot}")).text(what)
    };
    // It would take the place of what is being trained.
    let taken = move || store.training.phase.get() != Phase::None;
    let again = move || {
        let again = || act("Train again", "Train again", Box::new(move || store.refill(slot)));
        missing().then(|| again().attr("title", "Reset the training first").live_attr("disabled", taken))
    };
    el("li", "").child(name).child(el("p", "note").live_text(about)).child(
        el("div", "verbs")
            .child(act("Sample", "Sample", Box::new(move || store.sample_with(model))).live_attr("disabled", missing))
            .child(act("Save", "Save", Box::new(move || store.save_kept(slot))).live_attr("disabled", missing))
            .child(act("Remove", "Remove", Box::new(move || store.remove(slot))))
            .live(again),
    )
}
