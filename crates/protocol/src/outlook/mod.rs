//! What can be said of a training without doing it: how long it takes, how far it is, whether it goes well.

mod ailment;
mod goal;
mod losses;
mod span;

pub use ailment::Ailment;
pub use goal::{Goal, Milestone};
pub use losses::{Loss, Losses, Stray, given_terms, take_terms};
pub use span::{Timed, estimate, seconds_per_image};
