//! Reads schemes from JSON.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyrail_core::config::{Checked, Faults, MemberState, in_range, json, range_schema};
use keyrail_core::is_token;

use super::MAX_PARTS;
use super::part::Part;
use super::place::{Place, Unit, Value, is_pointer};
use crate::ErrorKind;
use crate::secret::BASE64;

/// The tolerance if a scheme has none, in seconds.
const DEFAULT_TOLERANCE_SECONDS: u32 = 300;
/// The range of a tolerance, in seconds.
const TOLERANCES: core::ops::RangeInclusive<i64> = 1..=86_400;
/// The characters that may separate the items of a list. None of them occurs in a signature.
const SEPARATORS: &str = " ,;|";
/// The characters whose escapes may be decoded: those that have no special meaning in a query.
const UNESCAPED: &str = ":/?@!$'()*,;";
/// The maximum length of a prefix and of the name of a pair or of a query's parameter, in bytes.
const MAX_TEXT: usize = 64;

/// How a signature is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    HmacSha1,
    HmacSha256,
    HmacSha512,
    Ed25519,
    /// The signature is the secret itself.
    Static,
}

impl Algorithm {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("hmac-sha1", Self::HmacSha1),
        ("hmac-sha256", Self::HmacSha256),
        ("hmac-sha512", Self::HmacSha512),
        ("ed25519", Self::Ed25519),
        ("static", Self::Static),
    ];
}

/// How a secret is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum KeyEncoding {
    #[default]
    Utf8,
    Hex,
    Base64,
}

impl KeyEncoding {
    const WORDS: &'static [(&'static str, Self)] =
        &[("utf8", Self::Utf8), ("hex", Self::Hex), ("base64", Self::Base64)];
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Base64,
    Text,
}

impl Encoding {
    const WORDS: &'static [(&'static str, Self)] =
        &[("hex", Self::Hex), ("base64", Self::Base64), ("text", Self::Text)];

    pub(super) fn encode(self, signature: &[u8]) -> String {
        match self {
            Self::Hex => signature.iter().map(|byte| alloc::format!("{byte:02x}")).collect(),
            Self::Base64 => STANDARD.encode(signature),
            Self::Text => String::from_utf8_lossy(signature).into_owned(),
        }
    }

    pub(super) fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => decode_hex(text.as_bytes()),
            Self::Base64 => BASE64.decode(text).ok(),
            Self::Text => Some(text.into()),
        }
    }
}

/// Decodes hexadecimal digits of either case.
pub(super) fn decode_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    // The capacity is enough, so no copy of a secret is left behind.
    let mut bytes = Vec::with_capacity(pairs.len());
    for [high, low] in pairs {
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(bytes)
}

/// A scheme as it was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) algorithm: Algorithm,
    pub(super) key_encoding: KeyEncoding,
    pub(super) signature: Value,
    pub(super) encoding: Encoding,
    pub(super) timestamp: Option<(Value, Unit)>,
    pub(super) id: Option<Value>,
    pub(super) signed: Vec<Part>,
    /// The name of the query's parameter that contains the SHA-256 of the body.
    pub(super) body_digest: Option<String>,
    /// The characters whose escapes are decoded in the URL's query before it is signed.
    pub(super) url_unescape: String,
    tolerance_seconds: u32,
}

impl Declared {
    pub(super) const fn tolerance_ms(&self) -> i64 {
        self.tolerance_seconds as i64 * 1000
    }

    /// Adds a fault for each part from which it does not follow where the part before it ends.
    fn check_separators(&self, faults: &Faults) {
        let is_rfc3339 = matches!(self.timestamp, Some((_, Unit::Rfc3339)));
        let is_of_time =
            |byte: u8| byte.is_ascii_digit() || is_rfc3339 && b"-:.+TZ".contains(&byte);
        for (index, pair) in self.signed.windows(2).enumerate() {
            let [part, next] = pair else { continue };
            let kind = match (part, next) {
                (Part::Literal(_), _) => continue,
                (Part::Url, Part::Literal(text)) if text.bytes().all(is_of_url) => {
                    ErrorKind::AmbiguousSeparator
                }
                (Part::Timestamp, Part::Literal(text)) if text.bytes().all(is_of_time) => {
                    ErrorKind::AmbiguousSeparator
                }
                (_, Part::Literal(text)) if has_border(text) => ErrorKind::AmbiguousSeparator,
                (part, Part::Literal(_)) if part.is_content() && self.signed.len() > index + 3 => {
                    ErrorKind::ContentNotLast
                }
                (_, Part::Literal(_)) => continue,
                _ => ErrorKind::NoSeparator,
            };
            faults.add_kind_below(format_args!("/signed/{}", index + 1), kind);
        }
    }
}

