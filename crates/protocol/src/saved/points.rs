//! A training on points as it is saved.

use super::Subject;
use crate::{
    contest::MAX_RIVALS,
    message::TrainReport,
    plane::{MAX_ROUNDS, PlaneRecipe},
};
use serde::{Deserialize, Serialize};

/// Longest words of a link: those of data of one's own, and room for the rest.
const MAX_WORDS: usize = 16_384;

/// What was learned, and how it was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsSubject {
    /// The plane in the words of its link.
    pub words: String,
    pub recipe: PlaneRecipe,
    /// Rounds of reflow to go on to by itself.
    pub rounds: usize,
    /// The last report on each round, or on each kind, without its losses.
    pub reports: Vec<TrainReport>,
}

impl Subject for PointsSubject {
    const LETTERS: &'static [u8; 8] = b"flowpt-1";
    const FILES: &'static str = "points";

    fn check(&self) -> Result<(), String> {
        self.recipe.method.check()?;
        data::cloud::check(&self.recipe.data)?;
        let bounded = self.words.len() <= MAX_WORDS
            && self.rounds <= MAX_ROUNDS
            && self.reports.len() <= MAX_RIVALS.max(MAX_ROUNDS + 1);
        if bounded { Ok(()) } else { Err("a saved training has a bounded link and bounded rounds".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        method::Method,
        saved::{Head, read, write},
    };
    use data::shapes::Shape;
    use flow::schedule::ScheduleId;

    #[test]
    fn a_training_on_points_is_read_back_and_is_none_on_pictures() {
        let (data, method) = (Shape::Moons.parts('A'), Method::default());
        let recipe = PlaneRecipe { method, data, source: None, schedule: ScheduleId::default() };
        let subject = PointsSubject { words: "data=moons".into(), recipe, rounds: 1, reports: vec![] };
        let head = Head { at: 1.7e12, step: 7, recipe: subject, until: None, losses: vec![(1, vec![0.5])] };
        let record = write(&head, &[5, 6]);
        assert_eq!(read(&record), Some((head.clone(), &[5, 6][..])));
        assert_eq!(read::<Head>(&record), None);
        let mut wild = head.clone();
        wild.recipe.recipe.method.batch = 0;
        assert_eq!(read::<Head<PointsSubject>>(&write(&wild, &[])), None);
        let mut long = head;
        long.recipe.words = "x".repeat(MAX_WORDS + 1);
        assert_eq!(read::<Head<PointsSubject>>(&write(&long, &[])), None);
    }
}
