//! A training under way: what it has reached, and its files.

use super::{earlier::Products, files, picture, record};
use burn::tensor::{Device, ExecutionError};
use data::images::Images;
use flow::family::Term;
use lab::{checkpoint, evaluate::held_out, train::Trainer, walk::Walk};
use model::weights::{self, Precision};
use protocol::message::SampleSpec;
use std::time::{Duration, Instant};

/// So long without a report, a training is saved, as the page does.
const SAVE_EVERY: Duration = Duration::from_secs(60);

/// See the module.
pub struct UnderWay {
    pub trainer: Trainer,
    pub products: Products,
    /// The step after which it ends.
    pub until: u64,
    /// Of its steps, as far as they are known.
    pub losses: Vec<(u64, Vec<f32>)>,
    /// The step of the files that are there, if they are of this training.
    kept: Option<u64>,
    saved: Instant,
    /// Steps whose losses were told.
    told: u64,
}

impl UnderWay {
    /// A training as it begins, or as it was left with `losses`.
    pub fn new(trainer: Trainer, products: Products, until: u64, losses: Vec<(u64, Vec<f32>)>) -> Self {
        let step = trainer.step();
        let kept = (step > 0).then_some(step);
        Self { trainer, products, until, losses, kept, saved: Instant::now(), told: step }
    }

    /// One step; whether its loss is finite.
    pub fn step(&mut self, images: &Images) -> Result<bool, String> {
        let terms = pollster::block_on(self.trainer.train(images).into_data_async());
        let terms = terms.map_err(|error| error.to_string())?.try_to_vec::<f32>();
        let terms = terms.map_err(|error| format!("{error:?}"))?;
        let finite = terms.iter().all(|term| term.is_finite());
        self.losses.push((self.trainer.step(), terms));
        record::thin(&mut self.losses);
        Ok(finite)
    }

    /// Whether it was not saved for long.
    pub fn is_due(&self) -> bool {
        self.saved.elapsed() >= SAVE_EVERY
    }

    /// Saves it as it is; a sentence where its numbers are not finite, and then nothing is written.
    pub fn save(&mut self) -> Result<(), String> {
        let record = record::write(&self.trainer, self.until, &self.losses)?.ok_or_else(|| self.ruined())?;
        files::write(self.products.slot(), record)?;
        self.was_saved();
        Ok(())
    }

    fn was_saved(&mut self) {
        self.products.turn();
        (self.kept, self.saved) = (Some(self.trainer.step()), Instant::now());
    }

    /// Saves it, and writes weights and sample grid; returns the held-out loss of the average, if its family has one. Writes
    /// nothing where a number is not finite.
    pub fn report(&mut self, test: &Images, device: &Device) -> Result<Option<f64>, String> {
        let words = |error: ExecutionError| error.to_string();
        let record = record::write(&self.trainer, self.until, &self.losses)?.ok_or_else(|| self.ruined())?;
        let (header, theta) = pollster::block_on(checkpoint::average(&self.trainer))?;
        let file = weights::write(header, &theta, Precision::F16).map_err(|error| error.to_string())?;
        // Its reader refuses what is not finite at half the precision.
        weights::read(&file).map_err(|_| self.ruined())?;
        let (model, coupling) = (self.trainer.average(), self.trainer.spec.coupling);
        let held_out = held_out(&model, (self.trainer.spec.loss, coupling), test, 1000, device);
        let held_out = pollster::block_on(held_out).map_err(words)?;
        let spec = SampleSpec { pictures: 60, ..SampleSpec::default() };
        let mut walk = Walk::new(&model, coupling, test, spec, device);
        let pixels = pollster::block_on(walk.finish()).map_err(words)?;
        let (true, Ok(grid)) = (held_out.is_none_or(f64::is_finite), picture::grid(&pixels, 10)) else {
            return Err(self.ruined());
        };
        let Products { weights, grid: picture, .. } = &self.products;
        let slot = self.products.slot().to_path_buf();
        files::write_all(&[(slot, record), (weights.clone(), file), (picture.clone(), grid)])?;
        self.was_saved();
        Ok(held_out)
    }

    /// The mean of every term since it was told last, with its name.
    pub fn mean(&mut self) -> Option<String> {
        let new = self.losses.iter().filter(|(step, _)| *step > self.told).map(|(_, terms)| terms);
        let recent: Vec<&Vec<f32>> = new.collect();
        let term = |(i, term): (usize, &Term)| {
            let sum: f32 = recent.iter().filter_map(|terms| terms.get(i)).sum();
            format!("{} {:.4}", term.name, sum / recent.len() as f32)
        };
        let terms = self.trainer.spec.family.terms.iter().enumerate().map(term);
        let said = (!recent.is_empty()).then(|| terms.collect::<Vec<_>>().join(" · "));
        self.told = self.trainer.step();
        said
    }

    /// Why a training ends before it should.
    pub fn ruined(&self) -> String {
        let kept = self.kept.map_or("nothing was written".into(), |step| format!("the files of step {step} are kept"));
        format!(
            "at step {} the loss or the weights are no longer finite, so training ends; {kept}. Try a smaller --rate",
            self.trainer.step()
        )
    }
}
