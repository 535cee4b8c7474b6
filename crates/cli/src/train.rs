//! `flowstep train`: the page's training, on this machine's CPU, with checkpoints.

use super::{
    earlier::Products,
    files,
    numbers::{MOST_MINUTES, MOST_STEPS, within},
    picture,
    say::say,
    settings::Settings,
};
use burn::tensor::Device;
use clap::Args;
use cpu_time::ProcessTime;
use data::images::Images;
use flow::family::{FamilyId, Term};
use lab::{checkpoint, evaluate::held_out, train::Trainer, walk::Walk};
use model::{
    design::Design,
    network::Config,
    weights::{self, Precision},
};
use protocol::message::{SampleSpec, TrainSpec};
use std::path::PathBuf;

const AFTER_HELP: &str = "When nobody reads what is printed any longer (| head -1), the training goes on to its end and \
writes its files. It stops with exit code 2, and keeps what it wrote last, when its numbers are no longer finite.";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub struct Train {
    #[command(flatten)]
    recipe: Settings<TrainSpec>,
    /// A network of your own as JSON, in place of the architecture's
    #[arg(long)]
    config: Option<String>,
    /// Steps after which the training ends
    #[arg(long, default_value_t = 1000, value_parser = within(1, MOST_STEPS))]
    steps: u64,
    /// End sooner, after so many minutes of CPU time
    #[arg(long, value_parser = within(0.0, MOST_MINUTES))]
    minutes: Option<f64>,
    /// Let the learning rate fall to zero by the last step
    #[arg(long)]
    decay: bool,
    /// Steps between a report, a checkpoint and a sample grid
    #[arg(long, default_value_t = 500, value_parser = within(1, MOST_STEPS))]
    every: u64,
    /// Folder with data/
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Weights to write: NAME stands for NAME.safetensors, with NAME.checkpoint and NAME.png, a sample grid, beside it.
    /// A training of the same recipe goes on from its checkpoint
    #[arg(long, default_value = "weights.safetensors")]
    out: PathBuf,
    /// Start anew where the files at --out are of another training, and replace them
    #[arg(long)]
    overwrite: bool,
}

impl Train {
    fn design(&self) -> Result<Design, String> {
        let spec = &self.recipe.0;
        let design = match &self.config {
            None => Design::of(spec),
            Some(json) => {
                let bad = |error| format!("bad --config: {error}");
                let design = Design::read(spec.family, serde_json::from_str(json).map_err(bad)?).map_err(bad)?;
                match design {
                    Design::Flow(config) => Design::Flow(Config { schedule: spec.schedule, ..config }),
                    other => other,
                }
            }
        };
        design.check()?;
        Ok(design)
    }

    /// A new trainer, or the one that a checkpoint of the same recipe left.
    fn trainer(&self, products: &Products, device: &Device) -> Result<Trainer, String> {
        let mut trainer = Trainer::new(self.recipe.0.clone(), self.design()?, device);
        trainer.decay = self.decay.then_some(self.steps);
        match products.left(&trainer, self.steps, device) {
            Ok(None) => {}
            Ok(Some(left)) => {
                let _ = say!("going on from step {} of {}", left.step(), products.checkpoint.display());
                let decay = trainer.decay;
                trainer = left;
                trainer.decay = decay;
            }
            Err(why) if self.overwrite => {
                let _ = say!("starting anew: {why}");
            }
            Err(why) => return Err(format!("{why}; name another --out, or replace what is there with --overwrite")),
        }
        Ok(trainer)
    }

