//! Text that is already masked, and is left unchanged.

use keyrail_core::MASK;
use keyrail_key::ASCII_MASK;

use crate::view::{Incomplete, LONG_WORD, View};

/// The most bytes of a short value with the masks in it.
pub(crate) const LONGEST_MASKED: usize = 256;

/// Returns whether a text ends in a mask.
pub(crate) fn ends_in_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK].iter().any(|mask| text.ends_with(mask.as_bytes()))
}

/// Returns where the mask starts that ends at a place, if one does.
pub(crate) fn mask_start(view: &View<'_>, end: usize) -> Option<usize> {
    let text = view.slice(view.floor, end);
    let mask = [MASK, ASCII_MASK].into_iter().find(|mask| text.ends_with(mask.as_bytes()))?;
    Some(end - mask.len())
}

/// Returns where a word ends that may contain masks. Its other characters are at most
/// [`LONG_WORD`].
pub(crate) fn word_end(
    view: &View<'_>,
    index: usize,
    is_of_word: impl Fn(u8) -> bool,
) -> Result<usize, Incomplete> {
    let (mut at, mut length) = (index, 0);
    while length < LONG_WORD
        && at < index + LONGEST_MASKED
        && let Some(byte) = view.at(at)?
    {
        if byte == b'*' || !byte.is_ascii() {
            at += 1;
        } else if is_of_word(byte) {
            (at, length) = (at + 1, length + 1);
        } else {
            break;
        }
    }
    Ok(at)
}

/// Whether a mask is anywhere in a text.
pub(crate) fn holds_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK]
        .iter()
        .any(|mask| text.windows(mask.len()).any(|window| window == mask.as_bytes()))
}
