//! `flowstep classify`: trains the classifier by which pictures are measured.

use super::{
    files,
    numbers::{MOST_STEPS, within},
    originals::{Half, Originals},
    product,
    say::say,
};
use clap::Args;
use data::{images::Images, sets::DataSet};
use lab::schooling::{Lessons, Schooling, accuracy};
use model::{
    classifier::{ClassifierConfig, ClassifierHeader},
    weights::{Precision, write},
};
use std::path::PathBuf;

#[derive(Args)]
pub struct Classify {
    /// Data set whose classes it learns
    #[arg(long, default_value = "mnist")]
    data: DataSet,
    /// Folder with data/: the test images, and the training images that the page has
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Folder with the original files, all of whose training images it learns from in place of those that the page has
    #[arg(long)]
    originals: Option<PathBuf>,
    /// Pictures a step
    #[arg(long, default_value_t = 64, value_parser = within(1, 1024_usize))]
    batch: usize,
    /// Steps, by the last of which the learning rate is zero
    #[arg(long, default_value_t = 14_000, value_parser = within(1, MOST_STEPS))]
    steps: u64,
    /// Learning rate of Adam at its highest
    #[arg(long, default_value_t = 2e-3, value_parser = within(1e-6, 1.0))]
    learning_rate: f64,
    /// Seed of the weights, of the order of pictures, and of how they are moved and bent
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps between two reports
    #[arg(long, default_value_t = 500, value_parser = within(1, MOST_STEPS))]
    every: u64,
    /// File to write; .safetensors is added to a name without it
    #[arg(long, default_value = "classifier")]
    out: PathBuf,
}

/// Steps of whole numbers to the root mean square of a matrix: enough that no test picture changes its class.
const FINENESS: u8 = 32;

impl Classify {
    pub fn run(&self) -> Result<(), String> {
        let Self { data, batch, steps, learning_rate, seed, .. } = *self;
        let out = product::file(&self.out, product::WEIGHTS)?;
        let [train, test] = self.images()?;
        files::claim(&out)?;
        let config = ClassifierConfig::default();
        let lessons = Lessons { data, batch, steps, learning_rate, seed };
        let mut schooling = Schooling::new(lessons, config);
        let (mut sum, mut since) = (0.0, 0);
        while schooling.step() < steps {
            sum += f64::from(schooling.learn(&train));
            since += 1;
            let step = schooling.step();
            if step.is_multiple_of(self.every) || step == steps {
                let right = accuracy(&config, &schooling.theta(), &test);
                say!(
                    "step {step}: loss {:.4}, {:.2} % of {} test images right",
                    sum / f64::from(since),
                    100.0 * right,
                    test.len()
                )?;
                (sum, since) = (0.0, 0);
            }
        }
        let header = |accuracy| {
            let recipe = serde_json::json!({ "lessons": lessons, "train": train.len() });
            ClassifierHeader { config, data, steps, accuracy, recipe, hash: String::new() }
        };
        let small = |accuracy| {
            write(header(accuracy), &schooling.theta(), Precision::Whole { fineness: FINENESS })
                .map_err(|error| error.to_string())
        };
        // What ships is what is measured.
        let (_, rounded) =
            model::weights::read_as::<ClassifierHeader>(&small(0.0)?).map_err(|error| error.to_string())?;
        let right = accuracy(&config, &rounded, &test);
        let file = small(right)?;
        let bytes = file.len();
        files::write(&out, file)?;
        say!("{}: {bytes} bytes, {:.2} % of {} test images right", out.display(), 100.0 * right, test.len())
    }

    fn images(&self) -> Result<[Images; 2], String> {
        let [train, test] = files::sets(&self.public, self.data)?;
        let Some(path) = &self.originals else { return Ok([train, test]) };
        let originals = Originals { path, of: None };
        let train = originals.read(self.data, Half::Train)?.ok_or_else(|| originals.nothing())?;
        Ok([train, test])
    }
}
