//! Keys and their masks.

use std::sync::Arc;

use keyrail::key;

use crate::digest::{FfiDigest, FfiPepper, inner};
use crate::error::FfiError;

/// Checks that a mask policy shows at most 4 characters at each end.
#[uniffi::export]
pub fn key_check_mask_policy(start: i64, end: i64) -> Result<(), FfiError> {
    // A number that does not fit a `u8` is rejected the way `u8::MAX` is.
    let shown = |characters| u8::try_from(characters).unwrap_or(u8::MAX);
    Ok(key::MaskPolicy::new(shown(start), shown(end)).map(drop)?)
}

/// See [`key::MaskPolicy`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiMaskPolicy {
    pub start: u8,
    pub end: u8,
    pub ascii: bool,
}

/// See [`key::MaskPolicy::from_json`].
#[uniffi::export]
pub fn key_mask_policy_from_json(json: &str) -> Result<FfiMaskPolicy, FfiError> {
    let policy = key::MaskPolicy::from_json(json)?;
    Ok(FfiMaskPolicy { start: policy.start(), end: policy.end(), ascii: policy.is_ascii() })
}

/// See [`key::ApiKey`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiApiKey(pub(crate) key::ApiKey);

#[uniffi::export]
impl FfiApiKey {
    /// Returns the name of the key's format.
    pub fn format(&self) -> String {
        self.0.format().into()
    }

    /// Returns the environment that the key is for.
    pub fn environment(&self) -> Option<String> {
        self.0.environment().map(Into::into)
    }

    /// Returns the key's public id.
    pub fn id(&self) -> Option<String> {
        self.0.id().map(Into::into)
    }

    /// Returns the value of a segment, unless it is secret.
    pub fn segment(&self, name: &str) -> Option<String> {
        self.0.segment(name).map(Into::into)
    }

    /// Returns the mask of the key under the default policy.
    pub fn mask(&self) -> String {
        self.0.mask().to_string()
    }

    /// Returns the mask of the key under a policy. An invalid policy is replaced by the
    /// default one.
    pub fn mask_with(&self, start: u8, end: u8, ascii: bool) -> String {
        let policy = key::MaskPolicy::new(start, end).unwrap_or_default();
        self.0.mask_with(&if ascii { policy.ascii() } else { policy }).to_string()
    }

    /// Returns the digest to store instead of the key.
    pub fn digest(&self, pepper: Option<Arc<FfiPepper>>) -> Result<FfiDigest, FfiError> {
        Ok(FfiDigest(self.0.digest(inner(pepper.as_ref()))?))
    }

    /// Returns the key itself.
    pub fn reveal(&self) -> String {
        self.0.reveal().into()
    }

    /// Returns the part of the key that digests are computed from.
    pub fn reveal_digested(&self) -> String {
        self.0.reveal_digested().into()
    }
}

#[cfg(test)]
mod tests {
    use super::key_check_mask_policy;
    use crate::error::FfiError;
    use crate::format::FfiKeyFormat;

    #[test]
    fn every_out_of_range_mask_policy_has_the_same_error_code() {
        assert!(key_check_mask_policy(4, 0).is_ok());
        for (start, end) in [(5, 0), (0, -1), (256, 0), (i64::MIN, 0), (0, i64::MAX)] {
            let FfiError::Failure { code, .. } = key_check_mask_policy(start, end).unwrap_err();
            assert_eq!(code, "key.mask_policy", "{start} {end}");
        }
    }

    #[test]
    fn an_invalid_mask_policy_falls_back_to_the_default_mask() {
        let key = FfiKeyFormat::keyrail().generate(Some("live".into()), &[7; 32]).unwrap();
        assert_eq!(key.mask_with(5, 0, false), key.mask());
    }
}
