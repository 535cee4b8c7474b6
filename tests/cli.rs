//! The command line as a person meets it: the real binary, its exit codes and what it prints.
#![cfg(not(target_arch = "wasm32"))]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn flowstep(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command.output().expect("the binary starts")
}

/// What a run that goes well prints.
fn prints(arguments: &[&str]) -> String {
    let done = flowstep(arguments);
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// An empty folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder below the target directory");
    folder
}

#[test]
fn bad_input_gets_a_sentence_and_exit_code_2() {
    let folder = scratch("bad");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (text, out) = (path("text.safetensors"), path("never.safetensors"));
    std::fs::write(&text, "these are no weights").expect("a file");
    let weights = "public/weights/mnist.safetensors";
    let numbers = [
        ("train", "--every", vec!["0", "-1", "often"]),
        ("train", "--steps", vec!["0", "1.5"]),
        ("train", "--batch", vec!["0", "257"]),
        ("train", "--rate", vec!["0", "NaN", "inf", "1"]),
        ("train", "--drop", vec!["-0.1", "0.6", "nan"]),
        ("train", "--minutes", vec!["-1", "NaN", "inf"]),
        ("sample", "--steps", vec!["0", "501"]),
        ("sample", "--pictures", vec!["0", "65"]),
        ("sample", "--guidance", vec!["-1", "NaN", "11"]),
        ("evaluate", "--count", vec!["0", "10001"]),
    ];
    let mut bad: Vec<Vec<String>> = vec![];
    for (verb, option, values) in numbers {
        let file = if verb == "train" { format!("--out={out}") } else { weights.to_string() };
        bad.extend(values.into_iter().map(|value| vec![verb.into(), file.clone(), format!("{option}={value}")]));
    }
    let more: [&[&str]; 10] = [
        &["shards"],
        &["shards", "--from", "/no/such/folder"],
        &["sample", "/no/such/file"],
        &["sample", &text],
        &["sample", weights, "--solver", "leapfrog"],
        &["evaluate", &text],
        &["evaluate", weights, "--public", "/no/such/folder"],
        &["train", "--data", "cifar", "--out", &out],
        &["train", "--config", "{}", "--out", &out],
        &["train", "--public", "/no/such/folder", "--out", &out],
    ];
    bad.extend(more.map(|one| one.iter().map(|word| word.to_string()).collect()));
    for arguments in bad {
        let done = flowstep(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let said = String::from_utf8(done.stderr).expect("text");
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(done.stdout.is_empty() && !said.contains("panicked"), "{arguments:?}: {said}");
        let sentence = said.lines().next().unwrap_or_default();
        assert!(sentence.split_whitespace().count() >= 4, "{arguments:?}: “{sentence}” is no sentence");
    }
    assert!(!Path::new(&out).exists(), "bad input wrote a file");
}

#[test]
fn weights_are_trained_evaluated_and_sampled() {
    let folder = scratch("good");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (weights, picture) = (path("weights.safetensors"), path("samples.png"));
    let recipe = ["train", "--architecture", "tiny", "--batch", "2", "--out", &weights];
    let trained = prints(&[&recipe[..], &["--steps", "2"]].concat());
    assert!(trained.starts_with("step 2 ·"), "{trained}");
    // From the checkpoint that lies beside the weights.
    let longer = prints(&[&recipe[..], &["--steps", "3"]].concat());
    assert!(longer.starts_with("going on from step 2 of ") && longer.contains("\nstep 3 ·"), "{longer}");

    for count in ["100", "130"] {
        let evaluated = prints(&["evaluate", &weights, "--count", count]);
        assert!(evaluated.contains(&format!(" on {count} images of MNIST: ")), "{evaluated}");
        let loss: f64 = evaluated.trim().rsplit(' ').next().and_then(|it| it.parse().ok()).expect("a number");
        assert!(loss > 0.0 && loss < 10.0, "{loss}");
    }

    let sampled = prints(&["sample", &weights, "--pictures", "3", "--steps", "2", "--out", &picture]);
    assert!(sampled.starts_with("3 pictures, "), "{sampled}");
    assert_eq!(&std::fs::read(&picture).expect("the picture")[..8], b"\x89PNG\r\n\x1a\n");
}
