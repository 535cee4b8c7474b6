//! Images in memory: bytes as they came, normalised to [-1, 1] when a batch is made.

use super::{
    idx::{self, IdxError},
    sets::{CLASSES, PIXELS, SIDE},
};
use flate2::{Compression, GzBuilder, read::GzDecoder};
use std::io::{Read, Write};
use thiserror::Error;

/// Why bytes are no shard of images.
#[derive(Debug, Error)]
pub enum ShardError {
    #[error("the gzip data are damaged: {0}")]
    Gzip(#[from] std::io::Error),
    #[error(transparent)]
    Idx(#[from] IdxError),
    #[error("the images are {0} × {1} pixels instead of 28 × 28")]
    Shape(usize, usize),
    #[error("there are {images} images and {labels} labels")]
    Count { images: usize, labels: usize },
    #[error("a label is {0}; labels are 0 to 9")]
    Label(u8),
}

/// Largest shard that is unpacked: 5,000 images with as much room to spare.
const MAX_UNPACKED: u64 = 8 << 20;

/// Grey images with their labels.
#[derive(Clone, Default)]
pub struct Images {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Black images of class 0, for timing.
    pub fn blank(count: usize) -> Self {
        Self { pixels: vec![0; count * PIXELS], labels: vec![0; count] }
    }

    /// None yet, with room for so many: memory that grows by doubling would be twice what is held, and for a moment three times.
    pub fn with_room(count: usize) -> Self {
        Self { pixels: Vec::with_capacity(count * PIXELS), labels: Vec::with_capacity(count) }
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Forgets all but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.pixels.truncate(count * PIXELS);
        self.labels.truncate(count);
    }

    /// These, and then `more`.
    pub fn extend(&mut self, more: &Self) {
        self.pixels.extend_from_slice(&more.pixels);
        self.labels.extend_from_slice(&more.labels);
    }

    /// Those of these places.
    fn at(&self, places: impl Iterator<Item = usize>) -> Self {
        let mut some = Self::default();
        for i in places {
            some.pixels.extend_from_slice(self.levels(i));
            some.labels.push(self.label(i));
        }
        some
    }

    /// `count` images evenly spread over the set, which may lie writer by writer; all where there are fewer.
    pub fn spread(&self, count: usize) -> Self {
        let count = count.min(self.len());
        self.at((0..count).map(|k| k * self.len() / count))
    }

    /// `count` images of all classes in turn, each class evenly spread over the set, and the rest. Fewer where a class has fewer.
    pub fn in_turn(&self, count: usize) -> [Self; 2] {
        let of = |label: usize| (0..self.len()).filter(|&i| usize::from(self.label(i)) == label).collect::<Vec<_>>();
        let classes: [Vec<usize>; CLASSES] = std::array::from_fn(of);
        let least = classes.iter().map(Vec::len).min().unwrap_or(0);
        let rounds = count.div_ceil(CLASSES).min(least);
        let one = |round: usize| classes.iter().map(move |class| class[round * class.len() / rounds]);
        let chosen: Vec<usize> = (0..rounds).flat_map(one).take(count).collect();
        let mut is_chosen = vec![false; self.len()];
        chosen.iter().for_each(|&i| is_chosen[i] = true);
        let rest = (0..self.len()).filter(|&i| !is_chosen[i]);
        [self.at(chosen.iter().copied()), self.at(rest)]
    }

    /// Exactly `count`: the first ones or, where there are fewer, all of them in turn, again and again. None stay none.
    pub fn fill(&mut self, count: usize) {
        let few = self.len();
        if (1..count).contains(&few) {
            self.pixels = self.pixels.iter().copied().cycle().take(count * PIXELS).collect();
            self.labels = self.labels.iter().copied().cycle().take(count).collect();
        }
        self.truncate(count);
    }

    /// The first image of each of these classes that there is one of.
    pub fn first_of(&self, labels: &[u8]) -> Self {
        let mut first = Self::default();
        for &label in labels {
            if let Some(i) = (0..self.len()).find(|&i| self.label(i) == label) {
                first.pixels.extend_from_slice(self.levels(i));
                first.labels.push(label);
            }
        }
        first
    }

    /// The label of image `i`.
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// The pixels of image `i` as they came, [784].
    pub fn levels(&self, i: usize) -> &[u8] {
        &self.pixels[i * PIXELS..(i + 1) * PIXELS]
    }

    /// The pixels of image `i`, [784], normalised: 0 → -1, 255 → 1.
    pub fn x_1(&self, i: usize) -> impl Iterator<Item = f32> {
        self.levels(i).iter().map(|&byte| f32::from(byte) / 127.5 - 1.0)
    }

    /// Adds the images of `shard`: two IDX arrays, images then labels, gzipped or not. A host that
    /// sets Content-Encoding hands us the plain bytes, one that does not the gzip: both are read.
    pub fn append(&mut self, shard: &[u8]) -> Result<(), ShardError> {
        if shard.starts_with(&[0x1f, 0x8b]) {
            let mut plain = Vec::new();
            GzDecoder::new(shard).take(MAX_UNPACKED).read_to_end(&mut plain)?;
            self.append_plain(&plain)
        } else {
            self.append_plain(shard)
        }
    }

    fn append_plain(&mut self, shard: &[u8]) -> Result<(), ShardError> {
        let (sizes, pixels, rest) = idx::read::<3>(shard)?;
        let (_, classes, _) = idx::read::<1>(rest)?;
        self.add(sizes, pixels, classes)
    }

    /// Adds images by their number, height and width and their pixels, with as many labels.
    pub fn add(&mut self, sizes: [usize; 3], pixels: &[u8], classes: &[u8]) -> Result<(), ShardError> {
        let ([images, height, width], labels) = (sizes, classes.len());
        if (height, width) != (SIDE, SIDE) {
            return Err(ShardError::Shape(height, width));
        }
        if images != labels {
            return Err(ShardError::Count { images, labels });
        }
        if let Some(&label) = classes.iter().find(|&&label| usize::from(label) >= CLASSES) {
            return Err(ShardError::Label(label));
        }
        self.pixels.extend_from_slice(pixels);
        self.labels.extend_from_slice(classes);
        Ok(())
    }

    /// The images `range` as a gzipped shard; the same images give the same bytes.
    pub fn shard(&self, range: std::ops::Range<usize>) -> Result<Vec<u8>, ShardError> {
        let pixels = &self.pixels[range.start * PIXELS..range.end * PIXELS];
        let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        gzip.write_all(&idx::write(&[range.len(), SIDE, SIDE], pixels))?;
        gzip.write_all(&idx::write(&[range.len()], &self.labels[range]))?;
        Ok(gzip.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(side: usize, pixels: &[u8], labels: &[u8]) -> Vec<u8> {
        let mut bytes = idx::write(&[pixels.len() / (side * side), side, side], pixels);
        bytes.extend(idx::write(&[labels.len()], labels));
        bytes
    }

    #[test]
    fn a_shard_reads_the_same_packed_or_plain() {
        let pixels: Vec<u8> = (0..3 * PIXELS).map(|i| (i % 256) as u8).collect();
        let mut images = Images::default();
        images.append(&plain(SIDE, &pixels, &[3, 1, 4])).unwrap();
        images.append(&images.clone().shard(1..3).unwrap()).unwrap();
        assert_eq!((images.len(), images.label(3), images.label(4)), (5, 1, 4));
        assert_eq!(images.x_1(3).collect::<Vec<_>>(), images.x_1(1).collect::<Vec<_>>());
        assert_eq!(images.x_1(0).next(), Some(-1.0));
        assert_eq!(images.x_1(0).nth(255), Some(1.0));
    }

    #[test]
    fn classes_take_turns_as_long_as_every_one_has_an_image() {
        let labels: Vec<u8> = (0..35).map(|i| (i * 3 % 10) as u8).chain([7; 9]).collect();
        let pixels: Vec<u8> = (0..labels.len()).flat_map(|i| [i as u8; PIXELS]).collect();
        let mut images = Images::default();
        images.add([labels.len(), SIDE, SIDE], &pixels, &labels).unwrap();
        let [turns, rest] = images.in_turn(100);
        assert_eq!(turns.labels, (0..3).flat_map(|_| 0..10).collect::<Vec<u8>>());
        // The first of class 1 is image 7, and the first of class 3 image 1.
        assert_eq!((turns.levels(1)[0], turns.levels(3)[0], rest.len()), (7, 1, 14));
        let [few, rest] = images.in_turn(12);
        assert_eq!((few.len(), few.label(11), rest.len()), (12, 1, 32));
        // Of class 7, with 13 images, the first and the seventh.
        let sevens: Vec<usize> = (0..44).filter(|&i| images.label(i) == 7).collect();
        let [twice, _] = images.in_turn(20);
        assert_eq!([7, 17].map(|i| usize::from(twice.levels(i)[0])), [sevens[0], sevens[sevens.len() / 2]]);
        let spread = images.spread(4);
        assert_eq!((0..4).map(|i| spread.levels(i)[0]).collect::<Vec<_>>(), [0, 11, 22, 33]);
        assert!(images.spread(0).is_empty() && Images::default().spread(3).is_empty());
        let mut none = images.spread(44);
        none.truncate(9);
        assert_eq!((none.len(), none.in_turn(10)[0].len(), none.in_turn(10)[1].len()), (9, 0, 9));
    }

    #[test]
    fn a_set_of_any_length_fills_its_shards() {
        let pixels: Vec<u8> = [5, 6, 7].into_iter().flat_map(|grey| [grey; PIXELS]).collect();
        for (count, labels) in [(2, vec![1, 2]), (3, vec![1, 2, 3]), (7, vec![1, 2, 3, 1, 2, 3, 1])] {
            let mut images = Images::default();
            images.add([3, SIDE, SIDE], &pixels, &[1, 2, 3]).unwrap();
            images.fill(count);
            let greys: Vec<u8> = labels.iter().flat_map(|label| [label + 4; PIXELS]).collect();
            assert_eq!((images.labels, images.pixels), (labels, greys));
        }
        let mut none = Images::default();
        none.fill(2);
        assert!(none.is_empty());
    }

    #[test]
    fn every_fault_has_its_sentence_and_adds_nothing() {
        let picture = vec![0; PIXELS];
        let faults = [
            (plain(SIDE, &picture, &[10]), "a label is 10"),
            (plain(SIDE, &picture, &[1, 2]), "1 images and 2 labels"),
            (plain(14, &picture, &[1, 2, 3, 4]), "14 × 14"),
            (vec![0x1f, 0x8b, 0, 0], "gzip"),
            (b"<!doctype html>not the file".to_vec(), "IDX"),
        ];
        for (bytes, part) in faults {
            let mut images = Images::default();
            let sentence = images.append(&bytes).unwrap_err().to_string();
            assert!(sentence.contains(part), "{sentence}");
            assert!(images.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = Images::default().append(&bytes);
        }
    }
}
