//! A data set of the plane as a short text for links.
//!
//! Coordinates in steps of 1/256, standard deviations of 1/1000 and weights of twelve significant bits are written one
//! column after the other, as differences from the part before (zigzag, varint), deflated, and as base64url.

use super::{
    cloud::{MIN_WEIGHT, check},
    shapes::{MAX_PARTS, Part, STDS},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};

/// Longest text.
pub const MAX_TEXT: usize = 6000;
/// Most bytes that an honest text inflates to: a count and at most eleven for each part.
const MAX_BYTES: usize = 2 + 11 * MAX_PARTS;
const COLUMNS: usize = 5;

const STEPS: f64 = 256.0;
const STD_STEPS: f64 = 1000.0;
/// Bits of an f32 that a weight does without.
const DROPPED: u32 = 12;

/// `parts` as text of letters, digits, - and _, from which [`parts`] makes them as they are [`rounded`]; a sentence if
/// they are no data of the plane or the text would be longer than [`MAX_TEXT`].
pub fn text(parts: &[Part]) -> Result<String, String> {
    check(parts)?;
    let mut bytes = vec![];
    varint(&mut bytes, parts.len() as u64);
    for column in 0..COLUMNS {
        let mut before = 0;
        for part in parts {
            let number = numbers(part)[column];
            let difference = number - before;
            varint(&mut bytes, (difference << 1 ^ difference >> 63) as u64);
            before = number;
        }
    }
    let text = BASE64.encode(compress_to_vec(&bytes, 10));
    if text.len() > MAX_TEXT {
        let (n, length) = (parts.len(), text.len());
        return Err(format!(
            "{n} points as unlike as these take {length} characters, and a link has room for {MAX_TEXT}"
        ));
    }
    Ok(text)
}

/// The parts that `text` stands for, at most [`MAX_PARTS`] and all in bounds; or a sentence.
pub fn parts(text: &str) -> Result<Vec<Part>, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the points of the link have {} characters, and at most {MAX_TEXT} are read", text.len()));
    }
    let broken = || "the points of the link are not whole: they should be copied with all their characters".to_string();
    let bytes = BASE64.decode(text).map_err(|_| broken())?;
    let bytes = decompress_to_vec_with_limit(&bytes, MAX_BYTES).map_err(|_| broken())?;
    let mut rest = &bytes[..];
    let count = read_varint(&mut rest).and_then(|count| usize::try_from(count).ok()).ok_or_else(broken)?;
    if count > MAX_PARTS {
        return Err(format!("the link has {count} points, and there should be from 1 to {MAX_PARTS}"));
    }
    let mut found = vec![[0; COLUMNS]; count];
    for column in 0..COLUMNS {
        let mut before = 0i64;
        for numbers in &mut found {
            let zigzag = read_varint(&mut rest).ok_or_else(broken)?;
            before = before.checked_add((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)).ok_or_else(broken)?;
            numbers[column] = before;
        }
    }
    if !rest.is_empty() {
        return Err(broken());
    }
    let parts: Vec<Part> = found.iter().map(|numbers| part(numbers).ok_or_else(broken)).collect::<Result<_, _>>()?;
    check(&parts)?;
    Ok(parts)
}

/// The parts as a link carries them.
pub fn rounded(parts: &[Part]) -> Vec<Part> {
    parts.iter().map(|one| part(&numbers(one)).unwrap_or(*one)).collect()
}

/// x, y, std, weight and class in their steps; of a part that is in bounds.
fn numbers(part: &Part) -> [i64; COLUMNS] {
    let [x, y] = part.centre.map(|x| (x * STEPS).round() as i64);
    [x, y, (part.std * STD_STEPS).round() as i64, weight_steps(part.weight), i64::from(part.class)]
}

/// As [`numbers`] has them, if it can have had these; whether they are in bounds is another question.
fn part(numbers: &[i64; COLUMNS]) -> Option<Part> {
    let [x, y, std, weight, class] = *numbers;
    let weight = f64::from(f32::from_bits(u32::try_from(weight).ok()?.checked_shl(DROPPED)?));
    // 1e-6 lies between two steps.
    let weight = if weight > 0.0 { weight.max(MIN_WEIGHT) } else { weight };
    let std = (std as f64 / STD_STEPS).clamp(STDS[0], STDS[1]);
    Some(Part { weight, centre: [x, y].map(|x| x as f64 / STEPS), std, class: u8::try_from(class).ok()? })
}

