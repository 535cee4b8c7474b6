//! How good the pictures of the lanes are, as the worker measures it lane by lane, beside real pictures.

use super::{gauge::Gauge, wire::Wire};
use flow::bounded::within;
use leptos::prelude::*;
use protocol::{
    message::{Command, SampleSpec},
    quality::{Judged, MAX_JUDGED, MIN_JUDGED, Quality},
};

/// Pictures of each, where nobody asks for another number.
const PICTURES: usize = 200;

/// Whose pictures are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The place of its lane in the view; none of real pictures.
    pub lane: Option<usize>,
    pub subject: Judged,
    /// Hash and steps of its weights when it began, as far as they were known.
    pub weights: Option<(String, u64)>,
    /// Once it is known.
    pub quality: Option<Quality>,
}

impl Judgement {
    /// What draws, where it is not the world.
    pub fn spec(&self) -> Option<&SampleSpec> {
        match &self.subject {
            Judged::Model(spec) => Some(spec),
            Judged::Real(_) => None,
        }
    }
}

/// The state of the measurement.
#[derive(Clone, Copy)]
pub struct Judges {
    wire: Wire,
    pub gauge: Gauge,
    /// What is judged, in the order in which the worker does.
    pub all: RwSignal<Vec<Judgement>>,
    /// Pictures of each, [`MIN_JUDGED`]–[`MAX_JUDGED`].
    pub pictures: RwSignal<usize>,
}

impl Judges {
    pub fn new(wire: Wire) -> Self {
        Self { wire, gauge: Gauge::new(), all: RwSignal::default(), pictures: RwSignal::new(PICTURES) }
    }

    /// Judges these.
    pub fn start(self, all: Vec<Judgement>) {
        let subjects = all.iter().map(|it| it.subject.clone()).collect();
        self.all.set(all);
        let (run, pictures) = (self.gauge.begin(), self.pictures.get_untracked());
        self.wire.send(Command::Judge { run, pictures, subjects });
    }

    /// Takes another number of pictures; a sentence if it is none.
    pub fn take_pictures(self, text: &str) -> Result<(), String> {
        within("pictures of each", text, MIN_JUDGED, MAX_JUDGED).map(|pictures| self.pictures.set(pictures))
    }

    /// Stops; what has been measured stays.
    pub fn stop(self) {
        if let Some(run) = self.gauge.stop() {
            self.wire.send(Command::Judge { run, pictures: MIN_JUDGED, subjects: Vec::new() });
        }
    }

    /// Takes a word of the worker.
    pub fn receive(self, run: u32, share: f64, found: Option<(usize, Quality)>) {
        if self.gauge.receive(run, share, found.is_some())
            && let Some((place, quality)) = found
        {
            self.all.update(|all| {
                if let Some(judgement) = all.get_mut(place) {
                    judgement.quality = Some(quality);
                }
            });
        }
    }
}
