//! `keyrail.header`: the client's address behind proxies.

use keyrail::Network;
use keyrail::header as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::headers::Headers;
use crate::input::{Address, Document, Names, Text};
use crate::quoted;

/// The one header that contains the client's address, and the networks of the proxies that may
/// write this header. Each network is an address, or a range such as `10.0.0.0/8`.
///
/// The header `Forwarded` is parsed according to RFC 7239. Every other header is parsed as a list
/// of addresses, as in `X-Forwarded-For`. Never name a header that your outermost proxy passes on
/// unchanged from the client. Without networks, the header is not read.
///
/// Raises HeaderError: `header.malformed_name`; KeyrailError:
/// `network.malformed`, `network.host_bits`.
#[pyclass(frozen, eq, module = "keyrail.header")]
#[derive(PartialEq)]
pub(crate) struct Trust(core::Trust);

#[pymethods]
impl Trust {
    #[new]
    fn new(py: Python<'_>, header: Text, networks: Names) -> PyResult<Self> {
        let networks = parse_networks(py, &networks)?;
        call(py, || core::Trust::new(&header, networks)).map(Self)
    }

    /// Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).
    ///
    /// Raises KeyrailError: `network.malformed`, `network.host_bits`.
    #[staticmethod]
    fn forwarded(py: Python<'_>, networks: Names) -> PyResult<Self> {
        let networks = parse_networks(py, &networks)?;
        plain(py, || core::Trust::forwarded(networks)).map(Self)
    }

    /// Trusts what proxies in these networks wrote in `X-Forwarded-For`.
    ///
    /// Raises KeyrailError: `network.malformed`, `network.host_bits`.
    #[staticmethod]
    fn x_forwarded_for(py: Python<'_>, networks: Names) -> PyResult<Self> {
        let networks = parse_networks(py, &networks)?;
        plain(py, || core::Trust::x_forwarded_for(networks)).map(Self)
    }

    /// Trusts no proxy: the peer is the client.
    #[staticmethod]
    fn none() -> Self {
        Self(core::Trust::none())
    }

    /// Reads the trust from its configuration. The configuration is JSON, or a mapping of the
    /// same form.
    ///
    /// The members are `header`, the name of the header, and `networks`, a list of addresses
    /// and networks like `10.0.0.0/8`.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Trust::from_json(&document)).map(Self)
    }

    /// The header's name.
    #[getter]
    fn header(&self) -> &str {
        self.0.header()
    }

    /// Returns whether the address is in a trusted network.
    ///
    /// Raises KeyrailError: `network.malformed`.
    fn trusts(&self, py: Python<'_>, address: Address) -> PyResult<bool> {
        plain(py, || self.0.trusts(address.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Trust(header={})", quoted(py, self.0.header())?))
    }
}

/// Returns the client's address, using what trusted proxies report in a header.
///
/// `peer` is the address of the other end of the connection. If it is not in a trusted network, it
/// is the client's address, and no header is read. Otherwise the header is read from right to left,
/// starting with its last line. The first address that is in no trusted network is the client's. If
/// all addresses are trusted, the leftmost one is the client's. If the header is missing, the peer
/// is the client.
///
/// `headers` may have any form that `Scheme.extract` accepts. The environ of WSGI joins several
/// lines into one. It also does not distinguish `X-Forwarded-For` from `X_Forwarded_For`, which any
/// client could have sent. A comma in a header from an environ is therefore rejected with
/// `header.list` and the comma's offset. Under WSGI, trust a header that your proxy sets to one
/// address.
///
/// Raises HeaderError: `header.ambiguous`. The following errors have the offset in the header's
/// value, in which several lines are joined with a comma and a space: `header.unknown_hop`,
/// `header.hidden_hop`, `header.malformed_hop`, `header.too_many_hops`, `header.too_long`. Raises
/// KeyrailError: `network.malformed` if the peer is not an IP address. Reject the request on any of
/// these errors. Never treat the peer as the client instead.
#[pyfunction]
pub(crate) fn client_ip(
    py: Python<'_>,
    peer: Address,
    headers: Headers,
    trust: &Bound<'_, Trust>,
) -> PyResult<String> {
    let trust = &trust.get().0;
    let headers = headers.with_known_names(std::iter::once(trust.header()));
    if trust.trusts(peer.0) {
        headers.check_single(py, trust.header())?;
    }
    call(py, || core::client_ip(peer.0, &headers, trust)).map(|address| address.to_string())
}

fn parse_networks(py: Python<'_>, networks: &Names) -> PyResult<Vec<Network>> {
    networks.iter().map(|network| call(py, || Network::parse(network))).collect()
}
