//! Reading masks: whether a string is the mask of a key of a format.

use keyrail_core::{ASCII_MASK, MASK, is_mask};

use crate::layout::{Field, Layout};

impl Layout {
    /// Returns whether a string is the mask of a key under the default policy.
    pub(crate) fn is_mask(&self, text: &[u8]) -> bool {
        let Some(rest) = text.strip_prefix(self.head.as_bytes()) else { return false };
        if self.environments.is_empty() {
            return rest_is_mask(self, rest, 0, false);
        }
        self.environments.iter().any(|environment| {
            let rest = rest.strip_prefix(environment.as_bytes());
            let rest = rest.and_then(|rest| rest.strip_prefix(self.after_environment.as_bytes()));
            rest.is_some_and(|rest| rest_is_mask(self, rest, 0, false))
        })
    }
}

/// Returns whether a string matches the fields from `index` on. `hidden` is true if the previous
/// field is hidden; one placeholder stands for all consecutive hidden fields.
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
    possible_lengths(field, text).rev().any(|length| {
        text.get(length..).is_some_and(|rest| rest_is_mask(layout, rest, index + 1, false))
    })
}

/// Returns the lengths that a public segment at the start of a string can have.
fn possible_lengths(field: &Field, text: &[u8]) -> core::ops::Range<usize> {
    let run = field.alphabet.run_length(text).min(field.longest);
    field.shortest..run + 1
}

/// Returns whether this string can follow the mask of a key. It must be empty, or another mask that
/// hides the text after the key.
fn is_end(text: &[u8]) -> bool {
    text.is_empty() || is_mask(text)
}

fn strip_mask(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(MASK.as_bytes()).or_else(|| text.strip_prefix(ASCII_MASK.as_bytes()))
}

#[cfg(test)]
mod tests {
    use crate::layout::KEYRAIL;

    #[test]
    fn only_a_complete_masked_key_is_recognized_as_a_mask() {
        let is_mask = |text: &str| KEYRAIL.is_mask(text.as_bytes());
        assert!(is_mask("kr_live_8f3k2m9q1x7c_••••••••"));
        assert!(is_mask("kr_test_8f3k2m9q1x7c_********"));
        assert!(is_mask("kr_test_8f3k2m9q1x7c_••••••••••••••••"));
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
            assert!(!is_mask(text), "{text}");
        }
    }
}
