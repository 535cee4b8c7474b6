//! Trainings of other visits, and those that were reset: what each is, how old, and what can be done with it.

use crate::{
    dom::{El, button, el},
    store::{Left, Phase, Store},
    text,
};
use leptos::prelude::*;

/// The list; nothing while there is none, or something is being trained.
pub fn left(store: Store) -> El {
    let some = move || {
        let idle = store.training.phase.get() == Phase::None;
        idle.then(|| store.saves.left.get()).filter(|all| !all.is_empty())
    };
    let row = move |left: Left| {
        let steps = text::count(left.step);
        let age = text::duration((js_sys::Date::now() - left.at).max(0.0) / 1000.0);
        let what = format!("{}: step {steps}, saved {age} ago", store.about_left(&left.recipe));
        let id = left.id;
        let resume = button("button small primary", move || store.resume_left(id))
            .attr("aria-label", &format!("Resume training at step {steps}"))
            .text("Resume training");
        let discard = button("button small", move || store.saves.discard(id))
            .attr("aria-label", &format!("Discard training at step {steps}"))
            .text("Discard");
        el("li", "").child(el("p", "note").text(&what)).child(el("div", "verbs").child(resume).child(discard))
    };
    let list = move || {
        let rows = some()?.into_iter().map(row).collect::<Vec<_>>();
        Some(el("div", "").child(el("h2", "").text("Saved trainings")).child(el("ol", "kept").children(rows)))
    };
    el("div", "left").live_property("hidden", move || some().is_none()).live(list)
}
