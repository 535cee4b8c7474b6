//! Files of points: what is written reads back, and anything else gets parts or one sentence.

use super::*;
use crate::{inline, shapes::Shape};
use flow::keyed::Keyed;
use proptest::prelude::*;

fn any_part() -> impl Strategy<Value = Part> {
    let weight = prop_oneof![Just(0.0), Just(1.0), MIN_WEIGHT..=MAX_WEIGHT];
    let std = prop_oneof![Just(STDS[0]), Just(STDS[1]), STDS[0]..=STDS[1]];
    let x = || prop_oneof![Just(-REACH), Just(0.0), -REACH..=REACH, -1e-9..1e-9];
    let part = |(weight, x, y, std, class)| Part { weight, centre: [x, y], std, class };
    (weight, x(), x(), std, 0..2u8).prop_map(part)
}

/// Parts that pass the check.
fn any_parts() -> impl Strategy<Value = Vec<Part>> {
    let sound = |parts: &Vec<Part>| parts.iter().any(|part| part.weight > 0.0);
    prop::collection::vec(any_part(), 1..60).prop_filter("a weight above 0", sound)
}

fn numbers(parts: &[Part]) -> Vec<f64> {
    let all = |part: &Part| [part.centre[0], part.centre[1], part.std, part.weight, f64::from(part.class)];
    parts.iter().flat_map(all).collect()
}

