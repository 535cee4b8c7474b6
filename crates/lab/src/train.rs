//! Training on pictures: whatever a family learns in a step, with the rate that the step has, and the moving average of the
//! weights.

use super::{
    batch,
    family::{self, Among},
    learners::Learners,
    pieces::{UnderWay, parts},
    rate::{fall, warm},
};
use burn::tensor::{Device, Tensor};
use data::images::Images;
use model::{
    adam::Adam,
    design::{Design, Model},
};
use protocol::message::TrainSpec;

/// Multiplications of a piece of a step on the CPU: an eighth of a second in a browser. A step of the usual batches is one piece.
const PIECE: u64 = 1 << 32;
/// Passes of a network in a step: forward, and back by numbers and by weights.
const PASSES: u64 = 3;

/// The state of a training.
#[derive(Clone)]
pub struct Trainer {
    pub spec: TrainSpec,
    pub design: Design,
    /// Steps over which the learning rate falls to zero along a half cosine; `None` keeps it.
    pub decay: Option<u64>,
    /// One for each of the design's learners.
    pub learners: Learners,
    /// A step of which there are pieces.
    under_way: Option<UnderWay>,
}

impl Trainer {
    /// Fresh weights from the seed of `spec`.
    pub fn new(spec: TrainSpec, design: Design, device: &Device) -> Self {
        let learners = Learners::fresh(&design.learners(), spec.seed, device);
        Self { spec, design, decay: None, learners, under_way: None }
    }

    /// A training that goes on from `learners`.
    pub fn with(spec: TrainSpec, design: Design, decay: Option<u64>, learners: Vec<Adam>) -> Self {
        Self { spec, design, decay, learners: Learners::of(learners), under_way: None }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.learners.step()
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.learners.device()
    }

