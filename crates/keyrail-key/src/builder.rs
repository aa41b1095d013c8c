//! A builder that declares a format step by step, in Rust.

use alloc::string::String;
use alloc::vec::Vec;

use crate::declaration::Declared;
use crate::{Checksum, Error, ErrorKind, KeyFormat, Segment};

/// A declaration of a format, not yet checked.
///
/// ```
/// use keyrail_key::{Alphabet, Checksum, KeyFormat, Segment};
/// let format = KeyFormat::builder("acme")
///     .environments(["live", "test"])
///     .segment(Segment::public("id", Alphabet::BASE62, 12))
///     .segment(Segment::secret("secret", Alphabet::BASE62, 27))
///     .checksum(Checksum::crc32())
///     .build()?;
/// let key = format.generate("live", &[7; 32])?;
/// assert!(key.reveal().starts_with(&format!("acme_live_{}_", key.id().unwrap())));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyFormatBuilder(Declared);

impl KeyFormatBuilder {
    pub(crate) fn new(prefix: &str) -> Self {
        Self(Declared { prefix: Some(prefix.into()), ..Declared::default() })
    }

    pub(crate) fn without_prefix(name: &str) -> Self {
        Self(Declared { name: Some(name.into()), ..Declared::default() })
    }

    /// Sets the name of the format. The default is its prefix.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// Sets the environments of the format.
    #[must_use]
    pub fn environments<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.0.environments = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the separator after the prefix, after the environment and between segments. The default
    /// is `_`.
    #[must_use]
    pub fn separator(mut self, separator: &str) -> Self {
        self.0.separator = Some(separator.into());
        self
    }

    /// Adds a segment.
    #[must_use]
    pub fn segment(mut self, segment: Segment) -> Self {
        self.0.segments.push(segment);
        self
    }

    /// Sets the checksum at a key's end. The default is no checksum.
    #[must_use]
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.0.checksum = Some(checksum);
        self
    }

    /// Sets the name of the secret segment that digests are computed from. By default, they are
    /// computed from the whole key.
    #[must_use]
    pub fn digest_segment(mut self, name: &str) -> Self {
        self.0.digest_segment = Some(name.into());
        self
    }

    /// Checks the declaration.
    ///
    /// # Errors
    ///
    /// The first fault, with one of the codes that
    /// [`KeyFormat::from_json`](crate::KeyFormat::from_json) lists.
    pub fn build(self) -> Result<KeyFormat, Error> {
        self.0.check_parts()?;
        let mut faults = Vec::new();
        self.0.check_lists(&mut |_, kind| faults.push(kind));
        let layout = self.0.compile(&mut |_, kind| faults.push(kind));
        match (layout, faults.into_iter().next()) {
            (_, Some(kind)) => Err(kind.into()),
            (Some(layout), None) => Ok(KeyFormat::declared(layout)),
            // This is never reached: without a layout, there is always a fault.
            (None, None) => Err(ErrorKind::NoSegments.into()),
        }
    }
}
