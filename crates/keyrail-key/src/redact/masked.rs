//! What is masked already, and is left as it is.

use keyrail_core::MASK;

use super::view::View;
use crate::ASCII_MASK;
use crate::layout::{Field, Layout};

/// How many characters a mask has.
const LENGTH: usize = 8;

/// The characters of masks.
const CHARACTERS: [&[u8]; 2] = ["•".as_bytes(), b"*"];

/// Whether a text is nothing but mask characters, eight of them or more.
pub(super) fn is_mask(text: &[u8]) -> bool {
    let (mut rest, mut count) = (text, 0);
    while let Some(after) = CHARACTERS.iter().find_map(|one| rest.strip_prefix(*one)) {
        (rest, count) = (after, count + 1);
    }
    rest.is_empty() && count >= LENGTH
}

/// Returns whether a text ends in a mask.
pub(super) fn ends_in_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK].iter().any(|mask| text.ends_with(mask.as_bytes()))
}

/// Returns where the mask starts that ends at a place, if one does.
pub(super) fn mask_start(view: &View<'_>, end: usize) -> Option<usize> {
    let text = view.slice(view.floor, end);
    let mask = [MASK, ASCII_MASK].into_iter().find(|mask| text.ends_with(mask.as_bytes()))?;
    Some(end - mask.len())
}

/// Whether a mask stands anywhere in a text.
pub(super) fn holds_mask(text: &[u8]) -> bool {
    [MASK, ASCII_MASK]
        .iter()
        .any(|mask| text.windows(mask.len()).any(|window| window == mask.as_bytes()))
}

/// Whether a text is what the mask of a key reads like, by the default policy.
pub(super) fn is_mask_of(layout: &Layout, text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(layout.mark.as_bytes()) else { return false };
    if layout.environments.is_empty() {
        return rest_is_mask(layout, rest, 0, false);
    }
    layout.environments.iter().any(|environment| {
        let rest = rest.strip_prefix(environment.as_bytes());
        let rest = rest.and_then(|rest| rest.strip_prefix(layout.after_environment.as_bytes()));
        rest.is_some_and(|rest| rest_is_mask(layout, rest, 0, false))
    })
}

/// Whether a text reads like the fields from `index` on. Where what stands
/// before is hidden, a hidden field shows no mask of its own.
fn rest_is_mask(layout: &Layout, text: &[u8], index: usize, hidden: bool) -> bool {
    let Some(field) = layout.fields.get(index) else {
        return match &layout.checksum {
            None => is_end(text),
            Some(_) if hidden => is_end(text),
            Some(checksum) => {
                let rest = text.strip_prefix(checksum.separator.as_bytes()).and_then(strip_mask);
                rest.is_some_and(is_end)
            }
        };
    };
    if field.is_secret && hidden {
        return rest_is_mask(layout, text, index + 1, true);
    }
    let Some(text) = text.strip_prefix(field.separator.as_bytes()) else { return false };
    if field.is_secret {
        return strip_mask(text).is_some_and(|rest| rest_is_mask(layout, rest, index + 1, true));
    }
    lengths(field, text).rev().any(|length| {
        text.get(length..).is_some_and(|rest| rest_is_mask(layout, rest, index + 1, false))
    })
}

/// How long a public segment can be that a text begins with.
fn lengths(field: &Field, text: &[u8]) -> core::ops::Range<usize> {
    let run = field.alphabet.run(text).min(field.longest);
    field.shortest..run + 1
}

/// A mask may be followed by others, of what stood right behind the key.
fn is_end(text: &[u8]) -> bool {
    text.is_empty() || is_mask(text)
}

fn strip_mask(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(MASK.as_bytes()).or_else(|| text.strip_prefix(ASCII_MASK.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{is_mask, is_mask_of};
    use crate::layout::KEYRAIL;

    #[test]
    fn eight_mask_characters_or_more_are_a_mask() {
        for text in ["••••••••", "********", "••••••••••••••••", "••••••••********"]
        {
            assert!(is_mask(text.as_bytes()), "{text}");
        }
        for text in ["", "•••••••", "*******", "••••••••a", "a••••••••", "•••• ••••", "\u{2022}"]
        {
            assert!(!is_mask(text.as_bytes()), "{text}");
        }
        assert!(!is_mask(b"********\xff"));
    }

    #[test]
    fn the_mask_of_a_key_is_told_from_what_only_holds_one() {
        let is = |text: &str| is_mask_of(&KEYRAIL, text.as_bytes());
        assert!(is("kr_live_8f3k2m9q1x7c_••••••••"));
        assert!(is("kr_test_8f3k2m9q1x7c_********"));
        assert!(is("kr_test_8f3k2m9q1x7c_••••••••••••••••"));
        for text in [
            "kr_live_8f3k2m9q1x7c_••••••••x",
            "kr_live_8f3k2m9q1x7c_•••••••••",
            "kr_live_8f3k2m9q1x7c_x••••••••",
            "kr_live_8f3k2m9q1x7_••••••••",
            "kr_live_8f3k2m9q1x7cc_••••••••",
            "kr_prod_8f3k2m9q1x7c_••••••••",
            "kr_live_8f3k2m9q1x7c_•••••••",
            "kr_live_••••••••",
            "ks_live_8f3k2m9q1x7c_••••••••",
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