/// Returns whether a text ends as it begins. Such a separator could be found at two offsets that
/// overlap.
fn has_border(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..bytes.len()).any(|length| bytes.get(..length) == bytes.get(bytes.len() - length..))
}

/// Returns whether a URL may contain a byte (RFC 3986).
fn is_of_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// A scheme that was read from JSON.
#[doc(hidden)]
pub struct ReadScheme {
    declared: Declared,
    /// Whether each signed part could be read.
    is_complete: bool,
}

impl ReadScheme {
    /// Adds a fault for each part from which it does not follow where the part before it ends.
    pub(super) fn check_separators(&self, faults: &Faults) {
        if self.is_complete {
            self.declared.check_separators(faults);
        }
    }

    pub(super) fn into_declared(self) -> Declared {
        self.declared
    }
}

keyrail_core::config_object! {
    /// How a vendor signs the requests to a webhook.
    document ReadScheme as "WebhookScheme" (faults) {
        /// How the signature is computed. A `static` signature is the secret itself.
        required algorithm: Algorithm = choice(Algorithm::WORDS);
        /// How the secret is written; `utf8` if absent.
        optional key_encoding: KeyEncoding = choice(KeyEncoding::WORDS);
        /// Where the signature is.
        required signature: ReadSignature;
        /// Where the time of signing is. It must be signed, by itself or as a part of the URL or the
        /// body.
        state timestamp: ReadTimestamp;
        /// Where the id of the message is.
        state id: ReadId;
        /// The signed parts, in order: literal text, or `{method}`, `{url}`, `{body}`, `{timestamp}`,
        /// `{id}`, `{header:NAME}`, `{json:POINTER}` or `{form_sorted}`.
        state signed: Vec<Checked<Signed>> as json!({"minItems": 1, "maxItems": MAX_PARTS});
        /// A digest of the body in the URL. If the URL contains it, it is compared with the body, and
        /// `{form_sorted}` is empty.
        state body_digest: BodyDigest;
        /// The characters whose escapes are decoded in the URL's query before it is signed.
        optional url_unescape: String as json!({"maxLength": MAX_TEXT});
        /// How much the timestamp may differ from the current time, in seconds; 300 if absent.
        optional tolerance_seconds: i64 as range_schema(TOLERANCES);
    } => {
        let tolerance = in_range(
            tolerance_seconds, TOLERANCES, "tolerance_seconds", ErrorKind::MalformedTolerance, faults,
        );
        let url_unescape = url_unescape.unwrap_or_default();
        if url_unescape.len() > MAX_TEXT || !url_unescape.chars().all(|it| UNESCAPED.contains(it)) {
            faults.add_kind_below(format_args!("/url_unescape"), ErrorKind::MalformedUnescape);
        }
        let is_static = algorithm == Some(Algorithm::Static);
        let unsuitable = [
            ("key_encoding", key_encoding.is_some_and(|it| it != KeyEncoding::Utf8)),
            ("tolerance_seconds", tolerance_seconds.is_some()),
            ("url_unescape", !url_unescape.is_empty()),
            ("body_digest", !body_digest.is_absent()),
        ];
        for (member, _) in unsuitable.into_iter().filter(|(_, is_present)| is_static && *is_present) {
            faults.add_kind_below(format_args!("/{member}"), ErrorKind::UnsuitableMember);
        }
        let has_no_part = match &signed {
            MemberState::Absent => true,
            MemberState::Faulty => false,
            MemberState::Read(parts) => !parts.iter().any(|part| match part {
                Checked(Some(Signed(part))) => part.is_of_request(),
                Checked(None) => true,
            }),
        };
        match algorithm {
            Some(Algorithm::Static) if !signed.is_absent() => {
                faults.add_kind_below(format_args!("/signed"), ErrorKind::UnsuitableMember);
            }
            Some(_) if !is_static && has_no_part => {
                faults.add_kind_below(format_args!("/signed"), ErrorKind::NoPart);
            }
            _ => {}
        }
        let has = |part: Part| matches!(&signed, MemberState::Read(parts)
            if parts.iter().any(|it| matches!(it, Checked(Some(Signed(it))) if *it == part)));
        let is_known = !signed.is_faulty() && !timestamp.is_faulty() && !id.is_faulty();
        if !is_static && is_known && !body_digest.is_absent() && !has(Part::Url) {
            faults.add_kind_below(format_args!("/body_digest"), ErrorKind::UnsuitableMember);
        }
        if is_known && has(Part::Timestamp) && timestamp.is_absent() {
            faults.add_kind_below(format_args!("/timestamp"), ErrorKind::UndeclaredValue);
        }
        if is_known && has(Part::Id) && id.is_absent() {
            faults.add_kind_below(format_args!("/id"), ErrorKind::UndeclaredValue);
        }
        let is_covered = match &timestamp {
            MemberState::Read(timestamp) => match &timestamp.value.place {
                Place::Header(_) => false,
                Place::Query(_) => has(Part::Url),
                Place::Json(_) => has(Part::Body),
            },
            _ => false,
        };
        if is_known && !timestamp.is_absent() && !has(Part::Timestamp) && !is_covered {
            faults.add_kind_below(format_args!("/timestamp"), ErrorKind::UnsignedTimestamp);
        }
        let parts = signed.optional().unwrap_or_default();
        if parts.len() > MAX_PARTS {
            faults.add_kind_below(format_args!("/signed"), ErrorKind::TooManyParts);
        }
        let (algorithm, ReadSignature { value, encoding }) = (algorithm?, signature?);
        if is_static != (encoding == Encoding::Text) {
            faults.add_kind_below(format_args!("/signature/encoding"), ErrorKind::UnsuitableMember);
        }
        let timestamp = timestamp.optional();
        if timestamp.as_ref().is_some_and(|timestamp| timestamp.value.collides_with(&value)) {
            faults.add_kind_below(format_args!("/timestamp"), ErrorKind::MalformedPlace);
        }
        let id = id.optional().map(|ReadId(value)| value);
        if id.as_ref().is_some_and(|id| id.collides_with(&value)) {
            faults.add_kind_below(format_args!("/id"), ErrorKind::MalformedPlace);
        }
        // A signature cannot cover itself, and a time that is written by `sign` is `{timestamp}`.
        let of_time = timestamp.as_ref().map(|timestamp| &timestamp.value.place);
        let is_own = |part: &Part| match part {
            Part::Header(name) => [Some(&value.place), of_time]
                .into_iter()
                .flatten()
                .any(|place| matches!(place, Place::Header(other) if other == name)),
            _ => false,
        };
        let is_complete = parts.iter().all(|Checked(part)| part.is_some());
        let signed: Vec<Part> =
            parts.into_iter().filter_map(|Checked(part)| Some(part?.0)).collect();
        if signed.iter().any(is_own) || (is_static && value.list.is_some()) {
            faults.add_kind_below(format_args!("/signature"), ErrorKind::MalformedPlace);
        }
        let declared = Declared {
            algorithm,
            key_encoding: key_encoding.unwrap_or_default(),
            signature: value,
            encoding,
            timestamp: timestamp.map(|ReadTimestamp { value, unit }| (value, unit)),
            id,
            signed,
            body_digest: body_digest.optional().map(|BodyDigest(name)| name),
            url_unescape,
            tolerance_seconds: tolerance.unwrap_or(DEFAULT_TOLERANCE_SECONDS),
        };
        Some(Self { declared, is_complete })
    }
}

