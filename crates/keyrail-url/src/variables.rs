//! Variables: the names and values that a template is expanded with.

use alloc::vec::Vec;

use crate::{Error, ErrorKind};

/// The maximum number of variables that can be passed to one expansion.
pub const MAX_VARIABLES: usize = 4096;

/// The maximum number of variables that are searched linearly.
pub(crate) const MAX_LINEAR_SEARCH: usize = 16;

/// The variables of an expansion: names and values.
pub(crate) struct Variables<'v, N, V> {
    pairs: &'v [(N, V)],
    /// The indices of the pairs in the order of their names; empty if there are at most
    /// [`MAX_LINEAR_SEARCH`] pairs.
    sorted: Vec<usize>,
}

impl<'v, N: AsRef<str>, V> Variables<'v, N, V> {
    /// Creates the variables. Every name must be unique.
    ///
    /// # Errors
    ///
    /// `url.duplicate_variable`, `url.too_many_variables`.
    pub(crate) fn new(pairs: &'v [(N, V)]) -> Result<Self, Error> {
        let this = Self::unchecked(pairs)?;
        let is_duplicate = if this.sorted.is_empty() {
            let names = || pairs.iter().map(|(name, _)| name.as_ref());
            names().enumerate().any(|(at, name)| names().take(at).any(|previous| previous == name))
        } else {
            let following = this.sorted.iter().skip(1);
            this.sorted.iter().zip(following).any(|(a, b)| this.name(*a) == this.name(*b))
        };
        if is_duplicate { Err(ErrorKind::DuplicateVariable.into()) } else { Ok(this) }
    }

    /// Creates the variables without checking for duplicates: the first value of a name is
    /// used.
    ///
    /// # Errors
    ///
    /// `url.too_many_variables`.
    pub(crate) fn unchecked(pairs: &'v [(N, V)]) -> Result<Self, Error> {
        if pairs.len() > MAX_VARIABLES {
            return Err(ErrorKind::TooManyVariables.into());
        }
        let mut this = Self { pairs, sorted: Vec::new() };
        if pairs.len() > MAX_LINEAR_SEARCH {
            let mut sorted: Vec<usize> = (0..pairs.len()).collect();
            sorted.sort_by(|a, b| this.name(*a).cmp(this.name(*b)));
            this.sorted = sorted;
        }
        Ok(this)
    }

    /// Returns the name of the pair at an index.
    fn name(&self, index: usize) -> &str {
        self.pairs.get(index).map_or("", |(name, _)| name.as_ref())
    }

    /// Returns the value of the variable with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'v V> {
        if self.sorted.is_empty() {
            return value_of(name, self.pairs);
        }
        let at = self.sorted.partition_point(|index| self.name(*index) < name);
        let (found, value) = self.pairs.get(*self.sorted.get(at)?)?;
        (found.as_ref() == name).then_some(value)
    }

    /// Returns the first name for which `is_known` returns false.
    pub(crate) fn find_unknown(&self, is_known: impl Fn(&str) -> bool) -> Option<&'v str> {
        self.pairs.iter().map(|(name, _)| name.as_ref()).find(|name| !is_known(name))
    }
}

/// Returns the first value of a name. The search is linear.
pub(crate) fn value_of<'v, N: AsRef<str>, V>(name: &str, pairs: &'v [(N, V)]) -> Option<&'v V> {
    pairs.iter().find(|(known, _)| known.as_ref() == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{MAX_LINEAR_SEARCH, MAX_VARIABLES, Variables};

    fn numbered(count: usize) -> Vec<(String, usize)> {
        (0..count).map(|n| (format!("v{n}"), n)).collect()
    }

    #[test]
    fn values_are_found_by_linear_and_binary_search() {
        for count in [0, 1, MAX_LINEAR_SEARCH, MAX_LINEAR_SEARCH + 1, MAX_VARIABLES] {
            let pairs = numbered(count);
            let variables = Variables::new(&pairs).unwrap();
            assert!(pairs.iter().all(|(name, value)| variables.get(name) == Some(value)));
            assert_eq!(variables.get("w"), None);
            assert_eq!(variables.find_unknown(|name| name != "v0").is_some(), count > 0);
        }
    }

    #[test]
    fn a_duplicate_name_is_rejected_with_linear_and_binary_search() {
        for count in [1, MAX_LINEAR_SEARCH - 1, MAX_LINEAR_SEARCH, MAX_VARIABLES - 1] {
            let mut pairs = numbered(count);
            pairs.push(("v0".into(), 7));
            let error = Variables::new(&pairs).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), "url.duplicate_variable", "{count}");
        }
        let error = Variables::new(&numbered(MAX_VARIABLES + 1)).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), "url.too_many_variables");
    }
}
