//! The stop of the tour that one is at, on a card beside what it shows; on a phone above it. The page leads through those that
//! show pictures, the plane through its own.

use super::{
    clock,
    dom::{El, button, el},
    icon,
};
use leptos::prelude::*;
use protocol::{
    link::Link,
    tour::{ALL, Stop},
};

/// Whoever leads through a part of the tour.
pub trait Leads: Copy + Send + Sync + 'static {
    /// A stop of this part.
    fn stop(self, n: usize) -> Option<&'static Stop>;

    /// Goes to a stop of any part.
    fn go(self, n: usize);

    /// Ends the tour, where one is.
    fn leave(self);

    /// The formula of a stop.
    fn formula(self, key: &str) -> Option<El>;

    /// The control of a key that a stop asks to be moved.
    fn knob(self, key: &str) -> Option<El>;
}

/// The card, where `at` says that one is on the tour.
pub fn guide(lead: impl Leads, at: Memo<Option<usize>>) -> El {
    let before = StoredValue::new(at.get_untracked());
    let folded = RwSignal::new(false);
    el("div", "guide").live(move || {
        let n = at.get();
        let changed = before.get_value().is_some() && before.get_value() != n;
        before.set_value(n);
        // Whoever pressed a button of the last card goes on in this one.
        n.and_then(|n| lead.stop(n).map(|stop| card(lead, n, stop, has_stepped(n) || changed, folded)))
    })
}

/// On the document the stop to which a button of a card leads, until its card is there: another module of the page may draw it.
const STEPPED: &str = "data-stepped";

/// Goes on to a stop by a card.
fn step_to(lead: impl Leads, n: usize) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(STEPPED, &n.to_string());
    }
    lead.go(n);
}

/// Whether a button of a card led to this stop; asked once.
fn has_stepped(n: usize) -> bool {
    let Some(root) = document().document_element() else { return false };
    let to = root.get_attribute(STEPPED);
    let _ = root.remove_attribute(STEPPED);
    to.is_some_and(|to| to == n.to_string())
}

fn card(lead: impl Leads, n: usize, stop: &'static Stop, moved: bool, folded: RwSignal<bool>) -> El {
    let step = |name: &str, to: Option<usize>| match to {
        Some(to) => button("button small", move || step_to(lead, to)).text(name),
        None => button("button small", || ()).attr("disabled", "").text(name),
    };
    let title = el("h2", "").attr("tabindex", "-1").text(&format!("{n} of {ALL}: {}", stop.title));
    if moved {
        let title = title.clone();
        clock::soon(move || title.focus());
    }
    // Only where the card takes its room from the figure.
    let fold = button("button small fold", move || folded.update(|is| *is = !*is))
        .live_attr("aria-expanded", move || (!folded.get()).to_string())
        .live_text(move || if folded.get() { "Show" } else { "Hide" });
    let leave = icon::press(icon::CLOSE, "Leave the tour", "Leave the tour", move || lead.leave());
    let heading = el("div", "row").child(title).child(fold).child(leave);
    let foot = el("div", "foot").child(stops(lead, n)).child(
        el("div", "verbs")
            .child(step("Previous stop", (n > 1).then(|| n - 1)))
            .child(step("Next stop", (n < ALL).then_some(n + 1))),
    );
    el("article", "stop")
        .attr("aria-label", "Tour")
        .live_class("folded", move || folded.get())
        .child(heading)
        .child(el("div", "says").child(el("p", "").html(&lowered(stop.says))).children(lead.formula(stop.formula)))
        .child(
            el("div", "asks")
                .child(el("p", "question").html(&lowered(stop.asks)))
                .children(stop.moves.iter().filter_map(|key| lead.knob(key)))
                .child(answer(stop)),
        )
        .child(foot)
}

/// What one finds, for whoever has looked; closed again at every stop.
fn answer(stop: &Stop) -> El {
    el("details", "answer")
        .child(el("summary", "").text("Show the answer"))
        .child(el("p", "").html(&lowered(stop.answer)))
}

/// All stops, and how far one has come.
fn stops(lead: impl Leads, now: usize) -> El {
    let stop = |n: usize| {
        let name = match lead.stop(n) {
            Some(stop) => format!("Stop {n}, {}", stop.title),
            None => format!("Stop {n}"),
        };
        let link = el("a", if n < now { "past" } else { "" })
            .attr("href", &Link::stop(n).to_query())
            .attr("title", &name)
            .attr("aria-label", &name)
            .text(&n.to_string())
            .on("click", move |event| {
                event.prevent_default();
                step_to(lead, n);
            });
        if n == now { link.attr("aria-current", "step") } else { link }
    };
    el("nav", "stops").attr("aria-label", "Stops of the tour").children((1..=ALL).map(stop))
}

/// The constant words of a stop, with the index of x_0, p_t and alpha_t where an index belongs.
fn lowered(words: &str) -> String {
    let words = words.replace("alpha_", "α_").replace("sigma_", "σ_");
    ["0", "1", "t"]
        .iter()
        .fold(words, |words, index| words.replace(&format!("_{index}"), &format!("<sub>{index}</sub>")))
}
