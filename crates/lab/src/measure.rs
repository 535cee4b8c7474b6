//! How fast a network is on this device: what the page promises before a training has begun.

use super::{
    sample::{Step, Trajectory},
    train::Trainer,
    world::World,
};
use burn::tensor::{Device, ExecutionError};
use data::images::Images;
use flow::coupling::Coupling;
use model::design::Design;
use protocol::message::{Event, MeasureSpec, SampleSpec};

/// A measurement under way: training steps, then frames of as many pictures at guidance 1 (one forward pass
/// each), after one of each to warm up. Every round waits for its result.
pub struct Timing {
    spec: MeasureSpec,
    images: Images,
    trainer: Trainer,
    trajectory: Option<Trajectory>,
    steps: Vec<f64>,
    frames: Vec<f64>,
    /// Milliseconds of the frame under way.
    frame: f64,
}

impl Timing {
    /// A sentence if the network of `spec` is none.
    pub fn new(spec: MeasureSpec, device: &Device) -> Result<Self, String> {
        let train = spec.recipe.clone();
        train.check()?;
        let design = match &spec.config {
            None => Design::of(&train),
            Some(json) => serde_json::from_str(json)
                .and_then(|config| Design::read(train.family, config))
                .map_err(|error| format!("no network can be read: {error}"))?,
        };
        design.check()?;
        let (images, trainer) = (Images::blank(train.batch), Trainer::new(train, design, device));
        Ok(Self { spec, images, trainer, trajectory: None, steps: vec![], frames: vec![], frame: 0.0 })
    }

    /// One step or one frame; the medians when all are done.
    pub async fn work(&mut self, world: &impl World) -> Result<Option<Event>, ExecutionError> {
        let begin = world.now();
        if self.steps.len() < rounds(self.spec.steps) {
            self.trainer.train(&self.images).into_data_async().await?;
            self.steps.push(world.now() - begin);
        } else if self.frames.len() < rounds(self.spec.frames) {
            let (pictures, steps) = (self.spec.recipe.batch, self.spec.frames);
            let sample = SampleSpec { pictures, steps, guidance: 1.0, ..SampleSpec::default() };
            if self.trajectory.is_none() {
                let (model, device) = (self.trainer.average(), self.trainer.device());
                self.trajectory = Trajectory::along(&model, Coupling::Independent, &self.images, sample, &device);
            }
            // Euler takes one step a frame, of as many pieces as there are.
            let step = match &mut self.trajectory {
                Some(trajectory) => trajectory.advance().await?,
                None => Step::Ended,
            };
            self.frame += world.now() - begin;
            if !matches!(step, Step::UnderWay) {
                self.frames.push(std::mem::take(&mut self.frame));
            }
        } else {
            return Ok(Some(Event::Measured {
                recipe: self.spec.recipe.clone(),
                parameters: self.trainer.design.parameters(),
                step_ms: median(&self.steps),
                forward_ms: median(&self.frames),
            }));
        }
        Ok(None)
    }
}

/// The timed ones and one to warm up, or none at all.
fn rounds(timed: usize) -> usize {
    if timed == 0 { 0 } else { timed + 1 }
}

/// The median of all but the first; 0 if there is none.
fn median(times: &[f64]) -> f64 {
    let mut timed = times.get(1..).unwrap_or_default().to_vec();
    timed.sort_by(f64::total_cmp);
    timed.get(timed.len() / 2).copied().unwrap_or(0.0)
}
