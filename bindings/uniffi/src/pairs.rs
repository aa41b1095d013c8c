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

/// Borrows texts.
pub(crate) fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn names_and_values_stand_in_turn() {
        let pairs = Pairs::new(["a", "1", "a", "2"].map(Into::into).into());
        assert_eq!(pairs.as_slices(), [("a", "1"), ("a", "2")]);
    }
}
