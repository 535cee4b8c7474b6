//! What commands write, what they leave alone, and how they end when nobody reads.

use super::{flowstep, printed, prints, refused, scratch};
use burn::tensor::{Device, Tensor};
use lab::checkpoint;
use model::weights;
use protocol::saved::{self, Head};
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/weights/mnist.safetensors");

fn train(out: &Path, more: &[&str]) -> Output {
    let out = out.to_string_lossy();
    flowstep(&[&["train", "--batch", "2", "--steps", "1", "--out", &out], more].concat())
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string().expect("a name");
    let mut names: Vec<_> = fs::read_dir(folder).expect("the folder").map(name).collect();
    names.sort();
    names
}

/// The bytes of every file of a folder.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).expect("a file"));
    names(folder).into_iter().map(read).collect()
}

#[test]
fn every_training_has_files_of_its_own() {
    let folder = scratch("own");
    for (name, rate) in [("lr0.001", "--rate=0.001"), ("lr0.002.safetensors", "--rate=0.002")] {
        printed(train(&folder.join(name), &[rate]), &[name]);
    }
    let three = |stem: &str| ["a.checkpoint", "png", "safetensors"].map(|extension| format!("{stem}.{extension}"));
    assert_eq!(names(&folder), [three("lr0.001"), three("lr0.002")].concat());
    let before = contents(&folder);
    for name in ["w.png", "w.PNG", "w.checkpoint", "w.partial", ""] {
        let said = refused(train(&folder.join(name), &[]), &[name]);
        assert!(said.contains(".safetensors"), "{said}");
    }
    fs::write(folder.join("lr0.003.png"), "a picture of somebody").expect("a file");
    let said = refused(train(&folder.join("lr0.003"), &[]), &["lr0.003"]);
    assert!(said.contains("lr0.003.png is there"), "{said}");
    fs::remove_file(folder.join("lr0.003.png")).expect("the file");
    assert_eq!(contents(&folder), before);
}

#[test]
fn another_recipe_replaces_nothing_unasked() {
    let folder = scratch("recipe");
    let out = folder.join("w");
    let first = printed(train(&out, &["--rate=0.001"]), &[]);
    assert!(first.starts_with("step 1 · "), "{first}");
    let before = contents(&folder);
    for (other, word) in [
        ("--rate=0.002", "learning rate is 0.001, not 0.002"),
        ("--seed=2", "seed is 1, not 2"),
        ("--config={\"body\":{\"mlp\":{\"width\":8,\"hidden\":8,\"depth\":1}},\"sigma\":1}", "network"),
        ("--decay", "fell otherwise"),
    ] {
        let rate = if other.starts_with("--rate") { "--drop=0.1" } else { "--rate=0.001" };
        let said = refused(train(&out, &[rate, other]), &[other]);
        assert!(said.contains(word) && said.contains("--overwrite"), "{said}");
        assert_eq!(contents(&folder), before, "{other}");
    }
    // Weights alone, of which nobody knows how far they are.
    fs::remove_file(folder.join("w.a.checkpoint")).expect("the checkpoint");
    let said = refused(train(&out, &["--rate=0.001"]), &[]);
    assert!(said.contains("w.safetensors is there"), "{said}");
    // A checkpoint that is none.
    fs::write(folder.join("w.b.checkpoint"), "no checkpoint").expect("a file");
    refused(train(&out, &["--rate=0.001"]), &[]);

    let anew = printed(train(&out, &["--rate=0.002", "--overwrite"]), &[]);
    assert!(anew.starts_with("starting anew: ") && anew.contains("\nstep 1 · "), "{anew}");
    let (header, _) = weights::read(&fs::read(folder.join("w.safetensors")).expect("weights")).expect("weights");
    assert_eq!(header.recipe["learning_rate"], 0.002);
    assert_eq!(names(&folder), ["w.a.checkpoint", "w.png", "w.safetensors"]);
    // Weights of another training beside this checkpoint.
    fs::copy(WEIGHTS, folder.join("w.safetensors")).expect("a copy");
    let said = refused(train(&out, &["--rate=0.002"]), &[]);
    assert!(said.contains("is not of the training"), "{said}");
}

#[test]
fn deleted_weights_are_written_again() {
    let folder = scratch("again");
    printed(train(&folder.join("w"), &[]), &[]);
    let before = contents(&folder);
    fs::remove_file(folder.join("w.safetensors")).expect("the weights");
    let said = printed(train(&folder.join("w"), &[]), &[]);
    assert!(
        said.starts_with("going on from step 1 of ") && said.contains("\nstep 1 · nothing left to train"),
        "{said}"
    );
    let after = contents(&folder);
    assert!(before.iter().all(|file| after.contains(file)));
    assert_eq!(names(&folder), ["w.a.checkpoint", "w.b.checkpoint", "w.png", "w.safetensors"]);
}

