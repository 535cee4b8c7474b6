//! Several kinds that learn the same points at once, each with as much time as the others.

use crate::{
    method::Method,
    plane::{PlaneRecipe, SnapshotSpec},
};
use flow::family::FamilyId;
use serde::{Deserialize, Serialize};

/// Most kinds side by side.
pub const MAX_RIVALS: usize = 8;
/// Most steps of each: as many as a link may ask for.
pub const MOST_STEPS: u64 = 50_000;
/// Seconds of steps that each may have, at least and at most.
pub const SECONDS: [f64; 2] = [1.0, 600.0];

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    pub family: FamilyId,
    /// The step after which it rests; where there is none, its time says when.
    pub until: Option<u64>,
}

/// All of them. What is told of the k-th is told as of round k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// From what all learn; the family and its rate are each one's own.
    pub recipe: PlaneRecipe,
    /// 1–[`MAX_RIVALS`].
    pub rivals: Vec<Rival>,
    /// How each is to be seen.
    pub shown: SnapshotSpec,
    /// Seconds of steps for each, within [`SECONDS`].
    pub seconds: f64,
}

impl Contest {
    /// By what one of them learns: at its family's usual rate.
    pub fn recipe_of(&self, rival: &Rival) -> PlaneRecipe {
        let (family, learning_rate) = (rival.family, rival.family.learning_rates[1]);
        let method = Method { family, learning_rate, ..self.recipe.method };
        PlaneRecipe { method, ..self.recipe.clone() }
    }

    /// A sentence if there are none or too many, or if the time or a recipe is none.
    pub fn check(&self) -> Result<(), String> {
        let (many, [least, most]) = (self.rivals.len(), SECONDS);
        if !(1..=MAX_RIVALS).contains(&many) {
            return Err(format!("1 to {MAX_RIVALS} kinds learn side by side, not {many}"));
        }
        if !(least..=most).contains(&self.seconds) {
            return Err(format!("each kind has {least} to {most} seconds of steps, not {}", self.seconds));
        }
        self.rivals.iter().try_for_each(|rival| self.recipe_of(rival).method.check()).and(self.shown.check())
    }
}
