//! Trainings that are cut off, and go on as if they had not been.

use super::{flowstep, prints, refused, scratch};
use flow::family::FamilyId;
use protocol::{
    message::TrainSpec,
    saved::{self, Head},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// A run of `flowstep train` into the file `name` of a folder.
fn train(folder: &Path, name: &str, more: &[&str]) -> String {
    let out = folder.join(name).to_string_lossy().into_owned();
    prints(&[&["train", "--batch", "2", "--out", &out], more].concat())
}

/// The bytes of the weights, and those from which the training goes on.
fn state(folder: &Path, name: &str, slot: &str) -> [Vec<u8>; 2] {
    let read = |extension: &str| fs::read(folder.join(format!("{name}.{extension}"))).expect(extension);
    let record = read(&format!("{slot}.checkpoint"));
    [read("safetensors"), saved::read::<Head>(&record).expect("a record").1.to_vec()]
}

#[test]
fn a_training_that_is_resumed_ends_in_the_bytes_of_one_that_was_not_interrupted() {
    for family in ["flow", "vae", "gan"] {
        let folder = scratch(&format!("resumed-{family}"));
        let family = ["--family", family];
        train(&folder, "whole", &[&family[..], &["--steps=6"]].concat());
        // Two records, of steps 2 and 4, and from the newer one on.
        train(&folder, "part", &[&family[..], &["--steps=4", "--every=2"]].concat());
        let of = |slot: &str| folder.join(format!("part.{slot}.checkpoint"));
        let head = |slot: &str| saved::read::<Head>(&fs::read(of(slot)).expect("a file")).expect("a record").0;
        let (older, newer) = (head("a"), head("b"));
        assert_eq!((older.step, newer.step, newer.until), (2, 4, Some(4)));
        assert_eq!(newer.losses.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let family_of = family[1].parse::<FamilyId>().expect("a family");
        assert_eq!(newer.recipe, TrainSpec { batch: 2, ..TrainSpec::of(family_of) });
        for slot in ["a", "b"] {
            let (from, name) = (of(slot).to_string_lossy().into_owned(), format!("resumed-{slot}"));
            let out = folder.join(&name).to_string_lossy().into_owned();
            let said = prints(&["train", "--resume", &from, "--steps=6", "--out", &out]);
            assert!(said.starts_with("going on from step ") && said.contains("\nstep 6 · "), "{said}");
            assert_eq!(state(&folder, &name, "a"), state(&folder, "whole", "a"));
        }
        // By itself, where the newer record is torn.
        let whole = fs::read(of("b")).expect("a record");
        fs::write(of("b"), &whole[..whole.len() - 9]).expect("a file");
        let said = train(&folder, "part", &[&family[..], &["--steps=6"]].concat());
        assert!(said.starts_with("left alone: ") && said.contains("\ngoing on from step 2 of "), "{said}");
        assert_eq!(state(&folder, "part", "b"), state(&folder, "whole", "a"));
    }
}

#[test]
fn how_the_learning_rate_falls_is_resumed_too() {
    let folder = scratch("resumed-decay");
    train(&folder, "whole", &["--decay", "--steps=5"]);
    // No minute at all is over after the first step.
    train(&folder, "part", &["--decay", "--steps=5", "--minutes=0"]);
    let from = folder.join("part.a.checkpoint").to_string_lossy().into_owned();
    assert!(prints(&["train", "--resume", &from]).contains("\nstep 5 · "));
    assert_eq!(state(&folder, "part", "b"), state(&folder, "whole", "a"));
    let before = fs::read(&from).expect("a record");
    for (more, words) in [
        (&["--batch=3"][..], "cannot be used with"),
        (&["--decay"], "cannot be used with"),
        (&["--config={}"], "cannot be used with"),
        (&[], "is further than "),
    ] {
        let arguments = [&["train", "--resume", &from], more].concat();
        let said = refused(flowstep(&arguments), &arguments);
        assert!(said.contains(words), "{said}");
    }
    let none = folder.join("whole.safetensors").to_string_lossy().into_owned();
    let said = refused(flowstep(&["train", "--resume", &none]), &["weights"]);
    assert!(said.contains("the checkpoint is damaged, or of another version"), "{said}");
    assert_eq!(fs::read(&from).expect("a record"), before);
}

#[cfg(unix)]
#[test]
fn an_interrupt_saves_what_was_reached() {
    let folder = scratch("interrupt");
    let out = folder.join("w").to_string_lossy().into_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command.args(["train", "--batch=2", "--steps=1000000", "--every=3", "--out", &out]);
    let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut said = String::new();
    BufReader::new(run.stdout.take().expect("its output")).read_line(&mut said).expect("a line");
    assert!(said.starts_with("step 3 · "), "{said}");
    let killed = Command::new("kill").args(["-INT", &run.id().to_string()]).status().expect("kill");
    let ended = run.wait_with_output().expect("its end");
    let why = String::from_utf8(ended.stderr).expect("text");
    assert!(killed.success() && ended.status.code() == Some(2) && why.contains("which is saved"), "{why}");
    let step: u64 = why.split("at step ").nth(1).and_then(|it| it.split(',').next()?.parse().ok()).expect("a step");
    let goal = format!("--steps={}", step + 2);
    let on = train(&folder, "w", &[&goal]);
    assert!(on.starts_with(&format!("going on from step {step} of ")), "{on}");
    train(&folder, "whole", &[&goal]);
    let weights = |name: &str| fs::read(folder.join(name)).expect("weights");
    assert!(weights("w.safetensors") == weights("whole.safetensors"));
}
