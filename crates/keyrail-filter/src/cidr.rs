//! Networks in CIDR notation, in the form in which conditions store them.

use core::net::IpAddr;

/// Returns the first and the last address of a network, or `None` if the string is malformed. The
/// host bits of the network must be zero.
pub fn ends(network: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, length) = network.split_once('/')?;
    let (first, length): (IpAddr, u32) = (first.parse().ok()?, length.parse().ok()?);
    let last = match first {
        IpAddr::V4(first) => {
            let host_bits = u32::MAX.checked_shr(length).unwrap_or(0);
            IpAddr::V4((first.to_bits() | host_bits).into())
        }
        IpAddr::V6(first) => {
            let host_bits = u128::MAX.checked_shr(length).unwrap_or(0);
            IpAddr::V6((first.to_bits() | host_bits).into())
        }
    };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::ends;

    #[test]
    fn a_network_ends_at_the_address_with_all_host_bits_set() {
        for (network, expected) in [
            ("10.0.0.0/8", "10.0.0.0 10.255.255.255"),
            ("0.0.0.0/0", "0.0.0.0 255.255.255.255"),
            ("10.0.0.1/32", "10.0.0.1 10.0.0.1"),
            ("2001:db8::/32", "2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::1/128", "::1 ::1"),
        ] {
            let (first, last) = ends(network).unwrap();
            assert_eq!(format!("{first} {last}"), expected);
        }
        assert_eq!(ends("10.0.0.0"), None);
    }
}
