//! The world around a session: a browser, or a test's folder.

/// What a session needs of the world around it.
pub trait World {
    /// The bytes at `path`, relative to the page; a sentence if they cannot be had.
    fn fetch(&self, path: &str) -> impl Future<Output = Result<Vec<u8>, String>>;

    /// Milliseconds since some fixed moment.
    fn now(&self) -> f64;
}
