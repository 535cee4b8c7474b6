//! The IDX format of the original MNIST files: magic 00 00 08 rank, big-endian sizes, then bytes.

use thiserror::Error;

/// Why bytes are no IDX array.
#[derive(Debug, Error, PartialEq)]
pub enum IdxError {
    #[error("the data end after {0} bytes, before the array does")]
    Short(usize),
    #[error("the data do not begin like an IDX array of unsigned bytes (00 00 08)")]
    Magic,
    #[error("the array has {found} dimensions instead of {wanted}")]
    Rank { found: u8, wanted: usize },
    #[error("{0} bytes follow behind the array")]
    Long(usize),
    #[error("the array claims more bytes than memory could hold")]
    Size,
}

/// An array of rank `D`: its sizes, its bytes, and what follows it.
pub type Array<'a, const D: usize> = ([usize; D], &'a [u8], &'a [u8]);

/// Splits an IDX array of rank `D` off the front.
pub fn read<const D: usize>(bytes: &[u8]) -> Result<Array<'_, D>, IdxError> {
    let short = || IdxError::Short(bytes.len());
    let (magic, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    if magic[..3] != [0, 0, 8] {
        return Err(IdxError::Magic);
    }
    if usize::from(magic[3]) != D {
        return Err(IdxError::Rank { found: magic[3], wanted: D });
    }
    let (header, rest) = rest.split_at_checked(4 * D).ok_or_else(short)?;
    let size = |i: usize| u32::from_be_bytes(std::array::from_fn(|k| header[4 * i + k])) as usize;
    let sizes: [usize; D] = std::array::from_fn(size);
    let length = sizes.iter().try_fold(1usize, |n, &size| n.checked_mul(size)).ok_or(IdxError::Size)?;
    let (array, rest) = rest.split_at_checked(length).ok_or_else(short)?;
    Ok((sizes, array, rest))
}

/// The same of bytes that are one array and no more.
pub fn whole<const D: usize>(bytes: &[u8]) -> Result<([usize; D], &[u8]), IdxError> {
    let (sizes, array, rest) = read(bytes)?;
    if rest.is_empty() { Ok((sizes, array)) } else { Err(IdxError::Long(rest.len())) }
}

/// Writes an IDX array.
pub fn write(sizes: &[usize], bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 0, 8, sizes.len() as u8];
    out.extend(sizes.iter().flat_map(|&size| (size as u32).to_be_bytes()));
    out.extend_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arrays_round_trip_and_leave_the_rest(a in 0usize..20, b in 0usize..20, rest: Vec<u8>) {
            let array: Vec<u8> = (0..a * b).map(|i| i as u8).collect();
            let mut bytes = write(&[a, b], &array);
            bytes.extend(&rest);
            prop_assert_eq!(read::<2>(&bytes), Ok(([a, b], &array[..], &rest[..])));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = read::<3>(&bytes);
        }
    }

    #[test]
    fn every_fault_has_its_sentence() {
        assert_eq!(read::<1>(&[0, 0, 8]), Err(IdxError::Short(3)));
        assert_eq!(read::<1>(&[0, 0, 9, 1, 0, 0, 0, 0]), Err(IdxError::Magic));
        assert_eq!(read::<1>(&[0, 0, 8, 3, 0, 0, 0, 0]), Err(IdxError::Rank { found: 3, wanted: 1 }));
        assert_eq!(read::<1>(&[0, 0, 8, 1, 0, 0, 0, 2, 7]), Err(IdxError::Short(9)));
        assert_eq!(whole::<1>(&[0, 0, 8, 1, 0, 0, 0, 1, 7, 7, 7]), Err(IdxError::Long(2)));
        assert_eq!(whole::<1>(&[0, 0, 8, 1, 0, 0, 0, 1, 7]), Ok(([1], &[7][..])));
    }
}
