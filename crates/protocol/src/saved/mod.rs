//! What is kept between visits: what it is, for whoever is to choose, and its bytes.
//!
//! A record is eight letters, the length of its head, the head and its checksum, and the bytes, which have a checksum of their
//! own that the worker looks at: the checkpoint of a training, or weights.

pub mod keepsake;
pub mod points;

use crate::{recipe::TrainSpec, recipe_bytes::First};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Longest head: sixteen thousand losses have not a million bytes, but heads once had those of every step.
const MAX_HEAD: usize = 64 << 20;

/// The head of a record.
pub trait Headed: Serialize + DeserializeOwned {
    /// What its records begin with, of this kind and version.
    const LETTERS: &'static [u8; 8];

    /// A sentence if something of it is out of bounds.
    fn check(&self) -> Result<(), String>;

    /// The head that an older version has written behind letters of its own.
    fn of_older(_letters: &[u8; 8], _text: &[u8]) -> Option<Self> {
        None
    }
}

/// What is trained, as it stands in the head of what is saved of it.
pub trait Subject: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static {
    const LETTERS: &'static [u8; 8];
    /// What the names of its files begin with.
    const FILES: &'static str;

    /// A sentence if something of it is out of bounds.
    fn check(&self) -> Result<(), String>;

    /// The head that an older version has written behind letters of its own.
    fn of_older(_letters: &[u8; 8], _text: &[u8]) -> Option<Head<Self>> {
        None
    }
}

impl Subject for TrainSpec {
    const LETTERS: &'static [u8; 8] = b"flowst-2";
    const FILES: &'static str = "training";

    fn check(&self) -> Result<(), String> {
        TrainSpec::check(self)
    }

    fn of_older(letters: &[u8; 8], text: &[u8]) -> Option<Head> {
        (letters == b"flowst-1").then_some(())?;
        let Head { at, step, recipe, until, losses } = postcard::from_bytes::<Head<First>>(text).ok()?;
        Some(Head { at, step, recipe: recipe.into(), until, losses })
    }
}

/// What is known of a saved training without reading its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head<R = TrainSpec> {
    /// When it was saved, in milliseconds since 1970.
    pub at: f64,
    pub step: u64,
    pub recipe: R,
    /// The step after which it was to rest.
    pub until: Option<u64>,
    /// Of every step so far, as far as the page knew them, with the terms that the family reports.
    pub losses: Vec<(u64, Vec<f32>)>,
}

impl<R: Subject> Headed for Head<R> {
    const LETTERS: &'static [u8; 8] = R::LETTERS;

    fn check(&self) -> Result<(), String> {
        self.recipe.check()
    }

    fn of_older(letters: &[u8; 8], text: &[u8]) -> Option<Self> {
        R::of_older(letters, text)
    }
}

/// A head and its bytes as one record.
pub fn write<H: Headed>(head: &H, bytes: &[u8]) -> Vec<u8> {
    let text = postcard::to_allocvec(head).expect("a head holds nothing that postcard cannot write");
    let mut record = Vec::with_capacity(H::LETTERS.len() + 16 + text.len() + bytes.len());
    record.extend_from_slice(H::LETTERS);
    record.extend_from_slice(&(text.len() as u64).to_le_bytes());
    record.extend_from_slice(&text);
    record.extend_from_slice(&sum(&text).to_le_bytes());
    record.extend_from_slice(bytes);
    record
}

/// The head and the bytes of a record; nothing where it is not whole, or of another kind or version.
pub fn read<H: Headed>(record: &[u8]) -> Option<(H, &[u8])> {
    let (letters, text, bytes) = sealed(record)?;
    let head: H = if letters == H::LETTERS { postcard::from_bytes(text).ok()? } else { H::of_older(letters, text)? };
    head.check().is_ok().then_some((head, bytes))
}

