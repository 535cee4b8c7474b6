//! The one table of the plane's settings, which its links and its controls read. What the worker is told too, a method and a
//! cloud, stands in `protocol` and is a part of the spec here.

use super::{
    camera::{self, Camera, SPANS},
    spec::{Against, FigureKind, Layers, MAX_LEVEL, MAX_TRAINED, Spec},
};
use data::{
    inline,
    shapes::{LETTERS, MAX_PARTS, REACH, Shape},
};
use flow::{
    bounded::{brief, within},
    family::{FamilyId, Needs},
    keyed::Keyed,
    schedule::ScheduleId,
};
use protocol::{
    cloud::{self, CloudSpec, MAX_STEPS},
    contest::{MAX_RIVALS, MOST_STEPS, SECONDS},
    method::{self, Method},
    plane::MAX_ROUNDS,
    sampling::{self, MAX_GUIDANCE},
    setting::{self, Control, Entries, Holds, Nudge, Setting, entries},
};
use std::fmt::Display;

impl Holds<Method> for Spec {
    fn part(&self) -> &Method {
        &self.method
    }

    fn part_mut(&mut self) -> &mut Method {
        &mut self.method
    }
}

impl Holds<CloudSpec> for Spec {
    fn part(&self) -> &CloudSpec {
        &self.cloud
    }

    fn part_mut(&mut self) -> &mut CloudSpec {
        &mut self.cloud
    }
}

/// Which x_0 meets which x_1 in training.
pub const PAIRS: &[Setting<Spec>] = method::pairs();
/// By what a field is learned.
pub const METHOD: &[Setting<Spec>] = method::settings();

/// All of them, in the order of links.
pub const SETTINGS: [&[Setting<Spec>]; 7] = [FIGURE, PAIRS, LAYERS, cloud::settings(), VIEW, METHOD, LEARNING];

/// Every setting, in the order of links.
pub fn settings() -> impl Iterator<Item = &'static Setting<Spec>> {
    SETTINGS.into_iter().flatten()
}

/// The setting of this key.
pub const fn find(key: &str) -> Option<&'static Setting<Spec>> {
    let mut at = 0;
    while at < SETTINGS.len() {
        if let Some(setting) = setting::find(SETTINGS[at], key) {
            return Some(setting);
        }
        at += 1;
    }
    None
}

/// The setting of a key that is written in the code: in a `const`, one that is none does not compile.
pub const fn entry(key: &str) -> &'static Setting<Spec> {
    find(key).expect("a key of the plane")
}

/// What is looked at, and the path to it.
const FIGURE: &[Setting<Spec>] = &[
    Setting {
        key: "show",
        argument: "show",
        label: "Figure",
        help: "What the panels show",
        control: Control::Choice { entries: || entries(FigureKind::name), about: None },
        always: false,
        read: |it| it.show.to_string(),
        write: |it, text| text.parse().map(|value| it.show = value),
    },
    Setting {
        key: "data",
        argument: "data",
        label: "Data",
        help: "The data set",
        control: Control::Choice { entries: || entries(Shape::name), about: None },
        always: false,
        read: |it| it.data.to_string(),
        write: |it, text| text.parse().map(|value| it.take_data(value, it.letter)),
    },
    Setting {
        key: "letter",
        argument: "letter",
        label: "Letter",
        help: "The character whose pixels are the data",
        control: Control::Choice { entries: letters, about: None },
        always: false,
        read: |it| it.letter.to_string(),
        write: |it, text| letter(text).map(|value| it.take_data(it.data, value)),
    },
    Setting {
        key: "parts",
        argument: "parts",
        label: "Parts",
        help: "What data of one's own are made of",
        control: Control::Own,
        always: false,
        read: |it| {
            let own = it.parts != it.data.parts(it.letter);
            // Points that no link can hold were complained about when they came.
            own.then(|| inline::text(&it.parts).ok()).flatten().unwrap_or_default()
        },
        write: |it, text| inline::parts(text).map(|value| it.parts = value),
    },
    Setting {
        key: "points",
        argument: "points",
        label: "Data points that count",
        help: "How many points count, the first of them, or all",
        control: Control::Number(Nudge::Whole),
        always: false,
        read: |it| or(it.points, "all"),
        write: |it, text| {
            unless("all", text, |text| within("points", text, 1, MAX_PARTS)).map(|value| it.points = value)
        },
    },
    Setting {
        key: "source",
        argument: "source",
        label: "Source",
        help: "What x_0 is drawn from",
        control: Control::Choice { entries: sources, about: None },
        always: false,
        read: |it| or(it.source, "noise"),
        write: |it, text| unless("noise", text, str::parse).map(|value| it.source = value),
    },
    Setting {
        key: "schedule",
        argument: "schedule",
        label: "Schedule",
        help: "The path from noise to data",
        control: Control::Choice { entries: || entries(|it: ScheduleId| it.0.name()), about: None },
        always: false,
        read: |it| it.schedule.to_string(),
        write: |it, text| text.parse().map(|value| it.schedule = value),
    },
];

