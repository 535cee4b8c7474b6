//! A number as people write it: with a decimal comma, in the digits of their script, with any minus sign.

/// The zero of every block of ten decimal digits in Unicode, but ASCII's.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Longest text that is looked at as a number, in bytes: whoever writes every digit of an f64 needs fewer.
const LONGEST: usize = 1200;

/// What a person typed into a field, as the parsers of numbers take it: ASCII, a decimal point, no exponent.
///
/// One comma is a decimal comma. What is no number stays so, and is refused by whoever parses it.
pub fn plain(typed: &str) -> String {
    if typed.len() > LONGEST {
        return typed.into();
    }
    let text = ascii(typed);
    let text = if text.contains('.') || text.matches(',').count() != 1 { text } else { text.replace(',', ".") };
    // Whole numbers are parsed as such, to the last digit; only exponents are written out for them.
    let written_out = |number: f64| if number.is_finite() { number.to_string() } else { text.clone() };
    if text.contains(['e', 'E']) { text.parse().map_or(text.clone(), written_out) } else { text }
}

/// The finite number that a cell of a table holds; with a decimal comma only where commas part no cells.
pub fn read(cell: &str, commas: bool) -> Option<f64> {
    if cell.len() > LONGEST {
        return None;
    }
    if let Ok(number) = cell.parse::<f64>() {
        return Some(number).filter(|number| number.is_finite());
    }
    let text = ascii(cell);
    let text = match (commas, text.matches(',').count()) {
        (true, 1) if !text.contains('.') => text.replace(',', "."),
        _ => text,
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Digits, signs and marks in ASCII; without what is not seen.
fn ascii(text: &str) -> String {
    text.trim().chars().filter_map(letter).collect::<String>().trim().into()
}

fn letter(c: char) -> Option<char> {
    match c {
        // Marks of direction, joiners, and the spaces that stand between groups of digits.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}' => None,
        '\u{a0}' | '\u{202f}' | '\u{2009}' => None,
        '\u{2212}' | '\u{2010}'..='\u{2015}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        '\u{ff0b}' => Some('+'),
        '\u{ff0e}' | '\u{3002}' | '\u{ff61}' | '\u{66b}' => Some('.'),
        '\u{ff0c}' | '\u{3001}' | '\u{ff64}' => Some(','),
        '\u{ff25}' | '\u{ff45}' => Some('e'),
        _ if c.is_ascii() => Some(c),
        _ => Some(digit(c).unwrap_or(c)),
    }
}

fn digit(c: char) -> Option<char> {
    let number = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|it| *it < 10))?;
    char::from_digit(number, 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_is_read() {
        for (typed, plainly) in [
            ("0,05", "0.05"),
            (" 12 ", "12"),
            ("−1.5", "-1.5"),
            ("－１．５", "-1.5"),
            ("０，０５", "0.05"),
            ("1。5", "1.5"),
            ("١٢", "12"),
            ("٠٫٥", "0.5"),
            ("१२", "12"),
            ("1e1", "10"),
            ("1E-1", "0.1"),
            ("1,5e2", "150"),
            ("１ｅ１", "10"),
            ("10\u{202f}000", "10000"),
            ("\u{200e}7\u{200b}", "7"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(plain(typed), plainly, "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for typed in ["", "1.234,5", "1,234,567", "1 2", "e", "1e", "1e999", "12a", "一", "--1"] {
            assert!(plain(typed).parse::<f64>().map_or(true, |number| !number.is_finite()), "{typed:?}");
        }
        assert_eq!(plain("1e999"), "1e999");
        assert_eq!([read("1,5", false), read("1,5", true), read("1.5,0", true)], [None, Some(1.5), None]);
        assert_eq!([read("inf", true), read("NaN", true), read("−2", false)], [None, None, Some(-2.0)]);
    }

    #[test]
    fn what_is_too_long_is_no_number() {
        let long = format!("{}1,5", "0".repeat(LONGEST));
        assert_eq!((plain(&long), read(&long, true)), (long.clone(), None));
        assert_eq!(read(&long[4..], true), Some(1.5));
    }

    proptest! {
        #[test]
        fn every_number_is_itself_in_all_its_forms(number in -1e12..1e12f64, zero in prop::sample::select(&ZEROS[..])) {
            let other = |c: char| c.to_digit(10).and_then(|it| char::from_u32(zero + it)).unwrap_or(c);
            let foreign: String = number.to_string().chars().map(other).collect();
            for form in [number.to_string(), format!("{number:e}"), number.to_string().replace('.', ","), foreign] {
                prop_assert_eq!(plain(&form).parse::<f64>().unwrap().to_bits(), number.to_bits(), "{}", form);
            }
        }

        #[test]
        fn any_text_is_taken_and_taken_again_the_same(text in any::<String>()) {
            let once = plain(&text);
            prop_assert_eq!(plain(&once), once);
        }

        #[test]
        fn whole_numbers_keep_every_digit(number: u64) {
            prop_assert_eq!(plain(&number.to_string()).parse::<u64>().unwrap(), number);
        }
    }
}
