//! Inputs near other inputs: what a careless program, a bad line or somebody's ill will makes of a good one.

use flow::rng::Stream;

/// Whole numbers at the edges of what programs count with.
const EDGES: [u64; 12] =
    [0, 1, 7, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX - 7, u64::MAX];

/// Numbers, signs and marks at the edges of what texts hold.
const WORDS: [&str; 40] = [
    "0",
    "-0",
    "1",
    "-1",
    "255",
    "256",
    "4096",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "1e308",
    "1e309",
    "-1e101",
    "1e-320",
    "0.1",
    "NaN",
    "inf",
    "null",
    "true",
    "",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    " ",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "=",
    "&",
    "%25",
    "%",
    "\u{feff}",
    "٣",
    "é",
    "…",
];

/// Longest input, unless a seed is longer.
const LONGEST: usize = 6 << 10;

/// Changes inputs, always in the same way for the same stream.
pub struct Mutator(pub Stream);

impl Mutator {
    /// One of so many.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.below(n.max(1))
    }

    /// A stretch of `length` bytes, seldom a long one.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = 1 << self.below(13);
        start..(start + self.below(most + 1)).min(length)
    }

    /// Some changes, with parts of `other`.
    pub fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let most = LONGEST.max(bytes.len());
        for _ in 0..1 << self.below(4) {
            self.change(bytes, other);
        }
        bytes.truncate(most);
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        match self.below(10) {
            0 => {
                let bit = self.below(8);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
            }
            1 => {
                let value = self.below(256) as u8;
                bytes.get_mut(at).into_iter().for_each(|byte| *byte = value);
            }
            2 => {
                let step = self.below(33) as u8;
                bytes.get_mut(at).into_iter().for_each(|byte| *byte = byte.wrapping_add(step).wrapping_sub(16));
            }
            3 => self.edge(bytes, at),
            4 => bytes.truncate(at),
            5 => {
                let gone = self.stretch(bytes.len());
                bytes.drain(gone);
            }
            6 => {
                let again = bytes[self.stretch(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
            7 => {
                let (put, from) = (self.stretch(bytes.len()), self.stretch(other.len()));
                bytes.splice(put, other[from].iter().copied());
            }
            8 => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
            _ => self.number(bytes, at),
        }
    }

    /// A number at an edge, or beside one, over one to eight bytes.
    fn edge(&mut self, bytes: &mut [u8], at: usize) {
        let number = EDGES[self.below(EDGES.len())].wrapping_add(self.below(3) as u64).wrapping_sub(1);
        let width = 1 << self.below(4);
        let mut written = number.to_le_bytes();
        if self.below(2) == 0 {
            written[..width].reverse();
        }
        bytes[at..].iter_mut().zip(&written[..width]).for_each(|(byte, new)| *byte = *new);
    }

    /// Another number, or a word, in place of the digits at or behind `at`.
    fn number(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let Some(start) = bytes.iter().skip(at).position(is_digit).map(|k| at + k) else { return };
        let end = bytes[start..].iter().position(|byte| !is_digit(byte)).map_or(bytes.len(), |k| start + k);
        let small = self.below(70).to_string();
        let word = if self.below(2) == 0 { &small } else { WORDS[self.below(WORDS.len())] };
        bytes.splice(start..end, word.bytes());
    }
}
