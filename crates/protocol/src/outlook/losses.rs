//! The loss of every batch, with its running mean, and whether it has gone astray.
//!
//! The mean is carried along as losses arrive: over a long training it would be too much work to
//! begin anew at every report. Of a training that is longer still, neighbours of long ago become one.

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
    /// Of two neighbours the later one, with the loss that is farther from the mean: a spike stays in sight.
    fn joined(self, later: Self) -> Self {
        let away = |loss: f64| (loss - later.smooth()).abs();
        // What is no number is farther than any.
        let batch = if away(self.batch) <= away(later.batch) { later.batch } else { self.batch };
        Self { batch, ..later }
    }

    /// The running mean that forgets, corrected for its short memory at the start.
    pub fn smooth(self) -> f64 {
        self.sum / self.weight
    }
}

/// A loss that no longer falls: it lies far above its best, or is no number any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stray {
    pub step: u64,
    /// The running mean there; `None` where the loss is not finite.
    pub loss: Option<f64>,
    /// The least running mean so far and its step, if there was one.
    pub best: Option<(u64, f64)>,
}

/// The running mean says something after so many batches.
const SETTLED: usize = 10;
/// Astray is a mean of so many times the best, where each of the last [`LASTING`] batches is above [`ABOVE`] times it:
/// neither a single bad batch nor the usual noise.
const FAR: f64 = 4.0;
const ABOVE: f64 = 2.0;
const LASTING: usize = 20;
/// Astray is as well what for so many batches is so many times worse than the first few: worse than to know nothing.
const LONG: usize = 50;
const FIRST: usize = 5;
const WORSE: f64 = 1.25;
/// And what jumps again and again: among so many batches, so many of so many times the worst of the first few.
const STRETCH: usize = 100;
const JUMPS: usize = 3;
const JUMP: f64 = 10.0;
/// Of so many losses neighbours become one, until a quarter of the room is free, but for the first few and for so many of the
/// last.
const MOST: usize = 16_384;
const LATELY: usize = 4_096;

/// Adds what a report brings to the losses of each term.
pub fn take_terms(losses: &mut Vec<Losses>, news: &[(u64, Vec<f32>)]) {
    let terms = news.first().map_or(0, |(_, terms)| terms.len());
    losses.resize_with(terms.max(losses.len()), Losses::default);
    for (i, of_term) in losses.iter_mut().enumerate() {
        let of_step = |(step, terms): &(u64, Vec<f32>)| Some((*step, *terms.get(i)?));
        of_term.take(&news.iter().filter_map(of_step).collect::<Vec<_>>());
    }
}

/// What [`take_terms`] took, term by term, as reports would bring it again.
pub fn given_terms(losses: &[Losses]) -> Vec<(u64, Vec<f32>)> {
    let steps = losses.first().map_or(&[][..], Losses::all);
    let of =
        |i: usize| losses.iter().filter_map(|of_term| of_term.all().get(i)).map(|loss| loss.batch as f32).collect();
    steps.iter().enumerate().map(|(i, loss)| (loss.step, of(i))).collect()
}

/// The losses since the first step, a bounded number of them. Of the terms of one training they are of the same steps.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    all: Vec<Loss>,
    /// The step of the least running mean, and the mean.
    best: Option<(u64, f64)>,
    /// Most steps that one of long ago stands for, as a power of two.
    joint: u32,
}

impl Losses {
    /// Adds what a report brings.
    pub fn take(&mut self, news: &[(u64, f32)]) {
        let Some(&(first, _)) = news.first() else { return };
        // After a restored checkpoint some steps come again.
        self.rewind(first.saturating_sub(1));
        for &(step, loss) in news {
            self.push(step, f64::from(loss));
        }
    }

