//! A table of numbers as programs and spreadsheets write it: the separator is found, not asked for.
//!
//! Cells are parted by commas, semicolons, tabs or blanks; `sep=;` on a line of its own says which. Where commas part no
//! cells they are decimal commas. Cells may be quoted. A first line without a number names the columns, and a first column
//! without a name counts the rows and is left out.

mod separator;

pub use separator::{MAX_COLUMNS, Separator};

use super::number;
use separator::is_word;
use std::{borrow::Cow, ops::Range};

/// Most rows of one text.
pub const MAX_POINTS: usize = 1_000_000;
/// Largest coordinate; its square, even divided by a tiny variance, is a number still.
pub const LARGEST: f64 = 1e100;

/// Names of columns, and rows of numbers that are all as wide.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// In small letters; none where the first line holds numbers.
    pub names: Vec<String>,
    /// Of each line that is not blank, one after the other.
    pub numbers: Vec<f64>,
    /// How many there are to a line; 0 where there is no line.
    pub width: usize,
    pub separator: Separator,
    /// The number of the first line, of names or of numbers.
    pub first: usize,
}

impl Table {
    /// The numbers of one line after the other.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.numbers.chunks_exact(self.width.max(1))
    }
}

/// The table in `text`; or a sentence that begins with the number of the line that is none of it.
pub fn read(text: &str) -> Result<Table, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Where lines end as they did on the first Macintosh.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let mut lines = (1..).zip(text.split(end)).filter(|(_, line)| !line.trim().is_empty()).peekable();
    let named = lines.next_if(|(_, line)| prescription(line).is_some());
    let named = named.map(|(number, line)| prescribed(number, line)).transpose()?;
    let Some((number, first)) = lines.peek().copied() else {
        let separator = named.unwrap_or(Separator::Comma);
        return Ok(Table { names: vec![], numbers: vec![], width: 0, separator, first: 1 });
    };
    // Programs for numbers put # before the names.
    let line = first.trim_start().trim_start_matches('#');
    let separator = named.unwrap_or_else(|| Separator::of(line));
    let mut names = names(separator.cells(line).ok_or_else(|| open_quote(number))?);
    narrow(number, names.len())?;
    if !names.is_empty() {
        lines.next();
    }
    let counted = names.len() > 1 && ["", "index", "unnamed: 0"].contains(&names[0].as_str());
    let of = if names.is_empty() { format!("line {number} has") } else { "the header names".to_string() };
    let mut reader = Reader { separator, width: names.len(), of, read: 0..0, mark: None };
    // Some programs put a separator behind the last cell too.
    while names.len() > 1 && names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    reader.read = usize::from(counted)..names.len();
    if counted && reader.read.is_empty() {
        return Err(format!("line {number} names no column but that which counts the rows"));
    }
    let (mut numbers, mut rows) = (Vec::new(), 0);
    for (number, line) in lines {
        if rows == MAX_POINTS {
            return Err(format!("there are more than {MAX_POINTS} points"));
        }
        reader.row(number, line, &mut numbers)?;
        if rows == 0 {
            // All that can still come: so many lines as wide, and two letters a number at least.
            let lines = text.split(end).count().min(MAX_POINTS);
            let most = (numbers.len() * lines).min(text.len() / 2 + 1);
            numbers.reserve_exact(most.saturating_sub(numbers.len()));
        }
        rows += 1;
    }
    names.drain(..usize::from(counted));
    Ok(Table { names, width: numbers.len().checked_div(rows).unwrap_or(0), numbers, separator, first: number })
}

/// A sentence if a line has too many cells.
fn narrow(number: usize, cells: usize) -> Result<(), String> {
    let wide = || format!("line {number} has more than {MAX_COLUMNS} cells");
    (cells <= MAX_COLUMNS).then_some(()).ok_or_else(wide)
}

/// What stands behind `sep=`, if that is what the line is.
fn prescription(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches('"');
    let start = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep="));
    start.map(|_| line[4..].trim_end_matches(['\r', '\n', '"']))
}

