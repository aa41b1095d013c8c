//! Existing masks, which are left unchanged.

use keyrail_core::MASK;
use keyrail_key::ASCII_MASK;

use crate::view::{Incomplete, LONGEST_WORD, View};

/// The maximum number of bytes of a word, including the masks in it.
pub(crate) const LONGEST_MASKED: usize = 256;

/// Returns whether a text ends in a mask.
pub(crate) fn ends_in_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK].iter().any(|mask| text.ends_with(mask.as_bytes()))
}

/// Returns the start of the mask that ends at an index, if there is one.
pub(crate) fn mask_start(view: &View<'_>, end: usize) -> Option<usize> {
    let text = view.slice(view.lower_bound, end);
    let mask = [MASK, ASCII_MASK].into_iter().find(|mask| text.ends_with(mask.as_bytes()))?;
    Some(end - mask.len())
}

/// Returns the end of the word here, which may contain masks and at most [`LONGEST_WORD`]
/// other characters.
pub(crate) fn word_end(
    view: &View<'_>,
    index: usize,
    is_word_byte: impl Fn(u8) -> bool,
) -> Result<usize, Incomplete> {
    let (mut at, mut length) = (index, 0);
    while length < LONGEST_WORD
        && at < index + LONGEST_MASKED
        && let Some(byte) = view.at(at)?
    {
        if byte == b'*' || !byte.is_ascii() {
            at += 1;
        } else if is_word_byte(byte) {
            (at, length) = (at + 1, length + 1);
        } else {
            break;
        }
    }
    Ok(at)
}

/// Returns whether a text contains `=` or `:`, and a mask after it.
pub(crate) fn contains_masked_member(text: &[u8]) -> bool {
    let sign = text.iter().position(|byte| matches!(byte, b'=' | b':'));
    sign.and_then(|sign| text.get(sign..)).is_some_and(contains_mask)
}

/// Returns whether a text contains a mask.
pub(crate) fn contains_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK]
        .iter()
        .any(|mask| text.windows(mask.len()).any(|window| window == mask.as_bytes()))
}
