//! Words: runs of letters, digits, marks and underscores.

use unicode_normalization::char::is_combining_mark;

pub(crate) fn is_word(character: char) -> bool {
    match character {
        '_' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => character.is_alphanumeric() || is_combining_mark(character),
    }
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| !is_word(character)).filter(|word| !word.is_empty())
}

/// Whether the keyword stands somewhere in the text without a word character
/// directly before or after it. The time is linear in the text for keywords
/// that do not overlap themselves, and otherwise bounded by the product of both
/// lengths.
pub(crate) fn contains_word(text: &str, keyword: &str) -> bool {
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(at) = rest.find(keyword) else { return false };
        let (start, end) = (from + at, from + at + keyword.len());
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if !before.is_some_and(is_word) && !after.is_some_and(is_word) {
            return true;
        }
        from = start + rest.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{contains_word, words};

    #[test]
    fn words_are_runs_of_letters_digits_marks_and_underscores() {
        let found: Vec<&str> = words("a refund, please: order_4 नमस्ते مرحبا!").collect();
        assert_eq!(found, ["a", "refund", "please", "order_4", "नमस्ते", "مرحبا"]);
        assert_eq!(words(" - ").count(), 0);
    }

    #[test]
    fn a_keyword_stands_alone_if_no_word_touches_it() {
        for (text, keyword, expected) in [
            ("refund", "refund", true),
            ("a refund!", "refund", true),
            ("refunds", "refund", false),
            ("prerefund refund", "refund", true),
            ("money back", "money back", true),
            ("money backs", "money back", false),
            ("c++ and c", "c++", true),
            ("c++11", "c++", false),
            ("a.b", "b", true),
            ("aa", "a", false),
            ("a_b", "b", false),
            ("!!!", "!!", true),
        ] {
            assert_eq!(contains_word(text, keyword), expected, "{text} {keyword}");
        }
    }
}