fn prescribed(number: usize, line: &str) -> Result<Separator, String> {
    match prescription(line).unwrap_or_default() {
        "\t" | "\\t" => Ok(Separator::Tab),
        ";" => Ok(Separator::Semicolon),
        "," => Ok(Separator::Comma),
        " " => Ok(Separator::Blanks),
        other => Err(format!(
            "line {number} names “{}” as the separator, and it can be a comma, a semicolon, a tab or a blank",
            brief(other)
        )),
    }
}

/// The cells as names, if there is no number among them.
fn names(cells: Vec<Cow<str>>) -> Vec<String> {
    let names = cells.iter().all(|cell| is_word(cell)) && cells.iter().any(|cell| !cell.is_empty());
    if names { cells.iter().map(|cell| cell.to_lowercase()).collect() } else { vec![] }
}

/// Reads rows, and remembers what the first ones were like.
struct Reader {
    separator: Separator,
    /// Cells of every row; 0 before the first, if there is no header.
    width: usize,
    /// Who says so, for a sentence.
    of: String,
    /// The cells that have names, if there is a header; the others count the rows, or are empty.
    read: Range<usize>,
    /// The decimal mark so far.
    mark: Option<char>,
}

impl Reader {
    /// Appends the numbers of a line.
    fn row(&mut self, number: usize, line: &str, numbers: &mut Vec<f64>) -> Result<(), String> {
        let cells = self.separator.cells(line).ok_or_else(|| open_quote(number))?;
        narrow(number, cells.len())?;
        if self.width == 0 {
            self.width = cells.len();
        }
        if cells.len() != self.width {
            return Err(self.uneven(number, cells.len()));
        }
        let Range { start, end } = if self.read.end == 0 { 0..cells.len() } else { self.read.clone() };
        if cells[end..].iter().any(|cell| !cell.is_empty()) {
            return Err(format!("line {number} has something in a column without a name"));
        }
        if start == end {
            // Quotes around nothing, between blanks.
            return Err(format!("line {number} holds no number"));
        }
        cells[start..end].iter().try_for_each(|cell| self.cell(number, cell).map(|x| numbers.push(x)))
    }

    fn cell(&mut self, number: usize, cell: &str) -> Result<f64, String> {
        let found = number::read(cell, self.separator != Separator::Comma).filter(|x| x.abs() <= LARGEST);
        let found = found.ok_or_else(|| {
            format!("line {number} holds “{}”, which is no number from -{LARGEST:e} to {LARGEST:e}", brief(cell))
        })?;
        let mark = cell.chars().find(|c| ['.', ','].contains(c));
        match (self.mark, mark) {
            (Some(before), Some(now)) if before != now => Err(format!(
                "line {number} holds “{}”, though “{before}” was the decimal mark before; one of the two must be wrong",
                brief(cell)
            )),
            _ => {
                self.mark = self.mark.or(mark);
                Ok(found)
            }
        }
    }

    fn uneven(&self, number: usize, found: usize) -> String {
        let (of, width, name) = (&self.of, self.width, self.separator.name());
        let fields = if found == 1 { "field" } else { "fields" };
        let twice = self.separator == Separator::Comma && found == 2 * width;
        let advice = if twice { "; decimal commas need another separator, such as semicolons" } else { "" };
        format!("line {number} has {found} {fields} where {of} {width}, with {name} taken as separators{advice}")
    }
}

fn open_quote(number: usize) -> String {
    format!("line {number} opens a quotation that it does not close")
}

