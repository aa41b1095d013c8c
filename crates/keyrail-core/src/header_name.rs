//! Header names: their syntax (RFC 9110, section 5.1) and their comparison.

/// The maximum length of the name of a header or of an authentication scheme, in bytes.
pub const MAX_TOKEN: usize = 256;

/// Returns whether a string is a token (RFC 9110, section 5.6.2) of at most [`MAX_TOKEN`]
/// bytes, as the names of headers and of authentication schemes are.
///
/// ```
/// use keyrail_core::is_token;
/// assert!(is_token("X-Api-Key") && is_token("API_KEY"));
/// assert!(!is_token("") && !is_token("x api key") && !is_token("x-api-key:"));
/// ```
pub fn is_token(text: &str) -> bool {
    (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(is_token_byte)
}

/// Returns whether a byte may be in a token (RFC 9110, section 5.6.2).
pub fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns whether two header names are the same: they differ at most in case.
///
/// ```
/// use keyrail_core::is_same_header;
/// assert!(is_same_header("X-Api-Key", "x-api-key"));
/// assert!(!is_same_header("x_api_key", "x-api-key"));
/// ```
#[inline]
pub fn is_same_header(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    equals_folded(a.as_ref(), b.as_ref(), |byte| byte.to_ascii_lowercase())
}

/// Returns whether two header names can be confused: they are the same if case is ignored and
/// `-` and `_` are treated as equal. Gateways that follow CGI (RFC 3875, section 4.1.18) convert
/// both names to the same variable.
///
/// ```
/// use keyrail_core::header_names_collide;
/// assert!(header_names_collide("X_API-Key", "x-api-key"));
/// assert!(!header_names_collide("x-api-keys", "x-api-key"));
/// ```
#[inline]
pub fn header_names_collide(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    let fold = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    equals_folded(a.as_ref(), b.as_ref(), fold)
}

/// Returns whether two names are equal after `fold` is applied to each byte.
///
/// Comparing chunks of 8 bytes compiles to vector instructions. The last 8 bytes are
/// compared as one chunk, which may overlap the chunk before it.
#[inline]
fn equals_folded(a: &[u8], b: &[u8], fold: impl Fn(u8) -> u8) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let same = |a: &[u8], b: &[u8]| {
        a.iter().zip(b).fold(true, |same, (a, b)| same & (fold(*a) == fold(*b)))
    };
    let (Some(a_last), Some(b_last)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) else {
        return same(a, b);
    };
    let mut chunks = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    same(a_last, b_last) && chunks.all(|(a, b)| same(a, b))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{MAX_TOKEN, header_names_collide, is_same_header, is_token};

    #[test]
    fn a_difference_is_found_at_every_offset() {
        let name = "x-a_bcdefghijklmnopqrstu";
        for length in 1..=name.len() {
            let whole = &name.as_bytes()[..length];
            let upper = whole.to_ascii_uppercase();
            assert!(is_same_header(whole, &upper) && header_names_collide(whole, &upper));
            for at in 0..length {
                let mut other = upper.clone();
                other[at] = b'#';
                assert!(!is_same_header(whole, &other), "{length} {at}");
                assert!(!header_names_collide(whole, &other), "{length} {at}");
            }
        }
        assert!(
            is_same_header("", "") && !is_same_header("", "a") && !header_names_collide("ab", "a")
        );
    }

    #[test]
    fn names_differing_in_hyphen_or_underscore_collide_but_are_not_equal() {
        for (a, b) in [("api-key", "api_key"), ("X-AUTH-TOKEN", "x_auth_token"), ("-", "_")] {
            assert!(!is_same_header(a, b) && header_names_collide(a, b), "{a} {b}");
        }
        // No other characters are equal, even if they differ only in the bit that distinguishes
        // upper from lower case.
        for (a, b) in [("@", "`"), ("[", "{"), ("^", "~"), ("\u{e9}", "\u{c9}")] {
            assert!(!is_same_header(a, b) && !header_names_collide(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_token_length_limit_is_exact() {
        let longest: String = core::iter::repeat_n('a', MAX_TOKEN).collect();
        assert!(is_token(&longest));
        assert!(!is_token(&(longest + "a")));
    }

    #[test]
    fn a_token_accepts_exactly_the_characters_of_the_grammar() {
        for byte in 0..=0x7f_u8 {
            let text = String::from(char::from(byte));
            let is_delimiter = b"\"(),/:;<=>?@[\\]{}".contains(&byte);
            assert_eq!(is_token(&text), byte.is_ascii_graphic() && !is_delimiter, "{byte:#x}");
        }
        assert!(!is_token("\u{e9}"));
    }
}
