//! Masks: the strings that are shown instead of secrets.

/// Placeholder printed instead of a secret: eight bullets, regardless of the
/// secret's length.
pub const MASK: &str = "••••••••";

/// The mask to use instead of [`MASK`] if only ASCII can be shown.
pub const ASCII_MASK: &str = "********";

/// The minimum number of characters in a mask.
const MIN_LEN: usize = 8;

/// Returns whether a string consists of eight or more mask characters.
///
/// ```
/// assert!(keyrail_core::is_mask("••••••••".as_bytes()));
/// assert!(!keyrail_core::is_mask(b"*******"));
/// ```
#[must_use]
pub fn is_mask(text: &[u8]) -> bool {
    const CHARACTERS: [&[u8]; 2] = ["•".as_bytes(), b"*"];
    let (mut rest, mut count) = (text, 0);
    while let Some(after) = CHARACTERS.iter().find_map(|character| rest.strip_prefix(*character)) {
        (rest, count) = (after, count + 1);
    }
    rest.is_empty() && count >= MIN_LEN
}

#[cfg(test)]
mod tests {
    use super::is_mask;

    #[test]
    fn eight_or_more_mask_characters_are_a_mask() {
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
}
