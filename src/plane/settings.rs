//! What decides the figure.

use super::{
    data::{data, files},
    knobs::{Stand::Settings, knob},
    share::share,
    state::Plane,
};
use crate::{
    dom::{El, button, el},
    form::{Offer, choice, field, more},
    text,
};
use data::shapes::Shape;
use flow::{keyed::Keyed, sampler::SamplerId, time::Grid};
use leptos::prelude::*;
use plane::{
    camera::Camera,
    settings::entry,
    spec::{Against, FigureKind, Layer, Spec},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Figure, data, path, layers, sampler, and the link that carries them. Put into `column`.
pub fn settings(plane: Plane, column: El) -> El {
    let own = move || plane.data.get() == Shape::Points;
    // What matters first; behind a line what is seldom changed.
    column
        .children(field(plane, const { entry("show") }))
        .child(data(plane))
        .live(move || (plane.show.get() == FigureKind::Guidance).then(|| knob(plane, "guidance", Settings)).flatten())
        .child(sampler(plane))
        .children(knob(plane, "steps", Settings))
        .live(move || (plane.show.get() == FigureKind::Samplers).then(|| against(plane)))
        .live(move || layers(plane, plane.show.get()))
        .child(path(plane))
        .child(seldom(plane))
        .child(particles(plane))
        .child(more(|| "Points from a file", own, |inside| inside.child(files(plane))))
        .child(share(plane))
}

/// Where paths begin, and how noise gives way to data on them.
fn path(plane: Plane) -> El {
    let summary = move || {
        plane.spec.with(|spec| {
            let source = spec.source.map_or("noise", |it| it.name());
            format!("Path: from {}, {}", source.to_lowercase(), spec.schedule.name())
        })
    };
    let differs = move || plane.spec.with(|spec| spec.source.is_some() || spec.schedule != Spec::default().schedule);
    more(summary, differs, |inside| {
        inside.children(field(plane, const { entry("source") })).children(knob(plane, "schedule", Settings))
    })
}

/// Every layer that this figure has, on or off.
fn layers(plane: Plane, show: FigureKind) -> Option<El> {
    let layer = move |layer: Layer| {
        let has = Memo::new(move |_| plane.spec.with(|spec| spec.layers.has(layer)));
        let input = el("input", "").attr("type", "checkbox").live_property("checked", move || has.get()).on(
            "change",
            move |event| {
                let checked = event.target().is_some_and(|it| it.unchecked_into::<HtmlInputElement>().checked());
                plane.lay(layer, checked);
            },
        );
        el("label", "check").child(input).text(layer.name())
    };
    let own: Vec<Layer> = Layer::all().filter(|layer| show.has(*layer)).collect();
    let set = el("fieldset", "layers").child(el("legend", "").text("Layers"));
    (!own.is_empty()).then(|| set.children(own.into_iter().map(layer)))
}

/// The list of samplers; those that make no sense on this path cannot be chosen.
fn samplers(plane: Plane) -> Vec<Offer> {
    let fits = move |sampler: SamplerId| plane.spec.with(|spec| spec.admits(sampler).is_ok());
    SamplerId::all().map(|it| Offer { disabled: !fits(it), ..Offer::new(it, it.name) }).collect()
}

/// What carries the particles.
fn sampler(plane: Plane) -> El {
    let entries = Memo::new(move |_| samplers(plane));
    let why = move || plane.spec.with(|spec| spec.cloud.sampler.about);
    choice(plane, const { entry("sampler") }).entries(move || entries.get()).roomy().hint(why).draw()
}

/// What else a sampler asks for.
fn seldom(plane: Plane) -> El {
    let summary = move || {
        plane.spec.with(|spec| {
            let kappa = text::brief(spec.cloud.stochasticity, 3);
            format!("{} grid, κ = {kappa}", spec.cloud.grid.name().split(',').next().unwrap_or_default())
        })
    };
    let differs = move || plane.spec.with(|spec| spec.cloud.grid != Grid::default() || spec.cloud.stochasticity != 1.0);
    more(summary, differs, |inside| {
        inside
            .children(field(plane, const { entry("grid") }))
            .children(knob(plane, "stochasticity", Settings))
            .children(field(plane, const { entry("tolerance") }))
    })
}

/// The sampler of the second panel, and where both begin.
fn against(plane: Plane) -> El {
    let gone = move || plane.spec.with(|spec| spec.against != Against::Langevin);
    let level = knob(plane, "level", Settings).map(|level| level.live_class("gone", gone));
    let here = button("button small", move || plane.edit(|spec| spec.start = spec.probe.or(Some([0.0, 0.0]))));
    let back = button("button small", move || plane.edit(|spec| spec.start = None));
    el("div", "against")
        .children(knob(plane, "against", Settings))
        .children(level)
        .child(el("div", "verbs").child(here.text("Begin at the cross")).child(back.text("Begin in the noise")))
}

fn particles(plane: Plane) -> El {
    let many = Memo::new(move |_| plane.spec.with(|spec| spec.parts.len() > 1));
    let points = move || {
        many.get().then(|| {
            let pick = button("button small", move || plane.pick()).text("Only the nearest to the cross");
            let all = button("button small", move || plane.edit(|spec| spec.points = None)).text("All points");
            el("div", "").children(knob(plane, "points", Settings)).child(el("div", "verbs").child(pick).child(all))
        })
    };
    let summary =
        move || plane.spec.with(|spec| format!("{} particles, seed {}", spec.cloud.particles, spec.cloud.seed));
    let differs = move || plane.spec.with(|spec| spec.points.is_some());
    more(summary, differs, |inside| {
        let number = |setting| field(plane, setting);
        let pair = el("div", "pair").children(number(const { entry("particles") }));
        inside.child(pair.children(number(const { entry("seed") }))).live(points)
    })
}

/// Nearer, farther, and back to where it was.
pub fn camera(plane: Plane) -> El {
    let zoom = move |factor: f64| move || plane.zoom(factor);
    let centre = move || {
        plane.edit(|spec| spec.camera = Camera::new(spec.probe.unwrap_or_default(), spec.camera.span()));
    };
    let reset = move || plane.fit_camera();
    let verbs = el("div", "verbs")
        .attr("role", "group")
        .attr("aria-label", "What is seen")
        .child(button("button small", zoom(1.25)).text("Nearer"))
        .child(button("button small", zoom(0.8)).text("Farther"))
        .child(button("button small", reset).text("Fit"))
        .child(button("button small", centre).text("Centre the cross"));
    let words = "Ctrl and the wheel, two fingers, or + and − zoom; a mouse drags the plane; 0 shows all of it.";
    el("article", "seen").child(el("h2", "").text("What is seen")).child(verbs).child(el("p", "note").text(words))
}
