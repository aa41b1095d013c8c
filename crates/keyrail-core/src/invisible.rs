//! Characters that a person does not see, or that change how the text around them is displayed.

/// Returns whether a character is a control character, or one of the bidirectional formatting
/// characters of Unicode Standard Annex #9, section 2.
///
/// ```
/// use keyrail_core::is_invisible;
/// assert!(is_invisible('\n') && is_invisible('\u{202e}'));
/// assert!(!is_invisible('é') && !is_invisible(' '));
/// ```
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
