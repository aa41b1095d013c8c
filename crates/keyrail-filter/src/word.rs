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

/// The class of a byte or of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A word character.
    Word,
    /// Another ASCII character.
    Other,
    /// A byte of a character beyond ASCII.
    NonAscii,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::NonAscii; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        let is_word = character.is_ascii_alphanumeric() || character == b'_';
        classes[byte] = if is_word { Class::Word } else { Class::Other };
        byte += 1;
    }
    classes
};

/// Returns the words of a string, in order.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let start = run_end(text, at, Class::Other);
        at = run_end(text, start, Class::Word);
        text.get(start..at).filter(|word| !word.is_empty())
    })
}

/// Returns the offset at which a run of characters of one class ends. The run starts at offset `at`
/// and may be empty.
#[inline]
fn run_end(text: &str, mut at: usize, class: Class) -> usize {
    loop {
        match text.as_bytes().get(at) {
            Some(byte) if CLASSES.get(usize::from(*byte)).copied() == Some(class) => at += 1,
            Some(128..) => match class_at(text, at) {
                Some((other, end)) if other == class => at = end,
                _ => return at,
            },
            _ => return at,
        }
    }
}

/// Returns the class of the character at an offset, and the offset of its end. Returns `None` at
/// the end of the string.
#[inline(never)]
fn class_at(text: &str, at: usize) -> Option<(Class, usize)> {
    let character = text.get(at..)?.chars().next()?;
    let class = if is_word(character) { Class::Word } else { Class::Other };
    Some((class, at + character.len_utf8()))
}

/// The number of occurrences that are each found by a new search. After these, [`any_occurrence`]
/// searches the rest. It takes linear time, but needs longer to start.
const SIMPLE_SEARCHES: usize = 8;

/// Returns whether the keyword occurs in the string without a word character directly before or
/// after it. The time is linear in the lengths of the string and the keyword. With a new search
/// after each occurrence, the time could grow with the product of the lengths, because a keyword
/// that overlaps itself can have many occurrences.
pub fn contains_word(text: &str, keyword: &str) -> bool {
    let mut from = 0;
    for _ in 0..SIMPLE_SEARCHES {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(keyword)) else { return false };
        let start = from + at;
        if is_whole_word(text, start, keyword.len()) {
            return true;
        }
        from = start + keyword.chars().next().map_or(1, char::len_utf8);
    }
    text.get(from..).is_some_and(|rest| {
        any_occurrence(rest, keyword, |at| is_whole_word(text, from + at, keyword.len()))
    })
}

/// Returns whether no word character is directly before or after this part of a string.
fn is_whole_word(text: &str, start: usize, len: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(start + len..).and_then(|after| after.chars().next());
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}

/// Bytes that mark the offsets where a word can begin and end. They never occur in UTF-8.
const BEGIN: u8 = 0xfd;
const END: u8 = 0xfe;

/// Returns the bytes of a string with marks: [`BEGIN`] at the start of the string and after every
/// character that is not a word character, and [`END`] before every such character and at the end
/// of the string. A keyword between `BEGIN` and `END` is a whole word.
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

/// Returns the bytes to search for in a [`marked`] string: the keyword with its marks, from `BEGIN`
/// to `END`. The string contains these bytes if the keyword is a whole word in it.
pub fn marked_keyword(keyword: &str) -> Vec<u8> {
    let skipped = usize::from(!keyword.starts_with(is_word));
    let mut marked: Vec<u8> = marked(keyword).skip(skipped).collect();
    if !keyword.ends_with(is_word) {
        marked.pop();
    }
    marked
}

/// Returns whether any occurrence of the keyword, including overlapping ones, satisfies the
/// predicate. Uses the algorithm of Knuth, Morris and Pratt.
fn any_occurrence(text: &str, keyword: &str, predicate: impl Fn(usize) -> bool) -> bool {
    let keyword = keyword.as_bytes();
    // The entry at index n is for the first n bytes of the keyword: the length of their longest
    // proper prefix that is also their suffix.
    let mut borders = Vec::with_capacity(keyword.len() + 1);
    borders.extend([0, 0]);
    let extend_match = |borders: &[usize], mut matched: usize, byte: u8| {
        while matched > 0 && keyword.get(matched) != Some(&byte) {
            matched = borders.get(matched).copied().unwrap_or(0);
        }
        matched + usize::from(keyword.get(matched) == Some(&byte))
    };
    let mut border = 0;
    for byte in keyword.iter().skip(1) {
        border = extend_match(&borders, border, *byte);
        borders.push(border);
    }
    let mut matched = 0;
    text.bytes().enumerate().any(|(at, byte)| {
        matched = extend_match(&borders, matched, byte);
        matched == keyword.len() && predicate(at + 1 - keyword.len())
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use alloc::{format, vec};
    use core::cell::RefCell;

    use super::{any_occurrence, contains_word, is_word, marked, marked_keyword, words};

    #[test]
    fn words_are_runs_of_letters_digits_marks_and_underscores() {
        let found: Vec<&str> = words("a refund, please: order_4 नमस्ते مرحبا!").collect();
        assert_eq!(found, ["a", "refund", "please", "order_4", "नमस्ते", "مرحبا"]);
        assert_eq!(words(" - ").count(), 0);
    }

    #[test]
    fn words_are_separated_by_non_word_characters() {
        for text in all_strings(&["a", "_", " ", "é", "–", "\u{301}"], 5) {
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

    /// Returns all strings that consist of at most `longest` letters of this list.
    fn all_strings(letters: &[&str], longest: usize) -> Vec<String> {
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
        for text in all_strings(&letters, 5) {
            let bytes: Vec<u8> = marked(&text).collect();
            for keyword in all_strings(&letters, 3).iter().skip(1) {
                let sought = marked_keyword(keyword);
                let is_found = bytes.windows(sought.len()).any(|part| part == sought);
                assert_eq!(is_found, contains_word(&text, keyword), "{text:?} {keyword:?}");
            }
        }
    }

    #[test]
    fn overlapping_occurrences_are_all_found() {
        for text in all_strings(&["a", " ", "é"], 6) {
            for keyword in all_strings(&["a", " ", "é"], 4).iter().skip(1) {
                let expected =
                    text.char_indices().filter(|(at, _)| text[*at..].starts_with(keyword));
                let expected: Vec<usize> = expected.map(|(at, _)| at).collect();
                let found = RefCell::new(Vec::new());
                any_occurrence(&text, keyword, |at| {
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
        // Most of these keywords occur at thousands of offsets, but never as a whole word. A new
        // search after each occurrence would take up to a billion steps per string.
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
