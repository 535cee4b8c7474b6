//! The stop of the tour that one is at, beside the figure; on a phone above it.

use super::{
    knobs::{Stand, knob},
    state::Plane,
};
use crate::{
    clock,
    dom::{El, button, el},
    formula, icon,
};
use leptos::prelude::*;
use plane::{
    spec::Spec,
    tour::{STOPS, Stop},
};
use protocol::link::{Link, View};

/// The card, where the link is one of the tour.
pub fn tour(plane: Plane) -> El {
    let stop = Memo::new(move |_| plane.spec.with(|spec| spec.tour));
    let before = StoredValue::new(stop.get_untracked());
    let folded = RwSignal::new(false);
    el("div", "guide").live(move || {
        let n = stop.get();
        // Whoever pressed a button of the last card goes on in this one.
        let moved = before.get_value().is_some() && before.get_value() != n;
        before.set_value(n);
        n.and_then(|n| STOPS.get(n - 1).map(|stop| card(plane, n, stop, moved, folded)))
    })
}

fn card(plane: Plane, n: usize, stop: &'static Stop, moved: bool, folded: RwSignal<bool>) -> El {
    let go = move |n: usize| move || plane.go(Spec::stop(n));
    let step = |name: &str, to: Option<usize>| match to {
        Some(to) => button("button small", go(to)).text(name),
        None => button("button small", || ()).attr("disabled", "").text(name),
    };
    let title = el("h2", "").attr("tabindex", "-1").text(&format!("{n} of {}: {}", STOPS.len(), stop.title));
    if moved {
        let title = title.clone();
        clock::soon(move || title.focus());
    }
    // Only where the card takes its room from the figure.
    let fold = button("button small fold", move || folded.update(|is| *is = !*is))
        .live_attr("aria-expanded", move || (!folded.get()).to_string())
        .live_text(move || if folded.get() { "Show" } else { "Hide" });
    let leave =
        icon::press(icon::CLOSE, "Leave the tour", "Leave the tour", move || plane.edit(|spec| spec.tour = None));
    let heading = el("div", "row").child(title).child(fold).child(leave);
    let foot = el("div", "foot").child(stops(plane, n)).child(
        el("div", "verbs")
            .child(step("Previous stop", (n > 1).then(|| n - 1)))
            .child(step("Next stop", (n < STOPS.len()).then_some(n + 1))),
    );
    el("article", "stop")
        .attr("aria-label", "Tour")
        .live_class("folded", move || folded.get())
        .child(heading)
        .child(el("div", "says").child(el("p", "").html(&lowered(stop.says))).children(formula::symbols(stop.formula)))
        .child(
            el("div", "asks")
                .child(el("p", "question").html(&lowered(stop.asks)))
                .children(stop.moves.iter().filter_map(|key| knob(plane, key, Stand::Card)))
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
fn stops(plane: Plane, now: usize) -> El {
    let stop = |(k, stop): (usize, &Stop)| {
        let n = k + 1;
        let href = Link { view: View::Plane, plane: Spec::stop(n).to_query(), ..Link::default() }.to_query();
        let link = el("a", if n < now { "past" } else { "" })
            .attr("href", &href)
            .attr("title", stop.title)
            .attr("aria-label", &format!("Stop {n}, {}", stop.title))
            .text(&n.to_string())
            .on("click", move |event| {
                event.prevent_default();
                plane.go(Spec::stop(n));
            });
        if n == now { link.attr("aria-current", "step") } else { link }
    };
    el("nav", "stops").attr("aria-label", "Stops of the tour").children(STOPS.iter().enumerate().map(stop))
}

/// The constant words of a stop, with the index of x_0, p_t and alpha_t where an index belongs.
fn lowered(words: &str) -> String {
    let words = words.replace("alpha_", "α_").replace("sigma_", "σ_");
    ["0", "1", "t"]
        .iter()
        .fold(words, |words, index| words.replace(&format!("_{index}"), &format!("<sub>{index}</sub>")))
}