    /// Forgets what came after `step`.
    pub fn rewind(&mut self, step: u64) {
        if self.all.last().is_none_or(|last| last.step <= step) {
            return;
        }
        self.joint = 0;
        self.all.truncate(self.all.partition_point(|loss| loss.step <= step));
        if self.best.is_some_and(|(at, _)| at > step) {
            let settled = self.all.iter().skip(SETTLED - 1).map(|loss| (loss.step, loss.smooth()));
            let least = settled.filter(|(_, mean)| mean.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1));
            self.best = least;
        }
    }

    /// Joins losses of long ago, where they have become too many.
    fn thin(&mut self) {
        if self.all.len() < MOST {
            return;
        }
        while self.all.len() > MOST / 4 * 3 {
            self.joint += 1;
            self.join(1 << self.joint);
        }
        // Those that come next may be joined as far, before any is joined farther.
        self.joint -= 1;
    }

    /// Joins neighbours of long ago that stand for at most so many steps together.
    fn join(&mut self, most: u64) {
        let mut before = self.all[FIRST - 1].step;
        let mut joined: Vec<Loss> = vec![];
        for &loss in &self.all[FIRST..self.all.len() - LATELY] {
            match joined.last_mut() {
                Some(last) if loss.step - before <= most => *last = last.joined(loss),
                last => {
                    before = last.map_or(before, |last| last.step);
                    joined.push(loss);
                }
            }
        }
        self.all.splice(FIRST..self.all.len() - LATELY, joined);
    }

    fn push(&mut self, step: u64, batch: f64) {
        // Of a record that others have made.
        if self.all.last().is_some_and(|last| last.step >= step) {
            return;
        }
        let (mut sum, mut weight) = self.all.last().map_or((0.0, 0.0), |loss| (loss.sum, loss.weight));
        if batch.is_finite() {
            let keep = (-1.0 / MEMORY.min(FIRST_MEMORY + self.all.len() as f64 / 10.0)).exp();
            (sum, weight) = (sum * keep + batch, weight * keep + 1.0);
        }
        let loss = Loss { step, batch, sum, weight };
        self.all.push(loss);
        let better = self.best.is_none_or(|(_, best)| loss.smooth() < best);
        if self.all.len() >= SETTLED && better && loss.smooth().is_finite() {
            self.best = Some((step, loss.smooth()));
        }
        self.thin();
    }

    /// In the order of the steps.
    pub fn all(&self) -> &[Loss] {
        &self.all
    }

    /// Where the loss stands if it has gone astray.
    pub fn stray(&self) -> Option<Stray> {
        let last = self.all.last()?;
        let (step, best) = (last.step, self.best);
        if !last.batch.is_finite() {
            return Some(Stray { step, loss: None, best });
        }
        let (_, least) = best.filter(|(_, least)| *least > 0.0)?;
        let far = last.smooth() > FAR * least && self.stays_above(ABOVE * least, LASTING);
        let first = || self.all.iter().take(FIRST).map(|loss| loss.batch);
        let high = JUMP * first().fold(0.0, f64::max);
        let jumps = self.all.iter().rev().take(STRETCH).filter(|loss| loss.batch > high).count();
        let mean = first().sum::<f64>() / FIRST as f64;
        let astray = far || jumps >= JUMPS || self.stays_above(WORSE * mean, LONG);
        astray.then_some(Stray { step, loss: Some(last.smooth()), best })
    }

    /// True where each of the last `count` batches is above `limit`.
    fn stays_above(&self, limit: f64, count: usize) -> bool {
        let lately = self.all.len().checked_sub(count).map(|from| &self.all[from..]);
        lately.is_some_and(|lately| lately.iter().all(|loss| loss.batch > limit))
    }

    /// True where the weights of the last step are about as good as any: worth to be gone back to.
    pub fn is_well(&self) -> bool {
        let (Some(last), Some((_, least))) = (self.all.last(), self.best) else { return false };
        // Of what may fall below 0, as much above it.
        let most = least + (ABOVE - 1.0) * least.abs();
        last.batch.is_finite() && last.smooth() <= most && self.stray().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses of `count` steps, as the worker sends them.
    fn of(count: u64, loss: impl Fn(u64) -> f32) -> Losses {
        let mut losses = Losses::default();
        let all: Vec<(u64, f32)> = (1..=count).map(|step| (step, loss(step))).collect();
        all.chunks(7).for_each(|news| losses.take(news));
        losses
    }

    /// A loss that falls from 1.3 to about 0.2, with the noise of small batches.
    fn falling(step: u64) -> f32 {
        let noise = 1.0 + 0.3 * libm::sinf(step as f32 * 12.9898);
        (0.2 + 1.1 / (1.0 + step as f32 / 40.0)) * noise
    }

    #[test]
    fn a_training_that_goes_well_is_left_alone() {
        for count in 0..3_000 {
            assert_eq!(of(count, falling).stray(), None, "after {count} steps");
        }
        assert!(of(3_000, falling).is_well());
    }

    #[test]
    fn a_bad_batch_is_no_reason_to_stop() {
        let bad = |step: u64| if (500..502).contains(&step) { 40.0 } else { falling(step) };
        for count in 500..600 {
            assert_eq!(of(count, bad).stray(), None, "after {count} steps");
        }
    }

    #[test]
    fn a_loss_that_jumps_again_and_again_is_found() {
        let jumping = |step: u64| if step > 200 && step.is_multiple_of(30) { 90.0 } else { falling(step) };
        let found = (1..).find(|count| of(*count, jumping).stray().is_some());
        assert_eq!(found, Some(270), "the third jump");
    }

    #[test]
    fn a_loss_that_explodes_is_found_within_a_few_steps_and_names_its_best() {
        let exploding = |step: u64| if step < 80 { falling(step) } else { 10.0 * (step - 79) as f32 };
        assert_eq!(of(79, exploding).stray(), None);
        let found = (80..).find(|count| of(*count, exploding).stray().is_some());
        assert!(found.is_some_and(|step| step < 80 + LASTING as u64), "{found:?}");
        let losses = of(120, exploding);
        let stray = losses.stray().expect("it is astray");
        let best = stray.best.expect("it had a best");
        assert!(best.0 < 80 && best.1 < 1.0 && stray.loss > Some(4.0), "{stray:?}");
        assert!(!losses.is_well());
    }

    #[test]
    fn a_loss_that_stays_worse_than_at_its_start_is_found() {
        // As that of the small model at a rate of 0.1, which never comes to four times its best.
        let worse = |step: u64| if step < 30 { falling(step) } else { 2.1 };
        let found = (30..).find(|count| of(*count, worse).stray().is_some());
        assert_eq!(found, Some(30 + LONG as u64 - 1));
        let (slow, higher) = (of(500, |_| 1.0), of(500, |step| if step < 30 { 1.0 } else { 1.2 }));
        assert_eq!((slow.stray(), higher.stray()), (None, None));
    }

    #[test]
    fn what_is_no_number_is_found_at_once() {
        for bad in [f32::NAN, f32::INFINITY] {
            let losses = of(31, |step| if step == 31 { bad } else { 1.0 });
            let best = losses.stray().and_then(|stray| stray.best);
            assert_eq!(losses.stray(), Some(Stray { step: 31, loss: None, best }));
            assert!(best.is_some_and(|(_, least)| (least - 1.0).abs() < 1e-9));
        }
        assert_eq!(of(1, |_| f32::NAN).stray(), Some(Stray { step: 1, loss: None, best: None }));
    }

    #[test]
    fn a_long_training_keeps_a_bounded_number_of_losses_and_every_spike() {
        let spike = |step: u64| if step == 9_001 { 7.0 } else { falling(step) };
        let (long, whole) = (of(200_000, spike), of(MOST as u64 - 1, spike));
        assert!(long.all().len() < MOST && whole.all().len() == MOST - 1);
        let all = long.all();
        assert!(all.windows(2).all(|pair| pair[0].step < pair[1].step));
        assert!(all.iter().take(FIRST).map(|loss| loss.step).eq(1..=FIRST as u64));
        assert!(all.iter().rev().take(LATELY).map(|loss| loss.step).eq((0..LATELY as u64).map(|k| 200_000 - k)));
        assert_eq!(all.iter().filter(|loss| loss.batch == 7.0).count(), 1, "of step 9001");
        // Of all that was, as much is there from any time.
        let gaps = all[FIRST..all.len() - LATELY].windows(2).map(|pair| pair[1].step - pair[0].step);
        assert!(gaps.max() <= Some(64), "{} losses", all.len());
        // Means are those that they were.
        let at = |losses: &Losses, step| losses.all().iter().find(|loss| loss.step == step).map(|loss| loss.smooth());
        let kept: Vec<_> = whole.all().iter().filter_map(|loss| Some((loss.smooth(), at(&long, loss.step)?))).collect();
        assert!(kept.len() > 200 && kept.iter().all(|(a, b)| a == b), "{}", kept.len());
        assert_eq!(long.stray(), None);
        assert!(long.is_well());
    }

    #[test]
    fn steps_that_do_not_rise_are_passed_over() {
        let mut losses = Losses::default();
        losses.take(&(0..2 * MOST as u64).map(|k| (2 * MOST as u64 - k, 1.0)).collect::<Vec<_>>());
        assert_eq!(losses.all().len(), 1);
    }

    #[test]
    fn terms_stay_of_the_same_steps() {
        let mut terms = vec![];
        for step in 1..=3 * MOST as u64 {
            take_terms(&mut terms, &[(step, vec![falling(step), -falling(7 * step)])]);
        }
        let steps = |i: usize| terms[i].all().iter().map(|loss| loss.step).collect::<Vec<_>>();
        assert_eq!(steps(0), steps(1));
        assert!(given_terms(&terms).iter().all(|(_, both)| both.len() == 2 && both[0] > 0.0 && both[1] < 0.0));
    }

    #[test]
    fn going_back_forgets_what_came_after() {
        let (mut long, short) = (of(400, falling), of(150, falling));
        long.rewind(150);
        assert_eq!(long.all().len(), 150);
        assert_eq!(long.all()[149].smooth(), short.all()[149].smooth());
        assert_eq!(long.best, short.best);
        // The same steps once more, as after a restored checkpoint.
        long.take(&[(101, 0.5), (102, 0.5)]);
        assert_eq!(long.all().last().map(|loss| loss.step), Some(102));
    }
}
