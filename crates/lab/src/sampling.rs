//! A sampling as a job: the frames of a lane, as far as they are wanted.

use super::{lost::lost, sample::Step, walk::Walk, world::World};
use protocol::message::{Event, SampleSpec};

/// A trajectory, and how far it is wanted.
pub struct Sampling {
    pub lane: usize,
    pub generation: u32,
    /// What is due, until the files that it needs are there.
    due: Option<SampleSpec>,
    walk: Option<Walk>,
    to: usize,
    /// Milliseconds spent on the frame under way.
    ms: f64,
}

impl Sampling {
    /// Frame 0 is wanted.
    pub fn new(lane: usize, generation: u32, spec: SampleSpec) -> Self {
        Self { lane, generation, due: Some(spec), walk: None, to: 0, ms: 0.0 }
    }

    /// What is to begin, if it has not begun.
    pub fn due(&self) -> Option<&SampleSpec> {
        self.due.as_ref()
    }

    /// Begins what was due.
    pub fn begin(&mut self, walk: Walk) {
        (self.due, self.walk) = (None, Some(walk));
    }

    /// Frames are wanted up to and including `to`.
    pub fn advance(&mut self, to: usize) {
        self.to = to;
    }

    pub fn is_wanted(&self) -> bool {
        self.walk.as_ref().is_none_or(|walk| walk.next_index() <= self.to)
    }

    /// How much of the way is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.walk.as_ref().map_or(0.0, Walk::share)
    }

    /// On towards the next frame.
    pub async fn work(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        let Some(walk) = &mut self.walk else { return Ok(vec![]) };
        let begin = world.now();
        let advanced = walk.advance().await;
        self.ms += world.now() - begin;
        match advanced {
            Ok(Step::Done(mut frame)) => {
                frame.ms = std::mem::take(&mut self.ms);
                if !frame
                    .x_t
                    .iter()
                    .chain(&frame.velocity)
                    .chain(&frame.codes)
                    .chain(&frame.verdicts)
                    .chain(&frame.costs)
                    .all(|x| x.is_finite())
                {
                    self.to = 0;
                    let index = frame.index;
                    return Err(format!(
                        "frame {index} is not finite: more steps or less noise may help, or the weights are at fault"
                    ));
                }
                Ok(vec![Event::Frame { generation: self.generation, frame }])
            }
            Ok(Step::UnderWay) => Ok(vec![]),
            // Past the last frame nothing is wanted any more.
            Ok(Step::Ended) => {
                self.to = walk.next_index() - 1;
                Ok(vec![])
            }
            Err(_) => Ok(vec![lost("sampling")]),
        }
    }
}
