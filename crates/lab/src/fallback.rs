//! The last state of a training whose loss was a number, to go back to when it no longer is one.

use super::train::Trainer;
use model::adam::Adam;

/// Milliseconds between two copies of the state.
const EVERY: f64 = 2_000.0;

/// See the module.
pub struct Fallback {
    /// From this state a loss has been computed that is finite, or it is the first.
    sound: Adam,
    /// A later one, of which that is not known yet.
    latest: Adam,
    due: f64,
}

impl Fallback {
    pub fn new(trainer: &Trainer) -> Self {
        let first = trainer.adam.copy();
        Self { latest: first.clone(), sound: first, due: 0.0 }
    }

    /// Hears of new losses, at most all since it last heard, and copies the state of `trainer` now and then. The state to
    /// go back to if one of the losses is not finite.
    pub fn take(&mut self, trainer: &Trainer, losses: &[(u64, f32)], now: f64) -> Option<Adam> {
        // The loss of a step is that of the state before it.
        if losses.iter().any(|(step, loss)| *step == self.latest.step + 1 && loss.is_finite()) {
            self.sound = self.latest.clone();
        }
        if losses.iter().any(|(_, loss)| !loss.is_finite()) {
            self.latest = self.sound.clone();
            return Some(self.sound.copy());
        }
        if now >= self.due && trainer.step() > self.latest.step {
            self.latest = trainer.adam.copy();
            self.due = now + EVERY;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use model::{network::Config, parameters::upload};
    use protocol::message::TrainSpec;

    /// A trainer whose θ is `step` everywhere.
    fn at(step: u64) -> Trainer {
        let spec = TrainSpec::default();
        let config = Config::of(spec.architecture, spec.data, spec.schedule);
        let mut adam = Adam::new(upload(vec![step as f32; 3], [3], &Device::flex()));
        adam.step = step;
        Trainer::with(spec, config, None, adam)
    }

    #[test]
    fn it_goes_back_to_the_latest_copy_from_which_a_loss_was_finite() {
        let mut fallback = Fallback::new(&at(0));
        assert!(fallback.take(&at(3), &[(1, 1.0), (2, 1.0), (3, 1.0)], 0.0).is_none());
        assert!(fallback.take(&at(5), &[(4, 1.0), (5, 1.0)], EVERY / 2.0).is_none());
        // Step 6 is copied; that its loss is a number is never heard.
        assert!(fallback.take(&at(6), &[(6, 1.0)], EVERY).is_none());
        let back = fallback.take(&at(8), &[(7, f32::NAN), (8, f32::NAN)], 2.0 * EVERY).expect("a state");
        let theta: Vec<f32> = back.theta.into_data().try_to_vec().expect("numbers");
        assert_eq!((back.step, theta), (3, vec![3.0; 3]));
        // From there on it begins anew.
        assert_eq!(fallback.take(&at(4), &[(4, f32::INFINITY)], 3.0 * EVERY).expect("a state").step, 3);
    }
}
