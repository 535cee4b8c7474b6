//! Checksums and lengths of changed inputs set right, so that what is behind them is reached.
#![expect(clippy::ptr_arg, reason = "all of them are of one type, and some change the length")]

use model::weights::Header;
use safetensors::SafeTensors;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Longest data that a repaired header of weights gets.
const MOST: usize = 64 << 10;

/// A weights file whose header has its length, whose data have theirs, and whose hash is that of its tensors.
pub fn weights(file: &mut Vec<u8>) {
    let Some(json) = file.get(8..) else { return };
    let mut values = serde_json::Deserializer::from_slice(json).into_iter::<Value>();
    let Some(Ok(header)) = values.next() else { return };
    let mut end = 8 + values.byte_offset();
    end += file[end..].iter().take_while(|byte| **byte == b' ').count();
    file[..8].copy_from_slice(&(end as u64 - 8).to_le_bytes());
    let ends = header.as_object().into_iter().flatten().filter_map(|(_, tensor)| tensor["data_offsets"][1].as_u64());
    let data = ends.max().and_then(|most| usize::try_from(most).ok()).filter(|most| *most <= MOST);
    file.resize(end + data.unwrap_or(0), 0);
    if let Some(hash) = hash(file) {
        let mark = b"\\\"hash\\\":\\\"";
        let place = file[..end].windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len());
        if let Some(place) = place.filter(|place| place + hash.len() <= end) {
            file[place..place + hash.len()].copy_from_slice(hash.as_bytes());
        }
    }
}

/// The hash that a weights file should have.
fn hash(file: &[u8]) -> Option<String> {
    let (_, metadata) = SafeTensors::read_metadata(file).ok()?;
    let header: Header = serde_json::from_str(metadata.metadata().as_ref()?.get("flowstep")?).ok()?;
    header.design.check().ok()?;
    let (tensors, mut sum) = (SafeTensors::deserialize(file).ok()?, Sha256::new());
    for entry in header.design.entries() {
        sum.update(tensors.tensor(&entry.name).ok()?.data());
        if let Ok(scale) = tensors.tensor(&format!("{}.scale", entry.name)) {
            sum.update(scale.data());
        }
    }
    Some(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A checkpoint that ends with its checksum.
pub fn checkpoint(bytes: &mut Vec<u8>) {
    if let Some((state, seal)) = bytes.split_last_chunk_mut::<32>() {
        seal.copy_from_slice(&Sha256::digest(state));
    }
}

/// A record of a saved training whose head has its checksum.
pub fn saved(record: &mut Vec<u8>) {
    let Some(length) = record.get(8..16).map(|it| u64::from_le_bytes(std::array::from_fn(|k| it[k]))) else { return };
    let room = record.len().saturating_sub(24);
    let length = usize::try_from(length).map_or(room, |length| length.min(room));
    record.resize(record.len().max(24), 0);
    record[8..16].copy_from_slice(&(length as u64).to_le_bytes());
    let (head, rest) = record[16..].split_at_mut(length);
    // FNV-1a.
    let sum = head
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    rest[..8].copy_from_slice(&sum.to_le_bytes());
}

/// Nothing to set right.
pub fn nothing(_: &mut Vec<u8>) {}

/// Text, with question marks where bytes were none.
pub fn text(bytes: &mut Vec<u8>) {
    while let Err(error) = std::str::from_utf8(bytes) {
        bytes[error.valid_up_to()] = b'?';
    }
}
