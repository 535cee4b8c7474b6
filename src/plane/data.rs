//! The data: which set, and what a person makes of it.

use super::{points::about, state::Plane};
use crate::{
    dom::{El, button, el},
    download,
    form::{Choice, Nudge, Number, Offer, choice, field},
    keepsakes::keepsakes,
};
use data::{
    cloud::{self, Cloud},
    shapes::{Part, Shape},
};
use js_sys::Uint8Array;
use leptos::prelude::*;
use plane::{settings::entry, spec::Spec};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

/// The choice of a data set, and the editor of the chosen one.
pub fn data(plane: Plane) -> El {
    let set = choice(plane, const { entry("data") }).take(move |key| plane.choose(&key));
    let editor = move || match plane.data.get() {
        Shape::Mixture => Some(part(plane)),
        Shape::Letter => field(plane, const { entry("letter") }),
        Shape::Points => Some(brush(plane)),
        _ => None,
    };
    let undo = move || {
        plane.undo.has_past().then(|| {
            let press = button("button small", move || plane.take_back());
            el("div", "verbs").child(press.attr("title", "Take the last change of the data back (Ctrl+Z)").text("Undo"))
        })
    };
    el("div", "data").child(set.draw()).live(editor).live(undo)
}

fn brush(plane: Plane) -> El {
    let press = move || {
        plane.brush.update(|on| *on = !*on);
        plane.strokes.set(plane.brush.get_untracked());
    };
    let toggle =
        button("button small", press).live_attr("aria-pressed", move || plane.brush.get().to_string()).text("Brush");
    let second = button("button small", move || plane.second.update(|on| *on = !*on))
        .live_attr("aria-pressed", move || plane.second.get().to_string())
        .text("Second class");
    let count = move || {
        let n = plane.spec.with(|spec| if cloud::is_blank(&spec.parts) { 0 } else { spec.parts.len() });
        let points = if n == 1 { "point" } else { "points" };
        let how = if plane.brush.get() { "drag on the plane" } else { "press Brush and drag on the plane" };
        format!("{n} {points}; {how}, or move the cross by arrow keys and press Enter")
    };
    el("div", "field")
        .child(
            el("div", "verbs")
                .child(toggle)
                .child(second)
                .child(button("button small", move || plane.clear()).text("Clear")),
        )
        .child(el("p", "note").live_text(count))
        .child(keepsakes(plane.keepsakes, ["set of points", "sets of points"], about, "Use", move |id| {
            plane.use_points(id)
        }))
}

/// One of the chosen part's numbers.
fn number(
    plane: Plane,
    label: &'static str,
    key: &'static str,
    read: fn(&Part) -> f64,
    write: fn(&mut Part, f64),
) -> Number {
    let value = Signal::derive(move || {
        let k = plane.chosen.get();
        plane
            .spec
            .with(|spec| spec.parts.get(k).map(|part| ((read(part) * 1e3).round() / 1e3).to_string()))
            .unwrap_or_default()
    });
    let take = move |text: &str| {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| "a number, please, such as 0.5".to_string())?;
        plane.set_part(plane.chosen.get_untracked(), |part| write(part, number))
    };
    Number::new(label, key, value, take).nudge(Nudge::By(0.1))
}

/// The chosen part of a mixture.
fn part(plane: Plane) -> El {
    let count = move || plane.spec.with(|spec| spec.parts.len());
    let entries = move || (0..count()).map(|k| Offer::new(k, format!("{} of {}", k + 1, count()))).collect();
    let chosen =
        Choice::new("Part", "part", Signal::derive(move || plane.chosen.get().to_string()), entries, move |text| {
            plane.chosen.set(text.parse().unwrap_or(0))
        });
    let class = Choice::new(
        "Class",
        "class",
        Signal::derive(move || {
            let k = plane.chosen.get();
            plane.spec.with(|spec| spec.parts.get(k).map_or(0, |part| part.class)).to_string()
        }),
        || vec![Offer::new(0, "first"), Offer::new(1, "second")],
        move |text| plane.edit_part(plane.chosen.get_untracked(), |part| part.class = u8::from(text == "1")),
    );
    let x = number(plane, "x", "part-x", |part| part.centre[0], |part, x| part.centre[0] = x).signed();
    let y = number(plane, "y", "part-y", |part| part.centre[1], |part, y| part.centre[1] = y).signed();
    let width = number(plane, "Width", "part-width", |part| part.std, |part, std| part.std = std);
    let weight = number(plane, "Weight", "part-weight", |part| part.weight, |part, weight| part.weight = weight);
    el("div", "part")
        .child(el("div", "pair").child(chosen.draw()).child(class.draw()))
        .child(el("div", "pair").child(x.draw()).child(y.draw()))
        .child(el("div", "pair").child(width.draw()).child(weight.draw()))
        .child(
            el("div", "verbs").child(button("button small", move || plane.add_part()).text("Add a part")).child(
                button("button small", move || plane.remove_part(plane.chosen.get_untracked()))
                    .live_attr("disabled", move || count() < 2)
                    .text("Remove it"),
            ),
        )
}

/// Points out of a file and into one.
pub fn files(plane: Plane) -> El {
    let save = move |name: &'static str, write: fn(&[Part]) -> String| {
        move || {
            if plane.spec.with_untracked(|spec| cloud::is_blank(&spec.parts)) {
                return plane.alerts.say("There is no point to save yet.");
            }
            let text = plane.spec.with_untracked(|spec| write(spec.active()));
            if download::save(name, text.as_bytes()).is_none() {
                plane.alerts.say("The browser would not save the file.");
            }
        }
    };
    let input = el("input", "").attr("type", "file").attr("accept", ".csv,.tsv,.json,.txt,text/*,application/json").on(
        "change",
        move |event| {
            if let Some(input) = event.target() {
                read(plane, input.unchecked_ref());
            }
        },
    );
    el("div", "verbs")
        .attr("role", "group")
        .attr("aria-label", "Files of points")
        .child(el("label", "button small file").text("Load points").child(input))
        .child(button("button small", save("flowstep-points.csv", cloud::csv)).text("CSV"))
        .child(button("button small", save("flowstep-points.json", cloud::json)).text("JSON"))
}

/// Takes the points of the file that was chosen in `input`.
fn read(plane: Plane, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that the same file can be chosen again.
    input.set_value("");
    let name = file.name();
    if file.size() > cloud::MAX_TEXT as f64 {
        return plane.alerts.say(format!(
            "“{name}” is too large for a file of points; at most {} MB are read.",
            cloud::MAX_TEXT >> 20
        ));
    }
    // As bytes: what text they are is the same in every browser.
    spawn_local(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => take(plane, &name, &Uint8Array::new(&buffer).to_vec()),
            Err(_) => plane.alerts.say(format!("“{name}” could not be read.")),
        }
    });
}

/// Holds until a file is.
const NOT_LOADED: &str = "was not loaded";

/// Takes the points of a file of these bytes, or says why not.
fn take(plane: Plane, name: &str, bytes: &[u8]) {
    match cloud::open(bytes) {
        Ok(Cloud { parts, note }) => {
            plane.alerts.retract_those(NOT_LOADED);
            note.iter().for_each(|note| plane.alerts.say(format!("“{name}”: {note}.")));
            plane.brush.set(false);
            plane.turn_sheet();
            plane.undo.part();
            plane.edit(|spec: &mut Spec| (spec.data, spec.parts, spec.points) = (Shape::Points, parts, None));
        }
        Err(sentence) => plane.alerts.say(format!("“{name}” {NOT_LOADED}: {sentence}.")),
    }
}
