//! Masks: what is shown instead of a secret.

/// Placeholder printed instead of a secret: eight bullets, however long the
/// secret is.
pub const MASK: &str = "••••••••";

/// [`MASK`] where only ASCII can be shown.
pub const ASCII_MASK: &str = "********";

/// The minimum number of characters in a mask.
const MIN_LEN: usize = 8;

/// Returns whether a string consists of mask characters, eight or more of them.
///
/// ```
/// assert!(keyrail_core::is_mask("••••••••".as_bytes()));
/// assert!(!keyrail_core::is_mask(b"*******"));
/// ```
#[must_use]
pub fn is_mask(text: &[u8]) -> bool {
    const CHARACTERS: [&[u8]; 2] = ["•".as_bytes(), b"*"];
    let (mut rest, mut count) = (text, 0);
    while let Some(after) = CHARACTERS.iter().find_map(|one| rest.strip_prefix(*one)) {
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