/// What is drawn over it.
const LAYERS: &[Setting<Spec>] = &[Setting {
    key: "layers",
    argument: "layers",
    label: "Layers",
    help: "What is drawn over the plane",
    control: Control::Own,
    always: false,
    read: |it| names(it.layers),
    write: |it, text| layers(text).map(|value| it.layers = value),
}];

/// How two samplers and two classes are looked at, when, and from where.
const VIEW: &[Setting<Spec>] = &[
    Setting {
        key: "against",
        argument: "against",
        label: "Against",
        help: "The sampler of the second panel",
        control: Control::Choice { entries: || entries(Against::name), about: None },
        always: false,
        read: |it| it.against.to_string(),
        write: |it, text| text.parse().map(|value| it.against = value),
    },
    Setting {
        key: "level",
        argument: "level",
        label: "Langevin at",
        help: "The noise level of Langevin, as its t",
        control: Control::Slider { symbol: "t", range: [0.0, MAX_LEVEL, 0.01] },
        always: false,
        read: |it| it.level.to_string(),
        write: |it, text| within("level", text, 0.0, MAX_LEVEL).map(|value| it.level = value),
    },
    Setting {
        key: "start",
        argument: "start",
        label: "Begin",
        help: "Where the particles of both samplers begin",
        control: Control::Own,
        always: false,
        read: |it| point(it.start, "source"),
        write: |it, text| unless("source", text, |text| place("start", text)).map(|value| it.start = value),
    },
    Setting {
        key: "frame",
        argument: "frame",
        label: "Frame",
        help: "The frame shown, or play",
        control: Control::Own,
        always: false,
        read: |it| or(it.frame, "play"),
        write: |it, text| {
            unless("play", text, |text| within("frame", text, 0, MAX_STEPS)).map(|value| it.frame = value)
        },
    },
    Setting {
        key: "camera",
        argument: "camera",
        label: "What is seen",
        help: "The middle and the width of what is seen",
        control: Control::Own,
        always: false,
        read: |it| seen(it.camera),
        write: |it, text| camera(text).map(|value| it.camera = value),
    },
    Setting {
        key: "probe",
        argument: "probe",
        label: "The cross",
        help: "The place that is looked into",
        control: Control::Own,
        always: false,
        read: |it| point(it.probe, "none"),
        write: |it, text| unless("none", text, |text| place("probe", text)).map(|value| it.probe = value),
    },
    Setting {
        key: "guidance",
        argument: "guidance",
        label: "Guidance towards the second class",
        help: "Guidance scale w",
        control: Control::Slider { symbol: "w", range: [0.0, MAX_GUIDANCE, 0.1] },
        always: false,
        read: |it| it.guidance.to_string(),
        write: |it, text| sampling::guidance(text).map(|value| it.guidance = value),
    },
];

/// How far what is learned has come.
const LEARNING: &[Setting<Spec>] = &[
    Setting {
        key: "trained",
        argument: "trained",
        label: "Train",
        help: "Steps behind the learned field",
        control: Control::Own,
        always: false,
        read: |it| it.learning.trained.to_string(),
        write: |it, text| within("trained", text, 0, MAX_TRAINED).map(|value| it.learning.trained = value),
    },
    Setting {
        key: "rounds",
        argument: "rounds",
        label: "Reflow",
        help: "Rounds of reflow after it",
        control: Control::Own,
        always: false,
        read: |it| it.learning.rounds.to_string(),
        write: |it, text| within("rounds", text, 0, MAX_ROUNDS).map(|value| it.learning.rounds = value),
    },
    Setting {
        key: "seconds",
        argument: "seconds",
        label: "Seconds for each",
        help: "Seconds of steps for each kind, where kinds learn side by side",
        control: Control::Number(Nudge::Whole),
        always: false,
        read: |it| it.seconds.to_string(),
        write: |it, text| within("seconds", text, SECONDS[0], SECONDS[1]).map(|value| it.seconds = value),
    },
    Setting {
        key: "kinds",
        argument: "kinds",
        label: "Kinds",
        help: "Steps behind each kind that has learned side by side with others",
        control: Control::Own,
        always: false,
        read: |it| {
            let kind = |(family, steps): &(FamilyId, u64)| format!("{family}.{steps}");
            if it.kinds.is_empty() { "none".into() } else { it.kinds.iter().map(kind).collect::<Vec<_>>().join(",") }
        },
        write: |it, text| kinds(text).map(|value| it.kinds = value),
    },
];

