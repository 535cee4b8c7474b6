//! What parts the cells of a line.

use crate::number;
use std::borrow::Cow;

/// Most cells of one line.
pub const MAX_COLUMNS: usize = 4096;

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    Tab,
    Semicolon,
    Comma,
    Blanks,
}

impl Separator {
    /// In the order in which they are tried.
    const ALL: [Self; 4] = [Self::Tab, Self::Semicolon, Self::Comma, Self::Blanks];

    /// What a sentence calls them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tab => "tabs",
            Self::Semicolon => "semicolons",
            Self::Comma => "commas",
            Self::Blanks => "blanks",
        }
    }

    fn parts(self, c: char) -> bool {
        match self {
            Self::Tab => c == '\t',
            Self::Semicolon => c == ';',
            Self::Comma => c == ',',
            Self::Blanks => c.is_whitespace(),
        }
    }

    /// The cells of a line, without quotes and the blanks around them, at most one more than [`MAX_COLUMNS`]; `None` if a
    /// quote stays open.
    pub(super) fn cells(self, line: &str) -> Option<Vec<Cow<'_, str>>> {
        let blank = |c: char| c.is_whitespace() && (c != '\t' || self != Self::Tab);
        let line = line.trim_matches(blank);
        let (mut cells, mut cell, mut quoted) = (Vec::new(), Cell::at(0), false);
        let mut letters = line.char_indices().peekable();
        while let Some((at, c)) = letters.next() {
            match c {
                '"' if quoted && letters.next_if(|(_, next)| *next == '"').is_some() => cell.push(c),
                '"' if quoted || cell.is_blank => {
                    cell.own(line, at);
                    quoted = !quoted;
                }
                _ if !quoted && self.parts(c) => {
                    let next = Cell::at(at + c.len_utf8());
                    self.put(&mut cells, std::mem::replace(&mut cell, next).text(line, at));
                    if cells.len() > MAX_COLUMNS {
                        return Some(cells);
                    }
                }
                _ => cell.push(c),
            }
        }
        self.put(&mut cells, cell.text(line, line.len()));
        (!quoted).then_some(cells)
    }

    /// One cell more; none between two blanks.
    fn put<'a>(self, cells: &mut Vec<Cow<'a, str>>, cell: Cow<'a, str>) {
        if self != Self::Blanks || !cell.is_empty() {
            cells.push(cell);
        }
    }

    /// True where the line falls into more than one cell, each a number or a word.
    fn fits(self, line: &str) -> bool {
        let sound = |cell: &Cow<str>| number::read(cell, self != Self::Comma).is_some() || is_word(cell);
        self.cells(line).is_some_and(|cells| cells.len() > 1 && cells.iter().all(sound))
    }

    /// That of a table whose first line this is.
    pub(super) fn of(line: &str) -> Self {
        let occurs = |it: &Self| line.trim().contains(|c| it.parts(c));
        let found = Self::ALL.into_iter().find(|it| it.fits(line)).or_else(|| Self::ALL.into_iter().find(occurs));
        found.unwrap_or(Self::Comma)
    }
}

/// A cell under way: a piece of its line, or with quotes a text of its own.
struct Cell {
    start: usize,
    own: Option<String>,
    is_blank: bool,
}

impl Cell {
    fn at(start: usize) -> Self {
        Self { start, own: None, is_blank: true }
    }

    /// From here on, `at` a quote, it is no longer a piece of its line.
    fn own(&mut self, line: &str, at: usize) {
        self.own.get_or_insert_with(|| line[self.start..at].into());
    }

    fn push(&mut self, c: char) {
        self.is_blank &= c.is_whitespace();
        if let Some(own) = &mut self.own {
            own.push(c);
        }
    }

    /// What is in it, where it ends at `end`.
    fn text(self, line: &str, end: usize) -> Cow<'_, str> {
        match self.own {
            Some(own) => own.trim().to_string().into(),
            None => line[self.start..end].trim().into(),
        }
    }
}

/// Something that begins no number.
pub(super) fn is_word(cell: &str) -> bool {
    let start = cell.trim_start_matches(['+', '-', '.', ',']);
    let number = start.starts_with(|c: char| c.is_ascii_digit()) || cell.parse::<f64>().is_ok();
    !number && !cell.contains([',', ';', '\t'])
}
