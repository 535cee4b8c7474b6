//! `flowstep shrink`: a weights file as small as the web wants it.
//!
//! Matrices are rounded to whole numbers of steps. To win back what that costs, the training goes on for some steps with the
//! rounded network: the gradient is taken at round(θ) and followed by θ itself (the straight-through estimator, Bengio
//! et al., 2013), so that θ settles where rounding hurts least.

use super::{
    files,
    numbers::{MOST_STEPS, within},
    product,
    say::say,
};
use burn::tensor::Device;
use clap::Args;
use data::images::Images;
use lab::{
    at_once::numbers,
    family::{
        Among, Lesson, Pass, Row, Slope,
        flow::{Velocities, slope},
    },
    learners::Learners,
    rate::fall,
};
use model::{
    adam::Adam,
    design::Design,
    parameters::{Entry, upload},
    quantise::rounded,
    weights::{self, Header, Precision},
};
use protocol::recipe::{MAX_BATCH, MAX_LEARNING_RATE, MIN_LEARNING_RATE, TrainSpec};
use std::{fmt::Display, path::PathBuf};

/// Beyond it nearly every column would have steps of its own.
const MOST_FINENESS: u8 = 40;

#[derive(Args)]
pub struct Shrink {
    /// Weights file to make smaller
    weights: PathBuf,
    /// Weights file to write; .safetensors is added to a name without it
    out: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    overwrite: bool,
    /// Steps to the root mean square of a matrix; attention's have longer ones
    #[arg(long, default_value_t = 10, value_parser = within(1, MOST_FINENESS))]
    fineness: u8,
    /// Steps of training with rounded weights; 0 only rounds
    #[arg(long, default_value_t = 0, value_parser = within(0, MOST_STEPS))]
    tune: u64,
    /// Learning rate of those steps; it falls to zero by the last one
    #[arg(long, default_value_t = 2e-4, value_parser = within(MIN_LEARNING_RATE, MAX_LEARNING_RATE))]
    rate: f64,
    /// Folder with data/
    #[arg(long, default_value = "public")]
    public: PathBuf,
}

/// The recipe behind `header`. Files older than one of its fields say nothing of it, and then it had its default.
fn spec(header: &Header) -> Result<TrainSpec, serde_json::Error> {
    let spec: TrainSpec = serde_json::from_value(header.recipe.clone())?;
    let Header { data, loss, coupling, .. } = *header;
    // A file's numbers are not trusted to be small.
    let batch = spec.batch.clamp(1, MAX_BATCH);
    Ok(TrainSpec { data, loss, coupling, batch, schedule: header.design.schedule(), ..spec })
}

impl Shrink {
    pub fn run(&self) -> Result<(), String> {
        let out = product::file(&self.out, product::WEIGHTS)?;
        if out.exists() && !self.overwrite {
            return Err(format!("{} is there already; name another file, or say --overwrite", out.display()));
        }
        let whole = files::read(&self.weights)?;
        let of_file = |what: &dyn Display| format!("{}: {what}", self.weights.display());
        let (mut header, mut theta) = weights::read(&whole).map_err(|error| of_file(&error))?;
        let made = serde_json::json!({ "fineness": self.fineness, "tune": self.tune, "rate": self.rate });
        let recipe = header.recipe.as_object_mut().ok_or_else(|| of_file(&"its recipe has no names"))?;
        recipe.insert("shrunk".into(), made);
        files::claim(&out)?;
        if self.tune > 0 {
            let spec = spec(&header).map_err(|error| of_file(&format!("its recipe cannot be read: {error}")))?;
            let images = files::images(&self.public, &header.data.train_shards())?;
            theta = self.tune(&header, &spec, theta, &images)?;
            header.steps = header.steps.saturating_add(self.tune);
        }
        let file = weights::write(header, &theta, Precision::Whole { fineness: self.fineness });
        let file = file.map_err(|error| error.to_string())?;
        // What cannot be read back is not written.
        let (Header { hash, .. }, _) = weights::read(&file).map_err(|error| format!("rounded, {error}"))?;
        let small = file.len();
        files::write(&out, file)?;
        say!("{} bytes became {small}: {}, hash {hash}", whole.len(), out.display())
    }

    /// θ after `self.tune` steps on batches that its training has not seen.
    fn tune(&self, header: &Header, spec: &TrainSpec, theta: Vec<f32>, images: &Images) -> Result<Vec<f32>, String> {
        let Design::Flow(config) = header.design else {
            return Err(format!("only flows are tuned; a {} is rounded as it is, with --tune 0", header.family.noun()));
        };
        let size = theta.len();
        let mut learners = Learners::of(vec![Adam::new(upload(theta, [size], &Device::flex()))]);
        let (data, entries) = (Among { images, among: images.len() }, config.entries());
        let velocities = Velocities { spec, config: &config, data };
        let rounded = Rounded { velocities, entries, first: header.steps, fineness: self.fineness };
        let mut sum = 0.0;
        for step in 0..self.tune {
            let loss = learners.take(&rounded, self.rate * fall(step, self.tune)).into_scalar::<f32>();
            if !loss.is_finite() {
                return Err(format!(
                    "the loss of step {} is not finite, so nothing was written; try a smaller --rate",
                    step + 1
                ));
            }
            sum += f64::from(loss);
            if (step + 1) % 500 == 0 {
                // Whether or not anybody reads it, the work goes on.
                let _ = say!("step {} of {}: mean loss {:.5}", step + 1, self.tune, sum / 500.0);
                sum = 0.0;
            }
        }
        Ok(numbers(learners[0].theta.clone()))
    }
}

/// The lesson of a flow with the gradient taken at round(θ), from step `first` of its training on.
struct Rounded<'a> {
    velocities: Velocities<'a>,
    entries: Vec<Entry>,
    first: u64,
    fineness: u8,
}

impl Lesson for Rounded<'_> {
    fn passes(&self) -> Vec<Pass> {
        self.velocities.passes()
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        self.velocities.draw(self.first.saturating_add(step))
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        let theta = rounded(&self.entries, &numbers(learners[0].theta.clone()), self.fineness);
        let size = theta.len();
        let at = upload(theta, [size], &learners[0].device());
        slope(self.velocities.config, at, row, self.velocities.spec.batch)
    }
}
