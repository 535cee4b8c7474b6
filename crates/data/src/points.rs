//! Points as text: one a line, written with commas between the coordinates and read from any table.
//!
//! Seventeen significant digits are enough to read every f64 back as the same bits.

use super::table::{self, Table};

pub use super::table::{LARGEST, MAX_POINTS};

/// Longest text, in bytes.
pub const MAX_TEXT: usize = 256 << 20;

/// One point as a line without its end: `x,y` with 17 significant digits each.
pub fn line(point: &[f64]) -> String {
    point.iter().map(|x| format!("{x:.16e}")).collect::<Vec<_>>().join(",")
}

/// The columns of points of the plane as it saves them.
pub const NAMES: [&str; 5] = ["x", "y", "class", "std", "weight"];

/// The points of `text`, each of `dimension` coordinates, from any [`table`]; of points as the plane saves them x and y. A
/// sentence, with the number of the line, if that is not what the text holds.
pub fn read_points(text: &str, dimension: usize) -> Result<Vec<Vec<f64>>, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the points are more than {MAX_TEXT} bytes of text"));
    }
    let table = table::read(text)?;
    let Table { names, separator, first, .. } = &table;
    if dimension == 2 && names.starts_with(&["y".into(), "x".into()]) {
        return Err(format!("line {first} names y before x; the columns are x,y"));
    }
    let saved = dimension == 2 && names.len() > 2 && NAMES.iter().zip(names).all(|(name, it)| name == it);
    let found = if table.numbers.is_empty() { dimension } else { table.width };
    if !(saved && names.len() <= NAMES.len()) && found != dimension {
        let separator = separator.name();
        return Err(format!(
            "line {first} has {found} coordinates where there should be {dimension}, with {separator} taken as separators"
        ));
    }
    Ok(table.rows().map(|row| row[..dimension].to_vec()).collect())
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
        assert_eq!(read_points("x;y\n1,5;2", 2).unwrap(), [[1.5, 2.0]]);
        assert_eq!(read_points("x,y,class,std,weight\n1,2,0,0.1,3", 2).unwrap(), [[1.0, 2.0]]);
        assert_eq!(read_points("x,y,class\n1,2,0", 3).unwrap(), [[1.0, 2.0, 0.0]]);
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, sentence) in [
            ("1,2\n3\n", "line 2 has 1 field where line 1 has 2"),
            ("1,2\n\n3,4,5", "line 3 has 3 fields where line 1 has 2"),
            ("1,2,3\n4,5,6", "line 1 has 3 coordinates where there should be 2"),
            ("x,y\n1,y", "line 2 holds “y”"),
            ("y,x\n1,2", "line 1 names y before x"),
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
