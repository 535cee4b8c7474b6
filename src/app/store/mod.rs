//! The state of the page in one place. Views read its signals and call its verbs; nothing else changes it.

mod address;
mod alerts;
mod events;
mod losses;
mod opening;
mod player;
mod state;
mod training;
mod verbs;
mod wire;

pub use losses::Loss;
pub use opening::open;
pub use player::Path;
pub use state::Store;
pub use training::Phase;
