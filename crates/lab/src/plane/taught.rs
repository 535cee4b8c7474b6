//! Whatever is learned in the plane: a field, or something that draws points in one pass.

use super::{drawing::Drawing, learning::Learning};
use crate::world::World;
use protocol::plane::{PlaneCommand, PlaneEvent, PlaneRecipe, SnapshotSpec};

pub enum Taught {
    Field(Box<Learning>),
    Points(Box<Drawing>),
}

impl Taught {
    /// From fresh weights, running. A sentence if something asked for makes no sense.
    pub fn new(
        run: u32,
        recipe: PlaneRecipe,
        sight: SnapshotSpec,
        until: Option<u64>,
        rounds: usize,
    ) -> Result<Self, String> {
        Ok(if recipe.family.has_path() {
            Self::Field(Learning::new(run, recipe, sight, until, rounds)?.into())
        } else {
            Self::Points(Drawing::new(run, recipe, sight, until)?.into())
        })
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        match self {
            Self::Field(learning) => learning.busy(),
            Self::Points(drawing) => drawing.busy(),
        }
    }

    /// Answers any command but to train and to forget.
    pub fn handle(&mut self, command: PlaneCommand, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        match self {
            Self::Field(learning) => learning.handle(command, world),
            Self::Points(drawing) => drawing.handle(command, world),
        }
    }

    /// One unit. A sentence if something failed, which is then over.
    pub fn work(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        match self {
            Self::Field(learning) => learning.work(world),
            Self::Points(drawing) => drawing.work(world),
        }
    }

    /// How training stands, with what is new since the last report.
    pub fn report(&mut self, world: &impl World) -> PlaneEvent {
        match self {
            Self::Field(learning) => learning.report(world),
            Self::Points(drawing) => drawing.report(world),
        }
    }
}
