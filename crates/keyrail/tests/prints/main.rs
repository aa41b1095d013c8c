//! Checks that no public type of the library prints a part of a secret with any of Rust's
//! formatting traits.
//!
//! The list of types is read from the sources. A new type must therefore be checked here, or be
//! listed as a type without secrets, before it is published.
// The test reads the repository's sources.
#![allow(clippy::disallowed_methods)]

use std::any::type_name_of_val;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

use keyrail::access::{
    Access, Actor, AuditChain, Checkpoint, KeyRecord, KeySource, NewKey, Policy, Scope,
};
use keyrail::header::{Credentials, Scheme};
use keyrail::key::{Alphabet, Digest, KeyFormat, KeyFormatSet, MaskPolicy, Pepper, Segment};
use keyrail::platform::{Call, Platform, TokenSession};
use keyrail::redact::{Redactor, is_credential_header};
use keyrail::route::{Context, Message, MessageReader, RouteTable, Scratch, Value};
use keyrail::url::{BaseUrl, BaseUrlTemplate, UrlTemplate};
use keyrail::webhook::{
    ReceivePolicy, Receiver, Signer, Verifier, check_target, generate_private_key,
};
use keyrail::{
    EventPattern, Gateway, HeaderText, HeaderValue, InboundCall, Network, OutboundCall, Request,
    Response, Secret, Secrets, Timestamp,
};

/// Prints a value in all forms, and checks that no form contains a part of a secret.
macro_rules! check_prints {
    ($checked:expr, $value:expr, [$($secret:expr),* $(,)?]) => {
        match $value {
            value => {
                let mut printed = (&Printer(&value)).debugged();
                printed.extend((&Printer(&value)).displayed());
                printed.extend((&Printer(&value)).caused());
                let name = type_name_of_val(&value);
                for text in &printed {
                    $(assert_hides(text, $secret, name);)*
                }
                $checked.insert(type_of(name));
            }
        }
    };
}

/// Checks that the error of a call prints no part of the secrets in its arguments.
macro_rules! check_error {
    ($checked:expr, $result:expr, [$($secret:expr),* $(,)?]) => {{
        let error = $result.map(drop).unwrap_err();
        check_prints!($checked, error.clone(), [$($secret),*]);
        check_prints!($checked, keyrail::Error::from(error), [$($secret),*]);
    }};
}

mod errors;
mod values;

/// The types that contain no secrets, by crate. The content of a configuration is not
/// secret, because its secrets are passed separately.
const WITHOUT_SECRETS: &[(&str, &[&str])] = &[
    (
        "keyrail_core",
        &[
            // Types for reading configurations.
            "Faults",
            "Id",
            "Checked",
            "Member",
            "Number",
            "Pairs",
            "MemberSchemas",
            "Members",
            "Schemas",
            "MemberState",
            "StringOr",
            // A writer of documents, which cannot be printed.
            "Writer",
            // Codes, and public values.
            "ConfigErrorKind",
            "ErrorKind",
            "EventPattern",
            "KindInfo",
            "Network",
            "Timestamp",
        ],
    ),
    (
        "keyrail_url",
        &["BaseUrl", "BaseUrlTemplate", "EncodeSet", "ErrorKind", "TemplateValue", "UrlTemplate"],
    ),
    (
        "keyrail_key",
        &[
            "Alphabet",
            "Checksum",
            "Environments",
            "ErrorKind",
            "Hint",
            "KeyFormat",
            "KeyFormatBuilder",
            "KeyFormatSet",
            "Lengths",
            "MaskPolicy",
            "SaltPosition",
            "Segment",
        ],
    ),
    ("keyrail_redact", &["Confidence", "FindingKind"]),
    ("keyrail_header", &["ChallengeError", "ErrorKind", "Scheme", "Trust", "Variant"]),
    (
        "keyrail_webhook",
        &[
            "ClaimState",
            "DeadReason",
            "DeliveryClaim",
            "DeliveryFailure",
            "DeliveryOutcome",
            "DeliveryResult",
            "DeliveryState",
            "DisabledReason",
            "EndpointActivity",
            "EndpointEvent",
            "EndpointHealth",
            "EndpointStatus",
            "ErrorKind",
            "GiveUp",
            "HeaderNames",
            "HealthChange",
            "HealthPolicy",
            "NoResponse",
            "ReadScheme",
            "ReceivePolicy",
            "ReceiveResult",
            "RetryPolicy",
            "Scheme",
            "Settled",
            // A request that the caller has. It cannot be printed.
            "SignedRequest",
            "VerifiedRequest",
        ],
    ),
    (
        "keyrail_filter",
        &[
            "Bounds",
            "Choices",
            "Condition",
            "ErrorKind",
            // Only the `Display` output of a failure quotes the message: see the test below.
            "Failure",
            "Keyword",
            "Operand",
            "Text",
        ],
    ),
    (
        "keyrail_route",
        &[
            "App",
            "Assignment",
            "Builder",
            "SelectedBy",
            "Change",
            "Channel",
            "Context",
            "Day",
            "Decision",
            "DecisionKind",
            "DecisionRef",
            "ErrorKind",
            // Only the `Display` output of an explanation quotes the message: see the test
            // below.
            "Explanation",
            "Finding",
            "HeldCause",
            "Hours",
            "Mismatch",
            "Outcome",
            "Queue",
            "ReadTopology",
            "Reason",
            "RouteTable",
            "Rule",
            "RuleReport",
            "Selection",
            "Trace",
            "Webhook",
        ],
    ),
    (
        "keyrail_access",
        &[
            "Access",
            "AccessRequest",
            "Action",
            "Actor",
            "AuditFault",
            "AuditFaultKind",
            "AuditReport",
            "Author",
            "Authority",
            "CalendarUnit",
            "Change",
            "Checkpoint",
            "Consumption",
            "Denial",
            "DenialKind",
            "ErrorKind",
            "Expiry",
            "ExpiryAlert",
            "Grant",
            "KeyEvent",
            "LastUses",
            "Limit",
            "LimitOutcome",
            "LimitOwner",
            "LimitState",
            "NewKey",
            "Period",
            "Permissions",
            "Policy",
            "Quota",
            "Rate",
            "ReadDigest",
            "ReadRecord",
            "Reissue",
            "Revocation",
            "Scope",
            "Status",
            "UnusedAlert",
            "Usage",
            "UsageCount",
            "UsageCounter",
        ],
    ),
    (
        "keyrail_platform",
        &[
            "BodyKind",
            "ErrorKind",
            "ExpiryPolicy",
            "FailureKind",
            "KeyScope",
            "Operation",
            "OperationAccess",
            "Platform",
            "ResponseTraits",
            "Shape",
            "TokenSpec",
            "WebhookTraits",
        ],
    ),
    ("keyrail", &["Codes", "DeploymentErrorKind", "Direction", "Document", "GatewayErrorKind"]),
];

