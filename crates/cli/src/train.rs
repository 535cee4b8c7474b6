//! `flowstep train`: the page's training, on this machine's CPU, saved as it goes.

use super::{
    earlier::Products,
    files,
    interrupt::Interrupt,
    numbers::{MOST_MINUTES, MOST_STEPS, within},
    record::{self, Record},
    say::say,
    settings::{RESUME, Settings},
    under_way::UnderWay,
};
use burn::tensor::Device;
use clap::Args;
use cpu_time::ProcessTime;
use lab::train::Trainer;
use model::{design::Design, latent::LatentConfig, network::Config};
use protocol::message::TrainSpec;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "The training is saved with every report, every minute and on Ctrl+C, in NAME.a.checkpoint and \
NAME.b.checkpoint in turn, so that one of them is whole whatever happens. When nobody reads what is printed any longer \
(| head -1), it goes on to its end and writes its files. It stops with exit code 2, and keeps what it wrote last, when its \
numbers are no longer finite.";

/// Steps, where nobody says how many.
const STEPS: u64 = 1000;

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub struct Train {
    #[command(flatten)]
    recipe: Settings<TrainSpec>,
    /// A network of your own as JSON, in place of the architecture's
    #[arg(long, conflicts_with = RESUME)]
    config: Option<String>,
    /// Steps after which the training ends [default: 1000, or those of --resume]
    #[arg(long, value_parser = within(1, MOST_STEPS))]
    steps: Option<u64>,
    /// End sooner, after so many minutes of CPU time
    #[arg(long, value_parser = within(0.0, MOST_MINUTES))]
    minutes: Option<f64>,
    /// Let the learning rate fall to zero by the last step
    #[arg(long, conflicts_with = RESUME)]
    decay: bool,
    /// Steps between a report, a checkpoint and a sample grid
    #[arg(long, default_value_t = 500, value_parser = within(1, MOST_STEPS))]
    every: u64,
    /// Folder with data/
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Weights to write: NAME stands for NAME.safetensors, with NAME.a.checkpoint, NAME.b.checkpoint and NAME.png, a sample
    /// grid, beside it. A training of the same recipe goes on from its checkpoint [default: weights.safetensors, or beside
    /// --resume]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Start anew where the files at --out are of another training, and replace them
    #[arg(long)]
    overwrite: bool,
    /// Go on with the training of a checkpoint, which has its recipe with it
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
}

impl Train {
    fn design(&self) -> Result<Design, String> {
        let spec = &self.recipe.0;
        let design = match &self.config {
            None => Design::of(spec),
            Some(json) => {
                let bad = |error| format!("bad --config: {error}");
                let design = Design::read(spec.family, serde_json::from_str(json).map_err(bad)?).map_err(bad)?;
                let scheduled = |flow: Config| Config { schedule: spec.schedule, ..flow };
                match design {
                    Design::Flow(config) => Design::Flow(scheduled(config)),
                    Design::Latent(config) => Design::Latent(LatentConfig { flow: scheduled(config.flow), ..config }),
                    Design::Vq(config) => Design::Vq(LatentConfig { flow: scheduled(config.flow), ..config }),
                    other => other,
                }
            }
        };
        design.check()?;
        Ok(design)
    }

    /// A training from its first step, or from where one of the same recipe was left, or as `--resume` says.
    fn begin(&self, device: &Device) -> Result<UnderWay, String> {
        match &self.resume {
            Some(path) => self.resumed(path, device),
            None => self.fresh(device),
        }
    }

    fn fresh(&self, device: &Device) -> Result<UnderWay, String> {
        let mut products = Products::of(self.out.as_deref().unwrap_or(Path::new("weights")))?;
        let steps = self.steps.unwrap_or(STEPS);
        let mut trainer = Trainer::new(self.recipe.0.clone(), self.design()?, device);
        trainer.decay = self.decay.then_some(steps);
        let (trainer, losses) = match products.left(&trainer, steps, device) {
            Ok(None) => (trainer, vec![]),
            Ok(Some(Record { head, trainer: mut left })) => {
                left.decay = trainer.decay;
                (left, head.losses)
            }
            Err(why) if self.overwrite => {
                let _ = say!("starting anew: {why}");
                products.replace(None);
                (trainer, vec![])
            }
            Err(why) => return Err(format!("{why}; name another --out, or replace what is there with --overwrite")),
        };
        Ok(UnderWay::new(trainer, products, steps, losses))
    }

    fn resumed(&self, path: &Path, device: &Device) -> Result<UnderWay, String> {
        let Record { head, trainer } = record::read(path, device)?;
        let beside = Products::stem_of(path);
        let mut products = Products::of(self.out.as_deref().unwrap_or(&beside))?;
        match products.admits(path, &trainer, device) {
            Err(why) if !self.overwrite => {
                return Err(format!("{why}; name another --out, or replace what is there with --overwrite"));
            }
            Err(_) => products.replace(Some(path)),
            Ok(()) => (),
        }
        products.after(path);
        let steps = self.steps.or(head.until).unwrap_or(STEPS);
        let _ = say!("going on from step {} of {}", trainer.step(), path.display());
        Ok(UnderWay::new(trainer, products, steps, head.losses))
    }

    pub fn run(&self) -> Result<(), String> {
        let device = Device::flex();
        let mut under_way = self.begin(&device)?;
        let [train, test] = files::sets(&self.public, under_way.trainer.spec.data)?;
        under_way.products.all().into_iter().try_for_each(files::claim)?;
        let interrupt = Interrupt::listen()?;
        let (begin, first) = (ProcessTime::now(), under_way.trainer.step());
        loop {
            let finite = under_way.trainer.step() >= under_way.until || under_way.step(&train)?;
            let (step, interrupted) = (under_way.trainer.step(), interrupt.is_asked());
            let minutes = begin.elapsed().as_secs_f64() / 60.0;
            let ended = step >= under_way.until || self.minutes.is_some_and(|end| minutes >= end);
            if !finite {
                return Err(under_way.ruined());
            }
            if ended || step % self.every == 0 {
                let held_out = under_way.report(&test, &device)?;
                let rate = (step - first) as f64 / minutes / 60.0;
                let loss = under_way.mean().map_or("nothing left to train".into(), |mean| {
                    format!("{minutes:.1} CPU min · {rate:.2} steps/s · {mean}")
                });
                // The work goes on whether or not anybody reads of it.
                let held_out = held_out.map_or(String::new(), |loss| format!(" · held-out {loss:.4}"));
                let _ = say!("step {step} · {loss}{held_out}");
            } else if interrupted || under_way.is_due() {
                under_way.save()?;
            }
            if ended {
                return Ok(());
            }
            if interrupted {
                return Err(format!("interrupted at step {step}, which is saved; the same command goes on from there"));
            }
        }
    }
}