#[test]
fn numbers_that_are_not_finite_are_never_written() {
    let folder = scratch("finite");
    let out = folder.join("w");
    printed(train(&out, &[]), &[]);
    let (device, path) = (Device::flex(), folder.join("w.a.checkpoint"));
    let whole = fs::read(&path).expect("the record");
    let (head, state) = saved::read::<Head>(&whole).expect("a record");
    // Finite weights of which the loss, or else only the file of halves, is not.
    for (steps, loss) in [("--steps=2", true), ("--steps=1", false)] {
        let mut trainer = checkpoint::read(state, &device).expect("a checkpoint");
        let huge = Tensor::<1>::full(trainer.learners[0].ema.shape(), 1e30, &device);
        *(if loss { &mut trainer.learners[0].theta } else { &mut trainer.learners[0].ema }) = huge;
        let state = pollster::block_on(checkpoint::write(&trainer)).expect("bytes");
        fs::write(&path, saved::write(&head, &state)).expect("a file");
        let before = contents(&folder);
        let run = flowstep(&["train", "--batch=2", steps, "--out", &out.to_string_lossy()]);
        let said = String::from_utf8(run.stderr).expect("text");
        assert_eq!(run.status.code(), Some(2), "{said}");
        assert!(said.contains("no longer finite") && said.contains("step 1 are kept"), "{said}");
        assert_eq!(contents(&folder), before);
    }
}

/// A run whose reader has gone before it says anything.
fn unread(arguments: &[&str], errors: bool) -> Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).args(arguments).stdin(Stdio::null());
    if errors {
        command.stderr(writer)
    } else {
        command.stdout(writer)
    };
    command.output().expect("the binary starts")
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let folder = scratch("pipe");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (out, small, picture, mixture) = (path("w"), path("small"), path("one"), path("m.json"));
    fs::write(&mixture, r#"{"weights": [1], "means": [[0, 1]], "stds": [1]}"#).expect("a file");
    let commands: [&[&str]; 7] = [
        &["train", "--batch=2", "--steps=2", "--every=1", "--out", &out],
        &["sample", WEIGHTS, "--pictures=1", "--steps=1", "--out", &picture],
        &["evaluate", WEIGHTS, "--count=2"],
        &["shrink", WEIGHTS, &small],
        &["plane", "--mixture", &mixture, "--sampler=heun", "--count=5000"],
        &["--help"],
        &["train", "--help"],
    ];
    for arguments in commands {
        let run = unread(arguments, false);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success() && said.is_empty(), "{arguments:?}: {said}");
    }
    let made = ["m.json", "one.png", "small.safetensors", "w.a.checkpoint", "w.b.checkpoint", "w.png", "w.safetensors"];
    assert_eq!(names(&folder), made);
    // To its end, and not only to the first line that nobody read.
    assert_eq!(weights::read(&fs::read(path("w.safetensors")).expect("weights")).expect("weights").0.steps, 2);
    let failed = unread(&["evaluate", "/no/such/file"], true);
    assert_eq!(failed.status.code(), Some(2));
}

#[test]
fn files_that_are_folders_empty_or_endless_get_a_sentence() {
    let folder = scratch("odd");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (empty, directory, out) = (path("empty"), path("directory"), path("out"));
    fs::write(&empty, "").expect("a file");
    for name in ["directory", "taken.safetensors", "taken.png", "checked.checkpoint"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    let below = format!("{empty}/w");
    let (taken, checked) = (path("taken"), path("checked"));
    let before = names(&folder);
    for read in [&empty, &directory, "/dev/zero"] {
        let commands: [&[&str]; 5] = [
            &["sample", read, "--out", &out],
            &["evaluate", read],
            &["shrink", read, &out],
            &["shards", "--to", &out, "--from", read],
            &["plane", "--what=score", "--t=0.5", "--mixture", read],
        ];
        for arguments in commands {
            refused(flowstep(arguments), arguments);
        }
    }
    for out in [&below, &taken, "/proc/none/w", "public/", "."] {
        let commands: [&[&str]; 3] = [
            &["sample", WEIGHTS, "--pictures=1", "--steps=1", "--out", out],
            &["shrink", WEIGHTS, out],
            &["train", "--batch=2", "--steps=1", "--out", out],
        ];
        for arguments in commands {
            refused(flowstep(arguments), arguments);
        }
    }
    let arguments = ["train", "--batch=2", "--steps=1", "--out", &checked];
    refused(flowstep(&arguments), &arguments);
    let itself = ["shrink", WEIGHTS, WEIGHTS];
    assert!(refused(flowstep(&itself), &itself).contains("--overwrite"));
    assert_eq!(names(&folder), before, "something was left behind");
    assert!(prints(&["evaluate", WEIGHTS, "--count=1"]).contains(" on 1 images"));
}
