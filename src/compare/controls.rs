//! What tells a lane from the others: sampler, model, guidance, stochasticity.

use crate::{
    dom::{El, el},
    form::{
        Offer, choice, field,
        keys::{Keeps, Keys},
        slider,
    },
    sample::{
        sampling::{GUIDANCE, SAMPLER, STOCHASTICITY, noise},
        settings::{MODEL, model_entries},
    },
    store::Store,
    text,
};
use flow::{keyed::Keyed, sampler::SamplerId};
use leptos::prelude::*;
use protocol::{
    comparison::{Comparison, Lane, Lock},
    sampling::SampleSpec,
};

/// A lane as its controls see it: a sampling, of which it has some settings for itself.
#[derive(Clone, Copy)]
struct Own {
    store: Store,
    lane: usize,
    way: Memo<Lane>,
}

impl Keys for Own {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        let mut done = Ok(());
        self.store.change_lanes(|lanes| {
            if let Some(lane) = lanes.get_mut(self.lane) {
                done = lane.set(key, text);
            }
        });
        done
    }

    fn say(self, sentence: String) {
        self.store.alerts.say(sentence);
    }

    fn id(self, key: &str) -> String {
        format!("lane-{}-{key}", self.lane)
    }

    fn name(self, label: &str) -> Option<String> {
        Some(format!("{label} of lane {}", text::letter(self.lane)))
    }
}

impl Keeps<SampleSpec> for Own {
    fn with<R>(self, read: impl FnOnce(&SampleSpec) -> R) -> R {
        read(&self.way.get().spec(&SampleSpec::default(), Lock::Time))
    }
}

/// The controls of one lane: whose pictures these are, and how they are steered.
pub fn controls(store: Store, lane: usize) -> [El; 2] {
    // A lane that is being removed keeps its last values.
    let way = Memo::new(move |before: Option<&Lane>| {
        let now = store.comparison.with(|it| it.lanes.get(lane).copied());
        now.or(before.copied()).unwrap_or(Comparison::default().lanes[0])
    });
    let own = Own { store, lane, way };
    let samplers = Memo::new(move |_| samplers(store, way.get()));
    let models = Memo::new(move |_| model_entries(store));
    let noise = Memo::new(move |_| noise(&way.get().sampler));
    let has_path = Memo::new(move |_| store.family_of(way.get().model).has_path());
    let guidance = move || match has_path.get() {
        true => field(own, GUIDANCE),
        false => Some(el("p", "note").live_text(move || store.family_of(way.get().model).sampling.in_a_lane())),
    };
    let stochasticity = move |(symbol, range)| slider(own, STOCHASTICITY, symbol, range).draw();
    [
        el("div", "ways")
            .child(choice(own, SAMPLER).entries(move || samplers.get()).draw())
            .child(choice(own, MODEL).entries(move || models.get()).draw()),
        el("div", "knobs").live(guidance).live(move || noise.get().filter(|_| has_path.get()).map(stochasticity)),
    ]
}

/// Every sampler; those that make no sense with the lane's model say why and cannot be chosen.
fn samplers(store: Store, way: Lane) -> Vec<Offer> {
    let path = store.path_of(way.model);
    if !path.family.has_path() {
        return vec![Offer::new(way.sampler, "in one pass")];
    }
    let entry = |sampler: SamplerId| match sampler.fits(path.schedule.0, path.gaussian) {
        Ok(()) => Offer::new(sampler, sampler.name),
        Err(why) => Offer { disabled: true, ..Offer::new(sampler, format!("{}: {why}", sampler.name)) },
    };
    SamplerId::all().map(entry).collect()
}
