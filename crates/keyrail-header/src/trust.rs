//! Trust: which proxies may report a client's address.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use keyrail_core::config::{self, token_schema};
use keyrail_core::{ConfigError, Network};

use crate::Error;
use crate::slot::header_name;

/// The one header that contains the client's address, and the networks of the proxies that may
/// write this header. Pass a `Trust` to [`client_ip`](crate::client_ip).
///
/// The header `Forwarded` is parsed according to RFC 7239. Every other header is parsed as a list
/// of addresses, as in `X-Forwarded-For`. Never name a header that your outermost proxy passes on
/// unchanged from the client. Without networks, the header is not read.
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
    /// Trusts what proxies in these networks wrote in the header with this name.
    ///
    /// # Errors
    ///
    /// `header.malformed_name`.
    pub fn new(header: &str, networks: impl IntoIterator<Item = Network>) -> Result<Self, Error> {
        Ok(Self { header: header_name(header)?, networks: networks.into_iter().collect() })
    }

    /// Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).
    pub fn forwarded(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { header: "Forwarded".into(), networks: networks.into_iter().collect() }
    }

    /// Trusts what proxies in these networks wrote in `X-Forwarded-For`.
    pub fn x_forwarded_for(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { header: "X-Forwarded-For".into(), networks: networks.into_iter().collect() }
    }

    /// Trusts no proxy: the peer is the client.
    pub fn none() -> Self {
        Self::forwarded([])
    }

    /// Reads the trust from its configuration.
    ///
    /// # Errors
    ///
    /// The errors that any configuration can have, and `header.malformed_name`,
    /// `network.malformed`, `network.host_bits`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of the configuration.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("trust")
    }

    /// Returns the header's name.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Returns whether the address is in a trusted network. IPv4-mapped addresses count as the IPv4
    /// addresses that they contain.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }
}

keyrail_core::config_object! {
    /// The trusted proxies, and the header in which they report the addresses of a request's client
    /// and proxies.
    Trust (faults) {
        /// The name of the header, such as `X-Forwarded-For`.
        required header: String = parse(header_name, token_schema());
        /// The networks of the trusted proxies (CIDR).
        required networks: Vec<Network>;
    } => {
        Some(Self { header: header?, networks: networks? })
    }
}

keyrail_core::from_str! {
    Trust: from_json, ConfigError;
}
