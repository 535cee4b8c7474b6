//! A link is the state of the page: a query string, readable, total to parse, bounded.
//!
//! The plane has a language of its own (`plane::link`), which is kept as it is. Keys of the other views are those of a sampling
//! and of a training, in their tables ([`sampling::SETTINGS`], [`recipe::SETTINGS`]), and `view`, `frame`, `picture`, `show`,
//! `device`, `present` and `embed` (how much of the page there is), `lane` and `lock` of the comparison, `kept` (a model of the
//! [shelf](crate::shelf)), `trained` and `tour`; `sampler` is `solver` in older links; `rules` and `weights` say with what it was
//! made ([`Made`]).

mod decode;
mod made;

pub use self::made::{Made, RULES};

use self::decode::{Decoded, decode};
use super::comparison::{Comparison, Lane, MIN_LANES};
use crate::message::{MAX_LANES, MAX_PICTURES, MAX_STEPS, SampleSpec, TrainSpec};
use crate::{
    catalogue::ModelId,
    recipe, sampling,
    setting::{find, words},
    shelf::Kept,
    tour,
};
use flow::{
    bounded::{brief, within},
    keyed::Keyed,
    prediction::Reading,
};
use std::fmt::Display;

/// The views of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Sample,
    Compare,
    Train,
    Plane,
}

impl View {
    pub const ALL: [Self; 4] = [Self::Sample, Self::Compare, Self::Train, Self::Plane];

    /// The accessible name of its link.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sample => "Sample",
            Self::Compare => "Compare",
            Self::Train => "Train",
            Self::Plane => "Plane",
        }
    }
}

impl Keyed for View {
    const WHAT: &'static str = "view";

    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Compare => "compare",
            Self::Train => "train",
            Self::Plane => "plane",
        }
    }
}

flow::by_key!(View);

/// How much of the page is around what is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The whole page.
    #[default]
    Page,
    /// For an audience: the stage and time, large.
    Present,
    /// Within another page: the stage, time and a link home.
    Embed,
}

impl Mode {
    /// Its key in the link, which stands there as `key=1`.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Page => None,
            Self::Present => Some("present"),
            Self::Embed => Some("embed"),
        }
    }
}

/// What the pictures show of the state at one t.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// x_t itself.
    #[default]
    State,
    /// One of the readings of the network there.
    Reading(Reading),
}

impl Keyed for Show {
    const WHAT: &'static str = "picture to show";

    fn all() -> impl Iterator<Item = Self> {
        let readings = [Reading::Data, Reading::Noise, Reading::Velocity, Reading::Score];
        [Self::State].into_iter().chain(readings.map(Self::Reading))
    }

    fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Reading(reading) => reading.key(),
        }
    }
}

flow::by_key!(Show);

/// Which device to compute on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// WebGPU where the probe finds it, else the CPU.
    #[default]
    Auto,
    Cpu,
    Gpu,
}

impl Keyed for DeviceChoice {
    const WHAT: &'static str = "device";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Auto, Self::Cpu, Self::Gpu].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }
}

flow::by_key!(DeviceChoice);

/// The whole state that a link carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    pub view: View,
    pub sample: SampleSpec,
    /// The frame shown; `None` plays from noise to data.
    pub frame: Option<usize>,
    /// The picture looked at closely, from 0.
    pub picture: usize,
    /// What of the state is shown.
    pub show: Show,
    pub compare: Comparison,
    pub train: TrainSpec,
    /// Steps behind the trained model that the link names; 0 if none.
    pub trained: u64,
    /// The models on the shelf, by their places.
    pub kept: Vec<Kept>,
    /// First 12 hexadecimal digits of the SHA-256 of the weights of [`ModelId::File`](crate::catalogue::ModelId::File), where
    /// they are shown.
    pub file: Option<String>,
    pub device: DeviceChoice,
    pub mode: Mode,
    /// The stop of the tour, where it shows pictures; the plane has its own.
    pub tour: Option<usize>,
    /// What the plane shows, in its own language (`plane::link`), which only the plane reads.
    pub plane: String,
}

/// Longest query of the plane that is kept.
const MAX_PLANE: usize = 8_000;
/// So many characters of keys and values are read.
const MAX_QUERY: usize = 2_000;

impl Link {
    /// What a link says that says nothing, by the rules of this version: those that came later changed nothing for it.
    pub fn of_rules(_rules: u32) -> Self {
        Self::default()
    }

