//! Words: runs of letters, digits, marks and underscores.

use alloc::vec::Vec;

use unicode_normalization::char::is_combining_mark;

pub fn is_word(character: char) -> bool {
    match character {
        '_' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => character.is_alphanumeric() || is_combining_mark(character),
    }
}

/// What a byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A character of words.
    Word,
    /// Another character.
    Other,
    /// A part of a character.
    Part,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Part; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        let is_word = character.is_ascii_alphanumeric() || character == b'_';
        classes[byte] = if is_word { Class::Word } else { Class::Other };
        byte += 1;
    }
    classes
};

/// Returns the words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let start = run(text, at, Class::Other);
        at = run(text, start, Class::Word);
        text.get(start..at).filter(|word| !word.is_empty())
    })
}

/// Where the run of characters of a class ends that begins at this place.
#[inline]
fn run(text: &str, mut at: usize, class: Class) -> usize {
    loop {
        match text.as_bytes().get(at) {
            Some(byte) if CLASSES.get(usize::from(*byte)).copied() == Some(class) => at += 1,
            Some(128..) => match beyond_ascii(text, at) {
                Some((of, end)) if of == class => at = end,
                _ => return at,
            },
            _ => return at,
        }
    }
}

/// The class of the character at a place, and where it ends.
#[inline(never)]
fn beyond_ascii(text: &str, at: usize) -> Option<(Class, usize)> {
    let character = text.get(at..)?.chars().next()?;
    let class = if is_word(character) { Class::Word } else { Class::Other };
    Some((class, at + character.len_utf8()))
}

/// After so many places where a keyword is, and not alone, the others are
/// looked for in a way that takes longer to start.
const TRIES: usize = 8;

/// Returns whether the keyword is somewhere in the text without a word character
/// directly before or after it. The time is linear in both: a keyword that overlaps itself
/// can be at many places, and to look for it anew after each would take the product of
/// both lengths.
pub fn contains_word(text: &str, keyword: &str) -> bool {
    let mut from = 0;
    for _ in 0..TRIES {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(keyword)) else { return false };
        let start = from + at;
        if stands_alone(text, start, keyword.len()) {
            return true;
        }
        from = start + keyword.chars().next().map_or(1, char::len_utf8);
    }
    text.get(from..).is_some_and(|rest| {
        any_place(rest, keyword, |at| stands_alone(text, from + at, keyword.len()))
    })
}

/// Whether no character of a word is directly before or after what is
/// in a text at a place.
fn stands_alone(text: &str, start: usize, len: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(start + len..).and_then(|after| after.chars().next());
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}

/// Bytes that UTF-8 does not contain: marks of where a word may begin and may end.
const BEGIN: u8 = 0xfd;
const END: u8 = 0xfe;

/// Returns the bytes of a text with [`BEGIN`] after every character that is not of a
/// word, and [`END`] before every such character, at the edges of the text too. A
/// keyword between both is a whole word.
pub fn marked(text: &str) -> impl Iterator<Item = u8> {
    let ends = core::iter::once(None);
    let mut before = false;
    text.chars().map(Some).chain(ends).flat_map(move |character| {
        let after = character.is_some_and(is_word);
        let end = (!after).then_some(END);
        let begin = (!before).then_some(BEGIN);
        before = after;
        let mut bytes = [0; 4];
        let len = character.map_or(0, |character| character.encode_utf8(&mut bytes).len());
        end.into_iter().chain(begin).chain(bytes.into_iter().take(len))
    })
}

/// Returns a keyword as it occurs as a whole word in a [`marked`] text.
pub fn marked_keyword(keyword: &str) -> Vec<u8> {
    let skipped = usize::from(!keyword.starts_with(is_word));
    let mut marked: Vec<u8> = marked(keyword).skip(skipped).collect();
    if !keyword.ends_with(is_word) {
        marked.pop();
    }
    marked
}

