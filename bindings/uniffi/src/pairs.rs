//! Pairs of strings, which are passed as one flat list that alternates names and values.

use keyrail::Secret;

/// Pairs whose values may be credentials. The values are wiped when dropped and cannot be printed.
pub(crate) struct Pairs(Vec<(String, Secret)>);

impl Pairs {
    /// Creates pairs from alternating names and values.
    pub(crate) fn new(strings: Vec<String>) -> Self {
        let mut strings = strings.into_iter();
        let mut pairs = Vec::with_capacity(strings.len() / 2);
        while let (Some(name), Some(value)) = (strings.next(), strings.next()) {
            pairs.push((name, Secret::new(value)));
        }
        Self(pairs)
    }

    pub(crate) fn as_slices(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect()
    }
}

/// Pairs of a query, whose values may be missing. The values are wiped like those of [`Pairs`].
pub(crate) struct QueryPairs(Vec<(String, Option<Secret>)>);

impl QueryPairs {
    /// Creates pairs from alternating names and values.
    pub(crate) fn new(strings: Vec<Option<String>>) -> Self {
        let mut strings = strings.into_iter();
        let mut pairs = Vec::with_capacity(strings.len() / 2);
        while let (Some(Some(name)), Some(value)) = (strings.next(), strings.next()) {
            pairs.push((name, value.map(Secret::new)));
        }
        Self(pairs)
    }

    pub(crate) fn as_slices(&self) -> Vec<(&str, Option<&str>)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_ref().map(Secret::reveal))).collect()
    }
}

/// Returns an iterator over the pairs in a list of alternating names and values.
pub(crate) fn borrowed_pairs(strings: &[String]) -> impl Iterator<Item = (&str, &str)> {
    strings.as_chunks().0.iter().map(|[name, value]| (name.as_str(), value.as_str()))
}

/// Borrows each string.
pub(crate) fn strs(strings: &[String]) -> Vec<&str> {
    strings.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::{Pairs, QueryPairs, borrowed_pairs};

    #[test]
    fn names_and_values_alternate() {
        let pairs = Pairs::new(["a", "1", "a", "2"].map(Into::into).into());
        assert_eq!(pairs.as_slices(), [("a", "1"), ("a", "2")]);
    }

    #[test]
    fn a_query_value_may_be_missing() {
        let pairs =
            QueryPairs::new(vec![Some("a".into()), None, Some("b".into()), Some("".into())]);
        assert_eq!(pairs.as_slices(), [("a", None), ("b", Some(""))]);
    }

    #[test]
    fn strings_are_borrowed_in_pairs() {
        let strings = ["a", "1", "b", "2"].map(String::from);
        assert!(borrowed_pairs(&strings).eq([("a", "1"), ("b", "2")]));
    }
}
