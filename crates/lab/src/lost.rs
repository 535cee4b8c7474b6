//! A device that no longer answers: the page takes another worker, so it is told as [`Event::Lost`] and not as a refusal,
//! after which the same work would only fail again.

use protocol::message::Event;

/// The device failed while `doing` something. What it says of itself is for those who wrote it.
pub fn lost(doing: &str) -> Event {
    Event::Lost { message: format!("The device failed while {doing}.") }
}
