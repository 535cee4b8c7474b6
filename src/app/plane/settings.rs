//! What decides the figure.

use super::{data::data, share::share, state::Plane};
use crate::{
    app::{
        dom::{El, button, el},
        form::{Choice, Entry, Nudge, Number, Slider, more},
        text,
    },
    flow::{
        keyed::Keyed,
        sampler::{MAX_STOCHASTICITY, SamplerId},
        schedule::ScheduleId,
        time::Grid,
    },
    lab::protocol::MAX_GUIDANCE,
    plane::{
        camera::Camera,
        spec::{Against, Layer, MAX_STEPS, Show, Spec},
    },
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Figure, data, path, layers, sampler, and the link that carries them. Put into `column`.
pub fn settings(plane: Plane, column: El) -> El {
    let show = Choice::new(
        "Figure",
        "show",
        plane.of(|spec| spec.show.to_string()),
        || Show::all().map(|show| Entry::new(show, show.name())).collect(),
        plane.take("show"),
    );
    let schedule = Choice::new(
        "Schedule",
        "schedule",
        plane.of(|spec| spec.schedule.to_string()),
        || ScheduleId::all().map(|it| Entry::new(it, it.name())).collect(),
        plane.take("schedule"),
    );
    let column = column.child(show.draw()).child(data(plane)).child(schedule.draw()).child(layers(plane));
    let column = column
        .live(move || (plane.show.get() == Show::Guidance).then(|| guidance(plane)))
        .child(sampling(plane))
        .live(move || (plane.show.get() == Show::Samplers).then(|| against(plane)));
    column.child(particles(plane)).child(camera(plane)).child(share(plane))
}

/// Every layer, on or off.
fn layers(plane: Plane) -> El {
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
    el("fieldset", "layers").child(el("legend", "").text("Layers")).children(Layer::all().map(layer))
}

fn guidance(plane: Plane) -> El {
    Slider {
        label: "Guidance towards the second class",
        key: "guidance".into(),
        value: Signal::derive(move || plane.spec.with(|spec| spec.guidance)),
        range: [0.0, MAX_GUIDANCE, 0.1],
        symbol: "w",
        name: None,
        take: None,
    }
    .draw(plane)
}

/// The list of samplers; those that make no sense on this path cannot be chosen.
fn samplers(plane: Plane) -> Vec<Entry> {
    let fits = move |sampler: SamplerId| plane.spec.with(|spec| spec.admits(sampler).is_ok());
    SamplerId::all().map(|it| Entry { disabled: !fits(it), ..Entry::new(it, it.name) }).collect()
}

/// Sampler, steps, and what else it asks for.
fn sampling(plane: Plane) -> El {
    let sampler = Choice::new(
        "Sampler",
        "sampler",
        plane.of(|spec| spec.sampler.to_string()),
        {
            let entries = Memo::new(move |_| samplers(plane));
            move || entries.get()
        },
        plane.take("sampler"),
    );
    let why = move || plane.spec.with(|spec| spec.sampler.about);
    let number = |label, key, read: fn(&Spec) -> String| Number::new(label, key, plane.of(read));
    let steps = Slider {
        label: "Steps",
        key: "steps".into(),
        value: Signal::derive(move || plane.spec.with(|spec| spec.steps as f64)),
        range: [1.0, MAX_STEPS as f64, 1.0],
        symbol: "N",
        name: None,
        take: None,
    };
    let seldom = more(
        move || {
            plane.spec.with(|spec| {
                let kappa = text::brief(spec.stochasticity, 3);
                format!("{} grid, κ = {kappa}", spec.grid.name().split(',').next().unwrap_or_default())
            })
        },
        move || plane.spec.with(|spec| spec.grid != Grid::default() || spec.stochasticity != 1.0),
        |inside| {
            let grid = Choice::new(
                "Time grid",
                "grid",
                plane.of(|spec| spec.grid.to_string()),
                || Grid::all().map(|it| Entry::new(it, it.name())).collect(),
                plane.take("grid"),
            );
            let stochasticity = Slider {
                label: "Stochasticity",
                key: "stochasticity".into(),
                value: Signal::derive(move || plane.spec.with(|spec| spec.stochasticity)),
                range: [0.0, MAX_STOCHASTICITY, 0.1],
                symbol: "κ",
                name: None,
                take: None,
            };
            let tolerance = number("Tolerance", "tolerance", |spec| spec.tolerance.to_string());
            inside
                .child(grid.draw())
                .child(stochasticity.draw(plane))
                .child(tolerance.nudge(Nudge::Decades).draw(plane))
        },
    );
    el("div", "sampling").child(sampler.roomy().hint(why).draw()).child(steps.draw(plane)).child(seldom)
}

/// The sampler of the second panel.
fn against(plane: Plane) -> El {
    let entries = Memo::new(move |_| {
        let fits = |it: Against| plane.spec.with(|spec| spec.admits_against(it).is_ok());
        Against::all().map(|it| Entry { disabled: !fits(it), ..Entry::new(it, it.name()) }).collect::<Vec<_>>()
    });
    let choice = Choice::new(
        "Against",
        "against",
        plane.of(|spec| spec.against.to_string()),
        move || entries.get(),
        plane.take("against"),
    );
    let level = Slider {
        label: "Noise level of Langevin",
        key: "level".into(),
        value: Signal::derive(move || plane.spec.with(|spec| spec.level)),
        range: [0.0, 1.0, 0.1],
        symbol: "t",
        name: None,
        take: None,
    };
    let level = level.draw(plane);
    let hint =
        move || plane.spec.with(|spec| spec.start.is_some()).then_some("Both begin at the place that was chosen.");
    let here = button("button small", move || plane.edit(|spec| spec.start = spec.probe.or(Some([0.0, 0.0]))));
    let back = button("button small", move || plane.edit(|spec| spec.start = None));
    el("div", "against")
        .child(choice.hint(hint).draw())
        .child(level.live_class("gone", move || plane.spec.with(|spec| spec.against != Against::Langevin)))
        .child(el("div", "verbs").child(here.text("Begin at the cross")).child(back.text("Begin in the noise")))
}

fn particles(plane: Plane) -> El {
    let number = |label, key, read: fn(&Spec) -> String| Number::new(label, key, plane.of(read)).draw(plane);
    let many = Memo::new(move |_| plane.spec.with(|spec| spec.parts.len() > 1));
    let points = move || {
        many.get().then(|| {
            let value = plane.of(|spec| spec.active().len().to_string());
            let number = Number::new("Data points that count", "points", value)
                .hint("1: one conditional path; more: their mean")
                .draw(plane);
            let pick = button("button small", move || plane.pick()).text("Only the nearest to the cross");
            let all = button("button small", move || plane.edit(|spec| spec.points = None)).text("All");
            el("div", "").child(number).child(el("div", "verbs").child(pick).child(all))
        })
    };
    el("div", "counts")
        .child(
            el("div", "pair").child(number("Particles", "particles", |spec| spec.particles.to_string())).child(number(
                "Seed",
                "seed",
                |spec| spec.seed.to_string(),
            )),
        )
        .live(points)
}

/// Nearer, farther, and back to where it was.
fn camera(plane: Plane) -> El {
    let zoom =
        move |factor: f64| move || plane.edit(|spec| spec.camera = spec.camera.zoomed([1.0, 1.0], [0.5, 0.5], factor));
    let centre = move || {
        plane.edit(|spec| spec.camera = Camera::new(spec.probe.unwrap_or_default(), spec.camera.span()));
    };
    let reset = move || plane.edit(|spec| spec.camera = Spec::default().camera);
    el("div", "verbs")
        .attr("role", "group")
        .attr("aria-label", "What is seen")
        .child(button("button small", zoom(1.25)).text("Nearer"))
        .child(button("button small", zoom(0.8)).text("Farther"))
        .child(button("button small", reset).text("All"))
        .child(button("button small", centre).text("Centre the cross"))
}
