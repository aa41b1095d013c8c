//! Values of template variables (RFC 6570, section 2.3).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The value of a variable: a string, a list of strings, or an associative
/// array as ordered pairs.
///
/// An empty string is a value; an empty list or an empty array is undefined, like a
/// variable that is not passed at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateValue<'v> {
    /// A string.
    Text(Cow<'v, str>),
    /// A list of strings.
    List(Vec<Cow<'v, str>>),
    /// An associative array: pairs of a name and a string, in order.
    Pairs(Vec<(Cow<'v, str>, Cow<'v, str>)>),
}

impl TemplateValue<'_> {
    /// Returns whether a variable with this value is defined (RFC 6570, section 3.2.1).
    pub(crate) fn is_defined(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::List(list) => !list.is_empty(),
            Self::Pairs(pairs) => !pairs.is_empty(),
        }
    }
}

impl<'v> From<&'v str> for TemplateValue<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text.into())
    }
}

impl<'v> From<&'v String> for TemplateValue<'v> {
    fn from(text: &'v String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for TemplateValue<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'v, T: Into<Cow<'v, str>>> From<Vec<T>> for TemplateValue<'v> {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<'v, N: Into<Cow<'v, str>>, T: Into<Cow<'v, str>>> FromIterator<(N, T)> for TemplateValue<'v> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        Self::Pairs(pairs.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }
}