    pub fn run(&self) -> Result<(), String> {
        let (device, products) = (Device::flex(), Products::of(&self.out)?);
        let mut trainer = self.trainer(&products, &device)?;
        let [train, test] = files::sets(&self.public, self.recipe.0.data)?;
        products.all().into_iter().try_for_each(files::claim)?;
        let (begin, first) = (ProcessTime::now(), trainer.step());
        let mut kept = (first > 0).then_some(first);
        let mut losses = Vec::new();
        loop {
            if trainer.step() < self.steps {
                let terms = pollster::block_on(trainer.train(&train).into_data_async());
                let terms = terms.map_err(|error| error.to_string())?.try_to_vec::<f32>();
                losses.push(terms.map_err(|error| format!("{error:?}"))?);
            }
            let minutes = begin.elapsed().as_secs_f64() / 60.0;
            let ended = trainer.step() >= self.steps || self.minutes.is_some_and(|end| minutes >= end);
            let finite = losses.last().is_none_or(|terms| terms.iter().all(|term| term.is_finite()));
            if finite && !ended && trainer.step() % self.every != 0 {
                continue;
            }
            let held_out = if finite { report(&products, &trainer, &test, &device)? } else { None };
            let held_out = held_out.ok_or_else(|| ruined(trainer.step(), kept))?;
            kept = Some(trainer.step());
            let rate = (trainer.step() - first) as f64 / minutes / 60.0;
            let loss = mean(&losses, trainer.spec.family).map_or("nothing left to train".into(), |mean| {
                format!("{minutes:.1} CPU min · {rate:.2} steps/s · {mean}")
            });
            losses.clear();
            // The work goes on whether or not anybody reads of it.
            let held_out = held_out.map_or(String::new(), |loss| format!(" · held-out {loss:.4}"));
            let _ = say!("step {} · {loss}{held_out}", trainer.step());
            if ended {
                return Ok(());
            }
        }
    }
}

/// The mean of every term, with its name.
fn mean(losses: &[Vec<f32>], family: FamilyId) -> Option<String> {
    let term = |(i, term): (usize, &Term)| {
        let sum: f32 = losses.iter().filter_map(|terms| terms.get(i)).sum();
        format!("{} {:.4}", term.name, sum / losses.len() as f32)
    };
    (!losses.is_empty()).then(|| family.terms.iter().enumerate().map(term).collect::<Vec<_>>().join(" · "))
}

/// Why a training ends before it should.
fn ruined(step: u64, kept: Option<u64>) -> String {
    let kept = kept.map_or("nothing was written".into(), |step| format!("the files of step {step} are kept"));
    format!(
        "at step {step} the loss or the weights are no longer finite, so training ends; {kept}. Try a smaller --rate"
    )
}

/// Writes checkpoint, weights and sample grid; returns the held-out loss of the average, if its family has one. Writes
/// nothing, and returns nothing, where a number is not finite.
fn report(
    products: &Products,
    trainer: &Trainer,
    test: &Images,
    device: &Device,
) -> Result<Option<Option<f64>>, String> {
    let words = |error: burn::tensor::ExecutionError| error.to_string();
    let state = pollster::block_on(checkpoint::write(trainer))?;
    let (header, theta) = pollster::block_on(checkpoint::average(trainer))?;
    let file = weights::write(header, &theta, Precision::F16).map_err(|error| error.to_string())?;
    // Both readers refuse what is not finite.
    if checkpoint::read(&state, device).is_err() || weights::read(&file).is_err() {
        return Ok(None);
    }
    let (model, coupling) = (trainer.average(), trainer.spec.coupling);
    let held_out = held_out(&model, (trainer.spec.loss, coupling), test, 1000, device);
    let held_out = pollster::block_on(held_out).map_err(words)?;
    let spec = SampleSpec { pictures: 60, ..SampleSpec::default() };
    let mut walk = Walk::new(&model, coupling, test, spec, device);
    let pixels = pollster::block_on(walk.finish()).map_err(words)?;
    let (true, Ok(grid)) = (held_out.is_none_or(f64::is_finite), picture::grid(&pixels, 10)) else { return Ok(None) };
    let Products { weights, checkpoint, grid: picture } = products;
    files::write_all(&[(checkpoint.clone(), state), (weights.clone(), file), (picture.clone(), grid)])?;
    Ok(Some(held_out))
}
