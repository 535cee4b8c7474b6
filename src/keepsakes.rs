//! What is kept in this browser: what each is, what it takes, and what can be done with it.

use super::{
    dom::{El, button, el},
    form::more,
    store::{Keepsakes, Thing},
    text,
};
use leptos::prelude::*;
use protocol::saved::keepsake::Keeping;

/// The list behind a line that says how many there are and what they take; nothing of it while there is none.
pub fn keepsakes(
    all: Keepsakes,
    [one, many]: [&'static str; 2],
    about: fn(&Keeping) -> String,
    verb: &'static str,
    act: impl Fn(u64) + Clone + 'static,
) -> El {
    let some = Memo::new(move |_| all.all.with(|all| !all.is_empty()));
    let summary = move || {
        all.all.with(|all| {
            let (count, size) = (all.len(), all.iter().map(|thing| thing.size).sum());
            format!("In this browser: {count} {}, {}", if count == 1 { one } else { many }, text::bytes(size))
        })
    };
    let row = move |thing: Thing| {
        let (id, act) = (thing.id, act.clone());
        let age = text::duration((js_sys::Date::now() - thing.at).max(0.0) / 1000.0);
        let about = about(&thing.keeping);
        let name = |verb: &str| format!("{verb}: {about}");
        let back = button("button small", move || act(id)).attr("aria-label", &name(verb)).text(verb);
        let delete = button("button small", move || all.discard(id)).attr("aria-label", &name("Delete")).text("Delete");
        let words = format!("{about}, {}, kept {age} ago", text::bytes(thing.size));
        el("li", "").child(el("p", "note").text(&words)).child(el("div", "verbs").child(back).child(delete))
    };
    let rows = move || all.all.get().into_iter().map(&row).collect::<Vec<_>>();
    let inside = |details: El| details.child(el("ol", "").live(rows));
    let list = more(summary, || false, inside);
    el("div", "left").live_property("hidden", move || !some.get()).child(list)
}
