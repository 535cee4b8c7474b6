//! The loss of every batch, with its running mean.
//!
//! The mean is carried along as losses arrive: over a long training it would be too much work to
//! begin anew at every report.

/// The smoothed loss forgets a batch to 1/e after so many others; fewer at the start, where it falls fast.
const MEMORY: f64 = 40.0;
const FIRST_MEMORY: f64 = 3.0;

/// The loss of one batch.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    pub step: u64,
    pub batch: f64,
    /// What the mean remembers of this batch and those before, and how much that is.
    sum: f64,
    weight: f64,
}

impl Loss {
    /// The running mean that forgets, corrected for its short memory at the start.
    pub fn smooth(self) -> f64 {
        self.sum / self.weight
    }
}

/// Every loss since the first step.
#[derive(Clone, Debug, Default)]
pub struct Losses(Vec<Loss>);

impl Losses {
    /// Adds what a report brings.
    pub fn take(&mut self, news: &[(u64, f32)]) {
        let Some(&(first, _)) = news.first() else { return };
        // After a restored checkpoint some steps come again.
        self.0.truncate(self.0.partition_point(|loss| loss.step < first));
        for &(step, loss) in news {
            self.push(step, f64::from(loss));
        }
    }

    fn push(&mut self, step: u64, batch: f64) {
        let (mut sum, mut weight) = self.0.last().map_or((0.0, 0.0), |loss| (loss.sum, loss.weight));
        if batch.is_finite() {
            let keep = (-1.0 / MEMORY.min(FIRST_MEMORY + self.0.len() as f64 / 10.0)).exp();
            (sum, weight) = (sum * keep + batch, weight * keep + 1.0);
        }
        self.0.push(Loss { step, batch, sum, weight });
    }

    /// In the order of the steps.
    pub fn all(&self) -> &[Loss] {
        &self.0
    }
}