const TOKEN: &str = "Zq8vXw2Lm6Rt0KyB4nHs";
const PEPPER: &str = "9uJdGf3VzPcE7iQxAo5M";
/// A webhook's secret without its prefix.
const HOOK: &str = "cFdVNmJ4OHpLcTJtTjRoWXQ3dlJjM0Rq";
/// The bytes that `HOOK` encodes.
const HOOK_BYTES: &str = "pWU6bx8zKq2mN4hYt7vRc3Dj";
const BODY: &str = "gW1eCr8TkUy5SaXvIb0l";
const NO_HEADERS: &[(&str, &str)] = &[];
const QUERY: &str = "Nh6PoFq3DmLz9JwEtY7c";
/// A string that is too short and too weak for any kind of secret.
const SHORT: &str = "k7-Qp.2_Zr";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T12:00:00Z").unwrap()
}

fn hook() -> Secret {
    Secret::new(format!("whsec_{HOOK}"))
}

/// Returns a key of Keyrail's format, and the part of it that must not be printed.
fn key() -> (String, String) {
    let key = KeyFormat::keyrail().generate("live", &[9; 32]).unwrap();
    (key.reveal().into(), key.reveal()[21..].into())
}

/// A set of types. Each item is the name of a crate and the name of a type.
type Types = BTreeSet<(String, String)>;

/// A wrapper of a value. For each formatting trait that the value implements, one of the traits
/// below adds a method to the wrapper.
struct Printer<'a, T>(&'a T);

/// The forms of a value with `Debug`, such as `{:?}` and the messages of `unwrap`.
trait Debugged {
    fn debugged(&self) -> Vec<String>;
}

impl<T: Debug> Debugged for Printer<'_, T> {
    fn debugged(&self) -> Vec<String> {
        let value = self.0;
        let panics: [&dyn Fn(); 2] = [&|| err(value).unwrap(), &|| err(value).expect("a message")];
        let mut printed = vec![
            format!("{value:?}"),
            format!("{value:#?}"),
            format!("{value:x?}"),
            format!("{value:#X?}"),
            format!("{value:300?}"),
            format!("{value:.3?}"),
            format!("{:?}", Some(vec![value])),
        ];
        printed.extend(panics.map(message_of));
        printed
    }
}

/// Returns a result whose `unwrap` panics with the value.
fn err<T>(value: T) -> Result<(), T> {
    Err(value)
}