/// A signed part.
struct Signed(Part);

impl keyrail_core::config::Read for Signed {
    fn read<'de, D: serde::Deserializer<'de>>(
        from: D,
        faults: &Faults,
    ) -> Result<Option<Self>, D::Error> {
        let parse = |text: &str| Part::parse(text).map(Self);
        keyrail_core::config::read_text(from, faults, parse)
    }

    fn schema(_: &mut keyrail_core::config::Schemas) -> keyrail_core::config::Value {
        json!({"type": "string", "minLength": 1, "maxLength": 320})
    }
}

struct ReadSignature {
    value: Value,
    encoding: Encoding,
}

struct ReadTimestamp {
    value: Value,
    unit: Unit,
}

struct ReadId(Value);

struct BodyDigest(String);

keyrail_core::config_object! {
    /// Where the signature is: in exactly one of `header`, `query` and `json`.
    ReadSignature as "Signature" (faults) {
        /// The name of the header.
        optional header: String;
        /// The name of the parameter of the URL's query.
        optional query: String;
        /// A JSON Pointer to the value in the body.
        optional json: String;
        /// The text before the value.
        optional prefix: String;
        /// The name of the pair `name=value` that contains the value. Pairs are separated by commas,
        /// unless `separator` says otherwise.
        optional pair: String;
        /// The character that separates the items, if the place contains a list.
        optional separator: String;
        /// How the signature is written.
        required encoding: Encoding = choice(Encoding::WORDS);
    } => {
        let value = value((header, query, json), (prefix, pair, separator), faults);
        Some(Self { value: value?, encoding: encoding? })
    }
}

