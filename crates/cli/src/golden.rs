//! Links and hashes of what they gave, as `tests/golden` keeps them: a line that begins with “?” is a link, and each indented
//! one below it names a part of what it gave and ends with the SHA-256 of its numbers.

use protocol::message::Frame;
use sha2::{Digest, Sha256};

/// A part of what a link gave, by name: “frame 3 of lane 1”.
pub type Part = (String, String);

/// A link and the parts of what it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Golden {
    pub link: String,
    pub gave: Vec<Part>,
}

/// The SHA-256 of numbers at f32, little-endian.
pub fn hash(numbers: impl IntoIterator<Item = f32>) -> String {
    let mut hasher = Sha256::new();
    numbers.into_iter().for_each(|x| hasher.update(x.to_le_bytes()));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Labels, t, x_t, u(x_t, t) or codes where there is a path, and a critic's verdicts where there is one.
pub fn hash_of(frame: &Frame) -> String {
    let labels = frame.labels.iter().map(|label| f32::from(*label));
    let lists = [&frame.x_t, &frame.velocity, &frame.codes, &frame.verdicts].into_iter().flatten().copied();
    hash(labels.chain([frame.t as f32]).chain(lists))
}

/// The links of a file; a sentence with the line that is none.
pub fn read(text: &str) -> Result<Vec<Golden>, String> {
    let mut found: Vec<Golden> = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        if line.starts_with('?') {
            found.push(Golden { link: line.trim_end().into(), gave: vec![] });
            continue;
        }
        let part = line.starts_with(' ').then(|| line.trim().rsplit_once(' ')).flatten();
        let part = part.filter(|(_, hash)| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match (found.last_mut(), part) {
            (Some(golden), Some((what, hash))) => golden.gave.push((what.trim().into(), hash.to_lowercase())),
            _ => {
                return Err(format!(
                    "line {number} is neither a link, which begins with “?”, nor below one, indented, the name of a part \
                     and its SHA-256"
                ));
            }
        }
    }
    match found.iter().find(|golden| golden.gave.is_empty()) {
        Some(Golden { link, .. }) => Err(format!("below {link} stands no hash of what it gave")),
        None if found.is_empty() => Err("it holds no link".into()),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_and_what_is_none_gets_a_sentence() {
        let digits = "ab".repeat(32);
        let text =
            format!("?seed=1\n    frame 0 {digits}\n\n    frame 1 of lane 2 {digits}\r\n?seed=2\n  losses {digits}\n");
        let part = |what: &str| (what.to_string(), digits.clone());
        let one = Golden { link: "?seed=1".into(), gave: vec![part("frame 0"), part("frame 1 of lane 2")] };
        let two = Golden { link: "?seed=2".into(), gave: vec![part("losses")] };
        assert_eq!(read(&text), Ok(vec![one, two]));
        for (text, words) in [
            ("", "no link"),
            ("seed=1", "line 1 "),
            ("    frame 0 abc", "line 1 "),
            ("?seed=1\n    frame 0 abc", "line 2 "),
            ("?seed=1\nframe 0", "line 2 "),
            ("?seed=1\n?seed=2", "below ?seed=1 "),
        ] {
            let said = read(text).expect_err(text);
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    #[test]
    fn a_hash_is_that_of_the_bytes() {
        // Of no bytes at all, FIPS 180-4.
        assert_eq!(hash([]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_ne!(hash([0.0]), hash([-0.0]));
    }
}
