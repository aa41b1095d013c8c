//! The environments of a format, as an error lists them.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::fmt;

use crate::layout::Layout;

/// The list of a format's environments, which the error about an unknown environment contains.
///
/// The list is shared with the format, so creating the error allocates nothing.
#[derive(Clone)]
pub struct Environments(List);

#[derive(Clone)]
enum List {
    BuiltIn(&'static [Cow<'static, str>]),
    Declared(Arc<Layout>),
}

impl Environments {
    pub(crate) const NONE: Self = Self(List::BuiltIn(&[]));

    pub(crate) fn built_in(layout: &'static Layout) -> Self {
        Self(List::BuiltIn(&layout.environments))
    }

    pub(crate) fn declared(layout: &Arc<Layout>) -> Self {
        Self(List::Declared(Arc::clone(layout)))
    }

    fn list(&self) -> &[Cow<'static, str>] {
        match &self.0 {
            List::BuiltIn(list) => list,
            List::Declared(layout) => &layout.environments,
        }
    }
}

impl fmt::Display for Environments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, others)) = self.list().split_first() else {
            return f.write_str("keys of this format have no environment, so pass none");
        };
        write!(f, "expected {}{first}", if others.is_empty() { "" } else { "one of " })?;
        others.iter().try_for_each(|name| write!(f, ", {name}"))
    }
}

impl fmt::Debug for Environments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}

impl PartialEq for Environments {
    fn eq(&self, other: &Self) -> bool {
        self.list() == other.list()
    }
}

impl Eq for Environments {}
