//! Where errors are said.

use super::{
    dom::{El, button, el},
    icon,
    store::Alerts,
};

/// The alert region. It is always there, so that a screen reader hears what appears in it.
pub fn notices(alerts: Alerts) -> El {
    let notice = move |key| {
        let close = button("icon", move || alerts.dismiss(key)).attr("aria-label", "Dismiss");
        el("p", "").child(el("span", "").text(&alerts.sentence(key))).child(close.child(icon::draw(|| icon::CLOSE)))
    };
    el("div", "notices").attr("role", "alert").each(move || alerts.keys(), notice)
}
