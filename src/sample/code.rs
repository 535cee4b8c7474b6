//! The code z_t of the chosen picture, where a path is one of codes: a bar for each of its numbers.

use crate::{
    dom::{El, el, svg},
    store::Store,
    text,
};
use leptos::prelude::*;
use std::ops::Range;

/// Bars reach so far up and down.
const REACH: f64 = 3.0;

/// The bars, beside the picture that the decoder draws of them.
pub fn panel(store: Store) -> El {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let latent = Memo::new(move |_| store.codes_of(model.get()).map_or(0, |(latent, _)| latent));
    // Of another model than the one that is chosen, for as long as its frames are seen.
    let range = move |length: usize| -> Option<Range<usize>> {
        let (k, latent) = (store.picture.get(), latent.get());
        let range = k * latent..(k + 1) * latent;
        (latent > 0 && range.end <= length).then_some(range)
    };
    let code = Memo::new(move |_| {
        let frame = store.player.trail.shown.get()?;
        // Of another model its frames are seen until there are others.
        let own = frame.codes.len() == frame.labels.len() * latent.get();
        Some((frame.t, frame.codes.get(range(frame.codes.len())?)?.to_vec())).filter(|_| own)
    });
    let height = move |i: usize| {
        let z = code.with(|code| code.as_ref().and_then(|(_, z)| z.get(i).copied()).unwrap_or(0.0));
        f64::from(z).clamp(-REACH, REACH) / REACH
    };
    let bar = move |i: usize| {
        svg("rect")
            .live_attr("class", move || if height(i) < 0.0 { "below" } else { "above" })
            .live_attr("x", move || format!("{:.2}", 100.0 * (i as f64 + 0.15) / latent.get().max(1) as f64))
            .live_attr("width", move || format!("{:.2}", 70.0 / latent.get().max(1) as f64))
            .live_attr("y", move || format!("{:.2}", 50.0 - 50.0 * height(i).max(0.0)))
            .live_attr("height", move || format!("{:.2}", 50.0 * height(i).abs()))
    };
    let name = move || {
        let k = store.picture.get() + 1;
        code.with(|code| match code {
            Some((t, z)) => {
                let (least, most) = z.iter().fold((f32::MAX, f32::MIN), |(a, b), z| (a.min(*z), b.max(*z)));
                let [least, most] = [least, most].map(|z| text::decimal(f64::from(z), 1));
                format!("Code of picture {k} at t = {t:.2}: {} numbers from {least} to {most}", z.len())
            }
            None => format!("Code of picture {k}, not computed yet"),
        })
    };
    let bars = svg("svg")
        .attr("class", "picture bars")
        .attr("viewBox", "0 0 100 100")
        .attr("role", "img")
        .live_attr("aria-label", name)
        .child(svg("path").attr("class", "middle").attr("d", "M0 50H100"))
        .child(svg("g").times(move || latent.get(), bar));
    let title = el("span", "title").html("<i>z<sub>t</sub></i> ").child(el("span", "what").text("its code"));
    let legend = el("span", "legend quiet figure").text(&format!("bars from −{REACH} to {REACH}"));
    el("figure", "panel").child(bars).child(el("figcaption", "").child(title).child(legend))
}