/// Whether a record is of the same kind and cannot be read here, but for another reason than damage: it is of another version, or
/// its head says what is not known here. Another build of the page may read it.
pub fn is_of_another_version<H: Headed>(record: &[u8]) -> bool {
    let kind = H::LETTERS.len() - 1;
    let is_of_kind = record.get(..kind) == H::LETTERS.get(..kind);
    is_of_kind && read::<H>(record).is_none() && (!record.starts_with(H::LETTERS) || sealed(record).is_some())
}

/// The letters of a record, the text of its head, which is whole, and its bytes.
fn sealed(record: &[u8]) -> Option<(&[u8; 8], &[u8], &[u8])> {
    let (letters, rest) = record.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= MAX_HEAD)?;
    let (text, rest) = rest.split_at_checked(length)?;
    let (seal, bytes) = rest.split_first_chunk::<8>()?;
    (u64::from_le_bytes(*seal) == sum(text)).then_some((letters, text, bytes))
}

/// FNV-1a, which tells what is torn or turned from what is whole; nobody is kept from forging it.
pub fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head() -> Head {
        let losses = (1..=40).map(|step| (step, vec![1.0 / step as f32, 0.5])).collect();
        Head { at: 1.7e12, step: 40, recipe: TrainSpec { batch: 8, ..TrainSpec::default() }, until: Some(90), losses }
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!((sum(b""), sum(b"a"), sum(b"foobar")), (0xcbf29ce484222325, 0xaf63dc4c8601ec8c, 0x85944171f73967e8));
    }

    #[test]
    fn what_the_first_version_has_saved_is_gone_on_with() {
        let Head { at, step, recipe, until, losses } = head();
        let old = Head { at, step, recipe: First::from(&recipe), until, losses };
        let text = postcard::to_allocvec(&old).expect("bytes");
        let length = (text.len() as u64).to_le_bytes();
        let record = [b"flowst-1", &length[..], &text, &sum(&text).to_le_bytes(), &[1, 2]].concat();
        assert_eq!(read(&record), Some((head(), &[1, 2][..])));
        let mut torn = record.clone();
        torn[20] ^= 1;
        assert_eq!(read::<Head>(&torn), None);
    }

    #[test]
    fn what_another_version_has_written_is_known_as_such() {
        let mut record = write(&head(), &[1]);
        assert!(!is_of_another_version::<Head>(&record) && !is_of_another_version::<keepsake::Keepsake>(&record));
        record[7] = b'9';
        assert!(is_of_another_version::<Head>(&record) && read::<Head>(&record).is_none());
        // Of this version, and of a recipe that is none here.
        let strange = Head { recipe: TrainSpec { batch: 0, ..TrainSpec::default() }, ..head() };
        let mut record = write(&strange, &[1]);
        assert!(is_of_another_version::<Head>(&record) && read::<Head>(&record).is_none());
        record[30] ^= 1;
        assert!(!is_of_another_version::<Head>(&record), "it is damaged");
        assert!(!is_of_another_version::<Head>(b"flow"));
    }

    #[test]
    fn what_is_written_is_read_and_what_is_torn_or_turned_is_not() {
        let record = write(&head(), &[1, 2, 3, 4]);
        assert_eq!(read(&record), Some((head(), &[1, 2, 3, 4][..])));
        let weights = record.len() - 4;
        for end in 0..weights {
            assert_eq!(read::<Head>(&record[..end]), None, "{end} bytes");
        }
        for at in 0..weights {
            let mut turned = record.clone();
            turned[at] ^= 0x10;
            assert_eq!(read::<Head>(&turned), None, "byte {at}");
        }
        let wild = Head { recipe: TrainSpec { batch: usize::MAX, ..TrainSpec::default() }, ..head() };
        assert_eq!(read::<Head>(&write(&wild, &[])), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300), length: u64) {
            let _ = read::<Head>(&bytes);
            let mut record = <Head as Headed>::LETTERS.to_vec();
            record.extend(length.to_le_bytes());
            record.extend(bytes);
            prop_assert!(read::<Head>(&record).is_none());
        }
    }
}
