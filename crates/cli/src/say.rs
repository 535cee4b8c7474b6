//! Printing, for readers who may go away.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

/// Prints a line on the standard output. A reader who has seen enough (`| head -1`) is no fault.
pub fn line(words: Arguments) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{words}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| format!("cannot print: {error}")),
    }
}

/// Says on the standard error why a command failed; the exit code says that it did, even if nobody listens.
pub fn complaint(sentence: &str) {
    let _ = writeln!(io::stderr(), "flowstep: {sentence}");
}

/// `println!` that does not end a run when nobody reads.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::line(format_args!($($words)*)) };
}
pub(super) use say;