/// The forms of a value with `Display`, such as `{}`.
trait Displayed {
    fn displayed(&self) -> Vec<String>;
}

impl<T: Display> Displayed for Printer<'_, T> {
    fn displayed(&self) -> Vec<String> {
        let value = self.0;
        let panic: &dyn Fn() = &|| panic!("{value}");
        vec![
            format!("{value}"),
            format!("{value:#}"),
            format!("{value:300}"),
            format!("{value:.3}"),
            value.to_string(),
            message_of(panic),
        ]
    }
}

/// The forms of an error's sources.
trait Caused {
    fn caused(&self) -> Vec<String>;
}

impl<T: StdError> Caused for Printer<'_, T> {
    fn caused(&self) -> Vec<String> {
        let mut printed = Vec::new();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            printed.extend([format!("{error}"), format!("{error:?}")]);
            cause = error.source();
        }
        printed
    }
}

/// The fallback for a value that does not implement a formatting trait: its methods return no
/// forms. A call on `&Printer` uses a method of the traits above if the value implements the
/// formatting trait, and otherwise one of these methods.
trait Silent {
    fn debugged(&self) -> Vec<String> {
        Vec::new()
    }

    fn displayed(&self) -> Vec<String> {
        Vec::new()
    }

    fn caused(&self) -> Vec<String> {
        Vec::new()
    }
}

impl<T> Silent for &Printer<'_, T> {}

fn message_of(panics: &dyn Fn()) -> String {
    // The default hook would print the message.
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let payload = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    set_hook(hook);
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().map(ToString::to_string).unwrap(),
    }
}

/// Returns the name of a type's crate and the name of the type.
fn type_of(name: &str) -> (String, String) {
    let path = name.split('<').next().unwrap();
    let (of, name) = (path.split("::").next().unwrap(), path.rsplit("::").next().unwrap());
    (of.into(), name.into())
}

/// Checks that the text contains no four consecutive characters of the secret, whether they are
/// printed unchanged or as bytes.
fn assert_hides(text: &str, secret: &str, whose: &str) {
    for part in secret.as_bytes().windows(4) {
        let numbers = |number: &dyn Fn(&u8) -> String, between: &str| {
            part.iter().map(number).collect::<Vec<_>>().join(between)
        };
        let forms = [
            String::from_utf8_lossy(part).into_owned(),
            numbers(&|byte| format!("{byte}"), ", "),
            numbers(&|byte| format!("{byte:x}"), ", "),
            numbers(&|byte| format!("{byte:02x}"), ""),
            numbers(&|byte| format!("{byte:02X}"), ""),
            numbers(&|byte| format!("%{byte:02X}"), ""),
        ];
        // This message does not quote the form, because the form is a part of the secret.
        assert!(forms.iter().all(|form| !text.contains(form)), "{whose} shows a part of a secret");
    }
}

#[test]
fn every_public_type_hides_its_secrets_or_contains_none() {
    let mut checked = BTreeSet::new();
    values::check_all(&mut checked);
    errors::check_all(&mut checked);

    let public = public_types();
    let without: Types = WITHOUT_SECRETS
        .iter()
        .flat_map(|(of, names)| names.iter().map(|name| ((*of).into(), (*name).into())))
        .collect();
    let unlisted: Vec<_> =
        public.iter().filter(|name| !checked.contains(*name) && !without.contains(*name)).collect();
    assert!(
        unlisted.is_empty(),
        "check these, or list them as types without secrets: {unlisted:?}"
    );
    let gone: Vec<_> = without.difference(&public).chain(checked.difference(&public)).collect();
    assert!(gone.is_empty(), "these are not public types: {gone:?}");
    let both: Vec<_> = without.intersection(&checked).collect();
    assert!(
        both.is_empty(),
        "these are checked, but also listed as types without secrets: {both:?}"
    );
}

/// The `Display` output of an explanation is for a caller that has the message. Its `Debug` output
/// may be written to a log, so that output does not quote the message.
#[test]
fn only_the_display_of_an_explanation_quotes_the_message() {
    let topology = r#"{"channels": [{"id": "wa", "kind": "whatsapp"}], "queues": [{"id": "q"}],
        "rules": [{"id": "r", "when": {"exact": {"text": "x"}}, "queue": "q"}]}"#;
    let table = RouteTable::from_json(topology).unwrap();
    let message = Message::new("wa").unwrap().with("text", BODY).unwrap();
    let explanation = table.explain(&message, &Context::default(), 1).unwrap();
    assert!(explanation.to_string().contains(BODY));
    let mut printed = Printer(&explanation).debugged();
    let report = &explanation.rules[0];
    printed.extend(Printer(report).debugged());
    printed.extend(Printer(report.failure.as_ref().unwrap()).debugged());
    printed.iter().for_each(|text| assert_hides(text, BODY, "an explanation"));
}

