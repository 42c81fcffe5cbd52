//! Where a run of characters ends that stand in a JSON text as they are, found eight bytes at a time.

const LOW: u64 = u64::from_le_bytes([0x01; 8]);
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);

/// How many bytes there are before the first quote, backslash or control character.
pub fn plain_len(bytes: &[u8]) -> usize {
    let (eights, _) = bytes.as_chunks::<8>();
    let plain =
        eights.iter().take_while(|eight| all_plain(u64::from_le_bytes(**eight))).count() * 8;
    let rest = bytes[plain..].iter().take_while(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\'));
    plain + rest.count()
}

/// Whether a text has a control character in it.
pub fn has_control(text: &str) -> bool {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    eights.iter().any(|eight| below_space(u64::from_le_bytes(*eight)) & HIGH != 0)
        || rest.iter().any(|byte| *byte < b' ')
}

/// What is subtracted borrows only from bytes behind one that is found, so the sum tells exactly.
fn all_plain(eight: u64) -> bool {
    let is_zero = |word: u64| word.wrapping_sub(LOW) & !word;
    let special = |byte: u8| is_zero(eight ^ (LOW * u64::from(byte)));
    (below_space(eight) | special(b'"') | special(b'\\')) & HIGH == 0
}

fn below_space(eight: u64) -> u64 {
    eight.wrapping_sub(LOW * 0x20) & !eight
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_end_where_one_at_a_time_do(text in "[ -~\\x00-\\x22\u{e8}\u{20ac}\\\\]{0,40}", plain in "[a-z\u{7f}-\u{ff}]{0,40}") {
            for text in [text.clone(), plain + &text] {
                let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
                let expected = text.bytes().position(|byte| special(&byte)).unwrap_or(text.len());
                prop_assert_eq!(plain_len(text.as_bytes()), expected);
                prop_assert_eq!(has_control(&text), text.bytes().any(|byte| byte < 0x20));
            }
        }
    }
}
