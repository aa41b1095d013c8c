//! Random declarations, and the keys that they allow, by a second implementation that does not
//! use the crate.

use keyrail_key::{Alphabet, Checksum, KeyFormat, Segment};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sha2::{Digest as _, Sha256};

pub const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &str = "0123456789abcdef";
const ALPHABETS: [(&str, &str); 6] = [
    ("hex", HEX),
    ("base32", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
    ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ("base62", BASE62),
    ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ("digits", "0123456789"),
];

/// A random declaration of a format.
#[derive(Clone, Debug)]
pub struct Plan {
    pub prefix: String,
    pub environments: Vec<String>,
    pub separator: String,
    pub segments: Vec<PlanSegment>,
    pub checksum: PlanChecksum,
}

/// A segment of a plan.
#[derive(Clone, Debug)]
pub struct PlanSegment {
    /// The name of the alphabet, if it is a built-in one.
    pub name: Option<&'static str>,
    pub symbols: String,
    pub min: usize,
    pub max: usize,
    pub is_secret: bool,
    pub separator: Option<String>,
}

/// A checksum, with its separator.
#[derive(Clone, Debug)]
pub enum PlanChecksum {
    None,
    Crc32(String),
    Crc32Body(String),
    Sha256(usize, String),
}

impl Plan {
    /// Returns the declaration in JSON.
    pub fn json(&self) -> String {
        let segments: Vec<String> = self
            .segments
            .iter()
            .enumerate()
            .map(|(index, planned)| {
                let alphabet = match planned.name {
                    Some(name) => format!("\"{name}\""),
                    None => format!(r#"{{"characters": "{}"}}"#, planned.symbols),
                };
                let length = match planned.min == planned.max {
                    true => planned.min.to_string(),
                    false => format!(r#"{{"min": {}, "max": {}}}"#, planned.min, planned.max),
                };
                let separator = planned.separator.as_ref();
                let separator = separator.map(|text| format!(r#", "separator": "{text}""#));
                format!(
                    r#"{{"name": "s{index}", "alphabet": {alphabet}, "length": {length}, "secret": {}{}}}"#,
                    planned.is_secret,
                    separator.unwrap_or_default()
                )
            })
            .collect();
        let environments = match &*self.environments {
            [] => String::new(),
            names => format!(r#""environments": {names:?}, "#),
        };
        let checksum = match &self.checksum {
            PlanChecksum::None => r#""none""#.to_owned(),
            PlanChecksum::Crc32(text) => {
                format!(r#"{{"algorithm": "crc32", "separator": "{text}"}}"#)
            }
            PlanChecksum::Crc32Body(text) => {
                format!(r#"{{"algorithm": "crc32_body", "separator": "{text}"}}"#)
            }
            PlanChecksum::Sha256(length, text) => {
                format!(r#"{{"algorithm": "sha256", "length": {length}, "separator": "{text}"}}"#)
            }
        };
        format!(
            r#"{{"version": 1, "name": "plan", "prefix": "{}", {environments}"separator": "{}",
                "segments": [{}], "checksum": {checksum}}}"#,
            self.prefix,
            self.separator,
            segments.join(", ")
        )
    }

    /// Returns the format, declared with the builder.
    pub fn build(&self) -> Result<KeyFormat, keyrail_key::Error> {
        let mut builder = KeyFormat::builder(&self.prefix).name("plan").separator(&self.separator);
        if !self.environments.is_empty() {
            builder = builder.environments(self.environments.clone());
        }
        for (index, planned) in self.segments.iter().enumerate() {
            let (name, lengths) = (format!("s{index}"), planned.min..=planned.max);
            let alphabet = Alphabet::of(&planned.symbols)?;
            let mut segment = match planned.is_secret {
                true => Segment::secret(&name, alphabet, lengths),
                false => Segment::public(&name, alphabet, lengths),
            };
            if let Some(separator) = &planned.separator {
                segment = segment.separated_by(separator);
            }
            builder = builder.segment(segment);
        }
        let checksum = match &self.checksum {
            PlanChecksum::None => None,
            PlanChecksum::Crc32(text) => Some(Checksum::crc32().separated_by(text)),
            PlanChecksum::Crc32Body(text) => Some(Checksum::crc32_body().separated_by(text)),
            PlanChecksum::Sha256(length, text) => {
                Some(Checksum::sha256(*length).separated_by(text))
            }
        };
        match checksum {
            Some(checksum) => builder.checksum(checksum).build(),
            None => builder.build(),
        }
    }

    /// Returns everything before the first segment.
    pub fn head(&self, environment: Option<&str>) -> String {
        let first = self.segments[0].separator.as_deref().unwrap_or(&self.separator);
        match environment {
            None => format!("{}{first}", self.prefix),
            Some(name) => format!("{}{}{name}{first}", self.prefix, self.separator),
        }
    }

    /// Returns the key with these segments.
    pub fn key(&self, environment: Option<&str>, segments: &[String]) -> String {
        let mut text = self.head(environment);
        let body = text.len();
        for (index, (planned, segment)) in self.segments.iter().zip(segments).enumerate() {
            if index > 0 {
                text.push_str(planned.separator.as_deref().unwrap_or(&self.separator));
            }
            text.push_str(segment);
        }
        let (separator, checksum) = match &self.checksum {
            PlanChecksum::None => return text,
            PlanChecksum::Crc32(separator) => (separator, base62(crc32(text.as_bytes()))),
            PlanChecksum::Crc32Body(separator) => {
                (separator, base62(crc32(&text.as_bytes()[body..])))
            }
            PlanChecksum::Sha256(length, separator) => {
                (separator, sha256_hex(text.as_bytes())[..*length].into())
            }
        };
        text + separator + &checksum
    }

    /// Returns segments of these lengths. `pick` chooses the index of each character, below the
    /// size of the alphabet.
    pub fn segments(
        &self,
        length: impl Fn(&PlanSegment) -> usize,
        mut pick: impl FnMut(usize) -> usize,
    ) -> Vec<String> {
        let character =
            |planned: &PlanSegment, at: usize| char::from(planned.symbols.as_bytes()[at]);
        self.segments
            .iter()
            .map(|planned| {
                (0..length(planned))
                    .map(|_| character(planned, pick(planned.symbols.len())))
                    .collect()
            })
            .collect()
    }

    pub fn is_fixed(&self) -> bool {
        self.segments.iter().all(|planned| planned.min == planned.max)
    }
}

/// Computes the CRC-32 (IEEE 802.3), a bit at a time.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn base62(number: u32) -> String {
    let digit = |position: u32| (number / 62_u32.pow(position) % 62) as usize;
    (0..6).rev().map(|position| char::from(BASE62.as_bytes()[digit(position)])).collect()
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn separator() -> impl Strategy<Value = String> {
    select(vec!["", "_", "_", "-", ".", "~", "__", "+.", "/"]).prop_map(str::to_owned)
}

fn segment(is_last: bool) -> impl Strategy<Value = PlanSegment> {
    let custom = Just(BASE62.to_owned() + "-._~+/")
        .prop_map(|all| all.chars().collect::<Vec<_>>())
        .prop_shuffle();
    let custom = (custom, 2..68_usize).prop_map(|(all, size)| (None, all[..size].iter().collect()));
    let built_in = select(&ALPHABETS[..]).prop_map(|(name, all)| (Some(name), all.to_owned()));
    let alphabet = prop_oneof![3 => built_in, 1 => custom];
    let custom_separator = prop::option::weighted(0.3, separator());
    // The last segment is long enough for a secret, so that not too many plans are rejected.
    let lengths = if is_last { 20..100_usize } else { 1..20_usize };
    let extra = prop_oneof![2 => Just(0_usize), 1 => 1..12_usize];
    (alphabet, lengths, extra, any::<bool>(), custom_separator).prop_map(
        move |((name, symbols), min, extra, is_secret, separator)| PlanSegment {
            name,
            symbols,
            min,
            max: min + extra,
            is_secret: is_secret || is_last,
            separator,
        },
    )
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let environments = prop::collection::btree_set("[a-z0-9]{1,6}", 0..4);
    let environments = environments.prop_map(|names| names.into_iter().collect::<Vec<_>>());
    let checksum = prop_oneof![
        Just(PlanChecksum::None),
        separator().prop_map(PlanChecksum::Crc32),
        separator().prop_map(PlanChecksum::Crc32Body),
        (4..=64_usize, separator()).prop_map(|(length, text)| PlanChecksum::Sha256(length, text)),
    ];
    let segments = (prop::collection::vec(segment(false), 0..4), segment(true))
        .prop_map(|(others, last)| others.into_iter().chain([last]).collect());
    ("[0-9A-Za-z._~+/-]{1,8}", environments, separator(), segments, checksum).prop_map(
        |(prefix, environments, separator, segments, checksum)| Plan {
            prefix,
            environments,
            separator,
            segments,
            checksum,
        },
    )
}

/// Returns a plan that is accepted, with its format and one of its environments.
pub fn plan() -> impl Strategy<Value = (Plan, KeyFormat, Option<String>)> {
    let accepted = any_plan().prop_filter_map("a rejected declaration", |plan| {
        let format = KeyFormat::from_json(&plan.json()).ok()?;
        Some((plan, format))
    });
    (accepted, any::<Index>()).prop_map(|((plan, format), index)| {
        let names = &plan.environments;
        let environment = (!names.is_empty()).then(|| names[index.index(names.len())].clone());
        (plan, format, environment)
    })
}
