//! Behaviour of target checks: which URLs are accepted, and the code of each rejection, usually
//! with its offset.

use keyrail_webhook::{MAX_TARGET, check_target, check_target_with_loopback};
use proptest::prelude::*;

fn rejection(url: &str) -> (&'static str, Option<usize>) {
    rejection_of(url, false)
}

fn rejection_of(url: &str, loopback_allowed: bool) -> (&'static str, Option<usize>) {
    let check = if loopback_allowed { check_target_with_loopback } else { check_target };
    match check(url) {
        Ok(()) => panic!("accepted: {url}"),
        Err(error) => (error.code(), error.offset()),
    }
}

#[test]
fn public_hosts_with_port_path_and_query_are_accepted() {
    for url in [
        "https://desk.example/hook",
        "https://desk.example",
        "https://desk.example?x=1",
        "HTTPS://Desk.EXAMPLE:8443/a%20b/c;d=1?x=%C3%A9&y=/?",
        "https://xn--bcher-kva.example/",
        "https://1and1.example/",
        "https://9.9.9.9/",
        "https://[2620:fe::fe]:443/hook",
        "https://localhost.example.com/",
        "https://a.notlocal/",
        "https://desk.example:65535/",
    ] {
        assert_eq!(check_target(url), Ok(()), "{url}");
    }
}

#[test]
fn urls_that_do_not_start_with_https_are_rejected() {
    for url in [
        "",
        "desk.example",
        "//desk.example",
        "https:desk.example",
        "https:/desk.example",
        "ftp://desk.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        " https://desk.example",
        "http://desk.example/",
        "http://localhost/",
    ] {
        assert_eq!(rejection(url), ("webhook.target_scheme", Some(0)), "{url}");
    }
}

#[test]
fn userinfo_and_fragment_are_rejected_at_their_offset() {
    for (url, offset) in [
        ("https://u@desk.example/", 9),
        ("https://u:p@desk.example/", 11),
        ("https://@desk.example/", 8),
        ("https://desk.example\\@127.0.0.1/", 21),
    ] {
        assert_eq!(rejection(url), ("webhook.target_userinfo", Some(offset)), "{url}");
    }
    for (url, offset) in [("https://desk.example/#", 21), ("https://desk.example#@127.0.0.1/", 20)]
    {
        assert_eq!(rejection(url), ("webhook.target_fragment", Some(offset)), "{url}");
    }
    assert_eq!(check_target("https://desk.example/@me"), Ok(()));
}

#[test]
fn hosts_that_other_parsers_may_read_differently_are_rejected() {
    for host in [
        "",
        ".",
        "desk..example",
        "desk.example.",
        ".desk.example",
        "-desk.example",
        "desk-.example",
        "de_sk.example",
        "desk%2Eexample",
        "b\u{fc}cher.example",
        "desk example",
        "desk.example\\a",
        "desk.example\t",
        "\u{ff11}27.0.0.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "127.0.0.01",
        "127.0.0.0x1",
        "1.2.3.4.5",
        "256.1.1.1",
        "a.1",
        "example.0x",
        "[::1",
        "[::1]x",
        "::1",
        "[127.0.0.1]",
        "[fe80::1%25eth0]",
        "[::1]]",
        "[]",
    ] {
        let url = format!("https://{host}/");
        assert_eq!(rejection(&url).0, "webhook.target_host", "{host}");
    }
}

#[test]
fn non_public_hosts_are_rejected() {
    for host in [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "localhost",
        "LocalHost",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "METADATA.Google.Internal",
        "db.internal",
        "nas.home.arpa",
        "a.localdomain",
        "intranet",
    ] {
        let url = format!("https://{host}:8443/latest");
        assert_eq!(rejection(&url), ("webhook.target_private", Some(8)), "{host}");
    }
}

#[test]
fn invalid_ports_are_rejected() {
    for port in ["", "0", "0443", "65536", "99999999999999999999", "+443", "44a", "443:443", " 443"]
    {
        let url = format!("https://desk.example:{port}/");
        assert_eq!(rejection(&url), ("webhook.target_port", Some(20)), "{port}");
    }
}

#[test]
fn characters_not_allowed_in_a_url_are_rejected_at_their_offset() {
    for tail in [
        " ",
        "\t",
        "\n",
        "\r\nHost: a",
        "\0",
        "\u{7f}",
        "<",
        ">",
        "\"",
        "\\",
        "^",
        "`",
        "{",
        "|",
        "}",
        "[",
        "]",
        "é",
        "%",
        "%2",
        "%2g",
        "%zz",
    ] {
        let url = format!("https://desk.example/a?{tail}");
        assert_eq!(rejection(&url), ("webhook.target_malformed", Some(23)), "{tail:?}");
    }
}

#[test]
fn loopback_is_accepted_only_if_allowed() {
    for url in [
        "http://localhost:8080/hook",
        "https://localhost/",
        "http://127.0.0.1/",
        "http://127.9.9.9:1/",
        "http://[::1]:3000/",
        "https://desk.example/",
    ] {
        assert_eq!(check_target_with_loopback(url), Ok(()), "{url}");
    }
    for (url, code) in [
        ("http://desk.example/", "webhook.target_scheme"),
        ("http://10.0.0.1/", "webhook.target_scheme"),
        ("https://10.0.0.1/", "webhook.target_private"),
        ("https://a.localhost/", "webhook.target_private"),
        ("https://[::ffff:127.0.0.1]/", "webhook.target_private"),
        ("https://0.0.0.0/", "webhook.target_private"),
        ("http://localhost.evil.example/", "webhook.target_scheme"),
        ("http://u@localhost/", "webhook.target_userinfo"),
        ("http://127.1/", "webhook.target_host"),
    ] {
        assert_eq!(rejection_of(url, true).0, code, "{url}");
    }
}

#[test]
fn the_limits_are_exact() {
    let start = "https://desk.example/";
    let longest = format!("{start}{}", "a".repeat(MAX_TARGET - start.len()));
    assert_eq!(check_target(&longest), Ok(()));
    assert_eq!(rejection(&(longest + "a")), ("webhook.target_too_long", Some(MAX_TARGET)));

    let label = "a".repeat(63);
    assert_eq!(check_target(&format!("https://{label}.example/")), Ok(()));
    assert_eq!(rejection(&format!("https://{label}a.example/")).0, "webhook.target_host");
    let name = [label.as_str(), &label, &label, &label[..61]].join("."); // 253 bytes
    assert_eq!(check_target(&format!("https://{name}/")), Ok(()));
    assert_eq!(rejection(&format!("https://{name}a/")).0, "webhook.target_host");
}

proptest! {
    #[test]
    fn no_string_causes_a_panic_and_no_number_is_accepted_as_a_host(text in "(https?://)?\\PC{0,40}", number: u32) {
        let _ = check_target(&text);
        let _ = check_target_with_loopback(&text);
        for host in [format!("{number}"), format!("{number:#x}"), format!("0{number:o}")] {
            let url = format!("https://{host}/");
            prop_assert!(check_target(&url).is_err());
        }
    }
}
