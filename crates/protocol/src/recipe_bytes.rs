//! A recipe as bytes, in saved trainings and on the way to the worker: the fields that recipes had first, each in its place, and in words
//! what came later, so that another setting changes nothing for what is saved. As text it is its fields by their names.

use crate::{
    catalogue::Architecture,
    recipe::{SETTINGS, TrainSpec},
    setting,
};
use data::sets::DataSet;
use flow::{
    adversarial::Objective, coupling::Coupling, draw::Draw, elbo::Likelihood, family::FamilyId, prediction::Reading,
    schedule::ScheduleId,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Settings that came later, by their keys.
const LATER: [&str; 4] = ["codebook", "draw-location", "draw-scale", "lambda"];

/// The recipe as the first version of saved trainings has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct First {
    family: FamilyId,
    data: DataSet,
    architecture: Architecture,
    batch: usize,
    seed: u64,
    learning_rate: f64,
    label_drop: f64,
    schedule: ScheduleId,
    loss: Reading,
    draw: Draw,
    coupling: Coupling,
    latent: usize,
    labels: bool,
    beta: f64,
    likelihood: Likelihood,
    adversarial: Objective,
    critic_steps: usize,
}

impl From<&TrainSpec> for First {
    fn from(spec: &TrainSpec) -> Self {
        let TrainSpec { family, data, architecture, batch, seed, learning_rate, label_drop, schedule, .. } = *spec;
        let TrainSpec { loss, draw, coupling, latent, labels, beta, likelihood, adversarial, critic_steps, .. } = *spec;
        Self {
            family,
            data,
            architecture,
            batch,
            seed,
            learning_rate,
            label_drop,
            schedule,
            loss,
            draw,
            coupling,
            latent,
            labels,
            beta,
            likelihood,
            adversarial,
            critic_steps,
        }
    }
}

impl From<First> for TrainSpec {
    fn from(first: First) -> Self {
        let First { family, data, architecture, batch, seed, learning_rate, label_drop, schedule, .. } = first;
        let First { loss, draw, coupling, latent, labels, beta, likelihood, adversarial, critic_steps, .. } = first;
        Self {
            family,
            data,
            architecture,
            batch,
            seed,
            learning_rate,
            label_drop,
            schedule,
            loss,
            draw,
            coupling,
            latent,
            labels,
            beta,
            likelihood,
            adversarial,
            critic_steps,
            ..Self::of(family)
        }
    }
}

/// “key=value&…”, of what came later and is not usual.
fn later(spec: &TrainSpec) -> String {
    let settings = SETTINGS.iter().filter(|setting| LATER.contains(&setting.key));
    let words = setting::words(settings, &TrainSpec::of(spec.family), spec);
    words.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

/// Takes what [`later`] has written. A newer page may know more of it than this one, whose models then are not these.
fn take(spec: &mut TrainSpec, words: &str) -> Result<(), String> {
    for word in words.split('&').filter(|word| !word.is_empty()) {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let known = LATER.iter().find(|later| **later == key).and_then(|key| setting::find(SETTINGS, key));
        (known.ok_or("a recipe has a setting that is not known here")?.write)(spec, value)?;
    }
    Ok(())
}

impl Serialize for TrainSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return Self::serialize(self, serializer);
        }
        (First::from(self), later(self)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TrainSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Self::deserialize(deserializer);
        }
        let (first, words) = <(First, String)>::deserialize(deserializer)?;
        let mut spec = Self::from(first);
        take(&mut spec, &words).map_err(D::Error::custom)?;
        Ok(spec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::keyed::Keyed;

    #[test]
    fn every_setting_is_one_of_the_first_or_comes_later() {
        for family in FamilyId::all() {
            let usual = TrainSpec::of(family);
            for setting in SETTINGS.iter().filter(|setting| setting.key != "family") {
                let entries = setting.control.entries();
                let values = entries.iter().map(|(key, _)| key.to_string()).chain(["2", "3", "0.2"].map(String::from));
                for value in values {
                    let mut spec = usual.clone();
                    let _ = (setting.write)(&mut spec, &value);
                    let bytes = postcard::to_allocvec(&spec).expect("bytes");
                    assert_eq!(postcard::from_bytes(&bytes), Ok(spec), "{family}, {} = {value}", setting.key);
                }
            }
        }
    }

    #[test]
    fn the_first_bytes_are_those_that_they_were() {
        let spec = TrainSpec { batch: 8, labels: true, ..TrainSpec::of(FamilyId::GAN) };
        let first = postcard::to_allocvec(&First::from(&spec)).expect("bytes");
        assert_eq!(first[..4], *b"\x03gan");
        assert_eq!(postcard::to_allocvec(&spec).expect("bytes"), [&first[..], &[0]].concat());
        assert_eq!(TrainSpec::from(postcard::from_bytes::<First>(&first).expect("a recipe")), spec);
    }

    #[test]
    fn words_of_a_newer_page_are_refused() {
        let first = postcard::to_allocvec(&First::from(&TrainSpec::default())).expect("bytes");
        for words in ["colour=red", "codebook=1", "batch=8", "codebook"] {
            let bytes = [&first[..], &[words.len() as u8], words.as_bytes()].concat();
            assert!(postcard::from_bytes::<TrainSpec>(&bytes).is_err(), "{words}");
        }
    }
}
