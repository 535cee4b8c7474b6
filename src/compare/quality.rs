//! How good the pictures of the lanes are, by the same measures for every kind of model, beside real pictures.

use super::meter::meter;
use crate::{
    dom::{El, button, el},
    form::Number,
    glossary::term,
    store::{Judgement, Measured, Store},
    text,
};
use flow::likelihood::standard_error;
use leptos::prelude::*;
use protocol::{
    message::SampleSpec,
    quality::{Judged, Quality, REFERENCE},
};

/// The button, the progress, and the table.
pub fn qualities(store: Store) -> El {
    let judges = store.judges;
    let running = Memo::new(move |_| judges.gauge.is_running());
    let able = Memo::new(move |_| store.routes().iter().any(Option::is_some));
    // One button with two names, so that the focus stays where it is.
    let press = move || if running.get_untracked() { judges.stop() } else { store.judge_lanes() };
    let press = button("button", press)
        .live_attr("disabled", move || !running.get() && !able.get())
        .live_text(move || if running.get() { "Cancel" } else { "Measure quality" });
    let pictures = Signal::derive(move || judges.pictures.get().to_string());
    let pictures = Number::new("Pictures of each", "judged", pictures, move |text| judges.take_pictures(text));
    let title = el("div", "title")
        .child(el("h2", "").text("Quality"))
        .child(press)
        .live(move || if running.get() { meter(judges.gauge, "Progress of the quality") } else { Vec::new() })
        .child(el("p", "quiet").attr("aria-live", "polite").live_text(move || said(store)));
    let about = format!(
        "So many pictures of each lane, of all classes in turn, are held against {} test pictures of its data: as a small \
         classifier sees them, and by pixels alone. Most measures depend on how many there are; what real pictures come to is \
         what there is to reach. Copies are looked for in the first file of training pictures.",
        text::count(REFERENCE as u64)
    );
    let some = Memo::new(move |_| judges.all.with(|all| all.iter().any(|it| it.quality.is_some())));
    el("section", "quality")
        .attr("aria-label", "Quality")
        .child(title)
        .child(el("p", "quiet").text(&about))
        .child(el("div", "asked").child(pictures.draw()))
        .live(move || some.get().then(|| table(store)))
}

/// What a screen reader hears of it: its end.
fn said(store: Store) -> String {
    // Neither how many are looked at nor of which class they are has a part in it.
    let plain = |spec: &SampleSpec| SampleSpec { pictures: 1, digit: None, ..spec.clone() };
    let changed = || {
        let now = store.routes();
        let same = |it: &Judgement| match (it.lane, it.spec()) {
            (Some(lane), Some(spec)) => {
                let route = now.get(lane).and_then(Option::as_ref);
                route.is_some_and(|route| plain(&route.spec) == plain(spec))
                    && store.weights_of(spec.model) == it.weights
            }
            _ => true,
        };
        !store.judges.all.with(|all| all.iter().all(same))
    };
    let stale = || if changed() { " The lanes have changed since." } else { "" };
    let of = store.judges.all.with(|all| all.iter().find_map(|it| it.quality.map(|it| it.pictures)));
    let of = of.map(|pictures| format!("{} pictures of each", text::count(pictures as u64)));
    match store.judges.gauge.progress.get() {
        Measured::None | Measured::Running(_) => String::new(),
        Measured::Finished => format!("Measured, {}.{}", of.unwrap_or_default(), stale()),
        Measured::Stopped => match of {
            Some(of) => format!("Stopped, {of}.{}", stale()),
            None => "Stopped.".into(),
        },
    }
}

/// A row: the key of its term, which way is better, and its value.
type Row = (&'static str, &'static str, fn(&Quality) -> String);

fn percent(share: f64) -> String {
    format!("{} %", text::decimal(100.0 * share, 1))
}

fn number(value: f64) -> String {
    if value.is_finite() { text::brief(value, 3) } else { "not finite".into() }
}

