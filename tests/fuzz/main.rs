//! Hostile and clumsy input: everything that reads bytes from outside is given many that are almost right, and neither panics nor
//! asks for much memory.
//!
//! `FLOWSTEP_FUZZ` says how many inputs each target gets, `FLOWSTEP_FUZZ_SEED` which ones, and `FLOWSTEP_FUZZ_ONLY` the name of
//! one target. `make fuzz` gives the same readers inputs that libFuzzer makes (`guided.rs`).

mod dense;
mod drive;
mod kept;
mod mutator;
mod repair;
mod seeds;
mod targets;

use drive::{Tally, drive};
use std::{
    env,
    hint::black_box,
    str::FromStr,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use targets::{Bound, TARGETS, Target};

/// How many times as many inputs as others the reader gets whose files strangers hand on.
const WEIGHTS: u64 = 4;

/// What a variable of the environment says.
fn asked<T: FromStr>(name: &str, otherwise: T) -> T {
    let said = env::var(name).ok();
    said.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} cannot be “{text}”")))
}

#[test]
fn no_input_panics_or_takes_much_memory() {
    let (count, seed) = (asked("FLOWSTEP_FUZZ", 100_000), asked("FLOWSTEP_FUZZ_SEED", 1));
    let only = asked("FLOWSTEP_FUZZ_ONLY", String::new());
    let targets: Vec<&Target> = TARGETS.iter().filter(|it| only.is_empty() || it.name == only).collect();
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(vec![]));
    let work = || {
        while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Tally { inputs, worst, peak, fault } =
                drive(target, if target.name == "weights" { WEIGHTS * count } else { count }, seed);
            let Bound { times, plus } = target.bound;
            println!(
                "fuzz, {}: {inputs} inputs, at most {worst:.2} of {times} times their length beyond {plus} bytes, {peak} bytes in all, {}",
                target.name,
                if fault.is_some() { "FAULT" } else { "no fault" }
            );
            faults.lock().expect("no thread panics").extend(fault);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(targets.len()) {
            scope.spawn(work);
        }
    });
    assert!(!targets.is_empty(), "no target is called {only}");
    let faults = faults.into_inner().expect("no thread panics");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn names_are_different_and_seeds_are_read() {
    for (k, target) in TARGETS.iter().enumerate() {
        assert!(TARGETS[..k].iter().all(|other| other.name != target.name), "{}", target.name);
        assert!((target.seeds)().len() > 1, "{} has too few seeds", target.name);
    }
}

#[test]
fn panics_and_thirst_are_found() {
    let one = |parse, bound| {
        let target = Target {
            name: "a trap",
            parse,
            seeds: || vec![vec![0; 8], vec![9; 8]],
            dense: dense::none,
            repair: repair::nothing,
            bound,
        };
        drive(&target, 20_000, 1).fault.expect("a fault")
    };
    let few = Bound { times: 2, plus: 64 };
    let panics = one(|bytes| assert!(!bytes.starts_with(&[7]), "it is there"), few);
    assert!(panics.contains("it is there") && panics.contains(": \\x07"), "{panics}");
    let hold = |bytes: &[u8]| drop(black_box(vec![1u8; bytes.first().map_or(0, |byte| usize::from(*byte))]));
    let thirst = one(hold, few);
    assert!(thirst.contains("bytes were taken of"), "{thirst}");
}
