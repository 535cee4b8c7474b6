//! The state of the page in one place. Views read its signals and call its verbs; nothing else changes it.

mod address;
mod again;
mod alerts;
mod codes;
mod compare;
mod events;
mod frames;
mod held;
mod kept;
mod lanes;
mod opening;
mod path;
mod player;
mod playhead;
mod previews;
mod refusals;
mod route;
mod shelf;
mod state;
mod study;
mod trail;
mod training;
mod verbs;
mod wire;

pub use alerts::{Alerts, complaint};
pub use codes::Ask;
pub use frames::Frames;
pub use held::Held;
pub use opening::open;
pub use path::Path;
pub use playhead::{Playhead, Start};
pub use protocol::outlook::{Loss, Losses};
pub use state::{StepTime, Store};
pub use study::Progress;
pub use training::Phase;
pub use verbs::TOUR;
