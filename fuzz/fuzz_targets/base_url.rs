//! Compares base URLs with the results of the `url` crate. A joined URL must have the origin of
//! its base, and its path must be below the path of the base.
//!
//! Input: lines. The first line is a base URL or, if it contains a brace, the template of a base
//! URL. After a template, the values of its variables follow. The other lines are the segments to
//! join.

#![no_main]

use std::net::Ipv6Addr;

use keyrail_url::{BaseUrl, BaseUrlTemplate, MAX_URL, decode};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    if first.contains('{') {
        let Some(template) = parse_template(first) else { return };
        let values: Vec<(&str, &str)> = template.variables().zip(lines.by_ref()).collect();
        let base = template.expand(&values);
        assert_eq!(base, BaseUrl::from_template(first, &values));
        let segments: Vec<&str> = lines.collect();
        if let Ok(base) = base {
            check_template(&template, &values, &base);
            check_base(&base);
            check_joined(&base, &segments);
        }
    } else {
        let segments: Vec<&str> = lines.collect();
        let strict = BaseUrl::new(first);
        let lenient = BaseUrl::new_with_loopback(first);
        match (&strict, &lenient) {
            (Ok(strict), Ok(lenient)) => assert_eq!(strict, lenient),
            (Ok(_), Err(error)) => panic!("{error}"),
            (Err(error), Ok(base)) => {
                assert_eq!((error.code(), error.offset()), ("url.scheme", Some(0)));
                assert_eq!(base.scheme(), "http");
            }
            (Err(error), Err(other)) => {
                assert!(other.code() == error.code() || error.code() == "url.scheme");
                let offset = other.offset().unwrap();
                assert!(offset <= first.len() && first.is_char_boundary(offset));
            }
        }
        if let Ok(base) = lenient {
            check_base(&base);
            check_joined(&base, &segments);
        }
    }
});

fn parse_template(text: &str) -> Option<BaseUrlTemplate> {
    match BaseUrlTemplate::parse(text) {
        Ok(template) => Some(template),
        Err(error) => {
            let offset = error.offset().unwrap();
            assert!(offset <= text.len() && text.is_char_boundary(offset), "{}", error.code());
            None
        }
    }
}

/// Checks that the values do not change the number of segments.
fn check_template(template: &BaseUrlTemplate, values: &[(&str, &str)], base: &BaseUrl) {
    let slashes = |text: &str| text.trim_end_matches('/').matches('/').count();
    // A leading `https://` in the value of a host is dropped. All remaining slashes in a value are
    // escaped.
    assert_eq!(slashes(base.as_str()), slashes(template.as_str()), "{template} {values:?}");
    assert_eq!(template.variables().count(), values.len());
}

/// Parses a base with the `url` crate. Returns `None` if that crate rejects a label.
fn parse_url(text: &str) -> Option<Url> {
    match Url::parse(text) {
        Ok(url) => Some(url),
        // The `url` crate checks labels in Punycode. Keyrail does not decode them.
        Err(url::ParseError::IdnaError) if text.contains("xn--") => None,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn check_base(base: &BaseUrl) {
    let text = base.as_str();
    assert!(text.len() <= MAX_URL);
    assert!(text.ends_with('/'));
    assert_eq!(&BaseUrl::new_with_loopback(text).unwrap(), base);
    let Some(url) = parse_url(text) else { return };
    assert_eq!(url.scheme(), base.scheme());
    assert!(base.scheme() == "https" || is_loopback(&url));
    assert_plain(&url);
    let port = base.port().or(if base.scheme() == "https" { Some(443) } else { Some(80) });
    assert_eq!(url.port_or_known_default(), port);
    match url.host().unwrap() {
        url::Host::Domain(domain) => assert_eq!(domain, base.host()),
        url::Host::Ipv4(address) => assert_eq!(address.to_string(), base.host()),
        url::Host::Ipv6(address) => {
            assert_eq!(Ok(address), base.host().parse::<Ipv6Addr>());
        }
    }
    let path = text.splitn(4, '/').last().unwrap();
    assert_eq!(url.path().strip_prefix('/'), Some(path), "the `url` crate changed the path");
}

fn check_joined(base: &BaseUrl, segments: &[&str]) {
    let joined = match base.join(segments) {
        Ok(joined) => joined,
        Err(error) => {
            let codes = [
                "url.empty_segment",
                "url.dot_segment",
                "url.backslash",
                "url.control_character",
                "url.too_long",
            ];
            assert!(codes.contains(&error.code()));
            return;
        }
    };
    let rest = joined.strip_prefix(base.as_str()).expect("the joined URL has another base");
    let decoded: Vec<_> = rest.split('/').map(|segment| decode(segment).unwrap()).collect();
    assert_eq!(decoded, if segments.is_empty() { &[""] } else { segments });
    let (Some(base), Some(url)) = (parse_url(base.as_str()), parse_url(&joined)) else { return };
    assert_eq!(url.origin(), base.origin());
    assert_plain(&url);
    assert_eq!(url.path().strip_prefix(base.path()), Some(rest), "the path is not below the base");
}

fn assert_plain(url: &Url) {
    assert_eq!((url.username(), url.password()), ("", None));
    assert_eq!((url.query(), url.fragment()), (None, None));
    assert!(!url.cannot_be_a_base());
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(domain)) => domain == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