/// What `family.steps` says with commas between, each family once.
fn kinds(text: &str) -> Result<Vec<(FamilyId, u64)>, String> {
    if text == "none" {
        return Ok(vec![]);
    }
    let mut all: Vec<(FamilyId, u64)> = vec![];
    for part in text.split(',') {
        let (family, steps) = part.split_once('.').ok_or_else(|| {
            format!(
                "kinds cannot be “{}”; it is a family and its steps like flow.2000, and more after commas",
                brief(text)
            )
        })?;
        let (family, steps) = (FamilyId::find_of(Needs::Points, family)?, within("kinds", steps, 0, MOST_STEPS)?);
        if all.iter().any(|(other, _)| *other == family) || all.len() == MAX_RIVALS {
            return Err(format!("kinds names each family once, {MAX_RIVALS} of them at most"));
        }
        all.push((family, steps));
    }
    Ok(all)
}

/// Every character, by itself.
fn letters() -> Entries {
    (0..LETTERS.len()).map(|at| &LETTERS[at..=at]).map(|letter| (letter, letter)).collect()
}

fn letter(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    let found = characters.next().filter(|it| LETTERS.contains(*it) && characters.next().is_none());
    found.ok_or_else(|| format!("letter cannot be “{}”; it is one of {LETTERS}", brief(text)))
}

/// Noise, and every set that is not of one's own.
fn sources() -> Entries {
    let shapes = Shape::all().filter(|it| *it != Shape::Points).map(|it| (it.key(), it.name()));
    [("noise", "Gaussian noise")].into_iter().chain(shapes).collect()
}

/// A value, or the word for its absence.
fn or<T: Display>(value: Option<T>, none: &str) -> String {
    value.map_or_else(|| none.into(), |value| value.to_string())
}

/// A value that `read` takes, or none for its word.
fn unless<T>(none: &str, text: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    if text == none { Ok(None) } else { read(text).map(Some) }
}

fn layers(text: &str) -> Result<Layers, String> {
    if text.is_empty() || text == "none" {
        return Ok(Layers::NONE);
    }
    text.split(',').map(str::parse).collect()
}

fn names(layers: Layers) -> String {
    let names: Vec<_> = layers.on().map(Keyed::key).collect();
    if names.is_empty() { "none".into() } else { names.join(",") }
}

/// So many numbers with commas between them.
fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> = text.split(',').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    <[f64; N]>::try_from(numbers).ok().filter(|numbers| numbers.iter().all(|number| number.is_finite()))
}

fn place(key: &str, text: &str) -> Result<[f64; 2], String> {
    let place = numbers(text).filter(|[x, y]: &[f64; 2]| x.abs().max(y.abs()) <= 2.0 * REACH);
    place.ok_or_else(|| {
        let reach = 2.0 * REACH;
        format!("{key} cannot be “{}”; it is two numbers like 0.5,-1 from -{reach} to {reach}", brief(text))
    })
}

fn point(place: Option<[f64; 2]>, none: &str) -> String {
    place.map_or_else(|| none.into(), |[x, y]| format!("{x},{y}"))
}

fn camera(text: &str) -> Result<Camera, String> {
    let sound = |[x, y, span]: &[f64; 3]| x.abs().max(y.abs()) <= camera::REACH && (SPANS[0]..=SPANS[1]).contains(span);
    let camera = numbers(text).filter(sound).map(|[x, y, span]| Camera::new([x, y], span));
    camera.ok_or_else(|| format!("camera cannot be “{}”; it is x,y,width of what is seen, like 0,0,8", brief(text)))
}

fn seen(camera: Camera) -> String {
    let usual = Camera::default();
    // One whose middle is at −0 is the usual one too, of which links say nothing.
    let camera = if camera == usual { usual } else { camera };
    let ([x, y], span) = (camera.centre(), camera.span());
    format!("{x},{y},{span}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_one_setting_and_takes_what_it_says_and_offers() {
        for (i, setting) in settings().enumerate() {
            let key = setting.key;
            assert!(settings().take(i).all(|other| other.key != key), "{key}");
            assert_eq!(find(key).map(|it| it.label), Some(setting.label));
            let mut spec = Spec { parts: Shape::Rings.parts('R'), ..Spec::default() };
            assert_eq!((setting.write)(&mut spec.clone(), &(setting.read)(&spec)), Ok(()), "{key}");
            for (value, name) in setting.control.entries() {
                assert_eq!((setting.write)(&mut spec, value), Ok(()), "{key}");
                assert_eq!((setting.read)(&spec), value);
                assert!(!name.is_empty());
            }
            if let Control::Slider { range: [low, high, step], .. } = setting.control {
                let takes = |value: f64| (setting.write)(&mut Spec::default(), &value.to_string()).is_ok();
                assert!(takes(low) && takes(high) && !takes(low - step) && !takes(high + step), "{key}");
            }
            assert!((setting.write)(&mut spec, "−7 apples").is_err(), "{key}");
        }
    }
}
