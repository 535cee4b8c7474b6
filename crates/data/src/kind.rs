//! What a file is that is not what it was taken for, by its first bytes.

/// First bytes, and what begins with them.
const MARKS: [(&[u8], &str); 16] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, as PyTorch and spreadsheets write it"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x80\x02", "a pickle of Python"),
    (b"\x80\x03", "a pickle of Python"),
    (b"\x80\x04", "a pickle of Python"),
    (b"\x80\x05", "a pickle of Python"),
    (b"\xff\xfe", "a text file"),
    (b"\xfe\xff", "a text file"),
    (b"\x93NUMPY", "an array of NumPy"),
    (b"\x89HDF", "an HDF5 file"),
    (b"GGUF", "a GGUF file"),
    (b"\0\0\x08\x03", "an IDX file of images"),
];

/// “a PNG picture”, “a CSV file”; `None` where nothing tells.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    if is_safetensors(bytes) {
        return None;
    }
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(kind);
    }
    let head = &bytes[..bytes.len().min(512)];
    // A character may be cut at the end.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() || text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return None;
    }
    let line = text.lines().next().unwrap_or_default();
    Some(match text.chars().next() {
        Some('<') => "a web page",
        Some('{' | '[') => "a JSON file",
        _ if line.contains([',', ';', '\t']) => "a CSV file",
        _ => "a text file",
    })
}

/// The length of a header in eight bytes, and the header, which is JSON. The length may look like any mark.
fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(3..9).is_some_and(|it| it == b"\0\0\0\0\0{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_what_they_are() {
        let csv = [b"x;y\n1,2;0,3\n".as_slice(), "é".as_bytes()].concat();
        for (bytes, name) in [
            (b"\x89PNG\r\n\x1a\n".as_slice(), Some("a PNG picture")),
            (b"<!doctype html>", Some("a web page")),
            (b"\xef\xbb\xbf{\"points\": []}", Some("a JSON file")),
            (&csv, Some("a CSV file")),
            (b"these are no weights", Some("a text file")),
            (b"", None),
            // The length of a header and the header: a safetensors file.
            (b"\x02\0\0\0\0\0\0\0{}", None),
            // The same with a header of 640 bytes.
            (b"\x80\x02\0\0\0\0\0\0{\"a", None),
            (b"\x80\x02}q\0X", Some("a pickle of Python")),
            (b"\x80\x04\x95\x0a\0\0\0\0\0\0\0}", Some("a pickle of Python")),
            (b"PK\x03\x04\x14\0\0\0\0\0", Some("a ZIP archive, as PyTorch and spreadsheets write it")),
            (b"\xff\xfex\0,\0", Some("a text file")),
            (&[0xff; 40], None),
        ] {
            assert_eq!(kind(bytes), name, "{bytes:?}");
        }
    }

    #[test]
    fn a_character_that_is_cut_is_no_fault() {
        let text = format!("{}é", "a,".repeat(255) + "b");
        assert_eq!((text.len(), kind(text.as_bytes())), (513, Some("a CSV file")));
    }
}