/// One sentence, or parts that pass the check.
fn total(text: &str) -> Result<(), TestCaseError> {
    match read(text) {
        Ok(cloud) => prop_assert_eq!(check(&cloud.parts), Ok(())),
        Err(sentence) => {
            prop_assert!(!sentence.is_empty() && sentence.lines().count() == 1 && sentence.len() < 1200);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn csv_reads_back_as_the_same_bits(parts in any_parts()) {
        let cloud = read(&csv(&parts)).unwrap();
        let bits = |parts: &[Part]| numbers(parts).into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!((bits(&cloud.parts), cloud.note), (bits(&parts), None));
    }

    #[test]
    fn json_reads_back_to_twelve_decimals_and_then_the_same(parts in any_parts()) {
        let once = read(&json(&parts)).unwrap();
        prop_assert_eq!(once.note, None);
        for (found, written) in numbers(&once.parts).into_iter().zip(numbers(&parts)) {
            prop_assert!((found - written).abs() < 6e-13, "{found} {written}");
        }
        prop_assert_eq!(read(&json(&once.parts)).unwrap().parts, once.parts);
    }

    #[test]
    fn any_text_gives_parts_or_a_sentence(text in any::<String>()) {
        total(&text)?;
    }

    #[test]
    fn nearly_csv_gives_parts_or_a_sentence(text in "(x,y(,class)?\r?\n)?([-+.0-9eEinfa ]{0,6}[,;\r\n]{1,2}){0,20}") {
        total(&text)?;
    }

    #[test]
    fn nearly_json_gives_parts_or_a_sentence(
        text in "\\{(\"(points|std|means|weights|stds|classes|more)\": ?(\\[{1,2}[-0-9.e, ]{0,9}\\]{1,2}|[0-9e.]{1,5}|null),?){0,5}\\}"
    ) {
        total(&text)?;
    }

    #[test]
    fn what_is_fitted_is_centred_and_of_the_right_size(parts in any_parts(), scale in -90..90i32, far in -1e3..1e3f64) {
        let scale = 10f64.powi(scale);
        let line = |part: &Part| format!("{:e},{:e}\n", scale * (part.centre[0] + far), scale * part.centre[1]);
        // One point so far that all must be fitted, whatever the scale.
        let text = parts.iter().map(line).collect::<String>() + &format!("{:e},0\n", 100.0 * scale.max(1.0));
        let fitted = read(&text).unwrap().parts;
        let (n, all) = (fitted.len() as f64, fitted.iter().flat_map(|part| part.centre));
        let std = (all.clone().map(|x| x * x).sum::<f64>() / (2.0 * n)).sqrt();
        let most = all.map(f64::abs).fold(0.0, f64::max);
        let mean = fitted.iter().map(|part| part.centre[0]).sum::<f64>() / n;
        // Coordinates that are equal but for rounding have no mean to speak of.
        prop_assert!(mean.abs() < 1e-3 * REACH, "{mean}");
        prop_assert!(most == 0.0 || (std - SPREAD).abs() < 1e-9 || (most - REACH).abs() < 1e-9, "{std} {most}");
    }
}

#[test]
fn every_shape_reads_back_from_both_forms() {
    for shape in Shape::all() {
        let parts = shape.parts('S');
        assert_eq!(read(&csv(&parts)).unwrap().parts, parts);
        let found = read(&json(&parts)).unwrap().parts;
        let apart = numbers(&found).into_iter().zip(numbers(&parts)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(found.len() == parts.len() && apart < 5.1e-13, "{shape}: {apart:e}");
    }
}

#[test]
fn files_of_other_makes_are_read() {
    let part = |x, y, class, std| Part { weight: 1.0, centre: [x, y], std, class };
    let two = vec![part(1.0, 2.0, 0, STD), part(-3.0, 0.5, 0, STD)];
    for text in ["1,2\n-3,.5", "\u{feff}x,y\r\n1, 2\r\n\r\n-3, 5e-1\r\n", "X, Y\n\n1,2\n-3,0.5\n"] {
        assert_eq!(read(text).unwrap().parts, two, "{text:?}");
    }
    assert_eq!(read(r#" {"points": [[1, 2], [-3, 0.5, 0]]}"#).unwrap().parts, two);
    let classes = vec![part(1.0, 2.0, 1, 0.3), part(-3.0, 0.5, 0, 0.3)];
    assert_eq!(read(r#"{"std": 0.3, "points": [[1, 2, 1], [-3, 0.5]]}"#).unwrap().parts, classes);
    assert_eq!(read("x,y,class,std\n1,2,1,0.3\n-3,0.5,0,0.3").unwrap().parts, classes);
    let mixture = r#"{"weights": [1, 1], "means": [[1, 2], [-3, 0.5]], "stds": [0.3, 0.3], "classes": [1, 0]}"#;
    assert_eq!(read(mixture).unwrap().parts, classes);
    let mixture = r#"{"weights": [1, 1], "means": [[1, 2], [-3, 0.5]], "stds": [0.1, 0.1]}"#;
    assert_eq!(read(mixture).unwrap().parts, two);
}

#[test]
fn too_many_points_are_thinned_evenly_and_a_note_says_so() {
    let text: String = (0..2048).map(|i| format!("{},0\n", f64::from(i) / 1024.0)).collect();
    let cloud = read(&text).unwrap();
    assert_eq!(cloud.note.as_deref(), Some("of 2048 points 512 were taken, evenly over the file"));
    let expected: Vec<f64> = (0..512).map(|i| f64::from(4 * i) / 1024.0).collect();
    assert_eq!(cloud.parts.iter().map(|part| part.centre[0]).collect::<Vec<_>>(), expected);
    let exactly = "1,2\n".repeat(MAX_PARTS);
    assert_eq!(read(&exactly).unwrap().note, None);
}

#[test]
fn bad_files_get_a_sentence() {
    for (text, words) in [
        ("", "there are 0 points"),
        ("{}", "the JSON should hold “points”"),
        (r#"{"points": []}"#, "there are 0 points"),
        ("1,2,0,1\n9,0,0,1", "point 2 lies at (9.000, 0.000), and coordinates go from -8 to 8"),
        ("1,2\n3", "line 2 has 1 field where line 1 has 2"),
        ("x,y\n1,2,0,3", "line 2 has 4 fields where the header names 2, with commas taken as separators"),
        ("x,y\n\n1,z", "line 3 holds “z”"),
        ("x,y,colour\n1,2,3", "line 1 names other columns"),
        ("x\n1", "line 1 names other columns"),
        ("1,2,3", "the class of point 1 is 3"),
        ("1,2,0.5", "the class of point 1 is 0.5"),
        ("1", "a line has 1 numbers with commas as separators, and there should be 2 to 5"),
        ("1,2,0,1,1,1", "a line has 6 numbers"),
        ("1,2,0,5", "the std of point 1 is 5, and stds go from 0.02 to 3"),
        ("1,2,0,1,-1", "the weight of point 1 is -1"),
        ("1,2,0,1,1e-9", "the weight of point 1 is 0.000000001"),
        ("1,2,0,1,0\n1,1,0,1,0", "all weights are 0"),
        ("[[1, 2], 3]", "this JSON is no set of points"),
        (r#"{"points": [[1, 2], [3]]}"#, "point 2 has 1 numbers"),
        (r#"{"points": [[1, 2, 7]]}"#, "the class of point 1 is 7"),
        (r#"{"points": [[1, "2"]]}"#, "this JSON is no set of points: invalid type"),
        (r#"{"points": [[1, 1e999]]}"#, "this JSON is no set of points: number out of range"),
        (r#"{"points": [[1, 2], [3, 1]], "std": 0.01}"#, "the std of point 1 is 0.01, and stds go from 0.02 to 3"),
        (r#"{"points": [[1, 2], [30, 1]]}"#, "point 2 lies at (30.000, 1.000)"),
        (r#"{"points": [[1, 2]], "std": -1}"#, "the std of point 1 is -1"),
        (r#"{"weights": [1, 0], "means": [[1, 2], [9, 1]], "stds": [1, 1]}"#, "point 2 lies at (9.000, 1.000)"),
        (r#"{"weights": [0, 0], "means": [[1, 2], [3, 1]], "stds": [1, 1]}"#, "all weights are 0"),
        (r#"{"weights": [1, 101], "means": [[1, 2], [3, 1]], "stds": [1, 1]}"#, "the weight of point 2 is 101"),
        (r#"{"point": [[1, 2]]}"#, "unknown field"),
        (r#"{"points": [[1, 2]], "means": [[1, 2]]}"#, "the JSON should hold “points”"),
        (r#"{"weights": [1], "means": [[1, 2], [3, 4]], "stds": [1, 1]}"#, "there are 1 weights, 2 means, 2 stds"),
        (r#"{"weights": [1], "means": [[1, 2, 3]], "stds": [1]}"#, "this JSON is no set of points"),
    ] {
        let sentence = read(text).unwrap_err();
        assert!(sentence.contains(words), "{text:?}: {sentence}");
    }
    let long = format!("{{\"{}\": 1}}", "no\\n".repeat(100_000));
    assert!(read(&long).unwrap_err().len() < 400);
    assert!(read(&"1,2\n".repeat(1 << 20 | 1)).unwrap_err().contains("at most 4194304 are read"));
    assert!(read(&"1,2\n".repeat(1 << 20)).is_err_and(|sentence| sentence.contains("1000000 points")));
    assert!(read(&"[".repeat(1 << 20)).is_err() && read(&"{\"a\":".repeat(1 << 18)).is_err());
}

#[test]
fn far_points_are_fitted_where_that_is_asked_for() {
    let far = "1000,2000\n1010,2000\n1000,2010\n1010,2010";
    let fitted = read(far).unwrap();
    let centres: Vec<_> = fitted.parts.iter().map(|part| part.centre).collect();
    assert_eq!(centres, [[-SPREAD, -SPREAD], [SPREAD, -SPREAD], [-SPREAD, SPREAD], [SPREAD, SPREAD]]);
    assert_eq!(fitted.note.as_deref(), Some("the points were centred and scaled to fit the plane"));
    assert!(fitted.parts.iter().all(|part| part.std == STD));
    assert_eq!(read("1000,2000").unwrap().parts[0].centre, [0.0, 0.0]);
    // One point far from five hundred others would lie beyond the reach.
    let outlier = "0,0\n".repeat(500) + "1e50,-1e50";
    let fitted = read(&outlier).unwrap().parts;
    assert!(fitted.last().unwrap().centre[0] > 7.9);
}

#[test]
fn encodings_and_dialects_of_spreadsheets_are_read() {
    let expected = read("1.2,0.3\n-4,0.5").unwrap();
    let table = "sep=;\r\n\r\nx;y\r\n1,2;0,3\r\n-4;0,5\r\n";
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let marked = format!("\u{feff}{table}");
    for bytes in [
        table.as_bytes().to_vec(),
        marked.clone().into_bytes(),
        little(table),
        big(table),
        little(&marked),
        big(&marked),
    ] {
        assert_eq!(open(&bytes).unwrap(), expected);
    }
    assert!(open(b"x,y\n1,2\xb1").unwrap_err().contains("neither UTF-8 nor UTF-16"));
    assert!(open(&vec![b'1'; MAX_TEXT + 1]).unwrap_err().contains("at most 4194304 are read"));
}

#[test]
fn a_point_at_the_origin_is_a_point() {
    let part = Part { weight: 1.0, centre: [0.0; 2], std: STD, class: 0 };
    for text in ["0,0", "0,0,0,0.1,0.000001", "{\"points\": [[0, 0]]}"] {
        assert_eq!(read(text).unwrap().parts, [part], "{text}");
    }
    assert!(!is_blank(&[part]) && is_blank(&[BLANK]) && check(&[BLANK]).is_ok());
    // A link keeps the difference.
    let carried = |part| inline::parts(&inline::text(&[part]).unwrap()).unwrap();
    assert!(is_blank(&carried(BLANK)) && !is_blank(&carried(part)));
}

#[test]
fn bare_lists_and_other_separators_are_read() {
    let expected = read("1,2\n-3,0.5").unwrap();
    for text in ["[[1, 2], [-3, 0.5]]", "1;2\n-3;0.5", "x\ty\n1\t2\n-3\t0.5"] {
        assert_eq!(read(text).unwrap(), expected, "{text:?}");
    }
}