const ROWS: &[Row] = &[
    ("right", "↑", |it| it.accuracy.map_or("none asked".into(), percent)),
    ("frechet", "↓", |it| number(it.frechet)),
    ("pixel-energy", "→ 0", |it| number(1e3 * it.energy)),
    ("sliced", "↓", |it| number(it.sliced)),
    ("untaught", "↓", |it| number(it.random)),
    ("precision", "↑", |it| percent(it.precision)),
    ("recall", "↑", |it| percent(it.recall)),
    ("diversity", "→ 1", |it| number(it.diversity)),
    ("memorised", "↓", |it| percent(it.memorised)),
];

/// A row of what is known of the model itself, or of its drawing; nothing of real pictures.
type OwnRow = (&'static str, fn(Store, &Judgement) -> Option<String>);

const OWN: &[OwnRow] = &[
    ("bits", |store, it| bits(store, it)),
    ("nfe", |_, it| it.spec().and(it.quality.as_ref()).map(|it| text::count(it.nfe as u64))),
    ("ms", |_, it| it.spec().and(it.quality.as_ref()).map(|it| text::brief(it.ms, 2))),
];

/// What test pictures cost under the model of a lane, as far as that was measured.
fn bits(store: Store, it: &Judgement) -> Option<String> {
    let model = it.spec()?.model;
    if !store.tells_density(model) {
        return Some("none".into());
    }
    let place = store.scales.models.with(|models| models.iter().position(|other| *other == model));
    let told = store.scales.tallies.with(|tallies| {
        let tally = tallies.get(place?)?;
        let error = standard_error(&tally.bits).map(|error| format!(" ± {error:.2}")).unwrap_or_default();
        Some(format!("{:.2}{error}", tally.mean()?))
    });
    Some(told.unwrap_or_else(|| "not yet".into()))
}

/// “A Euler”, “A latent flow” where the models are not one, or “Real”.
fn heading(store: Store, it: &Judgement, all: &[Judgement]) -> String {
    let models = || all.iter().filter_map(Judgement::spec).map(|spec| spec.model);
    match (it.lane, &it.subject) {
        (Some(lane), Judged::Model(spec)) => {
            let family = store.family_of(spec.model);
            let differ = models().any(|model| model != spec.model);
            let how = if family.has_path() && !differ { spec.sampler.name } else { family.0.name };
            format!("{} {how}", text::letter(lane))
        }
        (_, Judged::Real(data)) if all.iter().filter(|it| it.lane.is_none()).count() > 1 => {
            format!("Real, {}", data.name())
        }
        _ => "Real".into(),
    }
}

fn table(store: Store) -> El {
    let all = store.judges.all;
    let head = move || {
        let columns: Vec<_> = all.with(|all| {
            let column = |it: &Judgement| el("th", "").attr("scope", "col").text(&heading(store, it, all));
            all.iter().map(column).collect()
        });
        [el("td", "")].into_iter().chain(columns).collect::<Vec<_>>()
    };
    let line = |key: &str, better: &str| {
        el("th", "").attr("scope", "row").child(term(key)).child(el("span", "quiet").text(&format!(" {better}")))
    };
    let rows = ROWS.iter().map(move |(key, better, value)| {
        // Of pictures whose numbers have ended nothing else means anything.
        let said = move |it: &Quality| if it.frechet.is_finite() { value(it) } else { "not finite".into() };
        let cells = move || {
            let cell = |it: &Judgement| el("td", "").text(&it.quality.as_ref().map(said).unwrap_or_default());
            all.with(|all| all.iter().map(cell).collect::<Vec<_>>())
        };
        el("tr", "").child(line(key, better)).live(cells)
    });
    let own = OWN.iter().map(move |(key, value)| {
        let cells = move || {
            let cell = |it: &Judgement| el("td", "").text(&value(store, it).unwrap_or_else(|| "–".into()));
            all.with(|all| all.iter().map(cell).collect::<Vec<_>>())
        };
        el("tr", "").child(line(key, "")).live(cells)
    });
    let table = el("table", "figure")
        .child(el("thead", "").child(el("tr", "").live(head)))
        .child(el("tbody", "").children(rows.chain(own).collect::<Vec<_>>()));
    // It may be wider than a phone.
    el("div", "measures").attr("tabindex", "0").attr("role", "region").attr("aria-label", "Measures").child(table)
}
