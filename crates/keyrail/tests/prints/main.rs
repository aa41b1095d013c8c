//! Nothing that holds a secret prints a piece of it: every public type of the
//! library, in every way in which Rust prints.
//!
//! The list of types is read from the sources, so that a new one is walked
//! here, or said to hold no secret, before it ships.
// Of a test: it reads the sources that it speaks of.
#![allow(clippy::disallowed_methods)]

use std::any::type_name_of_val;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

use keyrail::access::{Access, KeyRecord, Scope};
use keyrail::header::{Credentials, Scheme};
use keyrail::key::{Alphabet, Digest, KeyFormat, KeyFormatSet, MaskPolicy, Pepper, Segment};
use keyrail::platform::{Call, Platform, TokenSession};
use keyrail::redact::{Redactor, is_credential_header};
use keyrail::route::{Context, Message, MessageReader, RouteTable, Scratch, Value};
use keyrail::url::{BaseUrl, BaseUrlTemplate, UrlTemplate};
use keyrail::webhook::{Signer, Verifier, check_target};
use keyrail::{
    EventPattern, Gateway, HeaderText, HeaderValue, InboundCall, Network, OutboundCall, Request,
    Response, Secret, Secrets, Timestamp,
};

/// Prints a value in every way, and looks for each of its secrets.
macro_rules! walk {
    ($walked:expr, $value:expr, [$($secret:expr),* $(,)?]) => {
        match $value {
            value => {
                let mut printed = (&Printer(&value)).debugged();
                printed.extend((&Printer(&value)).displayed());
                printed.extend((&Printer(&value)).caused());
                let name = type_name_of_val(&value);
                for text in &printed {
                    $(assert_hides(text, $secret, name);)*
                }
                $walked.insert(type_of(name));
            }
        }
    };
}

/// Walks the error of a call that was given secrets where they do not belong.
macro_rules! refuse {
    ($walked:expr, $result:expr, [$($secret:expr),* $(,)?]) => {{
        let error = $result.map(drop).unwrap_err();
        walk!($walked, error.clone(), [$($secret),*]);
        walk!($walked, keyrail::Error::from(error), [$($secret),*]);
    }};
}

mod errors;
mod values;

/// Types that hold no secret, by crate. What a configuration says is none:
/// secrets are beside it.
const HOLD_NONE: &[(&str, &[&str])] = &[
    (
        "keyrail_core",
        &[
            // What configurations are read with.
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
            // Codes, and values that anyone may know.
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
            "Segment",
        ],
    ),
    ("keyrail_redact", &["Confidence", "FindingKind"]),
    ("keyrail_header", &["ChallengeError", "ErrorKind", "Scheme", "Trust", "Variant"]),
    ("keyrail_webhook", &["ErrorKind"]),
    (
        "keyrail_filter",
        &[
            "Bounds",
            "Choices",
            "Condition",
            "ErrorKind",
            // What a failure says, it quotes, as text alone: see the test below.
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
            // What an explanation says, it quotes, as text alone: see the test
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
            "Denial",
            "DenialKind",
            "ErrorKind",
            "Grant",
            "ReadDigest",
            "ReadRecord",
            "Scope",
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
/// A webhook's secret, without its mark.
const HOOK: &str = "cFdVNmJ4OHpLcTJtTjRoWXQ3dlJjM0Rq";
/// What it stands for.
const HOOK_BYTES: &str = "pWU6bx8zKq2mN4hYt7vRc3Dj";
const BODY: &str = "gW1eCr8TkUy5SaXvIb0l";
const NO_HEADERS: &[(&str, &str)] = &[];
const QUERY: &str = "Nh6PoFq3DmLz9JwEtY7c";
/// Too weak and too short for anything but rejection.
const SHORT: &str = "k7-Qp.2_Zr";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T12:00:00Z").unwrap()
}

fn hook() -> Secret {
    Secret::new(format!("whsec_{HOOK}"))
}

/// A key of Keyrail's format, and the part of it that may not be seen.
fn key() -> (String, String) {
    let key = KeyFormat::keyrail().generate("live", &[9; 32]).unwrap();
    (key.reveal().into(), key.reveal()[21..].into())
}

/// Types by crate and name.
type Types = BTreeSet<(String, String)>;

/// A value that may or may not be printed.
struct Printer<'a, T>(&'a T);

/// Of what is printed as `{:?}`: its printed forms, and the panics of those
/// who unwrap it.
trait Debugged {
    fn debugged(&self) -> Vec<String>;
}

impl<T: Debug> Debugged for Printer<'_, T> {
    fn debugged(&self) -> Vec<String> {
        let value = self.0;
        let panics: [&dyn Fn(); 2] = [&|| err(value).unwrap(), &|| err(value).expect("a value")];
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

/// What somebody unwraps who should not.
fn err<T>(value: T) -> Result<(), T> {
    Err(value)
}

/// Of what is printed as `{}`.
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

/// Of an error: what is after it.
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

/// What cannot be printed is not: a call with a reference more than the traits
/// above need finds these where they do not hold.
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
    // The hook would print what is looked at here.
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let payload = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    set_hook(hook);
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().map(ToString::to_string).unwrap(),
    }
}

