//! The command line as a person meets it: the real binary, its exit codes and what it prints.
#![cfg(not(target_arch = "wasm32"))]

mod families;
mod links;
mod outputs;
mod resumed;
mod shards;

use model::weights;
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn flowstep(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).args(arguments);
    command.output().expect("the binary starts")
}

/// A run of `flowstep plane` in `folder`, with `points` on its standard input.
fn plane(folder: &Path, points: &str, arguments: &[&str]) -> Output {
    let file = folder.join("points.csv");
    std::fs::write(&file, points).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.current_dir(folder).stdin(File::open(&file).expect("the file"));
    command.arg("plane").args(arguments).output().expect("the binary starts")
}

/// What a run that goes well prints.
fn prints(arguments: &[&str]) -> String {
    printed(flowstep(arguments), arguments)
}

fn printed(done: Output, arguments: &[&str]) -> String {
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// Nothing but a sentence, and exit code 2.
fn refused(done: Output, arguments: &[&str]) -> String {
    let said = String::from_utf8(done.stderr).expect("text");
    assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(done.stdout.is_empty() && !said.contains("panicked"), "{arguments:?}: {said}");
    let sentence = said.lines().next().unwrap_or_default();
    assert!(sentence.split_whitespace().count() >= 4, "{arguments:?}: “{sentence}” is no sentence");
    said
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
    let weights = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/weights/mnist.safetensors");
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
        ("sample", "--guided", vec!["1", "0.8-0.2", "-1-0", "a-b", "0-2"]),
        ("sample", "--stochasticity", vec!["-1", "NaN", "3"]),
        ("sample", "--tolerance", vec!["0", "1"]),
        ("sample", "--grid", vec!["log"]),
        ("sample", "--sampler", vec!["leapfrog", "annealed-langevin", "em-reverse"]),
        ("train", "--schedule", vec!["sigmoid"]),
        ("train", "--loss", vec!["energy"]),
        ("train", "--draw", vec!["beta"]),
        ("train", "--coupling", vec!["sinkhorn"]),
        ("evaluate", "--count", vec!["0", "10001"]),
        ("likelihood", "--count", vec!["0", "10001"]),
        ("likelihood", "--steps", vec!["0", "1001", "few"]),
        ("likelihood", "--probes", vec!["0", "65"]),
        ("shrink", "--fineness", vec!["0", "41", "-1", "2.5", "few"]),
        ("shrink", "--tune", vec!["-1", "1.5"]),
        ("shrink", "--rate", vec!["0", "NaN", "1"]),
    ];
    let mut bad: Vec<Vec<String>> = vec![];
    for (verb, option, values) in numbers {
        let file = if verb == "train" { format!("--out={out}") } else { weights.to_string() };
        let whole = |value| {
            let second = (verb == "shrink").then(|| out.clone());
            [verb.to_string(), file.clone()].into_iter().chain(second).chain([format!("{option}={value}")]).collect()
        };
        bad.extend(values.into_iter().map(whole));
    }
    let more: [&[&str]; 16] = [
        &["shards"],
        &["shrink", weights],
        &["shrink", "/no/such/file", &out],
        &["shrink", &text, &out],
        &["shrink", weights, &out, "--tune=1", "--public=/no/such/folder"],
        &["shards", "--from", "/no/such/folder"],
        &["sample", "/no/such/file"],
        &["sample", &text],
        &["sample", weights, "--solver", "leapfrog"],
        &["evaluate", &text],
        &["evaluate", weights, "--public", "/no/such/folder"],
        &["likelihood", &text],
        &["likelihood", weights, "--out", "/proc/none/bits.csv"],
        &["train", "--data", "cifar", "--out", &out],
        &["train", "--config", "{}", "--out", &out],
        &["train", "--public", "/no/such/folder", "--out", &out],
    ];
    bad.extend(more.map(|one| one.iter().map(|word| word.to_string()).collect()));
    for arguments in bad {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        refused(flowstep(&arguments), &arguments);
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

#[test]
fn weights_are_shrunk_and_tuned() {
    let folder = scratch("shrink");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let whole = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/weights/mnist.safetensors").to_string();
    let [small, tuned] = ["small.safetensors", "tuned.safetensors"].map(path);
    let said = prints(&["shrink", &whole, &small, "--fineness", "2"]);
    let size = |file: &str| std::fs::metadata(file).expect("the file").len();
    assert!(said.starts_with(&format!("{} bytes became {}: ", size(&whole), size(&small))), "{said}");
    prints(&["shrink", &whole, &tuned, "--fineness", "2", "--tune", "40", "--rate", "2e-4"]);
    // Two steps to the root mean square cost a lot, of which tuning wins some back.
    let loss = |file: &String| -> f64 {
        let evaluated = prints(&["evaluate", file, "--count", "200"]);
        evaluated.trim().rsplit(' ').next().and_then(|it| it.parse().ok()).expect("a number")
    };
    let [before, rounded, after] = [&whole, &small, &tuned].map(loss);
    assert!(before < 0.9 * after && after < 0.9 * rounded, "{before}, {rounded}, {after}");
    let header = |file: &str| weights::read(&std::fs::read(file).expect("the file")).expect("weights").0;
    assert_eq!(header(&small).steps, header(&whole).steps);
    assert_eq!(header(&tuned).steps, header(&whole).steps + 40);
    assert_eq!(header(&tuned).recipe["shrunk"], serde_json::json!({ "fineness": 2, "tune": 40, "rate": 2e-4 }));
}

#[test]
fn a_model_of_another_path_and_coupling_remembers_them() {
    let folder = scratch("path");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (weights, picture) = (path("weights.safetensors"), path("samples.png"));
    let path_of_its_own = ["--schedule", "vp", "--loss", "data", "--draw", "logit-normal", "--coupling", "noised"];
    prints(&[&["train", "--batch", "2", "--steps", "2", "--out", &weights], &path_of_its_own[..]].concat());
    let header = String::from_utf8_lossy(&std::fs::read(&weights).expect("weights")[8..1200]).into_owned();
    for word in ["vp", "data", "logit-normal", "noised"] {
        assert!(header.contains(word), "{header}");
    }
    prints(&["evaluate", &weights, "--count", "20"]);
    let sample = ["sample", &weights, "--pictures", "2", "--steps", "2", "--out", &picture];
    prints(&[&sample[..], &["--sampler", "heun", "--grid", "karras", "--guided", "0.2-0.8"]].concat());
    let refused = flowstep(&[&sample[..], &["--sampler", "ddim"]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("does not suit this model"));
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn bad_questions_to_the_oracle_get_a_sentence_and_exit_code_2() {
    let folder = scratch("bad-plane");
    let mixture = |name: &str, json: &str| std::fs::write(folder.join(name), json).expect("a file");
    mixture("m.json", r#"{"weights": [1, 3], "means": [[0, 1], [2, 3]], "stds": [1, 0.5]}"#);
    mixture("text.json", "a mixture");
    mixture("short.json", r#"{"weights": [1, 3], "means": [[0, 1]], "stds": [1, 0.5]}"#);
    mixture("point.json", r#"{"weights": [1], "means": [[0, 1]], "stds": [0]}"#);
    let ask = ["--mixture=m.json", "--what=velocity", "--t=0.3"];
    for (points, word) in [("1,2\n\n3", "line 3"), ("1,2\r\nx,y", "line 2"), ("1,NaN", "line 1"), ("1,2,3", "line 1")] {
        let said = refused(plane(&folder, points, &ask), &ask);
        assert!(said.contains(word), "{points:?}: {said}");
    }
    for (name, word) in [
        ("none.json", "cannot read"),
        ("text.json", "line 1"),
        ("short.json", "1 means"),
        ("point.json", "greater than 0"),
    ] {
        let arguments = ["--mixture", name, "--what=score", "--t=0.5"];
        let said = refused(plane(&folder, "", &arguments), &arguments);
        assert!(said.contains(word), "{name}: {said}");
    }
    let more: [&[&str]; 14] = [
        &[],
        &["--what=velocity"],
        &["--sampler=heun", "--what=velocity", "--t=0.5"],
        &["--sampler=heun", "--t=0.5"],
        &["--what=velocity", "--t=0.5", "--steps=5"],
        &["--what=curl", "--t=0.5"],
        &["--what=velocity", "--t", "-0.1"],
        &["--what=velocity", "--t=1.1"],
        &["--what=velocity", "--t=NaN"],
        &["--what=velocity", "--t=0.5", "--schedule=straight"],
        &["--sampler=leapfrog"],
        &["--sampler=heun", "--steps=0"],
        &["--sampler=heun", "--steps=100001"],
        &["--sampler=heun", "--count=1000001"],
    ];
    for arguments in more {
        let arguments = [&["--mixture=m.json"], arguments].concat();
        refused(plane(&folder, "1,2", &arguments), &arguments);
    }
}

#[test]
fn the_oracle_answers_at_points_and_samples() {
    let folder = scratch("plane");
    let (mean, std, t): ([f64; 2], f64, f64) = ([1.5, -0.5], 0.5, 0.3);
    let json = r#"{"weights": [2], "means": [[1.5, -0.5]], "stds": [0.5]}"#;
    std::fs::write(folder.join("m.json"), json).expect("a file");
    let rows = |points: &str, arguments: &[&str]| -> Vec<Vec<f64>> {
        let arguments = [&["--mixture=m.json", "--schedule=linear"], arguments].concat();
        let text = printed(plane(&folder, points, &arguments), &arguments);
        let number = |cell: &str| cell.parse().expect("a number");
        text.lines().map(|line| line.split(',').map(number).collect()).collect()
    };
    // One Gaussian: with d = x - t μ and v = t² s² + (1 - t)² everything is linear in d.
    let v = t * t * std * std + (1.0 - t) * (1.0 - t);
    let points = [[0.25, -2.0], [1e-3, 40.0]];
    for (what, a, b) in [
        ("velocity", 1.0, (t * std * std - (1.0 - t)) / v),
        ("score", 0.0, -1.0 / v),
        ("data", 1.0, t * std * std / v),
        ("noise", 0.0, (1.0 - t) / v),
    ] {
        let found = rows("0.25,-2\r\n\r\n 1e-3, 40", &["--what", what, "--t=0.3"]);
        assert_eq!(found.len(), 2);
        for (row, x) in found.iter().zip(points) {
            assert_eq!(row.len(), 2);
            for i in 0..2 {
                let exact = a * mean[i] + b * (x[i] - t * mean[i]);
                assert!((row[i] - exact).abs() <= 1e-14 * (1.0 + exact.abs()), "{what}: {} for {exact}", row[i]);
            }
        }
    }
    let divergence = rows("0.25,-2", &["--what=divergence", "--t=0.3"])[0][0];
    assert!((divergence - 2.0 * (t * std * std - (1.0 - t)) / v).abs() < 1e-14, "{divergence}");
    let squared = (0.25 - t * mean[0]).powi(2) + (-2.0 - t * mean[1]).powi(2);
    let log_density = rows("0.25,-2", &["--what=logdensity", "--t=0.3"])[0][0];
    assert!((log_density + squared / (2.0 * v) + (std::f64::consts::TAU * v).ln()).abs() < 1e-14, "{log_density}");

    let sample = |seed: &str| rows("", &["--sampler=heun", "--steps=20", "--count=1000", seed]);
    let sampled = sample("--seed=1");
    assert_eq!(sampled.len(), 1000);
    assert_eq!(sampled, sample("--seed=1"));
    assert_ne!(sampled, sample("--seed=2"));
    for i in 0..2 {
        let average = sampled.iter().map(|x| x[i]).sum::<f64>() / 1000.0;
        let deviation = (sampled.iter().map(|x| (x[i] - average).powi(2)).sum::<f64>() / 1000.0).sqrt();
        // Five standard errors, and for the deviation what 20 steps leave out.
        assert!((average - mean[i]).abs() < 5.0 * std / 1000f64.sqrt(), "mean {average}");
        assert!((deviation - std).abs() < 5.0 * std / 2000f64.sqrt() + 0.01, "deviation {deviation}");
    }
}
