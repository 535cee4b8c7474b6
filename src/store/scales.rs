//! How likely pictures are to the models of the lanes, as the worker measures it picture by picture.

use super::{gauge::Gauge, wire::Wire};
use flow::bounded::within;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    likelihood::{DrawnPicture, MAX_TESTS, WeighSpec, Weight},
    message::Command,
};

/// Test pictures under each model, where nobody asks for another number.
const TESTS: usize = 8;

/// So many of the least likely are kept to be looked at.
pub const SHOWN: usize = 12;

/// What a model says of pictures, as far as it has said it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Of every test picture, in bits a pixel.
    pub bits: Vec<f64>,
    /// The least likely test pictures, [`SHOWN`] at most, the least likely first.
    pub least: Vec<Weight>,
    /// What the model has drawn itself.
    pub drawn: Option<Weight>,
    /// Pictures that doubling the steps changed too much.
    pub open: usize,
    /// Whether any figure is an estimate.
    pub estimated: bool,
}

impl Tally {
    fn add(&mut self, weight: Weight) {
        self.open += usize::from(!weight.converged);
        self.estimated |= weight.error.is_some() || !weight.converged;
        if weight.index.is_none() {
            self.drawn = Some(weight);
            return;
        }
        self.bits.push(weight.bits);
        let place = self.least.partition_point(|other| other.bits.total_cmp(&weight.bits).is_ge());
        if place < SHOWN {
            self.least.insert(place, weight);
            self.least.truncate(SHOWN);
        }
    }

    /// Pictures of which anything is said.
    pub fn pictures(&self) -> usize {
        self.bits.len() + usize::from(self.drawn.is_some())
    }

    /// Of test pictures; none before the first.
    pub fn mean(&self) -> Option<f64> {
        (!self.bits.is_empty()).then(|| self.bits.iter().sum::<f64>() / self.bits.len() as f64)
    }
}

/// The state of the measurement.
#[derive(Clone, Copy)]
pub struct Scales {
    wire: Wire,
    pub gauge: Gauge,
    /// The models that are measured.
    pub models: RwSignal<Vec<ModelId>>,
    /// What has been measured so far, model by model.
    pub tallies: RwSignal<Vec<Tally>>,
    /// Test pictures to be measured under each, 1–[`MAX_TESTS`].
    pub tests: RwSignal<usize>,
}

impl Scales {
    pub fn new(wire: Wire) -> Self {
        let (models, tallies) = (RwSignal::default(), RwSignal::default());
        Self { wire, gauge: Gauge::new(), models, tallies, tests: RwSignal::new(TESTS) }
    }

    /// Measures the first test pictures under these models, and the picture that each has drawn.
    pub fn start(self, models: Vec<(ModelId, Option<DrawnPicture>)>) {
        self.tallies.set(vec![Tally::default(); models.len()]);
        self.models.set(models.iter().map(|(model, _)| *model).collect());
        let (run, tests) = (self.gauge.begin(), self.tests.get_untracked());
        let models = models.into_iter().map(|(model, drawn)| WeighSpec { model, tests, drawn }).collect();
        self.wire.send(Command::Weigh { run, models });
    }

    /// Takes another number of test pictures; a sentence if it is none.
    pub fn take_tests(self, text: &str) -> Result<(), String> {
        within("test pictures", text, 1, MAX_TESTS).map(|tests| self.tests.set(tests))
    }

    /// Stops; what has been measured stays.
    pub fn stop(self) {
        if let Some(run) = self.gauge.stop() {
            self.wire.send(Command::Weigh { run, models: Vec::new() });
        }
    }

    /// Takes a word of the worker.
    pub fn receive(self, run: u32, share: f64, weight: Option<Weight>) {
        if self.gauge.receive(run, share, weight.is_some())
            && let Some(weight) = weight
        {
            self.tallies.update(|tallies| {
                if let Some(tally) = tallies.get_mut(weight.place) {
                    tally.add(weight);
                }
            });
        }
    }
}
