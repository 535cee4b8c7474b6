//! A training, of pictures or of points: one set of verbs and one report for both.
//!
//! What fails here is a device that no longer answers.

use super::{
    lost::lost,
    pictures::PictureTraining,
    plane::{
        checkpoint,
        contest::{self, ContestTraining},
        learning::PointTraining,
    },
    world::World,
};
use burn::tensor::Device;
use protocol::{
    learned::Inquiry,
    message::{Event, Task},
};
use std::task::Poll;

/// See the module.
pub enum Training {
    Pictures(Box<PictureTraining>),
    Points(Box<PointTraining>),
    Contest(Box<ContestTraining>),
}

impl Training {
    /// From fresh weights, running. A sentence if the task makes no sense.
    pub fn new(run: u32, task: Task, until: Option<u64>, device: &Device) -> Result<Self, String> {
        Ok(match task {
            Task::Pictures(spec) => {
                spec.check()?;
                Self::Pictures(PictureTraining::new(run, spec, until, device).into())
            }
            Task::Points { recipe, shown, rounds } => {
                Self::Points(PointTraining::new(run, recipe, shown, until, rounds)?.into())
            }
            Task::Contest(contest) => Self::Contest(ContestTraining::new(run, contest)?.into()),
        })
    }

    /// The training that a checkpoint holds. One of points says itself when it is to rest.
    pub fn restore(run: u32, bytes: &[u8], running: bool, until: Option<u64>, device: &Device) -> Result<Self, String> {
        Ok(match bytes {
            _ if contest::is_contest(bytes) => Self::Contest(ContestTraining::restore(run, bytes, running)?.into()),
            _ if checkpoint::is_of_points(bytes) => Self::Points(PointTraining::restore(run, bytes, running)?.into()),
            _ => Self::Pictures(PictureTraining::restore(run, bytes, running, until, device)?.into()),
        })
    }

    /// All of it as bytes; nothing where its numbers are not finite.
    pub async fn checkpoint(&mut self) -> Result<Option<Event>, String> {
        match self {
            Self::Pictures(training) => training.checkpoint().await,
            Self::Points(learning) => Ok(learning.checkpoint()),
            Self::Contest(contest) => Ok(contest.checkpoint()),
        }
    }

    /// Which training of the page it is.
    pub fn run(&self) -> u32 {
        match self {
            Self::Pictures(training) => training.progress.run,
            Self::Points(learning) => learning.progress.run,
            Self::Contest(contest) => contest.run,
        }
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        match self {
            Self::Pictures(training) => training.busy(),
            Self::Points(learning) => learning.busy(),
            Self::Contest(contest) => contest.busy(),
        }
    }

    /// Stops after the current step, keeps everything and shows all of it.
    pub async fn pause(&mut self, turn: u32, world: &impl World) -> Vec<Event> {
        match self {
            Self::Pictures(training) => {
                training.progress.turn = turn;
                or_lost(training.pause(world).await)
            }
            Self::Points(learning) => {
                learning.progress.turn = turn;
                learning.pause(world)
            }
            Self::Contest(contest) => contest.pause(turn, world),
        }
    }

    /// Goes on, past the step where it was to rest if it has come there.
    pub async fn resume(&mut self, turn: u32, world: &impl World) -> Vec<Event> {
        match self {
            Self::Pictures(training) => {
                training.progress.turn = turn;
                training.resume(world);
                or_lost(training.report(world).await)
            }
            Self::Points(learning) => {
                learning.progress.turn = turn;
                vec![learning.resume(world)]
            }
            Self::Contest(contest) => contest.resume(turn, world),
        }
    }

    /// How it stands, with what is new since the last report.
    pub async fn report(&mut self, world: &impl World) -> Vec<Event> {
        match self {
            Self::Pictures(training) => or_lost(training.report(world).await),
            Self::Points(learning) => vec![learning.report(world)],
            Self::Contest(contest) => contest.report(world),
        }
    }

    /// One unit: a shard or a step of pictures, some steps or part of an errand of points.
    /// Pending while a shard is on its way.
    pub async fn work(&mut self, world: &impl World) -> Poll<Vec<Event>> {
        match self {
            Self::Pictures(training) => match training.work(world).await {
                Ok(done) => done,
                Err(error) => Poll::Ready(or_lost(Err(error))),
            },
            Self::Points(learning) => Poll::Ready(learning.work(world)),
            Self::Contest(contest) => Poll::Ready(contest.work(world)),
        }
    }

    /// Answers a question about points.
    pub fn answer(&mut self, inquiry: Inquiry, world: &impl World) -> Result<Vec<Event>, String> {
        match self {
            Self::Pictures(_) => Err("pictures are trained here, and no points".into()),
            Self::Points(learning) => learning.answer(inquiry, world),
            Self::Contest(contest) => contest.answer(inquiry, world),
        }
    }

    /// The training, where it is one of pictures.
    pub fn pictures(&self) -> Option<&PictureTraining> {
        match self {
            Self::Pictures(training) => Some(training),
            Self::Points(_) | Self::Contest(_) => None,
        }
    }
}

/// What happened; where the device failed, that it is lost.
fn or_lost(done: Result<Vec<Event>, String>) -> Vec<Event> {
    done.unwrap_or_else(|_| vec![lost("training")])
}
