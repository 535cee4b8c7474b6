//! The world around a session: a browser, or a test's folder.

use std::task::Poll;

/// What a session needs of the world around it.
pub trait World {
    /// The bytes at `path`, relative to the page; a sentence if they cannot be had. Pending while they are on their way: who
    /// wants them asks again once [`arrivals`](World::arrivals) is another number, and nobody else waits for them.
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>>;

    /// How many files that were pending have come, or have been given up.
    fn arrivals(&self) -> u64;

    /// Milliseconds since some fixed moment.
    fn now(&self) -> f64;
}
