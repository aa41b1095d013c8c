//! `str::parse` for each type: values that it accepts, and the error codes of values that it
//! rejects.

use std::fmt::Debug;
use std::str::FromStr;

use keyrail::access::{
    Access, AuditEntry, Checkpoint, Expiry, KeyRecord, LastUses, Limit, LimitState, Period, Policy,
    Scope, Usage,
};
use keyrail::header::{Scheme, Trust};
use keyrail::key::{Digest, KeyFormat, KeyFormatSet, SaltPosition};
use keyrail::platform::Platform;
use keyrail::route::{Message, RouteTable};
use keyrail::url::{BaseUrl, BaseUrlTemplate, UrlTemplate};
use keyrail::webhook::{
    DeliveryClaim, DeliveryState, EndpointActivity, EndpointHealth, GiveUp, HeaderNames,
    HealthPolicy, NoResponse, ReceivePolicy, RetryPolicy,
};
use keyrail::{Error, EventPattern, Network, Timestamp};

fn code_of<T: FromStr<Err = E> + Debug, E: Into<Error>>(text: &str) -> &'static str {
    text.parse::<T>().err().map_or("", |error| error.into().code())
}

#[test]
fn from_str_parses_and_rejects_text() {
    let day: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
    assert_eq!(day.as_millis(), 1_795_867_200_000);
    assert_eq!("203.0.113.0/24".parse::<Network>().unwrap().to_string(), "203.0.113.0/24");
    assert_eq!("https://a.example/x/".parse::<BaseUrl>().unwrap().host(), "a.example");
    assert_eq!("read_write".parse::<Scope>().unwrap(), Scope::ReadWrite);
    assert_eq!("write".parse::<Access>().unwrap(), Access::Write);

    assert_eq!(code_of::<Timestamp, _>("noon"), "time.malformed");
    assert_eq!(code_of::<Network, _>("203.0.113.7/24"), "network.host_bits");
    assert_eq!(code_of::<EventPattern, _>("message.*.x"), "event.malformed_pattern");
    assert_eq!(code_of::<Digest, _>("md5:abc"), "key.unknown_algorithm");
    assert_eq!(code_of::<SaltPosition, _>("prefix"), "key.malformed_salt");
    assert_eq!(code_of::<Expiry, _>("soon"), "access.malformed_expiry");
    assert_eq!(code_of::<Period, _>("soon"), "access.malformed_period");
    assert_eq!(code_of::<Checkpoint, _>("soon"), "access.malformed_checkpoint");
    assert_eq!("svix".parse::<HeaderNames>().unwrap(), HeaderNames::Svix);
    assert_eq!(code_of::<HeaderNames, _>("Svix"), "webhook.unknown_header_names");
    assert_eq!("tls".parse::<NoResponse>().unwrap(), NoResponse::Tls);
    assert_eq!(code_of::<NoResponse, _>("TLS"), "webhook.unknown_no_response");
    assert_eq!("canceled".parse::<GiveUp>().unwrap(), GiveUp::Canceled);
    assert_eq!(code_of::<GiveUp, _>("gone"), "webhook.unknown_give_up");
    assert_eq!(code_of::<BaseUrl, _>("ftp://a.example/"), "url.scheme");
    assert_eq!(code_of::<UrlTemplate, _>("{a"), UrlTemplate::parse("{a").unwrap_err().code());
    assert_eq!(
        code_of::<BaseUrlTemplate, _>("{a"),
        BaseUrlTemplate::parse("{a").unwrap_err().code()
    );
}

#[test]
fn from_str_parses_and_rejects_configurations() {
    let codes = [
        code_of::<KeyRecord, _>("{}"),
        code_of::<Policy, _>("{}"),
        code_of::<AuditEntry, _>("{}"),
        code_of::<LastUses, _>("{}"),
        code_of::<Limit, _>("{}"),
        code_of::<LimitState, _>("{}"),
        code_of::<Usage, _>("{}"),
        code_of::<DeliveryState, _>("{}"),
        code_of::<EndpointHealth, _>("{}"),
        code_of::<EndpointActivity, _>("{}"),
        code_of::<DeliveryClaim, _>("{}"),
        code_of::<keyrail::webhook::Scheme, _>("{}"),
        code_of::<KeyFormat, _>("{}"),
        code_of::<KeyFormatSet, _>("{}"),
        code_of::<Scheme, _>("{}"),
        code_of::<Trust, _>("{}"),
        code_of::<Platform, _>("{}"),
    ];
    assert!(codes.iter().all(|code| !code.is_empty()), "{codes:?}");
    assert!("{}".parse::<RouteTable>().is_ok());
    assert_eq!("{}".parse::<RetryPolicy>(), Ok(RetryPolicy::standard()));
    assert_eq!("{}".parse::<HealthPolicy>(), Ok(HealthPolicy::standard()));
    assert_eq!("{}".parse::<ReceivePolicy>(), Ok(ReceivePolicy::standard()));
    assert_eq!(code_of::<Message, _>("{}"), Message::from_json("{}").unwrap_err().code());
}
