//! Queries: ordered pairs of names and values behind a URL's `?`.

use alloc::string::String;

use crate::encode;

/// Writes pairs as a query: names and values by [`encode`], a space as `%20`,
/// in the order given; a name may stand there more than once.
///
/// ```
/// use keyrail_url::encode_query;
/// assert_eq!(encode_query(&[("q", "a b"), ("q", "c")]), "q=a%20b&q=c");
/// ```
pub fn encode_query<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    let mut out = String::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        out.push_str(&encode(name.as_ref()));
        out.push('=');
        out.push_str(&encode(value.as_ref()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode_query;

    #[test]
    fn keeps_order_repeated_names_and_empty_values() {
        assert_eq!(encode_query(&[("b", ""), ("a", "&="), ("b", "+")]), "b=&a=%26%3D&b=%2B");
    }

    #[test]
    fn no_pairs_are_an_empty_query() {
        assert_eq!(encode_query::<&str, &str>(&[]), "");
    }
}
