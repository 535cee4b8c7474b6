//! `flowstep train`: the page's training, on this machine's CPU, with checkpoints.

use super::{
    files,
    numbers::{MIN_RATE, MOST_MINUTES, MOST_STEPS, within},
    picture,
};
use crate::{
    data::{images::Images, sets::DataSet},
    flow::{coupling::Coupling, draw::Draw, prediction::Reading, schedule::ScheduleId},
    lab::{
        checkpoint,
        evaluate::held_out,
        protocol::{MAX_BATCH, MAX_LABEL_DROP, MAX_LEARNING_RATE, SampleSpec, TrainSpec},
        sample::Trajectory,
        train::Trainer,
    },
    model::{
        catalogue::Architecture,
        network::Config,
        weights::{self, Precision},
    },
};
use burn::tensor::Device;
use clap::Args;
use cpu_time::ProcessTime;
use std::path::PathBuf;

#[derive(Args)]
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
    #[arg(long, default_value_t = 32, value_parser = within(1, MAX_BATCH))]
    batch: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 2e-3, value_parser = within(MIN_RATE, MAX_LEARNING_RATE))]
    rate: f64,
    #[arg(long, default_value_t = 0.1, value_parser = within(0.0, MAX_LABEL_DROP))]
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
    /// Weights file to write; the checkpoint and a sample grid go beside it
    #[arg(long, default_value = "weights.safetensors")]
    out: PathBuf,
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

    /// A new trainer, or the one that a checkpoint of the same recipe left.
    fn trainer(&self, device: &Device) -> Result<Trainer, String> {
        let config = match &self.config {
            None => Config::of(self.architecture, self.data, self.schedule),
            Some(json) => {
                let config = serde_json::from_str::<Config>(json).map_err(|error| format!("bad --config: {error}"))?;
                Config { schedule: self.schedule, ..config }
            }
        };
        config.check()?;
        let path = self.out.with_extension("checkpoint");
        let mut trainer = Trainer::new(self.spec(), config, device);
        if path.exists() {
            let left = checkpoint::read(&files::read(&path)?, device)?;
            if (&left.spec, left.config) == (&trainer.spec, config) {
                trainer = left;
                println!("going on from step {} of {}", trainer.step(), path.display());
            }
        }
        trainer.decay = self.decay.then_some(self.steps);
        Ok(trainer)
    }

    pub fn run(&self) -> Result<(), String> {
        let device = Device::flex();
        let mut trainer = self.trainer(&device)?;
        let [train, test] = files::sets(&self.public, self.data)?;
        let (begin, first) = (ProcessTime::now(), trainer.step());
        let mut losses = Vec::new();
        while trainer.step() < self.steps {
            let loss = pollster::block_on(trainer.train(&train).into_scalar_async::<f32>());
            losses.push(loss.map_err(|error| error.to_string())?);
            let minutes = begin.elapsed().as_secs_f64() / 60.0;
            let ended = self.minutes.is_some_and(|end| minutes >= end);
            if trainer.step() % self.every == 0 || trainer.step() == self.steps || ended {
                let mean = losses.iter().sum::<f32>() / losses.len() as f32;
                losses.clear();
                let rate = (trainer.step() - first) as f64 / minutes / 60.0;
                let held_out = self.report(&trainer, &test, &device)?;
                println!(
                    "step {} · {minutes:.1} CPU min · {rate:.2} steps/s · loss {mean:.4} · held-out {held_out:.4}",
                    trainer.step()
                );
            }
            if ended {
                break;
            }
        }
        Ok(())
    }

    /// Writes checkpoint, weights and sample grid; returns the held-out loss of the average.
    fn report(&self, trainer: &Trainer, test: &Images, device: &Device) -> Result<f64, String> {
        let words = |error: burn::tensor::ExecutionError| error.to_string();
        files::write(&self.out.with_extension("checkpoint"), &pollster::block_on(checkpoint::write(trainer))?)?;
        let (header, theta) = pollster::block_on(checkpoint::average(trainer))?;
        let file = weights::write(header, &theta, Precision::F16).map_err(|error| error.to_string())?;
        files::write(&self.out, &file)?;
        let spec = SampleSpec { pictures: 60, ..SampleSpec::default() };
        let (config, coupling) = (trainer.config, trainer.spec.coupling);
        let mut trajectory = Trajectory::of(coupling, test, spec, config, trainer.average(), device);
        let pixels = pollster::block_on(trajectory.finish()).map_err(words)?;
        let grid = picture::grid(&pixels, 10).map_err(|error| error.to_string())?;
        files::write(&self.out.with_extension("png"), &grid)?;
        let aim = (trainer.spec.loss, coupling);
        pollster::block_on(held_out(&trainer.average(), &config, aim, test, 1000, device)).map_err(words)
    }
}
