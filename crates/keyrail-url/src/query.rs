//! Queries: ordered name-value pairs after a URL's `?`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::{Error, ErrorKind, decode, encode_into};

/// The value of a query pair: a string, or `None` if the `=` is missing.
pub trait QueryValue {
    /// Returns the string after the `=`, or `None` for a pair without `=`.
    fn query_value(&self) -> Option<&str>;
}

impl<V: QueryValue + ?Sized> QueryValue for &V {
    fn query_value(&self) -> Option<&str> {
        (**self).query_value()
    }
}

impl QueryValue for str {
    fn query_value(&self) -> Option<&str> {
        Some(self)
    }
}

impl QueryValue for String {
    fn query_value(&self) -> Option<&str> {
        Some(self)
    }
}

impl QueryValue for Cow<'_, str> {
    fn query_value(&self) -> Option<&str> {
        Some(self)
    }
}

impl<V: QueryValue> QueryValue for Option<V> {
    fn query_value(&self) -> Option<&str> {
        self.as_ref().and_then(QueryValue::query_value)
    }
}

/// Encodes pairs as a query, in the order given. Names and values are encoded by
/// [`encode`](crate::encode), so a space becomes `%20`. A name may occur more than once, and a pair
/// whose value is `None` is written without `=`.
///
/// # Errors
///
/// `url.empty_pair` for a single pair that has neither a name nor a value. Its encoding, the empty
/// string, would be parsed as a query without pairs.
///
/// ```
/// use keyrail_url::encode_query;
/// assert_eq!(encode_query(&[("q", "a b"), ("q", "c")])?, "q=a%20b&q=c");
/// assert_eq!(encode_query(&[("a", None), ("b", Some(""))])?, "a&b=");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn encode_query<N: AsRef<str>, V: QueryValue>(pairs: &[(N, V)]) -> Result<String, Error> {
    if let [(name, value)] = pairs
        && name.as_ref().is_empty()
        && value.query_value().is_none()
    {
        return Err(ErrorKind::EmptyPair.into());
    }
    let mut out = String::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        encode_into(name.as_ref(), &mut out);
        if let Some(value) = value.query_value() {
            out.push('=');
            encode_into(value, &mut out);
        }
    }
    Ok(out)
}

/// A name and a value, which is `None` if the `=` is missing.
pub type QueryPair<'q> = (Cow<'q, str>, Option<Cow<'q, str>>);

/// Parses a query into pairs, in order. Repeated names are kept, and an empty value (`a=`) differs
/// from a missing `=` (`a`, whose value is `None`). Names and values are decoded by [`decode`]: a
/// malformed escape is an error, and a `+` stays a plus. An empty query has no pairs.
///
/// [`encode_query`] restores the original query if its names and values were in the spelling that
/// [`normalize`](crate::normalize) returns.
///
/// # Errors
///
/// Those of [`decode`], with the offset in the query.
///
/// # Examples
///
/// ```
/// let pairs = keyrail_url::parse_query("q=a%20b&q&r=")?;
/// assert_eq!(pairs[0], ("q".into(), Some("a b".into())));
/// assert_eq!(pairs[1], ("q".into(), None));
/// assert_eq!(pairs[2], ("r".into(), Some("".into())));
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn parse_query(query: &str) -> Result<Vec<QueryPair<'_>>, Error> {
    let mut pairs = Vec::new();
    if query.is_empty() {
        return Ok(pairs);
    }
    let mut start = 0;
    for pair in query.split('&') {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        };
        let value_start = start + name.len() + 1;
        let name = decode_at(name, start)?; // before the value, to report the first error
        pairs.push((name, value.map(|value| decode_at(value, value_start)).transpose()?));
        start += pair.len() + 1;
    }
    Ok(pairs)
}

/// Decodes the part of a query at the offset `start`. The offset of an error is relative to the
/// start of the query.
fn decode_at(part: &str, start: usize) -> Result<Cow<'_, str>, Error> {
    let in_query =
        |error: Error| Error::at(error.kind().clone(), start + error.offset().unwrap_or_default());
    decode(part).map_err(in_query)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{encode_query, parse_query};

    #[test]
    fn keeps_order_repeated_names_and_empty_values() {
        let pairs = [("b", ""), ("a", "&="), ("b", "+")];
        assert_eq!(encode_query(&pairs).unwrap(), "b=&a=%26%3D&b=%2B");
    }

    #[test]
    fn an_empty_query_has_no_pairs() {
        assert_eq!(encode_query::<&str, &str>(&[]).unwrap(), "");
        assert_eq!(parse_query("").unwrap(), []);
        let nothing: [(&str, Option<&str>); 1] = [("", None)];
        assert_eq!(encode_query(&nothing).unwrap_err().code(), "url.empty_pair");
    }

    #[test]
    fn a_pair_is_split_at_the_first_equals_sign() {
        let pairs = parse_query("a=b=c&=d&&=").unwrap();
        let strings: Vec<_> = pairs.iter().map(|(n, v)| (n.as_ref(), v.as_deref())).collect();
        assert_eq!(strings, [("a", Some("b=c")), ("", Some("d")), ("", None), ("", Some(""))]);
    }

    #[test]
    fn an_error_has_its_offset_in_the_query() {
        for (query, code, offset) in [
            ("a=1&b=%", "url.malformed_escape", 6),
            ("a=1&%zz=1", "url.malformed_escape", 4),
            ("a&b&c=x%FF", "url.invalid_utf8", 7),
            ("%FF=%", "url.invalid_utf8", 0),
        ] {
            let error = parse_query(query).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, Some(offset)), "{query}");
        }
    }

    proptest! {
        #[test]
        fn pairs_round_trip(
            pairs in prop::collection::vec((any::<String>(), any::<Option<String>>()), 0..6),
        ) {
            prop_assume!(pairs != [(String::new(), None)]); // encoding it is an error
            let query = encode_query(&pairs).unwrap();
            let parsed = parse_query(&query).unwrap();
            let owned: Vec<(String, Option<String>)> =
                parsed.into_iter().map(|(n, v)| (n.into_owned(), v.map(Into::into))).collect();
            prop_assert_eq!(owned, pairs);
        }

        #[test]
        fn a_normalized_query_round_trips(
            // Each pair has at most one equals sign, because encoding would escape a second one.
            pairs in prop::collection::vec("([a-z]|%20|%C3%A9){0,3}(=([a-z]|%20|%C3%A9){0,3})?", 0..6),
        ) {
            let query = pairs.join("&");
            prop_assert_eq!(encode_query(&parse_query(&query).unwrap()).unwrap(), query);
        }
    }
}
