//! Points as text: one a line, coordinates parted by commas.
//!
//! Seventeen significant digits are enough to read every f64 back as the same bits.

/// Most points of one text.
pub const MAX_POINTS: usize = 1_000_000;
/// Longest text, in bytes.
pub const MAX_TEXT: usize = 256 << 20;
/// Largest coordinate; its square, even divided by a tiny variance, is a number still.
pub const LARGEST: f64 = 1e100;

/// One point as a line without its end: `x,y` with 17 significant digits each.
pub fn line(point: &[f64]) -> String {
    point.iter().map(|x| format!("{x:.16e}")).collect::<Vec<_>>().join(",")
}

/// The points of `text`, each of `dimension` coordinates; blank lines count for nothing and lines may
/// end as on Windows. A sentence, with the number of the line, if that is not what the text holds.
pub fn read_points(text: &str, dimension: usize) -> Result<Vec<Vec<f64>>, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the points are more than {MAX_TEXT} bytes of text"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut points = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        if points.len() == MAX_POINTS {
            return Err(format!("there are more than {MAX_POINTS} points"));
        }
        points.push(point(line, dimension).map_err(|sentence| format!("line {number} {sentence}"))?);
    }
    Ok(points)
}

/// What a line says, or the rest of the sentence that begins with its number.
fn point(line: &str, dimension: usize) -> Result<Vec<f64>, String> {
    let found = line.split(',').count();
    if found != dimension {
        return Err(format!("has {found} coordinates where there should be {dimension}"));
    }
    line.split(',').map(coordinate).collect()
}

fn coordinate(cell: &str) -> Result<f64, String> {
    let number = cell.trim().parse().ok().filter(|x: &f64| x.abs() <= LARGEST);
    number.ok_or_else(|| {
        let start: String = cell.trim().chars().take(40).flat_map(char::escape_debug).collect();
        format!("holds “{start}”, which is no number from -{LARGEST:e} to {LARGEST:e}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(points: &[Vec<f64>]) -> Vec<Vec<u64>> {
        points.iter().map(|point| point.iter().map(|x| x.to_bits()).collect()).collect()
    }

    proptest! {
        #[test]
        fn points_read_back_as_the_same_bits(
            flat in prop::collection::vec(any::<f64>(), 0..60), dimension in 1..6usize, end in "\r?\n[ \t]*(\r?\n)?",
        ) {
            let points: Vec<Vec<f64>> =
                flat.chunks_exact(dimension).filter(|p| p.iter().all(|x| x.abs() <= LARGEST)).map(<[_]>::to_vec).collect();
            let text: String = points.iter().map(|point| line(point) + &end).collect();
            prop_assert_eq!(bits(&read_points(&text, dimension).unwrap()), bits(&points));
        }

        #[test]
        fn any_text_gives_points_or_a_sentence(text in any::<String>(), dimension in 0..4usize) {
            check(&text, dimension)?;
        }

        #[test]
        fn nearly_points_give_points_or_a_sentence(text in "([-+.0-9eEinfa ]{0,6}[,;\r\n]{1,2}){0,20}", dimension in 0..4usize) {
            check(&text, dimension)?;
        }
    }

    fn check(text: &str, dimension: usize) -> Result<(), TestCaseError> {
        match read_points(text, dimension) {
            Ok(points) => {
                let sound = |point: &Vec<f64>| point.len() == dimension && point.iter().all(|x| x.is_finite());
                prop_assert!(points.iter().all(sound));
            }
            Err(sentence) => prop_assert!(sentence.starts_with("line ") && sentence.lines().count() == 1, "{sentence}"),
        }
        Ok(())
    }

    #[test]
    fn seventeen_digits_are_written() {
        assert_eq!(line(&[0.1, -2.0]), "1.0000000000000001e-1,-2.0000000000000000e0");
    }

    #[test]
    fn texts_of_other_makes_are_read() {
        assert_eq!(read_points("\u{feff}1, 2\r\n\r\n  \n 3e-1 ,-4", 2).unwrap(), [[1.0, 2.0], [0.3, -4.0]]);
        assert_eq!(read_points("", 2).unwrap(), [[0.0; 2]; 0]);
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, sentence) in [
            ("1,2\n3\n", "line 2 has 1 coordinates where there should be 2"),
            ("1,2\n\n3,4,5", "line 3 has 3 coordinates where there should be 2"),
            ("x,y", "line 1 holds “x”"),
            ("1,", "line 1 holds “”"),
            ("1,inf", "line 1 holds “inf”"),
            ("NaN,1", "line 1 holds “NaN”"),
            ("1,-1e101", "line 1 holds “-1e101”"),
        ] {
            let said = read_points(text, 2).unwrap_err();
            assert!(said.starts_with(sentence), "{text:?}: {said}");
        }
        assert!(read_points(&"1\n".repeat(MAX_POINTS + 1), 1).unwrap_err().contains("more than 1000000 points"));
    }
}
