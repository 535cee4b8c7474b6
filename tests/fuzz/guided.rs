//! The readers of this folder under libFuzzer, whom the code that an input reaches guides to the next one: `make fuzz`.
//!
//! `FLOWSTEP_FUZZ_ONLY` names the reader; without it their names are listed. The last argument is the folder of inputs, which
//! gets the seeds first; those before it are libFuzzer's own.
#![no_main]
#![expect(dead_code, reason = "long inputs are for the reading without guidance")]

mod dense;
mod kept;
mod repair;
mod seeds;
mod targets;

use allocation_counter::measure;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::{env, fs, path::PathBuf, process, sync::LazyLock};
use targets::{TARGETS, Target};

/// Of so many changed inputs one is not repaired.
const AS_IT_IS: u32 = 4;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = env::var("FLOWSTEP_FUZZ_ONLY").unwrap_or_default();
    TARGETS.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no reader is called “{name}”"))
});

fn sow() {
    if env::var_os("FLOWSTEP_FUZZ_ONLY").is_none() {
        TARGETS.iter().for_each(|it| println!("{}", it.name));
        process::exit(0);
    }
    let folder = PathBuf::from(env::args_os().next_back().expect("a folder of inputs"));
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for (k, seed) in (TARGET.seeds)().iter().enumerate() {
        fs::write(folder.join(format!("seed-{k}")), seed).expect("a folder that can be written");
    }
}

fuzz_target!(init: sow(), |bytes: &[u8]| {
    let taken = measure(|| (TARGET.parse)(bytes)).bytes_max;
    assert!(TARGET.bound.allows(taken, bytes.len()), "{}: {taken} bytes were taken of {}", TARGET.name, bytes.len());
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(data, size, max_size);
    if seed.is_multiple_of(AS_IT_IS) {
        return size;
    }
    let mut input = data[..size].to_vec();
    (TARGET.repair)(&mut input);
    input.truncate(max_size);
    data[..input.len()].copy_from_slice(&input);
    input.len()
});
