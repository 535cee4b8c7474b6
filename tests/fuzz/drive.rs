//! The loop: an input after the other, and what each did.

use super::{mutator::Mutator, targets::Target};
use allocation_counter::measure;
use flow::rng::{Purpose, Stream};
use std::{
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

/// What all inputs of a target came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub inputs: u64,
    /// The most memory that an input took, as a multiple of its length, less the constant of its bound.
    pub worst: f64,
    /// The most memory that any input took, in bytes.
    pub peak: u64,
    /// A sentence on the first input that panicked or took more memory than its bound.
    pub fault: Option<String>,
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    static QUIET: RefCell<bool> = const { RefCell::new(false) };
}

/// Panics of inputs are kept and not printed; others are printed as ever.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if QUIET.with_borrow(|quiet| *quiet) {
                PANIC.set(Some(info.to_string()));
            } else {
                usual(info);
            }
        }));
    });
}

/// Gives `target` all its seeds and long inputs, and then `count` inputs that are made of them, by chance that `seed` decides. Ends at the first
/// fault.
pub fn drive(target: &Target, count: u64, seed: u64) -> Tally {
    keep_panics();
    let seeds = (target.seeds)();
    let mut tally = Tally::default();
    for bytes in seeds.iter().chain(&(target.dense)()) {
        tally.give(target, bytes);
    }
    let mut mutator = Mutator(Stream::new(seed, Purpose::Probe, 0));
    let mut current = vec![];
    while tally.inputs < count && tally.fault.is_none() {
        // Some steps away from a seed, seldom many.
        if mutator.below(3) == 0 || current.is_empty() {
            current.clone_from(&seeds[mutator.below(seeds.len())]);
        }
        let other = &seeds[mutator.below(seeds.len())];
        mutator.mutate(&mut current, other);
        if mutator.below(4) > 0 {
            (target.repair)(&mut current);
        }
        tally.give(target, &current);
    }
    tally
}

impl Tally {
    fn give(&mut self, target: &Target, bytes: &[u8]) {
        let mut panicked = false;
        QUIET.set(true);
        let memory = measure(|| {
            panicked = panic::catch_unwind(AssertUnwindSafe(|| (target.parse)(bytes))).is_err();
        });
        QUIET.set(false);
        self.inputs += 1;
        self.peak = self.peak.max(memory.bytes_max);
        self.worst = self.worst.max(target.bound.beyond(memory.bytes_max) as f64 / bytes.len().max(1) as f64);
        let told = if panicked {
            PANIC.take().unwrap_or_else(|| "a panic".into())
        } else if !target.bound.allows(memory.bytes_max, bytes.len()) {
            format!("{} bytes were taken of {}", memory.bytes_max, bytes.len())
        } else {
            return;
        };
        let input: String = bytes.iter().take(400).flat_map(|byte| byte.escape_ascii()).map(char::from).collect();
        self.fault = Some(format!("{}, input {}: {told}: {input}", target.name, self.inputs));
    }
}
