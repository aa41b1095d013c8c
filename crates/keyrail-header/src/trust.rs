//! Trust: whose word about a client's address is taken.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use keyrail_core::config::{self, Faults, Member, Object, Slot as Field};
use keyrail_core::{ConfigError, Network};
use serde::de::MapAccess;

use crate::Error;
use crate::slot::header_name;

/// Which one header says where requests came from, and the networks of the
/// proxies that may write it. It goes into [`client_ip`](crate::client_ip).
///
/// The header `Forwarded` is read by RFC 7239, any other by the manner of
/// `X-Forwarded-For`: a list of addresses. Never name a header that your
/// outermost proxy lets through from strangers. Without networks the header
/// is not read.
///
/// As configuration:
///
/// ```
/// use keyrail_header::Trust;
/// let trust = Trust::from_json(
///     r#"{"header": "X-Forwarded-For", "networks": ["10.0.0.0/8", "::1"]}"#,
/// )?;
/// assert!(trust.trusts("10.1.2.3".parse().unwrap()));
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    header: String,
    networks: Vec<Network>,
}

impl Trust {
    /// Trust in a header of this name, if one of these networks wrote it.
    ///
    /// Error: `header.malformed_name`.
    pub fn new(header: &str, networks: impl IntoIterator<Item = Network>) -> Result<Self, Error> {
        Ok(Self { header: header_name(header)?, networks: networks.into_iter().collect() })
    }

    /// Trust in `Forwarded` (RFC 7239).
    pub fn forwarded(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { header: "Forwarded".into(), networks: networks.into_iter().collect() }
    }

    /// Trust in `X-Forwarded-For`.
    pub fn x_forwarded_for(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { header: "X-Forwarded-For".into(), networks: networks.into_iter().collect() }
    }

    /// Trust in nobody: the peer is the client.
    pub fn none() -> Self {
        Self::forwarded([])
    }

    /// Reads it from its configuration.
    ///
    /// Codes besides those of every configuration: `header.malformed_name`,
    /// `network.malformed`, `network.host_bits`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// The header's name.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Whether the address is that of a proxy. IPv4-mapped addresses count as
    /// the IPv4 addresses that they carry.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }
}

/// What is gathered of a trust while it is read.
#[derive(Default)]
pub struct TrustDraft {
    header: Field<String>,
    networks: Field<Vec<Network>>,
}

impl Object for Trust {
    type Draft = TrustDraft;
    const MEMBERS: &'static [&'static str] = &["header", "networks"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut TrustDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "header" => draft.header.set(value.parse(header_name)?),
            "networks" => draft.networks.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: TrustDraft, faults: &Faults) -> Option<Self> {
        let header = draft.header.required("header", faults);
        let networks = draft.networks.required("networks", faults);
        Some(Self { header: header?, networks: networks? })
    }
}

keyrail_core::from_str! {
    Trust: from_json, ConfigError;
}