/// The start of a cell, for a message.
fn brief(cell: &str) -> String {
    cell.trim().chars().take(40).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Vec<f64>> {
        read(text).unwrap_or_else(|sentence| panic!("{text:?}: {sentence}")).rows().map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn separators_and_decimal_marks_are_found() {
        let expected = [[1.2, 0.3], [-4.0, 0.5]];
        for text in [
            "1.2,0.3\n-4,.5",
            "1,2;0,3\n-4;0,5",
            "x;y\n1,2;0,3\n-4,0;0,5",
            "1,2\t0,3\r\n-4\t0,5\r\n",
            "1,2 0,3\n  -4   0,5",
            "1.2 0.3\n-4 0.5",
            "1.2, 0.3\n-4 , 0.5",
            "sep=;\nx;y\n1,2;0,3\n-4;0,5",
            "\u{feff}\"sep=;\"\r\n1.2;0.3\r\n-4;0.5",
            "SEP=\t\n1.2\t0.3\n-4\t0.5",
            "\n\n \n\"X\",\"Y\"\n\"1.2\",\"0.3\"\n\n-4,0.5\n",
            ",x,y\n0,1.2,0.3\n1,-4,0.5",
            "\"\";\"x\";\"y\"\n\"1\";1,2;0,3\n\"2\";-4;0,5",
            "index\tx\ty\n0\t1.2\t0.3\n1\t-4\t0.5",
            "# x,y\n1.2,0.3\n-4,0.5",
            "x y\n1,2 0,3\n−4 0,5",
            "x,y\r1.2,0.3\r-4,0.5\r",
            "x;y;;\n1,2;0,3;;\n-4;0,5;;",
        ] {
            assert_eq!(rows(text), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_that_disagree_are_refused_with_the_separator() {
        for (text, sentence) in [
            (
                "x,y\n1,2,0,3",
                "line 2 has 4 fields where the header names 2, with commas taken as separators; decimal commas",
            ),
            ("x,y\n1,2;0,3", "line 2 has 3 fields where the header names 2, with commas taken as separators"),
            ("x;y\n1;2\n1,2", "line 3 has 1 field where the header names 2, with semicolons taken as separators"),
            ("1 2\n\n1 2 3", "line 3 has 3 fields where line 1 has 2, with blanks taken as separators"),
            ("x;y;\n1;2;\n1;2;3", "line 3 has something in a column without a name"),
            ("1\t2\n1\t2\t", "line 2 has 3 fields where line 1 has 2, with tabs taken as separators"),
            ("x;y\n1.234;0,5", "line 2 holds “0,5”, though “.” was the decimal mark before"),
            ("1;1.234,5", "line 1 holds “1.234,5”, which is no number"),
            ("sep=|\n1|2", "line 1 names “|” as the separator"),
            ("1,\"2", "line 1 opens a quotation"),
            ("\"1,2\",3", "line 1 holds “1,2”"),
            ("1,inf", "line 1 holds “inf”"),
            ("NaN,1", "line 1 holds “NaN”"),
            (" \" \"\n1 2", "line 1 holds no number"),
            ("index,\n1,\n", "line 1 names no column but"),
            (&"1,".repeat(MAX_COLUMNS + 1), "line 1 has more than 4096 cells"),
            (&"a,".repeat(MAX_COLUMNS + 1), "line 1 has more than 4096 cells"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.starts_with(sentence), "{text:?}: {said}");
        }
    }

    proptest! {
        #[test]
        fn every_table_is_read_from_every_dialect(
            flat in prop::collection::vec(-1e9..1e9f64, 1..40), columns in 1..5usize, mark in prop::bool::ANY,
            separator in prop::sample::select(&["\t", ";", ",", " ", "; ", " , "][..]), header in prop::bool::ANY,
            end in "\r?\n( *\r?\n)?",
        ) {
            // One column has no separator, so a decimal comma would be taken for one.
            let commas = mark && !separator.contains(',') && columns > 1;
            let cell = |x: &f64| if commas { x.to_string().replace('.', ",") } else { x.to_string() };
            let line = |row: &[f64]| row.iter().map(cell).collect::<Vec<_>>().join(separator) + &end;
            let names = ["a", "b", "c", "d"][..columns].join(separator) + &end;
            let text: String = flat.chunks_exact(columns).map(line).collect();
            let text = if header { names + &text } else { text };
            let expected: Vec<_> = flat.chunks_exact(columns).map(<[f64]>::to_vec).collect();
            prop_assert_eq!(rows(&text), expected);
        }

        #[test]
        fn any_text_gives_even_rows_or_a_sentence(text in "(sep=.\n)?([-+.0-9eExy\" ]{0,6}[,;\t \r\n]{1,2}){0,20}") {
            match read(&text) {
                Ok(table) => {
                    prop_assert_eq!(table.numbers.len(), table.rows().len() * table.width);
                    prop_assert!(table.numbers.iter().all(|x| x.is_finite()));
                }
                Err(sentence) => prop_assert!(sentence.starts_with("line ") && sentence.lines().count() == 1, "{sentence}"),
            }
        }
    }
}