    /// Images that must have arrived before the next step.
    pub fn needs(&self) -> usize {
        batch::reach(self.spec.data, self.step())
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64 {
        let step = self.step();
        self.spec.learning_rate * warm(step) * self.decay.map_or(1.0, |end| fall(step, end))
    }

    /// One step on `images`, of which the first [`needs`](Self::needs) must be there: the terms that the family reports.
    /// They stay on the device, since reading them costs a wait.
    pub fn train(&mut self, images: &Images) -> Tensor<1> {
        loop {
            if let Some(terms) = self.advance(images) {
                return terms;
            }
        }
    }

    /// A piece of that step, none of which is long on a CPU; its terms, once it is whole.
    pub fn advance(&mut self, images: &Images) -> Option<Tensor<1>> {
        self.piece(images, self.together())
    }

    /// Pictures in a piece.
    fn together(&self) -> u64 {
        // A GPU is waited for in any case.
        let most = if self.device() == Device::flex() { PIECE } else { u64::MAX };
        most / (PASSES * self.design.cost()).max(1)
    }

    /// The same with at most `together` pictures in a piece.
    pub(crate) fn piece(&mut self, images: &Images, together: u64) -> Option<Tensor<1>> {
        let rate = self.learning_rate();
        let data = Among { images, among: self.needs().min(images.len()) };
        let lesson = family::lesson(&self.spec, &self.design, data);
        let parts = parts(self.spec.batch, together);
        if parts.len() == 1 {
            return Some(self.learners.take(&*lesson, rate));
        }
        let step = self.under_way.get_or_insert_with(|| UnderWay::begin(&self.learners, &*lesson, rate, parts));
        let (learners, terms) = step.advance(&*lesson)?;
        (self.learners, self.under_way) = (learners, None);
        Some(terms)
    }

    /// Forgets the pieces of a step that is not whole: it is begun anew, and gives the same weights.
    pub fn give_up(&mut self) {
        self.under_way = None;
    }

    /// How many steps learner `k` has taken once the training has taken `step`.
    pub fn steps_of(spec: &TrainSpec, design: &Design, k: usize, step: u64) -> u64 {
        let none = Images::default();
        let passes = family::lesson(spec, design, Among { images: &none, among: 0 }).passes();
        step * passes.iter().filter(|pass| pass.learner == k).count() as u64
    }

    /// The moving average of all weights, learner after learner.
    pub fn theta(&self) -> Tensor<1> {
        self.learners.joined(Adam::average)
    }

    /// The model with the moving average of the weights: what sampling uses.
    pub fn average(&self) -> Model {
        Model::inference(&self.design, self.theta())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_once::numbers;
    use flow::family::{FamilyId, Needs};
    use protocol::{catalogue::Architecture, recipe::MAX_BATCH};

    #[test]
    fn no_piece_of_a_step_is_long_whatever_the_settings() {
        for (family, architecture) in
            FamilyId::of(Needs::Pictures).flat_map(|it| Architecture::ALL.map(|other| (it, other)))
        {
            for batch in [1, 64, 256, MAX_BATCH] {
                let spec = TrainSpec { architecture, batch, ..TrainSpec::of(family) };
                let trainer = Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
                let (parts, each) = (parts(batch, trainer.together()), PASSES * trainer.design.cost());
                assert!(parts.iter().all(|part| part.len() as u64 * each <= PIECE), "{family} {architecture} {batch}");
                // Which would give the weights of other recipes than it always did.
                assert!(batch > 64 || parts.len() == 1, "{family} {architecture} {batch}");
            }
        }
    }

    #[test]
    fn a_step_in_pieces_is_the_step_of_all_pictures() {
        for family in FamilyId::of(Needs::Pictures) {
            let spec = TrainSpec { batch: 7, critic_steps: 2, labels: true, ..TrainSpec::of(family) };
            let trainer = || Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
            let images = Images::blank(16);
            let mut whole = trainer();
            let paid = numbers(whole.train(&images));
            let mut cut = trainer();
            let passes = spec.passes();
            for piece in 1..3 * passes {
                assert!(cut.piece(&images, 3).is_none(), "{family}, piece {piece}");
                assert_eq!(cut.step(), 0);
            }
            let terms = numbers(cut.piece(&images, 3).expect("the last piece"));
            assert_eq!(cut.step(), 1);
            assert_eq!(paid.len(), terms.len());
            let apart = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let size = paid.iter().fold(1.0f32, |most, x| most.max(x.abs()));
            assert!(apart(&paid, &terms) < 1e-5 * size, "{family}: {paid:?} {terms:?}");
            // Adam makes a first step of nearly the same length whatever the gradient, so the moments are compared.
            for (a, b) in whole.learners.iter().zip(&cut.learners[..]) {
                let (a, b) = (numbers(a.m.clone()), numbers(b.m.clone()));
                let size = a.iter().fold(0f32, |most, x| most.max(x.abs()));
                assert!(size > 0.0 && apart(&a, &b) < 1e-4 * size, "{family}: {} of {size}", apart(&a, &b));
            }
        }
    }

    #[test]
    fn a_step_that_is_given_up_leaves_no_trace() {
        let spec = TrainSpec { batch: 6, critic_steps: 1, ..TrainSpec::of(FamilyId::GAN) };
        let (images, mut trainer) = (Images::blank(16), Trainer::new(spec.clone(), Design::of(&spec), &Device::flex()));
        let theta = |trainer: &Trainer| numbers(trainer.learners.joined(|one| one.theta.clone()));
        let before = theta(&trainer);
        for _ in 0..4 {
            assert!(trainer.piece(&images, 2).is_none());
        }
        trainer.give_up();
        assert_eq!((trainer.step(), theta(&trainer)), (0, before));
        assert!((0..6).filter_map(|_| trainer.piece(&images, 2)).count() == 1 && trainer.step() == 1);
        let mut other = Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
        assert_eq!((0..6).filter_map(|_| other.piece(&images, 2)).count(), 1);
        assert_eq!(theta(&trainer), theta(&other));
    }
}