/// Returns the public types that the source files of all crates declare.
fn public_types() -> Types {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut types = BTreeSet::new();
    for folder in fs::read_dir(crates).unwrap().map(|entry| entry.unwrap()) {
        let name = folder.file_name().into_string().unwrap().replace('-', "_");
        if folder.file_type().unwrap().is_dir() {
            collect_crate(&folder.path().join("src"), &name, &mut types);
        }
    }
    assert!(types.len() > 60);
    types.remove(&("keyrail".into(), "Readme".into())); // a doctest
    types
}

/// Collects the types of a crate. Other projects should not use the types of a hidden module, so
/// these types are omitted unless the crate re-exports them.
fn collect_crate(source: &Path, of: &str, types: &mut Types) {
    let root = fs::read_to_string(source.join("lib.rs")).unwrap();
    let hidden = root.split("#[doc(hidden)]\npub mod ").skip(1);
    let hidden: Vec<_> = hidden.filter_map(|rest| rest.split(';').next()).collect();
    let exported: BTreeSet<_> = root
        .split("pub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .collect();
    for entry in fs::read_dir(source).unwrap().map(|entry| entry.unwrap()) {
        let module = entry.path().file_stem().unwrap().to_str().unwrap().to_owned();
        let mut of_module = BTreeSet::new();
        match entry.file_type().unwrap().is_dir() {
            true => collect_folder(&entry.path(), of, &mut of_module),
            false => collect_file(&entry.path(), of, &mut of_module),
        }
        let is_hidden = hidden.contains(&module.as_str());
        let is_public =
            |(_, name): &(String, String)| !is_hidden || exported.contains(name.as_str());
        types.extend(of_module.into_iter().filter(is_public));
    }
}

fn collect_folder(directory: &Path, of: &str, types: &mut Types) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap()) {
        match entry.file_type().unwrap().is_dir() {
            true => collect_folder(&entry.path(), of, types),
            false => collect_file(&entry.path(), of, types),
        }
    }
}

fn collect_file(file: &Path, of: &str, types: &mut Types) {
    for line in fs::read_to_string(file).unwrap().lines() {
        let declared = ["pub struct ", "pub enum ", "pub union "]
            .iter()
            // Types within `error_kinds!` are indented.
            .find_map(|keyword| line.trim_start().strip_prefix(keyword));
        if let Some(rest) = declared.filter(|rest| !rest.starts_with('$')) {
            let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap();
            types.insert((of.into(), name.into()));
        }
    }
}

fn deployment(digest: &str) -> String {
    format!(
        r#"{{
          "platform": "mehery", "variables": {{"domain": "abcorp"}},
          "keys": [{{"id": "k", "app": "desk", "scope": "read_write",
                     "digests": [{{"digest": "{digest}"}}]}}],
          "topology": {{
            "channels": [{{"id": "wa", "kind": "whatsapp", "queue": "support"}}],
            "queues": [{{"id": "support", "app": "desk"}}],
            "apps": [{{"id": "desk", "webhooks": ["hook"]}}],
            "webhooks": [{{"id": "hook", "url": "https://desk.example/hook", "events": ["*"]}}]
          }}
        }}"#
    )
}

fn secrets() -> Secrets {
    let pepper = Secret::new(PEPPER);
    Secrets::new().with("webhook:hook", [hook()]).with("pepper:p1", [pepper])
}

/// Types to test the checks with: two that show a secret, and one that prints nothing.
mod careless {
    #[derive(Debug)]
    pub struct Debugged(#[allow(dead_code)] pub Vec<u8>);

    pub struct Displayed(pub &'static str);

    impl std::fmt::Display for Displayed {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            // The first four characters are enough to be detected.
            write!(f, "{:.4}…", self.0)
        }
    }

    pub struct Silent;
}

#[test]
fn the_check_detects_a_type_that_shows_a_secret() {
    let detects = |check: &dyn Fn()| message_of(check).contains("shows a part of a secret");
    let checked = || Types::new();
    assert!(detects(&|| check_prints!(&mut checked(), careless::Debugged(TOKEN.into()), [TOKEN])));
    assert!(detects(&|| check_prints!(&mut checked(), careless::Displayed(TOKEN), [TOKEN])));
    assert!(detects(&|| check_prints!(&mut checked(), HeaderValue::new(TOKEN).unwrap(), [TOKEN])));
    let mut checked = checked();
    check_prints!(&mut checked, careless::Silent, [TOKEN]);
    check_prints!(&mut checked, careless::Displayed(TOKEN), [PEPPER]);
    assert_eq!(checked.len(), 2);
}
