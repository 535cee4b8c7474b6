//! The last state of a training whose loss was a number, to go back to when it no longer is one.

use super::train::Trainer;
use model::adam::Adam;

/// Milliseconds between two copies of the state.
const EVERY: f64 = 2_000.0;

/// See the module.
pub struct Fallback {
    /// From this state a loss has been computed that is finite, or it is the first.
    sound: Vec<Adam>,
    /// A later one, of which that is not known yet.
    latest: Vec<Adam>,
    due: f64,
}

impl Fallback {
    pub fn new(trainer: &Trainer) -> Self {
        let first = copy(&trainer.learners);
        Self { latest: first.clone(), sound: first, due: 0.0 }
    }

    /// Hears of new losses, at most all since it last heard, and copies the state of `trainer` now and then. The state to
    /// go back to if one of the losses is not finite.
    pub fn take(&mut self, trainer: &Trainer, losses: &[(u64, Vec<f32>)], now: f64) -> Option<Vec<Adam>> {
        // The loss of a step is that of the state before it.
        let latest = step(&self.latest);
        let sound = |terms: &[f32]| terms.iter().all(|term| term.is_finite());
        if losses.iter().any(|(step, terms)| *step == latest + 1 && sound(terms)) {
            self.sound = self.latest.clone();
        }
        if losses.iter().any(|(_, terms)| !sound(terms)) {
            self.latest = self.sound.clone();
            return Some(copy(&self.sound));
        }
        if now >= self.due && trainer.step() > latest {
            self.latest = copy(&trainer.learners);
            self.due = now + EVERY;
        }
        None
    }
}

/// Copies that further steps leave as they are.
fn copy(learners: &[Adam]) -> Vec<Adam> {
    learners.iter().map(Adam::copy).collect()
}

/// The first learner takes one pass a step.
fn step(learners: &[Adam]) -> u64 {
    learners.first().map_or(0, |first| first.step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use model::{design::Design, parameters::upload};
    use protocol::message::TrainSpec;

    /// A trainer whose θ is `step` everywhere.
    fn at(step: u64) -> Trainer {
        let spec = TrainSpec::default();
        let design = Design::of(&spec);
        let mut adam = Adam::new(upload(vec![step as f32; 3], [3], &Device::flex()));
        adam.step = step;
        Trainer::with(spec, design, None, vec![adam])
    }

    #[test]
    fn it_goes_back_to_the_latest_copy_from_which_a_loss_was_finite() {
        let mut fallback = Fallback::new(&at(0));
        assert!(fallback.take(&at(3), &[(1, vec![1.0]), (2, vec![1.0]), (3, vec![1.0])], 0.0).is_none());
        assert!(fallback.take(&at(5), &[(4, vec![1.0]), (5, vec![1.0])], EVERY / 2.0).is_none());
        // Step 6 is copied; that its loss is a number is never heard.
        assert!(fallback.take(&at(6), &[(6, vec![1.0])], EVERY).is_none());
        let back = fallback.take(&at(8), &[(7, vec![f32::NAN]), (8, vec![f32::NAN])], 2.0 * EVERY).expect("a state");
        let theta: Vec<f32> = back[0].theta.clone().into_data().try_to_vec().expect("numbers");
        assert_eq!((back[0].step, theta), (3, vec![3.0; 3]));
        // From there on it begins anew.
        assert_eq!(fallback.take(&at(4), &[(4, vec![f32::INFINITY])], 3.0 * EVERY).expect("a state")[0].step, 3);
    }
}
