//! Names of the files that commands write: an extension is added and never replaced.

use std::path::{Path, PathBuf, is_separator};

pub const WEIGHTS: &str = "safetensors";
pub const CHECKPOINT: &str = "checkpoint";
pub const PICTURE: &str = "png";
pub const DRAWING: &str = "svg";

/// `path` with an extension behind all that it has.
pub fn named(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// What a person calls a file of this extension, without the extension: “lr0.001” stays, “w.png” is no name of weights.
pub fn stem(path: &Path, extension: &str) -> Result<PathBuf, String> {
    let name = path.display();
    if path.file_name().is_none() || path.to_string_lossy().ends_with(is_separator) {
        return Err(format!("{name} names a folder; name a file in it, which will end in .{extension}"));
    }
    let has = |other: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(other));
    if has(extension) {
        return Ok(path.with_extension(""));
    }
    match [WEIGHTS, CHECKPOINT, PICTURE, DRAWING, "partial"].into_iter().find(|other| has(other)) {
        Some(other) => Err(format!(
            "{name} ends like a file of another kind, .{other}; name one that ends in .{extension}, or in nothing, and it is added"
        )),
        None => Ok(path.to_path_buf()),
    }
}

/// The file of this extension that `path` means.
pub fn file(path: &Path, extension: &str) -> Result<PathBuf, String> {
    Ok(named(&stem(path, extension)?, extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_added_and_never_replaced() {
        for (given, meant) in [
            ("w", "w.safetensors"),
            ("w.safetensors", "w.safetensors"),
            ("lr0.001", "lr0.001.safetensors"),
            ("lr0.002.safetensors", "lr0.002.safetensors"),
            ("W.SafeTensors", "W.safetensors"),
            ("a.b/w.bin", "a.b/w.bin.safetensors"),
            ("w.safetensors.safetensors", "w.safetensors.safetensors"),
            (".w", ".w.safetensors"),
        ] {
            assert_eq!(file(Path::new(given), WEIGHTS), Ok(meant.into()), "{given}");
        }
    }

    #[test]
    fn names_of_other_files_and_folders_are_refused() {
        for name in ["w.png", "w.PNG", "w.checkpoint", "w.safetensors.partial", "folder/", ".", "..", "/", ""] {
            let sentence = file(Path::new(name), WEIGHTS).unwrap_err();
            assert!(sentence.contains(".safetensors"), "{sentence}");
        }
        assert!(file(Path::new("w.safetensors"), PICTURE).is_err());
    }
}
