//! What the buttons and the keys under the pictures move.

/// Frames that can be played and stepped through.
pub trait Frames: Copy + Send + Sync + 'static {
    /// Rests so many frames further on, or back.
    fn step(self, by: isize);

    /// Rests at a frame, or at the last one there is.
    fn seek(self, index: usize);

    /// Play or pause.
    fn toggle(self);

    /// True where they can be seen, and so be meant by a key.
    fn is_in_sight(self) -> bool {
        true
    }

    /// True while they move by themselves.
    fn is_playing(self) -> bool;
}
