//! Pairs of texts, as they cross: one flat list, name and value in turn.

use keyrail::Secret;

/// Names with values that may be credentials: wiped when dropped, and not
/// printable.
pub(crate) struct Pairs(Vec<(String, Secret)>);

impl Pairs {
    /// Takes the texts two by two.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        let mut texts = texts.into_iter();
        let mut pairs = Vec::with_capacity(texts.len() / 2);
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            pairs.push((name, Secret::new(value)));
        }
        Self(pairs)
    }

    pub(crate) fn as_slices(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect()
    }
}

/// Pairs of a query, whose values may be missing; wiped as [`Pairs`] are.
pub(crate) struct QueryPairs(Vec<(String, Option<Secret>)>);

impl QueryPairs {
    /// Takes the texts two by two.
    pub(crate) fn new(texts: Vec<Option<String>>) -> Self {
        let mut texts = texts.into_iter();
        let mut pairs = Vec::with_capacity(texts.len() / 2);
        while let (Some(Some(name)), Some(value)) = (texts.next(), texts.next()) {
            pairs.push((name, value.map(Secret::new)));
        }
        Self(pairs)
    }

    pub(crate) fn as_slices(&self) -> Vec<(&str, Option<&str>)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_ref().map(Secret::reveal))).collect()
    }
}

/// Borrows texts two by two.
pub(crate) fn in_twos(texts: &[String]) -> impl Iterator<Item = (&str, &str)> {
    texts.as_chunks().0.iter().map(|[name, value]| (name.as_str(), value.as_str()))
}

/// Borrows texts.
pub(crate) fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::{Pairs, QueryPairs, in_twos};

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
        let texts = ["a", "1", "b", "2"].map(String::from);
        assert!(in_twos(&texts).eq([("a", "1"), ("b", "2")]));
    }
}
