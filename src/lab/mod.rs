//! The work: training, sampling, and the language in which the page asks for them.

pub mod link;
pub mod protocol;
