//! Where errors are said.

use super::{
    dom::{El, button, el},
    icon,
    store::Alerts,
};
use leptos::prelude::*;

/// The alert region. It is always there, so that a screen reader hears what appears in it.
pub fn notices(alerts: Alerts) -> El {
    let notice = move |key| {
        let close = button("icon", move || alerts.dismiss(key)).attr("aria-label", "Dismiss");
        let remedy = untrack(|| alerts.remedy(key)).map(|remedy| {
            let act = move || {
                alerts.dismiss(key);
                (remedy.act)();
            };
            button("button small", act).text(remedy.name)
        });
        let words = el("span", "").text(&untrack(|| alerts.sentence(key)));
        el("p", "").child(words).children(remedy).child(close.child(icon::draw(|| icon::CLOSE)))
    };
    el("div", "notices").attr("role", "alert").each(move || alerts.keys(), notice)
}
