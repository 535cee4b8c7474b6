//! Text out of the bytes of a file, the same in every browser.

use std::borrow::Cow;

/// The text that `bytes` hold: UTF-8 or UTF-16, with a mark in front or without; or a sentence on what they are not.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        // What would be an empty first character of UTF-16 is the mark of UTF-32.
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err("it is text in UTF-32; save it as UTF-8".into()),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match zeros(bytes) {
            [0, 0] => utf8(bytes),
            // In UTF-16 one byte of every ASCII character is zero, always the same of the two.
            [0, odd] if 4 * odd > bytes.len() => utf16(bytes, u16::from_le_bytes),
            [even, 0] if 4 * even > bytes.len() => utf16(bytes, u16::from_be_bytes),
            _ => Err("it is no text, since it holds zero bytes; a spreadsheet can save it as CSV".into()),
        },
    }
}

/// Zero bytes at even places and at odd ones.
fn zeros(bytes: &[u8]) -> [usize; 2] {
    let of = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    [of(0), of(1)]
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let (at, byte) = (error.valid_up_to(), bytes[error.valid_up_to()]);
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        format!(
            "its encoding is neither UTF-8 nor UTF-16: line {line} has the byte {byte:02X}, as files in Latin-1 or \
             Windows-1252 have; save it as UTF-8"
        )
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let marked = usize::from(units.clone().next() == Some(0xfeff));
    // Two bytes there are at most three here.
    let mut text = String::with_capacity(pairs.len() * 3);
    let whole = rest.is_empty()
        && char::decode_utf16(units.skip(marked)).all(|letter| letter.map(|letter| text.push(letter)).is_ok());
    if whole { Ok(text.into()) } else { Err("it is text in UTF-16, but damaged; save it as UTF-8".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn little(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn big(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    proptest! {
        #[test]
        fn every_text_is_read_from_every_encoding(text in "[^\0\u{feff}]{0,60}") {
            let marked = format!("\u{feff}{text}");
            for bytes in [marked.clone().into_bytes(), little(&marked), big(&marked)] {
                // Without a character behind it, nothing tells a mark of UTF-16 from one of UTF-32.
                prop_assert_eq!(decode(&bytes).unwrap(), text.as_str());
            }
            prop_assert_eq!(decode(text.as_bytes()).unwrap(), text.as_str());
        }

        #[test]
        fn tables_in_utf16_need_no_mark(text in "[ -~\r\n\t]{1,60}") {
            for bytes in [little(&text), big(&text)] {
                prop_assert_eq!(decode(&bytes).unwrap(), text.as_str());
            }
        }

        #[test]
        fn any_bytes_give_text_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Err(sentence) = decode(&bytes) {
                prop_assert!(sentence.starts_with("it") && sentence.lines().count() == 1, "{sentence}");
            }
        }
    }

    #[test]
    fn other_encodings_are_named() {
        assert!(decode(b"x,y\nna\xefve,2").unwrap_err().contains("line 2 has the byte EF"));
        assert!(decode(b"PK\x03\x04\x14\0\0\0\x08\0!\0").unwrap_err().contains("it is no text"));
        assert!(decode(b"\xff\xfe1\0,").unwrap_err().contains("damaged"));
        assert!(decode(b"\xff\xfe\0\0x\0\0\0").unwrap_err().contains("UTF-32"));
        assert!([&b""[..], b"\xef\xbb\xbf", b"\xff\xfe"].into_iter().all(|bytes| decode(bytes).unwrap().is_empty()));
    }
}
