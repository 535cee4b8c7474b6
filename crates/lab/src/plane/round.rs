//! One training in the plane: a lesson, those who learn it, and what they draw with their averaged weights.

use super::{
    marginals::Marginals,
    one_pass::{Artist, OnePassLesson},
    paths::Paths,
};
use crate::{at_once::numbers, family::Lesson, learners::Learners, rate::settle};
use burn::tensor::Device;
use flow::schedule::ScheduleId;
use model::{adam::Adam, parameters::Entry, point::PointField};
use protocol::plane::PlaneRecipe;
use std::rc::Rc;

/// What is learned.
#[derive(Clone)]
enum Subject {
    Paths(Paths),
    OnePass(OnePassLesson),
}

impl Subject {
    fn lesson(&self) -> &dyn Lesson {
        match self {
            Self::Paths(paths) => paths,
            Self::OnePass(one_pass) => one_pass,
        }
    }

    /// The parameters of each learner.
    fn entries(&self) -> Vec<Vec<Entry>> {
        match self {
            Self::Paths(paths) => vec![paths.config.entries()],
            Self::OnePass(one_pass) => one_pass.entries(),
        }
    }

    /// Steps after which the learning rate falls as 1/sqrt(step).
    fn settles(&self) -> f64 {
        match self {
            Self::Paths(_) => 1000.0,
            Self::OnePass(_) => 4000.0,
        }
    }
}

/// What draws points.
pub enum Drawer {
    /// Particles follow a field.
    Field(Box<PointField>),
    /// One pass makes them.
    Artist(Artist),
}

/// A round: the first training, or one after a reflow. Always on the CPU: a step of so small a network is shorter than its
/// dispatches.
#[derive(Clone)]
pub struct Round {
    /// 0 is the first.
    pub number: usize,
    pub parameters: usize,
    subject: Subject,
    learners: Learners,
    learning_rate: f64,
    seed: u64,
}

impl Round {
    /// The first training of `recipe`, whose ends are `ends`.
    pub fn first(recipe: &PlaneRecipe, ends: Rc<Marginals>) -> Self {
        let subject = match recipe.family.has_path() {
            true => Subject::Paths(Paths::new(recipe, ends)),
            false => Subject::OnePass(OnePassLesson::new(recipe, ends)),
        };
        Self::fresh(0, subject, recipe.learning_rate, recipe.seed)
    }

    fn fresh(number: usize, subject: Subject, learning_rate: f64, seed: u64) -> Self {
        let entries = subject.entries();
        let learners = Learners::fresh(&entries, seed, &Device::flex());
        let parameters = entries.iter().flatten().map(Entry::len).sum();
        Self { number, parameters, subject, learners, learning_rate, seed }
    }

    /// The round that learns the lines of `pairs`, from fresh weights: those of the round before are nearer after few
    /// steps, but on spirals a second such round was less straight than the first. None after one without paths.
    pub fn next(&self, pairs: Vec<[[f64; 2]; 2]>) -> Option<Self> {
        let Subject::Paths(paths) = &self.subject else { return None };
        let subject = Subject::Paths(paths.next(pairs));
        Some(Self::fresh(self.number + 1, subject, self.learning_rate, self.seed))
    }

    /// The pairs that it learns from, where the round before has joined them.
    pub fn pairs(&self) -> &[[[f64; 2]; 2]] {
        match &self.subject {
            Subject::Paths(paths) => paths.joined(),
            Subject::OnePass(_) => &[],
        }
    }

    /// Those who learn, as far as they have come.
    pub fn learners(&self) -> &[Adam] {
        &self.learners
    }

    /// The same round with other learners, as many and as large.
    pub fn with(self, learners: Vec<Adam>) -> Self {
        Self { learners: Learners::of(learners), ..self }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.learners.step()
    }

    /// One step; the terms that its family reports, before it.
    pub fn train(&mut self) -> Vec<f32> {
        let rate = self.learning_rate * settle(self.step(), self.subject.settles());
        numbers(self.learners.take(self.subject.lesson(), rate))
    }

    /// What draws, with the moving average of the weights.
    pub fn drawer(&self) -> Drawer {
        let theta: Vec<_> = self.learners.iter().map(Adam::average).collect();
        match &self.subject {
            Subject::Paths(paths) => Drawer::Field(PointField::new(paths.config, theta[0].clone()).into()),
            Subject::OnePass(one_pass) => Drawer::Artist(one_pass.artist(&theta)),
        }
    }

    /// The path that its field is of; where there is none, on which its frames lie.
    pub fn schedule(&self) -> ScheduleId {
        match &self.subject {
            Subject::Paths(paths) => paths.config.schedule,
            Subject::OnePass(one_pass) => one_pass.schedule(),
        }
    }

    /// The field, where there is one.
    pub fn field(&self) -> Option<PointField> {
        match self.drawer() {
            Drawer::Field(field) => Some(*field),
            Drawer::Artist(_) => None,
        }
    }
}
