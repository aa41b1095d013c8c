//! Checks base URLs with the `url` crate, which implements the WHATWG URL standard: if `url`
//! parses a joined URL, the result has the base's origin, and its path starts with the base's
//! path.

use keyrail_url::BaseUrl;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

/// Strings that URL parsers have interpreted in different ways, and ordinary strings.
const PIECES: [&str; 36] = [
    "a", "b1", "-", "xn--", ".", "..", "%2e", "%2E", "%", "%2f", "%5c", "%00", "%09", "%252e", "/",
    "//", "\\", "\t", "\n", "\0", " ", "@", ":", "443", ";", "?", "#", "[::1]", "127.1", "0x7f",
    "https:", "é", "。", "．", "\u{ad}", "\u{202e}",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES.to_vec()), 0..5);
    prop_oneof![4 => pieces.prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// Generates base URLs. Most of them are valid.
fn base_url_text() -> impl Strategy<Value = String> {
    let valid = "https://([a-z][a-z0-9]{0,3}\\.){0,2}[a-z]{1,3}(:[1-9][0-9]{0,3})?\
                 (/[a-z.%0-9A-F@:;]{0,6}){0,3}";
    let scheme = select(vec!["https://", "HTTPS://", "http://", "https:", "//", ""]);
    let dots = prop::collection::vec(select(vec![".", "%2e", "%2E", "/", "a", "%2f"]), 0..6);
    prop_oneof![
        3 => valid,
        1 => dots.prop_map(|dots| format!("https://a.example/b/{}", dots.concat())),
        1 => (scheme, any_text(), any_text())
            .prop_map(|(scheme, host, path)| format!("{scheme}{host}/{path}")),
    ]
}

/// Parses a URL with the `url` crate. Returns `None` if the crate rejects the URL because of
/// invalid Punycode.
fn parse_with_url_crate(text: &str) -> Option<Url> {
    match Url::parse(text) {
        Ok(url) => Some(url),
        Err(error) => {
            assert!(
                error == url::ParseError::IdnaError && text.contains("xn--"),
                "{text}: {error}"
            );
            None
        }
    }
}

fn assert_within_base(base: &BaseUrl, joined: &str, segments: &[String]) {
    assert!(joined.starts_with(base.as_str()));
    let (Some(base), Some(url)) =
        (parse_with_url_crate(base.as_str()), parse_with_url_crate(joined))
    else {
        return;
    };
    assert_eq!(url.origin(), base.origin(), "{joined}");
    assert!(url.path().starts_with(base.path()), "{joined}");
    assert_eq!((url.username(), url.password()), ("", None), "{joined}");
    assert_eq!((url.query(), url.fragment()), (None, None), "{joined}");
    // Each segment is still exactly one segment of the path.
    let count = |url: &Url| url.path().matches('/').count();
    assert_eq!(count(&url), count(&base) + segments.len().saturating_sub(1), "{joined}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn joining_stays_within_the_origin_and_the_base_path(
        base in base_url_text(),
        segments in prop::collection::vec(any_text(), 0..4),
    ) {
        if let Ok(base) = BaseUrl::new_with_loopback(&base)
            && let Ok(joined) = base.join(&segments)
        {
            assert_within_base(&base, &joined, &segments);
        }
    }

    #[test]
    fn a_joined_segment_is_parsed_back_unchanged(segment in any_text()) {
        let base = BaseUrl::new("https://a.example/b/").unwrap();
        if let Ok(joined) = base.join(&[&segment]) {
            let url = Url::parse(&joined).unwrap();
            let last = url.path_segments().unwrap().next_back().unwrap();
            prop_assert_eq!(keyrail_url::decode(last).unwrap(), segment);
        }
    }

    #[test]
    fn the_url_crate_parses_the_same_host_port_and_path(base in base_url_text()) {
        if let Ok(base) = BaseUrl::new(&base)
            && let Some(url) = parse_with_url_crate(base.as_str())
        {
            prop_assert_eq!(url.scheme(), base.scheme());
            let host = url.host_str().unwrap();
            match base.host().parse::<std::net::Ipv6Addr>() {
                Ok(address) => prop_assert_eq!(host, format!("[{address}]")),
                Err(_) => prop_assert_eq!(host, base.host()),
            }
            prop_assert_eq!(url.port_or_known_default(), base.port().or(Some(443)));
            let path = base.as_str().splitn(4, '/').last().unwrap();
            prop_assert_eq!(url.path(), format!("/{path}"));
        }
    }

    #[test]
    fn a_template_value_changes_only_its_own_part(
        label in any_text(),
        host in any_text(),
        segment in any_text(),
    ) {
        let template = "https://{label}.mehery.io/xms/";
        let by_label = BaseUrl::from_template(template, &[("label", &label)]);
        if let Ok(base) = by_label
            && let Some(url) = parse_with_url_crate(base.as_str())
        {
            prop_assert!(url.host_str().unwrap().ends_with(".mehery.io"));
            prop_assert_eq!(url.path(), "/xms/");
        }
        let by_host = BaseUrl::from_template("https://{host}/v1/", &[("host", &host)]);
        if let Ok(base) = by_host
            && let Some(url) = parse_with_url_crate(base.as_str())
        {
            prop_assert_eq!(url.path(), "/v1/");
            assert_within_base(&base, base.as_str(), &[]);
        }
        let template = "https://a.example/{segment}/x/";
        let by_segment = BaseUrl::from_template(template, &[("segment", &segment)]);
        if let Ok(base) = by_segment {
            let url = Url::parse(base.as_str()).unwrap();
            prop_assert_eq!(url.host_str(), Some("a.example"));
            prop_assert!(url.path().ends_with("/x/"));
            prop_assert_eq!(url.path().matches('/').count(), 3);
        }
    }
}