/// The crate and the name of a type.
fn type_of(name: &str) -> (String, String) {
    let path = name.split('<').next().unwrap();
    let (of, name) = (path.split("::").next().unwrap(), path.rsplit("::").next().unwrap());
    (of.into(), name.into())
}

/// No four characters of the secret are in the text, as they are or as bytes
/// are printed.
fn assert_hides(text: &str, secret: &str, whose: &str) {
    for four in secret.as_bytes().windows(4) {
        let numbers = |number: &dyn Fn(&u8) -> String, between: &str| {
            four.iter().map(number).collect::<Vec<_>>().join(between)
        };
        let forms = [
            String::from_utf8_lossy(four).into_owned(),
            numbers(&|byte| format!("{byte}"), ", "),
            numbers(&|byte| format!("{byte:x}"), ", "),
            numbers(&|byte| format!("{byte:02x}"), ""),
            numbers(&|byte| format!("{byte:02X}"), ""),
            numbers(&|byte| format!("%{byte:02X}"), ""),
        ];
        // The form is not shown: it is a piece of the secret.
        assert!(forms.iter().all(|form| !text.contains(form)), "{whose} shows a piece of a secret");
    }
}

#[test]
fn every_public_type_hides_its_secrets_or_holds_none() {
    let mut walked = BTreeSet::new();
    values::walk(&mut walked);
    errors::walk(&mut walked);

    let public = public_types();
    let none: Types = HOLD_NONE
        .iter()
        .flat_map(|(of, names)| names.iter().map(|name| ((*of).into(), (*name).into())))
        .collect();
    let unlisted: Vec<_> =
        public.iter().filter(|name| !walked.contains(*name) && !none.contains(*name)).collect();
    assert!(unlisted.is_empty(), "walk these, or say that they hold no secret: {unlisted:?}");
    let gone: Vec<_> = none.difference(&public).chain(walked.difference(&public)).collect();
    assert!(gone.is_empty(), "these are no public types: {gone:?}");
    let both: Vec<_> = none.intersection(&walked).collect();
    assert!(both.is_empty(), "these are walked, and said to hold no secret: {both:?}");
}

/// Whoever asks for an explanation's text has the message already; what is
/// printed on the way to a log quotes nothing of it.
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

/// `pub struct` and `pub enum` at the left margin of every source file.
fn public_types() -> Types {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut types = BTreeSet::new();
    for of in fs::read_dir(crates).unwrap().map(|entry| entry.unwrap()) {
        let name = of.file_name().into_string().unwrap().replace('-', "_");
        if of.file_type().unwrap().is_dir() {
            gather_crate(&of.path().join("src"), &name, &mut types);
        }
    }
    assert!(types.len() > 60);
    types.remove(&("keyrail".into(), "Readme".into())); // a doctest
    types
}

/// Gathers the types of a crate, without those of its hidden modules that it does not
/// re-export: nobody outside of Keyrail can name these.
fn gather_crate(source: &Path, of: &str, types: &mut Types) {
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
            true => gather(&entry.path(), of, &mut of_module),
            false => gather_file(&entry.path(), of, &mut of_module),
        }
        let is_hidden = hidden.contains(&module.as_str());
        let is_public =
            |(_, name): &(String, String)| !is_hidden || exported.contains(name.as_str());
        types.extend(of_module.into_iter().filter(is_public));
    }
}

fn gather(directory: &Path, of: &str, types: &mut Types) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap()) {
        match entry.file_type().unwrap().is_dir() {
            true => gather(&entry.path(), of, types),
            false => gather_file(&entry.path(), of, types),
        }
    }
}

fn gather_file(file: &Path, of: &str, types: &mut Types) {
    for line in fs::read_to_string(file).unwrap().lines() {
        let declared = ["pub struct ", "pub enum ", "pub union "]
            .iter()
            // Within `error_kinds!` they are indented.
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

/// What a careless type would do, so that the walk is known to see it.
mod careless {
    #[derive(Debug)]
    pub struct Debugged(#[allow(dead_code)] pub Vec<u8>);

    pub struct Displayed(pub &'static str);

    impl std::fmt::Display for Displayed {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            // The first characters alone are a piece too.
            write!(f, "{:.4}…", self.0)
        }
    }

    pub struct Silent;
}

#[test]
fn the_walk_detects_a_type_that_shows_a_secret() {
    let sees = |walk: &dyn Fn()| message_of(walk).contains("shows a piece of a secret");
    let walked = || Types::new();
    assert!(sees(&|| walk!(&mut walked(), careless::Debugged(TOKEN.into()), [TOKEN])));
    assert!(sees(&|| walk!(&mut walked(), careless::Displayed(TOKEN), [TOKEN])));
    assert!(sees(&|| walk!(&mut walked(), HeaderValue::new(TOKEN).unwrap(), [TOKEN])));
    let mut walked = walked();
    walk!(&mut walked, careless::Silent, [TOKEN]);
    walk!(&mut walked, careless::Displayed(TOKEN), [PEPPER]);
    assert_eq!(walked.len(), 2);
}
