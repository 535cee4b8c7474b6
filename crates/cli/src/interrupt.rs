//! Ctrl+C, and whatever else asks a process to end: heard, so that what has been reached can be saved first.

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag::{register, register_conditional_shutdown},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// What a shell says of a process that an interrupt has ended.
const INTERRUPTED: i32 = 130;

/// Whether somebody has asked.
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the first request is only noted; a second ends the process where it is.
    pub fn listen() -> Result<Self, String> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first request finds nothing noted yet.
            let heard = register_conditional_shutdown(signal, INTERRUPTED, asked.clone());
            heard
                .and_then(|_| register(signal, asked.clone()))
                .map_err(|error| format!("cannot listen for Ctrl+C: {error}"))?;
        }
        Ok(Self(asked))
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
