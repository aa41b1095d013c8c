//! IP networks, such as those in the allow-lists of keys, and IP addresses.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use ipnet::IpNet;

use crate::{Error, ErrorKind};

/// An IP network in CIDR form (RFC 4632, RFC 4291), or one address.
///
/// IPv4-mapped IPv6 addresses (`::ffff:203.0.113.7`) are treated as the IPv4
/// addresses that they contain, in networks as well as in the addresses to check.
///
/// ```
/// use keyrail_core::Network;
/// let network = Network::parse("203.0.113.0/24")?;
/// assert!(network.contains("::ffff:203.0.113.7".parse().unwrap()));
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Parses a network whose bits after the prefix are zero, or an address.
    ///
    /// Leading zeros in IPv4 addresses and prefix lengths are rejected, because some parsers read
    /// such numbers as octal.
    ///
    /// # Errors
    ///
    /// `network.malformed`, `network.host_bits`.
    pub fn parse(text: &str) -> Result<Self, Error<ErrorKind>> {
        let Some((address, length)) = text.split_once('/') else {
            let address: IpAddr = text.parse().map_err(|_| ErrorKind::MalformedNetwork)?;
            return Ok(Self(IpNet::from(address.to_canonical())));
        };
        let address: IpAddr = address.parse().map_err(|_| ErrorKind::MalformedNetwork)?;
        let is_number = length == "0" || !length.starts_with(['0', '+']);
        let length = length.parse().ok().filter(|_| is_number);
        let network = length.and_then(|length| IpNet::new(address, length).ok());
        let network = network.ok_or(ErrorKind::MalformedNetwork)?;
        if network.addr() != network.network() {
            return Err(ErrorKind::NetworkHostBits.into());
        }
        Ok(Self(unmapped(network)))
    }

    /// Returns whether the network contains the address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Returns whether one of the networks contains the address. This is faster than
    /// [`contains`](Self::contains) for each network.
    pub fn any_contains(networks: &[Self], address: IpAddr) -> bool {
        let address = address.to_canonical();
        networks.iter().any(|network| network.0.contains(&address))
    }

    /// Returns whether the networks together contain every IPv4 address or every IPv6 address.
    pub fn cover_everything(networks: &[Self]) -> bool {
        let networks: Vec<IpNet> = networks.iter().map(|network| network.0).collect();
        IpNet::aggregate(&networks).iter().any(|network| network.prefix_len() == 0)
    }

    /// Returns whether the network contains every address of `other`.
    ///
    /// ```
    /// # use keyrail_core::Network;
    /// let network = |text| Network::parse(text).unwrap();
    /// assert!(network("10.0.0.0/8").covers(&network("10.1.0.0/16")));
    /// assert!(!network("10.1.0.0/16").covers(&network("10.0.0.0/8")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        self.0.contains(&other.0)
    }
}

/// The maximum length of an address with a zone, in bytes.
const MAX_ADDRESS: usize = 128;

/// Parses the IP address of a client in the form in which servers and proxies write it.
///
/// The zone of an IPv6 address (`fe80::1%eth0`; RFC 4007, section 11) is dropped: it
/// identifies an interface of one machine, not a network.
///
/// # Errors
///
/// `network.malformed`.
///
/// ```
/// use keyrail_core::parse_address;
/// assert_eq!(parse_address("fe80::1%eth0"), parse_address("fe80::1"));
/// assert!(parse_address("010.0.0.1").is_err() && parse_address("testclient").is_err());
/// ```
pub fn parse_address(text: &str) -> Result<IpAddr, Error<ErrorKind>> {
    let is_zone = |zone: &str| !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_graphic());
    let with_zone = if text.len() <= MAX_ADDRESS { text } else { "" };
    let address = match with_zone.split_once('%') {
        Some((address, zone)) if address.contains(':') && is_zone(zone) => address,
        _ => text,
    };
    address.parse().map_err(|_| ErrorKind::MalformedNetwork.into())
}

/// Converts a network of IPv4-mapped addresses to the IPv4 network that it represents, and
/// returns any other network unchanged.
fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(v4), Some(length)) => ipnet::Ipv4Net::new(v4, length).map_or(network, IpNet::V4),
        _ => network,
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

crate::from_str! {
    Network: parse, Error<ErrorKind>;
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Network;

    #[test]
    fn a_single_address_is_a_network_of_one_address() {
        let network = Network::parse("2001:db8::1").unwrap();
        assert!(network.contains("2001:db8::1".parse().unwrap()));
        assert!(!network.contains("2001:db8::2".parse().unwrap()));
    }

    #[test]
    fn one_of_several_networks_contains_an_address() {
        let networks = ["10.0.0.0/8", "2001:db8::/32"].map(|text| Network::parse(text).unwrap());
        for (address, expected) in [
            ("10.9.8.7", true),
            ("::ffff:10.9.8.7", true),
            ("2001:db8::1", true),
            ("11.0.0.0", false),
            ("2001:db9::", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(Network::any_contains(&networks, address), expected, "{address}");
        }
        assert!(!Network::any_contains(&[], "10.9.8.7".parse().unwrap()));
    }

    #[test]
    fn networks_that_contain_all_addresses_of_a_family_cover_everything() {
        for (networks, expected) in [
            (&["0.0.0.0/0"][..], true),
            (&["2001:db8::/32", "::/0"], true),
            (&["0.0.0.0/1", "10.0.0.0/8", "128.0.0.0/1"], true),
            (&["::ffff:0.0.0.0/96"], true),
            (&["0.0.0.0/1"], false),
            (&["0.0.0.0/1", "8000::/1"], false),
            (&[], false),
        ] {
            let networks: Vec<_> =
                networks.iter().map(|text| Network::parse(text).unwrap()).collect();
            assert_eq!(Network::cover_everything(&networks), expected, "{networks:?}");
        }
    }

    #[test]
    fn an_ipv4_mapped_network_matches_ipv4_addresses() {
        let network = Network::parse("::ffff:10.0.0.0/104").unwrap();
        assert!(network.contains("10.9.8.7".parse().unwrap()));
        assert!(!network.contains("11.0.0.0".parse().unwrap()));
    }

    #[test]
    fn a_network_covers_itself_and_its_subnets() {
        let covers = |left: &str, right: &str| {
            Network::parse(left).unwrap().covers(&Network::parse(right).unwrap())
        };
        assert!(covers("10.0.0.0/8", "10.0.0.0/8") && covers("10.0.0.0/8", "10.9.8.7"));
        assert!(covers("10.0.0.0/8", "::ffff:10.1.0.0/112") && covers("::/0", "2001:db8::/32"));
        assert!(!covers("10.0.0.0/8", "11.0.0.0/16") && !covers("10.0.0.0/9", "10.0.0.0/8"));
        assert!(!covers("::/0", "10.0.0.0/8") && !covers("0.0.0.0/0", "::/0"));
    }

    #[test]
    fn rejects_host_bits_and_malformed_networks() {
        assert_eq!(Network::parse("10.0.0.1/8").unwrap_err().code(), "network.host_bits");
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0",
            "example.com",
            "10.0.0.0/",
            " 10.0.0.0/8",
            "010.0.0.0/8",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.00.0.0/8",
            "10.0.0.010",
            "0x0a.0.0.0/8",
            "fe80::/010",
            "fe80::1%",
            "fe80::%eth0/64",
            "10.0.0.1%eth0",
            "00000::/8",
            "::ffff:010.0.0.0/104",
        ] {
            assert_eq!(Network::parse(text).unwrap_err().code(), "network.malformed", "{text}");
        }
    }
}