    /// What stop `n` of the tour shows, from 1.
    pub fn stop(n: usize) -> Self {
        match tour::of_pictures(n) {
            Some(stop) => Self { tour: Some(n), ..Self::parse(stop.link).0 },
            None => Self { view: View::Plane, plane: format!("tour={n}"), ..Self::default() },
        }
    }

    /// Reads a query string, with or without its `?`, as whoever handed it on left it ([`decode`]). Unknown keys are
    /// ignored; a bad value is replaced by the default and gets one sentence in the second result, and so does what is lost.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let made = Made::read(query);
        let mut link = Self { file: made.file(), ..Self::of_rules(made.rules) };
        let Decoded { pairs, lost: mut complaints } = decode(query);
        if pairs.iter().any(|(key, value)| key == "view" && value == "plane") {
            return link.at_plane(pairs, complaints);
        }
        // The number of a stop alone brings all that it shows; a whole link says all of it by itself.
        let whole = pairs.iter().any(|(key, _)| key == "view");
        let of_plane = |value: &str| value.parse().is_ok_and(|n: usize| (1..=tour::POINTS).contains(&n));
        if !whole && pairs.iter().any(|(key, value)| key == "tour" && of_plane(value)) {
            return link.at_plane(pairs, complaints);
        }
        if let Some((key, value)) = pairs.iter().find(|(key, _)| key == "tour") {
            match within(key, value, tour::POINTS + 1, tour::ALL) {
                Ok(n) => {
                    let stop = if whole { link.clone() } else { Self::stop(n) };
                    link = Self { file: link.file, tour: Some(n), ..stop };
                }
                Err(sentence) => complaints.push(sentence),
            }
        }
        // The family decides what the other settings of a recipe usually are.
        if let Some((_, value)) = pairs.iter().find(|(key, _)| key == "family") {
            complaints.extend(link.set("family", value).err());
        }
        let (mut lanes, mut length) = (Vec::new(), 0);
        for (key, value) in &pairs {
            length += key.len() + value.len();
            if length > MAX_QUERY {
                complaints.push(format!("only the first {MAX_QUERY} characters of the settings are read"));
                break;
            }
            // These alone may stand several times.
            let done = match key.as_str() {
                "lane" => lane(value).map(|lane| lanes.push(lane)),
                "family" | "tour" => Ok(()),
                "kept" => Kept::parse(value).map(|kept| {
                    link.kept.retain(|other| other.slot != kept.slot);
                    link.kept.push(kept);
                }),
                _ => link.set(key, value),
            };
            complaints.extend(done.err());
        }
        link.kept.sort_by_key(|kept| kept.slot);
        if (MIN_LANES..=MAX_LANES).contains(&lanes.len()) {
            link.compare.lanes = lanes;
        } else if !lanes.is_empty() {
            complaints.push(format!("{} lanes cannot be compared; it takes {MIN_LANES} to {MAX_LANES}", lanes.len()));
        }
        link.frame = link.frame.map(|frame| frame.min(link.sample.steps));
        link.picture = link.picture.min(link.sample.pictures - 1);
        (link, complaints)
    }

    /// The keys of the plane are its own, so they are kept as they are.
    fn at_plane(mut self, pairs: Vec<(String, String)>, mut complaints: Vec<String>) -> (Self, Vec<String>) {
        self.view = View::Plane;
        for (key, value) in pairs {
            match key.as_str() {
                "device" | "present" | "embed" => complaints.extend(self.set(&key, &value).err()),
                "view" | "rules" | "weights" => {}
                _ if self.plane.len() + key.len() + value.len() + 1 < MAX_PLANE => {
                    let gap = if self.plane.is_empty() { "" } else { "&" };
                    self.plane += &format!("{gap}{key}={value}");
                }
                _ => {
                    complaints.push(format!("{key} is too long: at most {MAX_PLANE} characters are read"));
                    break;
                }
            }
        }
        (self, complaints)
    }

    /// Reads one value; if it is none of that key, a sentence, and nothing changes. Unknown keys are ignored.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let (sample, train) = (&mut self.sample, &mut self.train);
        match key {
            "view" => self.view = value.parse()?,
            "device" => self.device = value.parse()?,
            "present" => self.switch(switch(key, value)?, Mode::Present),
            "embed" => self.switch(switch(key, value)?, Mode::Embed),
            "show" => self.show = value.parse()?,
            "lock" => self.compare.lock = value.parse()?,
            "frame" => self.frame = Some(within(key, value, 0, MAX_STEPS)?),
            "picture" => self.picture = within(key, value, 1, MAX_PICTURES)? - 1,
            "trained" => self.trained = within(key, value, 0, 10_000_000)?,
            _ => {
                if let Some(setting) = sampling::setting(key) {
                    (setting.write)(sample, value)?;
                } else if let Some(setting) = find(recipe::SETTINGS, key) {
                    setting.take(train, value)?;
                }
            }
        }
        Ok(())
    }

    /// A mode on, or off where it is the one that is on.
    fn switch(&mut self, on: bool, mode: Mode) {
        if on {
            self.mode = mode;
        } else if self.mode == mode {
            self.mode = Mode::Page;
        }
    }

    /// The query string, with its `?`. What decides the pictures is always written; the rest only
    /// where it differs from the default.
    pub fn to_query(&self) -> String {
        let (sample, train, plain) = (&self.sample, &self.train, Self::default());
        let device = self.device;
        if self.view == View::Plane {
            let gap = if self.plane.is_empty() { "" } else { "&" };
            let device = if self.device == DeviceChoice::Auto { String::new() } else { format!("&device={device}") };
            let rules = Made { rules: RULES, weights: vec![] }.words();
            return format!("?view=plane{gap}{}{device}{}{rules}", self.plane, self.mode_words());
        }
        let mut query = format!("?view={}", self.view.key());
        let mut add = |key: &str, value: &dyn Display, differs: bool| {
            if differs {
                query += &format!("&{key}={value}");
            }
        };
        for (key, value) in words(sampling::SETTINGS, &plain.sample, sample) {
            add(key, &value, true);
        }
        add("show", &self.show, self.show != plain.show);
        add("lock", &self.compare.lock, self.compare.lock != plain.compare.lock);
        for lane in &self.compare.lanes {
            let Lane { model, sampler, guidance, stochasticity } = lane;
            let value = format!("{sampler},{guidance},{stochasticity},{model}");
            add("lane", &value, self.compare.lanes != plain.compare.lanes);
        }
        add("frame", &self.frame.unwrap_or(0), self.frame.is_some());
        add("picture", &(self.picture + 1), self.picture != 0);
        let mut settings: Vec<_> = train.settings().collect();
        // Links from before there was a table end with it.
        settings.sort_by_key(|setting| setting.key == "coupling");
        for (key, value) in words(settings, &plain.train, train) {
            add(key, &value, true);
        }
        add("trained", &self.trained, self.trained != 0);
        for kept in &self.kept {
            add("kept", &kept.to_text(), true);
        }
        add("device", &device, self.device != DeviceChoice::Auto);
        if let Some(n) = self.tour {
            query += &format!("&tour={n}");
        }
        query + &self.mode_words() + &self.made().words()
    }

    /// With what this page draws what the link shows.
    pub fn made(&self) -> Made {
        let mut weights: Vec<(String, String)> = vec![];
        let lanes = self.compare.lanes.iter().map(|lane| lane.model);
        for model in [self.sample.model].into_iter().chain(lanes.filter(|_| self.compare != Self::default().compare)) {
            let hash = match model {
                ModelId::File => self.file.clone(),
                _ => model.shipped().map(|shipped| shipped.hash.into()),
            };
            let known = weights.iter().any(|(key, _)| key == model.key());
            weights.extend(hash.filter(|_| !known).map(|hash| (model.key().into(), hash)));
        }
        Made { rules: RULES, weights }
    }

    fn mode_words(&self) -> String {
        self.mode.key().map(|key| format!("&{key}=1")).unwrap_or_default()
    }
}

/// “1” or “0”.
fn switch(key: &str, value: &str) -> Result<bool, String> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(format!("{key} cannot be “{}”; it is one of 1, 0", brief(value))),
    }
}

/// “sampler,guidance,stochasticity,model”
fn lane(value: &str) -> Result<Lane, String> {
    let parts: Vec<&str> = value.split(',').collect();
    let [sampler, guidance, stochasticity, model] = parts[..] else {
        return Err(format!(
            "lane cannot be “{}”; it is like heun,2,1,mnist: sampler, guidance, stochasticity, model",
            brief(value)
        ));
    };
    let mut lane = Lane::default();
    let said = [("model", model), ("sampler", sampler), ("guidance", guidance), ("stochasticity", stochasticity)];
    said.into_iter().try_for_each(|(key, text)| lane.set(key, text))?;
    Ok(lane)
}

#[cfg(test)]
mod tests;
