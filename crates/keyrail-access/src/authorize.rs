//! Authorizes a request against a key record.

use alloc::string::String;
use core::net::IpAddr;

use keyrail_core::Timestamp;

use crate::{Access, Denial, DenialKind, KeyRecord, Scope};

/// The permission that an authorized request was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    record: String,
    app: String,
    scope: Scope,
}

impl Grant {
    /// Returns the id of the key's record.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Returns the app that the key belongs to.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Returns the scope of the key.
    pub const fn scope(&self) -> Scope {
        self.scope
    }
}

impl KeyRecord {
    /// Authorizes a request that is made now and from this address, with a key that was
    /// found to match the record.
    ///
    /// The first reason that applies is returned: revoked, not yet valid, expired, address
    /// unknown or outside the networks, scope. At exactly `not_before` the key is valid, at
    /// exactly `expires_at` it is expired, and at exactly `revoked_at` it is revoked.
    /// `ip` is the client's address as the host knows it; without an address, a key that is
    /// restricted to networks is denied. An IPv4-mapped IPv6 address counts as the IPv4 address
    /// that it contains. If `now` is before 1973-03-03 and any time in the record is not, the
    /// key is denied as not yet valid, because `now` is probably in seconds: read as
    /// milliseconds, it is so early that no key would ever expire.
    ///
    /// # Errors
    ///
    /// A [`Denial`] with the first reason that applies: see [`DenialKind`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Access, KeyRecord};
    /// # use keyrail_core::Timestamp;
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
    /// #     "expires_at": "2027-01-30T00:00:00Z"
    /// # }"#)?;
    /// let expiry = record.expires_at().unwrap();
    /// let before = Timestamp::from_millis(expiry.as_millis() - 1).unwrap();
    /// assert!(record.authorize(Access::Read, before, None).is_ok());
    /// let denial = record.authorize(Access::Read, expiry, None).unwrap_err();
    /// assert_eq!(denial.code(), "access.expired");
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn authorize(
        &self,
        access: Access,
        now: Timestamp,
        ip: Option<IpAddr>,
    ) -> Result<Grant, Denial> {
        self.authorize_by(access, Scope::access, now, ip)
    }

    /// Authorizes like [`authorize`](Self::authorize), but `highest_access` maps a scope to
    /// the highest access that it allows, for platforms that define scopes differently.
    /// The denials are the same; a denial for an insufficient scope names the smallest scope
    /// that suffices according to `highest_access`.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Access, KeyRecord, Scope};
    /// # use keyrail_core::Timestamp;
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read_write",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    /// # }"#)?;
    /// # let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// let two_scopes = |scope| if scope == Scope::Read { Access::Read } else { Access::Admin };
    /// assert!(record.authorize_by(Access::Admin, two_scopes, now, None).is_ok());
    /// assert!(record.authorize(Access::Admin, now, None).is_err());
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn authorize_by(
        &self,
        access: Access,
        highest_access: impl Fn(Scope) -> Access,
        now: Timestamp,
        ip: Option<IpAddr>,
    ) -> Result<Grant, Denial> {
        if now.seems_in_seconds() && !self.times().all(Timestamp::seems_in_seconds) {
            return Err(Denial::not_yet_valid(now));
        }
        if self.revoked_at().is_some_and(|revoked| now >= revoked) {
            return Err(DenialKind::Revoked.into());
        }
        if self.not_before().is_some_and(|start| now < start) {
            return Err(Denial::not_yet_valid(now));
        }
        if self.expires_at().is_some_and(|end| now >= end) {
            return Err(DenialKind::Expired.into());
        }
        if let Some(networks) = self.allow_ips() {
            let ip = ip.ok_or(DenialKind::AddressUnknown)?;
            if !networks.iter().any(|network| network.contains(ip)) {
                return Err(DenialKind::Network.into());
            }
        }
        if highest_access(self.scope()) < access {
            let sufficient = Scope::ALL.into_iter().find(|scope| highest_access(*scope) >= access);
            return Err(Denial::insufficient_scope(sufficient));
        }
        Ok(Grant { record: self.id().into(), app: self.app().into(), scope: self.scope() })
    }
}
