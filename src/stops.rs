//! The page's part of the tour: the stops that show pictures.

use super::{
    dom::El,
    form::{
        field,
        keys::{Keeps, Keys},
        slider,
    },
    formula,
    sample::sampling::{STOCHASTICITY, noise},
    store::Store,
    tour::Leads,
};
use leptos::prelude::*;
use protocol::{
    sampling::{SampleSpec, setting},
    tour::{self, Stop},
};

/// The page as the controls on a card see it: each is the twin of one in the settings.
#[derive(Clone, Copy)]
struct OnCard(Store);

impl Keys for OnCard {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        self.0.set(key, text)
    }

    fn say(self, sentence: String) {
        self.0.alerts.say(sentence);
    }

    fn id(self, key: &str) -> String {
        format!("card-{key}")
    }
}

impl Keeps<SampleSpec> for OnCard {
    fn with<R>(self, read: impl FnOnce(&SampleSpec) -> R) -> R {
        self.0.sample.with(read)
    }
}

impl Leads for Store {
    fn stop(self, n: usize) -> Option<&'static Stop> {
        tour::of_pictures(n)
    }

    fn go(self, n: usize) {
        self.tour(n);
    }

    fn leave(self) {
        self.link.update(|link| link.tour = None);
    }

    fn formula(self, key: &str) -> Option<El> {
        formula::symbols(key)
    }

    fn knob(self, key: &str) -> Option<El> {
        if key == STOCHASTICITY.key {
            let (symbol, range) = noise(&self.sample.with_untracked(|sample| sample.sampler))?;
            return Some(slider(OnCard(self), STOCHASTICITY, symbol, range).draw());
        }
        field(OnCard(self), setting(key)?)
    }
}
