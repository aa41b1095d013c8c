//! Schemes and client addresses for the `http` crate's `HeaderMap`, with the
//! feature `http`.

use alloc::vec::Vec;
use core::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use keyrail_core::{MAX_HEADER_VALUE, header_names_collide, is_same_header};

use crate::fast_path::bit;
use crate::{Credentials, Error, ErrorKind, Scheme, Trust, client_ip};

impl Scheme {
    /// Extracts credentials from a header map, as [`extract`](Self::extract) does.
    ///
    /// # Errors
    ///
    /// Those of [`extract`](Self::extract).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("x-api-key", "k-1".parse().unwrap());
    /// let credentials = Scheme::x_api_key().extract_from(&headers)?;
    /// assert_eq!(credentials.key().reveal(), "k-1");
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn extract_from(&self, headers: &HeaderMap) -> Result<Credentials, Error> {
        // The fast path looks up only the names of the scheme. To find a header with another
        // spelling of a name, the names of all headers must be compared.
        let has_other_spelling = || {
            let is_other_spelling = |name: &str, given: &HeaderName| {
                header_names_collide(name, given) && !is_same_header(name, given)
            };
            let is_present =
                |name: &str| headers.keys().any(|given| is_other_spelling(name, given));
            let mut dashed = self.header_names().filter(|name| name.contains(['-', '_']));
            self.has_dash && dashed.any(is_present)
        };
        match self.fast_path_with(|values| self.gather_from(headers, values)) {
            Some(parts) if !has_other_spelling() => Ok(parts.into()),
            _ => self.diagnose(&pairs(headers)),
        }
    }

    /// Stores the value of each header of the scheme at the index of its name, and returns one bit
    /// for each name that is present. Returns `None` if a name is present twice.
    fn gather_from<'h>(&self, headers: &'h HeaderMap, values: &mut [&'h [u8]]) -> Option<u64> {
        let mut present = 0;
        for (index, (name, value)) in self.map_names.as_ref()?.iter().zip(values).enumerate() {
            let mut all = headers.get_all(name).iter();
            let Some(found) = all.next() else { continue };
            if all.next().is_some() {
                return None;
            }
            *value = found.as_bytes();
            present |= bit(index);
        }
        Some(present)
    }

    /// Writes the headers that [`apply`](Self::apply) returns to a header map. Each written header
    /// replaces all existing headers with the same name, or with a name that differs only by `-`
    /// and `_`. Keys and tokens are marked sensitive.
    ///
    /// # Errors
    ///
    /// Those of [`apply`](Self::apply).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Secret;
    /// use keyrail_header::{Credentials, Scheme};
    /// let mut headers = http::HeaderMap::new();
    /// Scheme::bearer().apply_to(&mut headers, &Credentials::new(Secret::new("k-1")))?;
    /// assert_eq!(headers["authorization"], "Bearer k-1");
    /// assert!(headers["authorization"].is_sensitive());
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn apply_to(
        &self,
        headers: &mut HeaderMap,
        credentials: &Credentials,
    ) -> Result<(), Error> {
        let mut written = Vec::new();
        for (name, value) in self.apply(credentials)? {
            // The names of a scheme are tokens, and its values are printable ASCII, so the `http`
            // crate accepts both.
            let pair = name.parse::<HeaderName>().ok().zip(HeaderValue::try_from(&value).ok());
            let too_long = || Error::at(ErrorKind::TooLong, MAX_HEADER_VALUE).in_header(&name);
            written.push(pair.ok_or_else(too_long)?);
        }
        for (name, value) in written {
            let collides = |known: &&HeaderName| header_names_collide(known, &name);
            let others: Vec<HeaderName> = headers.keys().filter(collides).cloned().collect();
            for other in others {
                headers.remove(other);
            }
            headers.insert(name, value);
        }
        Ok(())
    }
}

/// Returns the client's address from a header map, as [`client_ip`] does.
///
/// # Errors
///
/// Those of [`client_ip`].
pub fn client_ip_in(peer: IpAddr, headers: &HeaderMap, trust: &Trust) -> Result<IpAddr, Error> {
    client_ip(peer, &pairs(headers), trust)
}

fn pairs(headers: &HeaderMap) -> Vec<(&HeaderName, &HeaderValue)> {
    headers.iter().collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use keyrail_core::{Network, Secret};
    use proptest::prelude::*;

    use super::client_ip_in;
    use crate::{Credentials, Scheme, Trust};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn a_header_map_is_read_like_a_list_of_pairs(
            headers in prop::collection::vec(
                (
                    "(?i)authorization|x-api-key|x_api_key|x-api_key|api[_-]key|x-auth-token|host",
                    "(Bearer|Basic|)[ ]{0,2}[a-c,\"]{0,3}",
                ),
                0..4,
            ),
        ) {
            let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
            let bare = Scheme::bare_authorization();
            let either = Scheme::any_of([Scheme::x_api_key(), Scheme::bearer(), bare]).unwrap();
            let map: HeaderMap = headers
                .iter()
                .filter_map(|(name, value)| {
                    // `(?i)` also generates non-ASCII letters that fold to k or s. Names that
                    // contain one do not parse, so their headers are skipped.
                    Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
                })
                .collect();
            for scheme in [pair, either, Scheme::x_api_key(), Scheme::bearer()] {
                prop_assert_eq!(scheme.extract_from(&map), scheme.extract(&headers));
            }
        }
    }

    #[test]
    fn a_repeated_header_is_a_duplicate() {
        let mut headers = HeaderMap::new();
        headers.append("x-api-key", "k".parse().unwrap());
        headers.append("X-Api-Key", "k".parse().unwrap());
        let error = Scheme::x_api_key().extract_from(&headers).unwrap_err();
        assert_eq!(error.code(), "header.duplicate");
        assert_eq!(Scheme::bearer().extract_from(&headers).unwrap_err().code(), "header.missing");
    }

    #[test]
    fn existing_headers_are_replaced_only_if_every_new_header_is_valid() {
        let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
        let mut headers = HeaderMap::new();
        headers.append("api_key", "old".parse().unwrap());
        headers.append("api_key", "older".parse().unwrap());
        headers.append("api-key", "oldest".parse().unwrap());
        let alone = Credentials::new(Secret::new("k"));
        assert!(pair.apply_to(&mut headers, &alone).is_err());
        assert_eq!(headers.get_all("api_key").iter().count(), 2);
        let both = alone.with_token(Secret::new("t"));
        pair.apply_to(&mut headers, &both).unwrap();
        assert_eq!(pair.extract_from(&headers).unwrap(), both);
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn header_lines_keep_their_order() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "192.0.2.1".parse().unwrap());
        headers.append("x-forwarded-for", "203.0.113.7".parse().unwrap());
        let trust = Trust::x_forwarded_for([Network::parse("10.0.0.0/8").unwrap()]);
        let client = client_ip_in("10.0.0.1".parse().unwrap(), &headers, &trust).unwrap();
        assert_eq!(client, "203.0.113.7".parse::<core::net::IpAddr>().unwrap());
    }
}
