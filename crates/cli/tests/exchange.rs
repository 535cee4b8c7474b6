//! What one part of flowstep writes, every other reads: points and mixtures between the page and the command line.
#![cfg(not(target_arch = "wasm32"))]

use data::{
    cloud,
    points::read_points,
    shapes::{Part, Shape},
};
use flow::{keyed::Keyed, mixture::Mixture, schedule::ScheduleId};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder below the target directory");
    folder
}

/// `flowstep plane` with a file as its mixture and another as its standard input.
fn plane(folder: &Path, mixture: &[u8], points: &[u8], arguments: &[&str]) -> Output {
    let [data, asked] = ["mixture", "points"].map(|name| folder.join(name));
    fs::write(&data, mixture).expect("a file");
    fs::write(&asked, points).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowstep"));
    command.arg("plane").arg("--mixture").arg(data).args(arguments);
    command.stdin(File::open(&asked).expect("the file")).output().expect("the binary starts")
}

fn printed(done: &Output) -> String {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout.clone()).expect("text")
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const ASK: [&str; 2] = ["--what=logdensity", "--t=0.6"];

/// The exact answers to [`ASK`] at these places, from the mixture itself.
fn expected(parts: &[Part], places: &[[f64; 2]]) -> Vec<f64> {
    let means = parts.iter().map(|part| part.centre.to_vec()).collect();
    let of = |read: fn(&Part) -> f64| parts.iter().map(read).collect();
    let mixture = Mixture::new(of(|part| part.weight), means, of(|part| part.std)).expect("a mixture");
    let c = ScheduleId::default().0.at(0.6);
    places.iter().map(|place| mixture.log_density(&c, place)).collect()
}

#[test]
fn the_command_line_reads_every_export_of_the_page() {
    let folder = scratch("exports");
    let places = [[0.5, -0.25], [1.5, 1.0]];
    for shape in Shape::all() {
        let parts = shape.parts('S');
        let (csv, json) = (cloud::csv(&parts), cloud::json(&parts));
        let points: Vec<_> = parts.iter().map(|part| part.centre).collect();
        let plain = format!("{{\"points\": {}, \"std\": 0.2}}", serde_json::to_string(&points).unwrap());
        let of_points: Vec<_> = parts.iter().map(|part| Part { weight: 1.0, std: 0.2, ..*part }).collect();
        for (file, parts) in [
            (csv.clone().into_bytes(), &parts),
            (format!("\u{feff}{}", csv.replace(',', ";").replace('.', ",")).into_bytes(), &parts),
            (utf16(&csv.replace(',', "\t")), &parts),
            (json.clone().into_bytes(), &parts),
            (format!("\u{feff}{json}").into_bytes(), &parts),
            (utf16(&format!("\u{feff}{json}")), &parts),
            (plain.into_bytes(), &of_points),
        ] {
            let found = read_points(&printed(&plane(&folder, &file, b"0,5;-0,25\n1,5;1,0\n", &ASK)), 1).unwrap();
            for (found, expected) in found.iter().zip(expected(parts, &places)) {
                assert!((found[0] - expected).abs() < 1e-9, "{shape}: {} and {expected}", found[0]);
            }
            assert_eq!(found.len(), 2);
        }
    }
}

#[test]
fn the_command_line_reads_exports_as_points_to_answer_at() {
    let folder = scratch("answers");
    let parts = Shape::Rings.parts('S');
    let places: Vec<_> = parts.iter().map(|part| part.centre).collect();
    let csv = cloud::csv(&parts);
    let found = read_points(&printed(&plane(&folder, csv.as_bytes(), csv.as_bytes(), &ASK)), 1).unwrap();
    assert_eq!(found.len(), parts.len());
    for (found, expected) in found.iter().zip(expected(&parts, &places)) {
        assert!((found[0] - expected).abs() < 1e-12, "{} and {expected}", found[0]);
    }
}

#[test]
fn the_page_reads_what_the_command_line_samples() {
    let folder = scratch("samples");
    let mixture = cloud::json(&[Part { weight: 1.0, centre: [1.0, -1.0], std: 0.3, class: 0 }]);
    let text = printed(&plane(&folder, mixture.as_bytes(), b"", &["--sampler=heun", "--steps=4", "--count=40"]));
    let rows = read_points(&text, 2).unwrap();
    let cloud = cloud::open(text.as_bytes()).unwrap();
    let centres: Vec<_> = cloud.parts.iter().map(|part| part.centre.to_vec()).collect();
    assert_eq!((centres, cloud.note), (rows, None));
}

#[test]
fn what_is_no_mixture_gets_a_sentence() {
    let folder = scratch("no-mixture");
    for (file, words) in [
        (&b"x,y\n1,2,0,3"[..], "with commas taken as separators"),
        (b"x;y\n1;z", "line 2 holds"),
        (b"x,y\n1,2\xe9", "neither UTF-8 nor UTF-16"),
        (b"{\"points\": [[1]]}", "point 1 has 1 numbers"),
        (b"{\"weights\": [1], \"means\": [[1, 2]], \"stds\": [1], \"classes\": [0, 1]}", "2 classes"),
        (b"{\"weights\": [1], \"means\": [[1, 2]], \"stds\": [1], \"colour\": 1}", "unknown field"),
        (b"", "at least one point"),
    ] {
        let done = plane(&folder, file, b"1,2", &ASK);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(said.contains(words) && !said.contains("panicked"), "{said}");
    }
}
