//! The path that a trajectory follows.

use flow::{family::FamilyId, schedule::ScheduleId};

/// What turns the velocities of a trajectory into other readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// One whose pictures come about in one pass has no velocity and no readings.
    pub family: FamilyId,
    pub schedule: ScheduleId,
    /// Whether it starts from N(0, I), so that noise and score can be read.
    pub gaussian: bool,
}
