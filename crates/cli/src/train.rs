//! `flowstep train`: the page's training, on this machine's CPU, with checkpoints.

use super::{
    earlier::Products,
    files,
    numbers::{MIN_RATE, MOST_MINUTES, MOST_STEPS, within},
    picture,
    say::say,
};
use burn::tensor::Device;
use clap::Args;
use cpu_time::ProcessTime;
use data::{images::Images, sets::DataSet};
use flow::{coupling::Coupling, draw::Draw, prediction::Reading, schedule::ScheduleId};
use lab::{checkpoint, evaluate::held_out, sample::Trajectory, train::Trainer};
use model::{
    network::Config,
    weights::{self, Precision},
};
use protocol::{
    catalogue::Architecture,
    message::{MAX_BATCH, MAX_LABEL_DROP, MAX_LEARNING_RATE, SampleSpec, TrainSpec},
};
use std::path::PathBuf;

const AFTER_HELP: &str = "When nobody reads what is printed any longer (| head -1), the training goes on to its end and \
writes its files. It stops with exit code 2, and keeps what it wrote last, when its numbers are no longer finite.";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub struct Train {
    #[arg(long, default_value_t)]
    data: DataSet,
    #[arg(long, default_value_t)]
    architecture: Architecture,
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
    #[arg(long, default_value_t = TrainSpec::default().batch, value_parser = within(1, MAX_BATCH))]
    batch: usize,
    #[arg(long, default_value_t = TrainSpec::default().seed)]
    seed: u64,
    #[arg(long, default_value_t = TrainSpec::default().learning_rate, value_parser = within(MIN_RATE, MAX_LEARNING_RATE))]
    rate: f64,
    #[arg(long, default_value_t = TrainSpec::default().label_drop, value_parser = within(0.0, MAX_LABEL_DROP))]
    drop: f64,
    #[arg(long, default_value_t)]
    schedule: ScheduleId,
    /// The reading that the loss compares: velocity, noise, data or score
    #[arg(long, default_value_t)]
    loss: Reading,
    /// How t is drawn: uniform or logit-normal
    #[arg(long, default_value_t)]
    draw: Draw,
    /// Which x_0 meets which x_1: independent, optimal, masked, noised or downsampled
    #[arg(long, default_value_t)]
    coupling: Coupling,
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
    fn spec(&self) -> TrainSpec {
        TrainSpec {
            data: self.data,
            architecture: self.architecture,
            batch: self.batch,
            seed: self.seed,
            learning_rate: self.rate,
            label_drop: self.drop,
            schedule: self.schedule,
            loss: self.loss,
            draw: self.draw,
            coupling: self.coupling,
        }
    }

    fn config(&self) -> Result<Config, String> {
        let config = match &self.config {
            None => Config::of(self.architecture, self.data, self.schedule),
            Some(json) => {
                let config = serde_json::from_str::<Config>(json).map_err(|error| format!("bad --config: {error}"))?;
                Config { schedule: self.schedule, ..config }
            }
        };
        config.check()?;
        Ok(config)
    }

    /// A new trainer, or the one that a checkpoint of the same recipe left.
    fn trainer(&self, products: &Products, device: &Device) -> Result<Trainer, String> {
        let mut trainer = Trainer::new(self.spec(), self.config()?, device);
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
        let [train, test] = files::sets(&self.public, self.data)?;
        products.all().into_iter().try_for_each(files::claim)?;
        let (begin, first) = (ProcessTime::now(), trainer.step());
        let mut kept = (first > 0).then_some(first);
        let mut losses = Vec::new();
        loop {
            if trainer.step() < self.steps {
                let loss = pollster::block_on(trainer.train(&train).into_scalar_async::<f32>());
                losses.push(loss.map_err(|error| error.to_string())?);
            }
            let minutes = begin.elapsed().as_secs_f64() / 60.0;
            let ended = trainer.step() >= self.steps || self.minutes.is_some_and(|end| minutes >= end);
            let finite = losses.last().is_none_or(|loss| loss.is_finite());
            if finite && !ended && trainer.step() % self.every != 0 {
                continue;
            }
            let held_out = if finite { report(&products, &trainer, &test, &device)? } else { None };
            let held_out = held_out.ok_or_else(|| ruined(trainer.step(), kept))?;
            kept = Some(trainer.step());
            let rate = (trainer.step() - first) as f64 / minutes / 60.0;
            let loss = mean(&losses).map_or("nothing left to train".into(), |mean| {
                format!("{minutes:.1} CPU min · {rate:.2} steps/s · loss {mean:.4}")
            });
            losses.clear();
            // The work goes on whether or not anybody reads of it.
            let _ = say!("step {} · {loss} · held-out {held_out:.4}", trainer.step());
            if ended {
                return Ok(());
            }
        }
    }
}

fn mean(losses: &[f32]) -> Option<f32> {
    (!losses.is_empty()).then(|| losses.iter().sum::<f32>() / losses.len() as f32)
}

/// Why a training ends before it should.
fn ruined(step: u64, kept: Option<u64>) -> String {
    let kept = kept.map_or("nothing was written".into(), |step| format!("the files of step {step} are kept"));
    format!(
        "at step {step} the loss or the weights are no longer finite, so training ends; {kept}. Try a smaller --rate"
    )
}

/// Writes checkpoint, weights and sample grid; returns the held-out loss of the average. Writes nothing, and returns
/// nothing, where one of them is not finite.
fn report(products: &Products, trainer: &Trainer, test: &Images, device: &Device) -> Result<Option<f64>, String> {
    let words = |error: burn::tensor::ExecutionError| error.to_string();
    let state = pollster::block_on(checkpoint::write(trainer))?;
    let (header, theta) = pollster::block_on(checkpoint::average(trainer))?;
    let file = weights::write(header, &theta, Precision::F16).map_err(|error| error.to_string())?;
    // Both readers refuse what is not finite.
    if checkpoint::read(&state, device).is_err() || weights::read(&file).is_err() {
        return Ok(None);
    }
    let (config, coupling) = (trainer.config, trainer.spec.coupling);
    let aim = (trainer.spec.loss, coupling);
    let held_out = pollster::block_on(held_out(&trainer.average(), &config, aim, test, 1000, device)).map_err(words)?;
    let spec = SampleSpec { pictures: 60, ..SampleSpec::default() };
    let mut trajectory = Trajectory::of(coupling, test, spec, config, trainer.average(), device);
    let pixels = pollster::block_on(trajectory.finish()).map_err(words)?;
    let (true, Ok(grid)) = (held_out.is_finite(), picture::grid(&pixels, 10)) else { return Ok(None) };
    let Products { weights, checkpoint, grid: picture } = products;
    files::write_all(&[(checkpoint.clone(), state), (weights.clone(), file), (picture.clone(), grid)])?;
    Ok(Some(held_out))
}
