//! What is answered of what has been learned.

use super::{EARLY, Errand, PointTraining};
use crate::{
    plane::{
        density::{Density, Mapping},
        round::Round,
    },
    world::World,
};
use flow::lattice::Lattice;
use protocol::{
    learned::Inquiry,
    message::Event,
    plane::{FARTHEST, MAX_ROUNDS, check_lattice},
};

impl PointTraining {
    /// Answers a question; a sentence if there is no answer.
    pub fn answer(&mut self, inquiry: Inquiry, world: &impl World) -> Result<Vec<Event>, String> {
        match inquiry {
            Inquiry::Look(shown) => {
                self.check(&shown)?;
                self.shown = shown;
                self.errands.retain(|errand| !matches!(errand, Errand::Snapshot(_)));
                // What is asked for comes first.
                for round in (0..self.rounds.len()).rev() {
                    let whole = !self.progress.running || round + 1 < self.rounds.len();
                    let errand = self.snapshot(round, if whole { None } else { Some(EARLY) });
                    self.errands.push_front(errand);
                }
            }
            Inquiry::Reflow => return self.reflow(world),
            Inquiry::Likelihood { round, lattice } => self.map = Some(self.mapping(round, lattice)?),
            Inquiry::Trace { round, x } => {
                if !x.iter().all(|x| x.abs() <= FARTHEST) {
                    return Err(format!("a trajectory is traced from a point within ±{FARTHEST}"));
                }
                let density = self.density_of(round, "draws in one pass, so no trajectory ends anywhere")?;
                return Ok(vec![Event::Trace(density.trace(self.label(round, true), &self.ends, x))]);
            }
        }
        Ok(vec![])
    }

    /// What tells the density of a round; a sentence if there is no such round, or its family `lacks` what is asked for.
    fn density_of(&self, round: usize, lacks: &str) -> Result<Density, String> {
        let many = self.rounds.len();
        let found = self.rounds.get(round).map(Round::drawer);
        let drawer = found.ok_or_else(|| format!("there are rounds 0 to {}, and no round {round}", many - 1))?;
        Density::of(drawer).ok_or_else(|| format!("a {} {lacks}", self.recipe.family.noun()))
    }

    fn mapping(&self, round: usize, lattice: Lattice) -> Result<Mapping, String> {
        check_lattice(&lattice)?;
        let density = self.density_of(round, "tells no density; a flow does")?;
        Ok(Mapping::new(self.label(round, true), lattice, self.ends.clone(), density))
    }

    fn reflow(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        let family = self.recipe.family;
        if !family.has_path() {
            return Err(format!("a {} draws in one pass, so there are no paths to make straight", family.noun()));
        }
        let (number, step) = (self.round().number, self.round().step());
        if self.paired.is_some() {
            return Err("the pairs of the next round are being made already".into());
        }
        if number == MAX_ROUNDS {
            return Err(format!("there are up to {MAX_ROUNDS} rounds of reflow"));
        }
        if step == 0 {
            return Err("reflow makes its pairs with a trained field: train first".into());
        }
        self.rest();
        self.progress.until = Some(step);
        self.last = self.last.max(number + 1);
        self.pair();
        Ok(vec![self.report(world)])
    }
}
