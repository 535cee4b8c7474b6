//! What every kind of model says of itself: by its configuration, and where it draws in one pass, by what it can be asked.

use super::{
    parameters::Entry,
    raw::{MAX_COST, MAX_PARAMETERS, MAX_SIZE},
};
use burn::tensor::Tensor;
use flow::{adversarial::Objective, family::FamilyId, rng::Stream, schedule::ScheduleId};
use protocol::recipe::MAX_LATENT;
use std::fmt::Debug;

/// What the configuration of a model says of it.
pub trait Blueprint: Debug {
    /// The family whose model it is.
    fn family(&self) -> FamilyId;

    /// The path on which it was trained; for a family without one, on which its frames lie.
    fn schedule(&self) -> ScheduleId {
        ScheduleId::default()
    }

    /// Numbers of z, with the picture that it begins with where pictures are made of pictures; 0 where there is none.
    fn latent(&self) -> usize {
        0
    }

    /// Words of the book from which codes are taken; 0 where these are any numbers.
    fn words(&self) -> usize {
        0
    }

    /// Whether pictures of a class can be asked for.
    fn labels(&self) -> bool;

    /// A sentence if the sizes make no model, or one too large; files are not trusted.
    fn check(&self) -> Result<(), String>;

    /// Multiplications of one picture in one pass of all learners: where no number is used twice, as many as there are numbers.
    fn cost(&self) -> u64 {
        length(&self.learners())
    }

    /// The parameters of every learner, in the order of its own θ.
    fn learners(&self) -> Vec<Vec<Entry>>;
}

impl dyn Blueprint + '_ {
    /// All parameters, in the order of θ.
    pub fn entries(&self) -> Vec<Entry> {
        let (mut all, mut end) = (vec![], 0);
        for learner in self.learners() {
            let size: usize = learner.iter().map(Entry::len).sum();
            all.extend(learner.into_iter().map(|entry| Entry { start: entry.start + end, ..entry }));
            end += size;
        }
        all
    }

    /// Length of θ.
    pub fn parameters(&self) -> usize {
        self.learners().iter().flatten().map(Entry::len).sum()
    }
}

/// A sentence if z or a layer is too large, or there is none.
pub fn check_sizes(latent: usize, hidden: usize) -> Result<(), String> {
    if !(1..=MAX_LATENT).contains(&latent) {
        return Err(format!("z has 1 to {MAX_LATENT} numbers, not {latent}"));
    }
    if !(1..=MAX_SIZE).contains(&hidden) {
        return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
    }
    Ok(())
}

/// Numbers of all `learners`: of sizes that are not checked yet, so that on the web a `usize` may not hold them.
fn length(learners: &[Vec<Entry>]) -> u64 {
    learners.iter().flatten().map(|entry| entry.len() as u64).sum()
}

/// A sentence if θ is too long.
pub fn check_length(blueprint: &dyn Blueprint) -> Result<(), String> {
    let parameters = length(&blueprint.learners());
    if parameters > MAX_PARAMETERS as u64 {
        return Err(format!("it would have {parameters} parameters, more than {MAX_PARAMETERS}"));
    }
    Ok(())
}

/// A sentence if a picture takes too long.
pub fn check_cost(blueprint: &dyn Blueprint) -> Result<(), String> {
    let cost = blueprint.cost();
    if cost > MAX_COST {
        return Err(format!("a picture would take {cost} multiplications in every step, more than {MAX_COST}"));
    }
    Ok(())
}

/// What draws pictures of codes z in one pass. Classes are one-hot, [rows, 10], and only heard where labels are told.
pub trait OnePass: Debug {
    /// Its configuration.
    fn blueprint(&self) -> &dyn Blueprint;

    /// The pictures that z stand for: [rows, latent] → [rows, 784], data in [-1, 1].
    fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2>;

    /// The pictures at the time t of the way to them, from 0 to 1: those of t z, from the middle of all codes, where there are no
    /// layers to go through one by one. And where a density is known, what they cost: -log2 p_t in bits a pixel of bytes, [rows, 1].
    fn frame(&self, z: Tensor<2>, classes: &Tensor<2>, t: f64) -> (Tensor<2>, Option<Tensor<2>>) {
        (self.pictures(z * t, classes), None)
    }

    /// The codes of pictures, where they can be told: [rows, 784] → [rows, latent].
    fn codes(&self, _x: Tensor<2>, _classes: &Tensor<2>) -> Option<Tensor<2>> {
        None
    }

    /// A bound on -ln p of pictures in nats, the mean over rows: −ELBO, with codes drawn by ε: [rows, latent], or -ln p itself, with ε
    /// between the levels of bytes; where there is one.
    fn bound(&self, _x: Tensor<2>, _epsilon: Tensor<2>, _classes: &Tensor<2>) -> Option<Tensor<1>> {
        None
    }

    /// What a critic says of pictures, where there is one, [rows, 1], or of every place of them, [rows, 49], and what its numbers mean.
    /// Of some pictures it has to know of which z they are made.
    fn logits(&self, _x: Tensor<2>, _z: &Tensor<2>, _classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        None
    }

    /// Numbers of a z that is drawn, but for the picture that it may begin with.
    fn code(&self, stream: &mut Stream) -> Vec<f32> {
        stream.normals(self.blueprint().latent())
    }

    /// The rows of a preview, of codes z: [rows, latent] and as many pictures of the set: what is drawn, the set, and where their codes
    /// can be told, what is drawn of these.
    fn rows(&self, z: Tensor<2>, of_set: Tensor<2>, classes: &Tensor<2>) -> Vec<Tensor<2>> {
        let again = self.codes(of_set.clone(), classes).map(|codes| self.pictures(codes, classes));
        [self.pictures(z, classes), of_set].into_iter().chain(again).collect()
    }
}
