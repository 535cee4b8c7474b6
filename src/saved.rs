//! Trainings of other visits, and the one that was given up last: what each is, how old, and what can be done with it.

use super::{
    dom::{El, button, el},
    icon,
    store::{Gone, Left, Saves},
    text,
};
use leptos::prelude::*;
use protocol::saved::Subject;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The list; nothing of it while there is none, or something is being trained. `main` selects the control that has the focus
/// once something goes on.
pub fn saved<R: Subject>(
    saves: Saves<R>,
    idle: Signal<bool>,
    about: fn(&R) -> String,
    main: &'static str,
    resume: impl Fn(u32) + Clone + 'static,
    undo: impl Fn() + Clone + 'static,
) -> El {
    let place = el("div", "left").attr("tabindex", "-1");
    let row = {
        let place = place.clone();
        move |left: Left<R>| {
            let (id, steps, resume, place) = (left.id, text::count(left.step), resume.clone(), place.clone());
            let age = text::duration((js_sys::Date::now() - left.at).max(0.0) / 1000.0);
            let what = format!("{}: step {steps}, saved {age} ago", about(&left.recipe));
            let go_on = move || {
                resume(id);
                focus(main);
            };
            let discard = move || {
                saves.discard(id);
                place.focus();
            };
            let resume = button("button small", go_on)
                .attr("aria-label", &format!("Resume training at step {steps}"))
                .text("Resume training");
            let discard = button("button small", discard)
                .attr("aria-label", &format!("Discard training at step {steps}"))
                .text("Discard");
            el("li", "").child(el("p", "note").text(&what)).child(el("div", "verbs").child(resume).child(discard))
        }
    };
    let some = Memo::new(move |_| idle.get() && saves.left.with(|left| !left.is_empty()));
    let list = move || {
        let rows = some.get().then(|| saves.left.get())?.into_iter().map(&row).collect::<Vec<_>>();
        Some(el("div", "").child(el("h2", "").text("Saved trainings")).child(el("ol", "").children(rows)))
    };
    let line = move || saves.gone.get().map(|gone| gone_line(saves, gone, idle, main, undo.clone()));
    // It is always there, so that a screen reader hears what appears in it.
    let said = el("div", "parted").attr("aria-live", "polite").live(line);
    place.child(said).live(list)
}

/// That a training was given up, and how to undo that.
fn gone_line<R: Subject>(
    saves: Saves<R>,
    Gone { left, .. }: Gone<R>,
    idle: Signal<bool>,
    main: &'static str,
    undo: impl Fn() + 'static,
) -> El {
    let step = text::count(left.step);
    let words = match idle.get_untracked() {
        true => format!("The training was given up at step {step}."),
        false => format!("Another training took the place of the one at step {step}."),
    };
    let back = move || {
        undo();
        focus(main);
    };
    let back = button("button small", back)
        .attr("title", "Go on with that training (Ctrl+Z)")
        .attr("aria-label", "Undo: bring the training back")
        .text("Undo");
    let close = button("icon", move || saves.keep_gone()).attr("aria-label", "Leave it so");
    el("p", "").child(el("span", "").text(&words)).child(back).child(close.child(icon::draw(|| icon::CLOSE)))
}

/// Moves the focus to what a view is about, since what was pressed goes.
fn focus(main: &str) {
    let found = document().query_selector(main).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    found.into_iter().for_each(|it| drop(it.focus()));
}