/// The first bits of a weight as f32, whose order is that of the numbers.
fn weight_steps(weight: f64) -> i64 {
    let bits = (weight as f32).to_bits();
    // To the nearest.
    i64::from((bits + (1 << (DROPPED - 1))) >> DROPPED)
}

/// Seven bits a byte, the lowest first; all but the last have the eighth set.
fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    // Six bytes are more than any number here needs.
    for shift in (0..42).step_by(7) {
        let (first, others) = rest.split_first()?;
        *rest = others;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::{LETTERS, MAX_WEIGHT, REACH, Shape};
    use flow::{
        keyed::Keyed,
        rng::{Purpose, Stream},
    };
    use proptest::prelude::*;

    fn any_part() -> impl Strategy<Value = Part> {
        let weight = prop_oneof![Just(0.0), Just(1.0), Just(MIN_WEIGHT), Just(MAX_WEIGHT), MIN_WEIGHT..=MAX_WEIGHT];
        let std = prop_oneof![Just(STDS[0]), Just(STDS[1]), STDS[0]..=STDS[1]];
        let x = || prop_oneof![Just(-REACH), Just(REACH), -REACH..=REACH];
        let part = |(weight, x, y, std, class)| Part { weight, centre: [x, y], std, class };
        (weight, x(), x(), std, 0..2u8).prop_map(part)
    }

    fn any_parts() -> impl Strategy<Value = Vec<Part>> {
        let sound = |parts: &Vec<Part>| parts.iter().any(|part| part.weight > 0.0);
        prop::collection::vec(any_part(), 1..200).prop_filter("a weight above 0", sound)
    }

    fn total(text: &str) -> Result<(), TestCaseError> {
        match parts(text) {
            Ok(parts) => prop_assert_eq!(check(&parts), Ok(())),
            Err(sentence) => prop_assert!(sentence.lines().count() == 1 && sentence.len() < 200, "{sentence}"),
        }
        Ok(())
    }

    fn packed(bytes: &[u8]) -> String {
        BASE64.encode(compress_to_vec(bytes, 10))
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_rounded_and_then_the_same(given in any_parts()) {
            let once = rounded(&given);
            prop_assert_eq!(check(&once), Ok(()));
            for (before, after) in given.iter().zip(&once) {
                prop_assert!((before.centre[0] - after.centre[0]).abs() <= 1.0 / 512.0);
                prop_assert!((before.centre[1] - after.centre[1]).abs() <= 1.0 / 512.0);
                prop_assert!((before.std - after.std).abs() <= 5.0001e-4 && before.class == after.class);
                prop_assert!((before.weight - after.weight).abs() <= before.weight / 4000.0);
            }
            let text = text(&given).unwrap();
            let url_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            prop_assert!(text.len() <= MAX_TEXT && text.chars().all(url_safe));
            prop_assert_eq!(&parts(&text).unwrap(), &once);
            prop_assert_eq!(&rounded(&once), &once);
            prop_assert_eq!(super::text(&once).unwrap(), text);
        }

        #[test]
        fn any_text_gives_parts_or_a_sentence(text in any::<String>()) {
            total(&text)?;
        }

        #[test]
        fn any_base64_gives_parts_or_a_sentence(text in "[-_A-Za-z0-9]{0,300}") {
            total(&text)?;
        }

        #[test]
        fn any_packed_bytes_give_parts_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            total(&packed(&bytes))?;
        }

        #[test]
        fn any_packed_numbers_give_parts_or_a_sentence(
            count in 0..4u64, numbers in prop::collection::vec(prop_oneof![0..3u64, 0..5000u64, any::<u64>()], 0..16),
        ) {
            let mut bytes = vec![];
            varint(&mut bytes, count);
            numbers.iter().for_each(|&number| varint(&mut bytes, number));
            total(&packed(&bytes))?;
        }

        #[test]
        fn a_changed_character_gives_parts_or_a_sentence(given in any_parts(), at in 0..1000usize, to in "[A-Za-z0-9]") {
            let mut text = text(&given).unwrap();
            let at = at % text.len();
            text.replace_range(at..=at, &to);
            total(&text)?;
            total(&text[..at])?;
        }
    }

    #[test]
    fn every_shape_fits_into_a_link_with_room_to_spare() {
        for shape in Shape::all() {
            let given = shape.parts('S');
            let text = text(&given).unwrap();
            println!("{shape}: {} parts in {} characters", given.len(), text.len());
            assert!(text.len() < 800, "{shape}: {}", text.len());
            assert_eq!(parts(&text).unwrap(), rounded(&given));
            // Nothing that people chose is changed: widths and weights stay as they are.
            let chosen = |parts: &[Part]| parts.iter().map(|part| (part.weight, part.class)).collect::<Vec<_>>();
            assert_eq!(chosen(&rounded(&given)), chosen(&given));
        }
        assert!(LETTERS.chars().all(|c| text(&Shape::Letter.parts(c)).unwrap().len() < 300));
    }

    #[test]
    fn the_most_points_fit_if_only_their_places_differ() {
        let mut stream = Stream::new(1, Purpose::Evaluate, 0);
        let mut place = || REACH * (2.0 * stream.uniform() - 1.0);
        let scattered = |i| Part { weight: 1.0, centre: [place(), place()], std: 0.1, class: (i % 2) as u8 };
        let given: Vec<_> = (0..MAX_PARTS).map(scattered).collect();
        println!("{MAX_PARTS} scattered points in {} characters", text(&given).unwrap().len());
        assert_eq!(parts(&text(&given).unwrap()).unwrap(), rounded(&given));
    }

    #[test]
    fn what_is_no_data_is_not_written() {
        let part = Part { weight: 1.0, centre: [0.0; 2], std: 0.1, class: 0 };
        for bad in [
            vec![],
            vec![part; MAX_PARTS + 1],
            vec![Part { centre: [8.1, 0.0], ..part }],
            vec![Part { centre: [f64::NAN, 0.0], ..part }],
            vec![Part { std: 0.0, ..part }],
            vec![Part { weight: f64::INFINITY, ..part }],
            vec![Part { class: 2, ..part }],
        ] {
            assert!(text(&bad).is_err(), "{:?}", bad.first());
        }
    }

    #[test]
    fn hostile_texts_get_a_sentence() {
        // A thousandfold more than is read.
        let bomb = packed(&vec![0; 4 << 20]);
        assert!(bomb.len() <= MAX_TEXT && parts(&bomb).unwrap_err().contains("not whole"));
        assert!(parts(&"A".repeat(MAX_TEXT + 1)).unwrap_err().contains("at most 6000 are read"));
        let all = |numbers: &[u64]| {
            let mut bytes = vec![];
            numbers.iter().for_each(|&number| varint(&mut bytes, number));
            packed(&bytes)
        };
        let weight = 2 * weight_steps(1.0) as u64;
        assert!(parts(&all(&[1, 0, 0, 200, weight, 0])).is_ok());
        for (numbers, words) in [
            (vec![], "not whole"),
            (vec![0], "there are 0 points"),
            (vec![513], "513 points"),
            (vec![1 << 41], "points, and there should be"),
            (vec![u64::MAX], "not whole"),
            (vec![1, 0, 0, 200, weight], "not whole"),
            (vec![1, 0, 0, 200, weight, 0, 0], "not whole"),
            (vec![1, 4098, 0, 200, weight, 0], "point 1 lies at (8.004, 0.000)"),
            (vec![1, 0, 0, 200, weight, 4], "the class of point 1 is 2"),
            (vec![1, 0, 0, 200, weight, 1], "not whole"),
            (vec![1, 0, 0, 200, 1, 0], "not whole"),
            (vec![1, 0, 0, 200, 0, 0], "all weights are 0"),
            (vec![1, 0, 0, 200, 2 * weight, 0], "the weight of point 1 is"),
        ] {
            let sentence = parts(&all(&numbers)).unwrap_err();
            assert!(sentence.contains(words), "{numbers:?}: {sentence}");
        }
    }
}
