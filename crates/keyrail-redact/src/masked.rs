//! What is masked already, and is left as it is.

use keyrail_core::MASK;
use keyrail_key::ASCII_MASK;

use crate::view::View;

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

/// Whether a mask is anywhere in a text.
pub(crate) fn holds_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK]
        .iter()
        .any(|mask| text.windows(mask.len()).any(|window| window == mask.as_bytes()))
}