keyrail_core::config_object! {
    /// Where the time of signing is: in exactly one of `header`, `query` and `json`.
    ReadTimestamp as "Time" (faults) {
        /// The name of the header.
        optional header: String;
        /// The name of the parameter of the URL's query.
        optional query: String;
        /// A JSON Pointer to the value in the body.
        optional json: String;
        /// The text before the value.
        optional prefix: String;
        /// The name of the pair `name=value` that contains the value. Pairs are separated by commas,
        /// unless `separator` says otherwise.
        optional pair: String;
        /// The character that separates the items, if the place contains a list.
        optional separator: String;
        /// The unit of the time.
        required unit: Unit = choice(Unit::WORDS);
    } => {
        let value = value((header, query, json), (prefix, pair, separator), faults);
        Some(Self { value: value?, unit: unit? })
    }
}

keyrail_core::config_object! {
    /// Where the id of the message is: in exactly one of `header`, `query` and `json`.
    ReadId as "MessageId" (faults) {
        /// The name of the header.
        optional header: String;
        /// The name of the parameter of the URL's query.
        optional query: String;
        /// A JSON Pointer to the value in the body.
        optional json: String;
    } => {
        value((header, query, json), (None, None, None), faults).map(Self)
    }
}

keyrail_core::config_object! {
    /// A digest of the body: its SHA-256 in hexadecimal digits.
    BodyDigest (faults) {
        /// The name of the parameter of the URL's query that contains it.
        required query: String;
    } => {
        let query = query?;
        if !(1..=MAX_TEXT).contains(&query.len()) {
            faults.add_kind_below(format_args!("/query"), ErrorKind::MalformedPlace);
        }
        Some(Self(query))
    }
}

/// Returns where a value is.
fn value(
    (header, query, json): (Option<String>, Option<String>, Option<String>),
    (prefix, pair, separator): (Option<String>, Option<String>, Option<String>),
    faults: &Faults,
) -> Option<Value> {
    let prefix = prefix.unwrap_or_default();
    let mut separators = separator.as_deref().unwrap_or_default().chars();
    let list = separators.next().or(pair.is_some().then_some(','));
    let place = match (header, query, json) {
        (Some(name), None, None) => Place::Header(name.to_ascii_lowercase()),
        (None, Some(name), None) => Place::Query(name),
        (None, None, Some(pointer)) => Place::Json(pointer),
        _ => {
            faults.add_kind(ErrorKind::MalformedPlace);
            return None;
        }
    };
    let is_place = match &place {
        Place::Header(name) => is_token(name),
        Place::Query(name) => (1..=MAX_TEXT).contains(&name.len()),
        Place::Json(pointer) => is_pointer(pointer),
    };
    let is_pair = |name: &String| (1..=MAX_TEXT).contains(&name.len()) && is_token(name);
    let is_form = prefix.len() <= MAX_TEXT
        && prefix.bytes().all(|byte| byte.is_ascii_graphic())
        && pair.as_ref().is_none_or(is_pair)
        && separators.next().is_none()
        && separator.as_deref() != Some("")
        && list.is_none_or(|it| SEPARATORS.contains(it) && !prefix.contains(it));
    if !is_place || !is_form {
        faults.add_kind(ErrorKind::MalformedPlace);
        return None;
    }
    Some(Value { place, prefix, pair, list })
}

/// Reads a scheme that is built in, whose parts need no separators.
pub(super) fn read_built_in(text: &str) -> Option<Declared> {
    let read = keyrail_core::config::from_json::<ReadScheme>(text);
    read.ok().map(ReadScheme::into_declared)
}
