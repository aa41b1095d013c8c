//! The client's address behind proxies.

use keyrail::Network;
use keyrail::header::{Trust, client_ip};

use crate::error::FfiError;
use crate::pairs::Pairs;
use crate::time::address;

/// See [`client_ip`].
#[uniffi::export]
pub fn header_client_ip(
    peer: &str,
    headers: Vec<String>,
    trust: &FfiTrust,
) -> Result<String, FfiError> {
    let headers = Pairs::new(headers);
    Ok(client_ip(address(peer)?, &headers.as_slices(), &trust.0)?.to_string())
}

/// See [`Trust`].
#[derive(Debug, uniffi::Object)]
pub struct FfiTrust(Trust);

#[uniffi::export]
impl FfiTrust {
    /// Trusts what proxies in these networks wrote in the header with this name.
    #[uniffi::constructor]
    pub fn new(header: &str, networks: Vec<String>) -> Result<Self, FfiError> {
        Ok(Self(Trust::new(header, parse_networks(&networks)?)?))
    }

    /// Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).
    #[uniffi::constructor]
    pub fn forwarded(networks: Vec<String>) -> Result<Self, FfiError> {
        Ok(Self(Trust::forwarded(parse_networks(&networks)?)))
    }

    /// Trusts what proxies in these networks wrote in `X-Forwarded-For`.
    #[uniffi::constructor]
    pub fn x_forwarded_for(networks: Vec<String>) -> Result<Self, FfiError> {
        Ok(Self(Trust::x_forwarded_for(parse_networks(&networks)?)))
    }

    /// Trusts no proxy: the peer is the client.
    #[uniffi::constructor]
    pub fn none() -> Self {
        Self(Trust::none())
    }

    /// Reads the trust from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Trust::from_json(text)?))
    }

    /// Returns the header's name.
    pub fn header(&self) -> String {
        self.0.header().into()
    }

    /// Returns whether the address is in a trusted network.
    pub fn trusts(&self, ip: &str) -> Result<bool, FfiError> {
        Ok(self.0.trusts(address(ip)?))
    }
}

fn parse_networks(networks: &[String]) -> Result<Vec<Network>, FfiError> {
    networks.iter().map(|text| Ok(Network::parse(text)?)).collect()
}