/// Whether some place of the keyword is such, overlapping ones too,
/// as Knuth, Morris and Pratt find them.
fn any_place(text: &str, keyword: &str, is_such: impl Fn(usize) -> bool) -> bool {
    let keyword = keyword.as_bytes();
    // Of each start of the keyword, by length: how long the longest shorter
    // start is with which it also ends.
    let mut borders = Vec::with_capacity(keyword.len() + 1);
    borders.extend([0, 0]);
    let longer = |borders: &[usize], mut matched: usize, byte: u8| {
        while matched > 0 && keyword.get(matched) != Some(&byte) {
            matched = borders.get(matched).copied().unwrap_or(0);
        }
        matched + usize::from(keyword.get(matched) == Some(&byte))
    };
    let mut border = 0;
    for byte in keyword.iter().skip(1) {
        border = longer(&borders, border, *byte);
        borders.push(border);
    }
    let mut matched = 0;
    text.bytes().enumerate().any(|(at, byte)| {
        matched = longer(&borders, matched, byte);
        matched == keyword.len() && is_such(at + 1 - keyword.len())
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use alloc::{format, vec};
    use core::cell::RefCell;

    use super::{any_place, contains_word, is_word, marked, marked_keyword, words};

    #[test]
    fn words_are_runs_of_letters_digits_marks_and_underscores() {
        let found: Vec<&str> = words("a refund, please: order_4 नमस्ते مرحبا!").collect();
        assert_eq!(found, ["a", "refund", "please", "order_4", "नमस्ते", "مرحبا"]);
        assert_eq!(words(" - ").count(), 0);
    }

    #[test]
    fn words_are_separated_by_non_word_characters() {
        for text in every_text(&["a", "_", " ", "é", "–", "\u{301}"], 5) {
            let expected: Vec<&str> =
                text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
            assert_eq!(words(&text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_keyword_matches_only_at_word_boundaries() {
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

    /// Every text over the letters of so many characters.
    fn every_text(letters: &[&str], longest: usize) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut start = 0;
        for _ in 0..longest {
            let end = texts.len();
            for at in start..end {
                for letter in letters {
                    texts.push(format!("{}{letter}", texts[at]));
                }
            }
            start = end;
        }
        texts
    }

    #[test]
    fn searching_marked_strings_agrees_with_contains_word() {
        let letters = ["a", " ", "é", "!"];
        for text in every_text(&letters, 5) {
            let bytes: Vec<u8> = marked(&text).collect();
            for keyword in every_text(&letters, 3).iter().skip(1) {
                let sought = marked_keyword(keyword);
                let is_found = bytes.windows(sought.len()).any(|part| part == sought);
                assert_eq!(is_found, contains_word(&text, keyword), "{text:?} {keyword:?}");
            }
        }
    }

    #[test]
    fn overlapping_occurrences_are_all_found() {
        for text in every_text(&["a", " ", "é"], 6) {
            for keyword in every_text(&["a", " ", "é"], 4).iter().skip(1) {
                let expected =
                    text.char_indices().filter(|(at, _)| text[*at..].starts_with(keyword));
                let expected: Vec<usize> = expected.map(|(at, _)| at).collect();
                let found = RefCell::new(Vec::new());
                any_place(&text, keyword, |at| {
                    found.borrow_mut().push(at);
                    false
                });
                assert_eq!(found.into_inner(), expected, "{text:?} {keyword:?}");
            }
        }
    }

    #[test]
    fn the_last_of_many_occurrences_is_found() {
        for count in 1..40 {
            let text = "ab ".repeat(count);
            assert!(!contains_word(&text, "b a"), "{count}");
            assert!(contains_word(&format!("{text}!ab a"), "ab a"), "{count}");
            assert!(!contains_word(&format!("{text}!ab ab"), "ab a"), "{count}");
        }
    }

    #[test]
    fn long_strings_are_searched_quickly_for_self_overlapping_keywords() {
        // It is at a third, or all, of the places, and nowhere alone: to
        // look for it anew after each is a billion steps a text.
        let text = "ab ".repeat(22_000);
        let signs = format!("{}a", "!".repeat(64 * 1024));
        let exclaimed = format!("x{}x", "!".repeat(32 * 1024));
        for _ in 0..20 {
            assert!(!contains_word(&text, &format!("{}a", "ab ".repeat(11_000))));
            assert!(!contains_word(&"a".repeat(64 * 1024), &"a".repeat(32 * 1024)));
            assert!(contains_word(&signs, &"!".repeat(32 * 1024)));
            assert!(!contains_word(&exclaimed, &"!".repeat(32 * 1024)));
        }
    }
}
