//! Rows as they are stored: packed with LZ4, since each repeats most of the one before it and whatever
//! is written costs a browser by its bytes. It knows bytes, not what a row is.

use crate::error::StoreError;
use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};

/// No LZ4 block says more than so many bytes with each of its own.
const MOST: usize = 255;

/// Packs bytes: their number, then a block of LZ4.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    compress_prepend_size(bytes)
}

/// The bytes that [`pack`] was given.
///
/// # Errors
/// `corrupt` for what it did not write. Nothing larger than it can be is made room for.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let corrupt = || StoreError::Corrupt("rows of a history can't be unpacked".to_owned());
    let (size, block) = uncompressed_size(packed).map_err(|_| corrupt())?;
    if size > block.len().saturating_mul(MOST) {
        return Err(corrupt());
    }
    decompress(block, size).ok().filter(|bytes| bytes.len() == size).ok_or_else(corrupt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked_as_it_was(words in prop::collection::vec("[a-d\u{e8}]{0,9}", 0..400)) {
            let bytes = words.concat().into_bytes();
            prop_assert_eq!(unpack(&pack(&bytes)), Ok(bytes));
        }

        #[test]
        fn what_is_damaged_is_refused_or_other_bytes_and_never_more_than_it_can_be(
            (word, times) in ("[a-z]{1,9}", 0..90_usize),
            (place, byte) in (any::<prop::sample::Index>(), any::<u8>()),
            end in any::<prop::sample::Index>(),
        ) {
            let mut packed = pack(word.repeat(times).as_bytes());
            let place = place.index(packed.len());
            packed[place] = byte;
            packed.truncate(end.index(packed.len() + 1));
            if let Ok(bytes) = unpack(&packed) {
                prop_assert!(bytes.len() <= packed.len() * MOST);
            }
        }
    }

    #[test]
    fn rows_that_are_much_alike_take_a_third_of_their_room() {
        let row = |n: u32| {
            format!(
                "{{\"at\":\"2026-03-09T14:05:{n:02}.000Z\",\"kind\":\"contact.commented\",\"seq\":{n}}}\t{{\"by\":\"u\"}}\n"
            )
        };
        let rows: String = (0..50).map(row).collect();
        assert!(pack(rows.as_bytes()).len() * 3 < rows.len());
    }
}
