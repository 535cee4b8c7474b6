//! Where files are served: names by content, by a list that comes with the page.

use std::collections::BTreeMap;

/// A file by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Where it is served.
    pub address: String,
    pub bytes: u64,
}

/// The files of a build; a path that is not listed is served under its own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed(BTreeMap<String, ListedFile>);

impl Listed {
    /// Reads lines of path, digest and size; others are passed over.
    pub fn read(list: &str) -> Self {
        let line = |line: &str| {
            let [path, digest, bytes] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
            let (stem, end) = path.rsplit_once('.')?;
            let file = ListedFile { address: format!("{stem}-{digest}.{end}"), bytes: bytes.parse().ok()? };
            Some((path.to_string(), file))
        };
        Self(list.lines().filter_map(line).collect())
    }

    /// Where the file of this path is served.
    pub fn address(&self, path: &str) -> String {
        self.0.get(path).map_or(path, |file| &file.address).into()
    }

    /// Every file.
    pub fn all(&self) -> impl Iterator<Item = &ListedFile> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_listed_file_is_served_by_its_digest() {
        let listed =
            Listed::read("\nweights/mnist.safetensors 0123456789ab 1000\nworker_loader.js ba9876543210 70\nx\n");
        assert_eq!(listed.address("weights/mnist.safetensors"), "weights/mnist-0123456789ab.safetensors");
        assert_eq!(listed.address("worker_loader.js"), "worker_loader-ba9876543210.js");
        assert_eq!(listed.address("data/mnist-train-00.bin"), "data/mnist-train-00.bin");
        assert_eq!(listed.all().map(|file| file.bytes).sum::<u64>(), 1070);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([a-z./]{0,9} [0-9a-f]{0,12} [0-9]{0,24}\n|.|\n){0,9}", path in ".{0,9}") {
            let listed = Listed::read(&text);
            prop_assert!(listed.all().count() <= text.lines().count());
            listed.address(&path);
        }
    }
}
