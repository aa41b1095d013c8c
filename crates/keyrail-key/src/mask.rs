//! Masks: the part of a key that may be shown.
//!
//! A mask is for dashboards, logs and support calls. Two keys of one tenant can be distinguished by
//! their ids, and the few characters of a secret that may be shown do not help an attacker. The
//! checksum would help to guess the secret, so it is hidden with the secret.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::ops::Range;

use keyrail_core::config::{self, json};
use keyrail_core::{ASCII_MASK, ConfigError, MASK};

use crate::layout::{Part, Role};
use crate::strength::{BIT, estimate_entropy};
use crate::{Error, ErrorKind, ParsedKey};

/// The maximum number of characters that a mask shows at each end of a secret.
pub const MAX_MASK_SHOWN: u8 = 4;

/// The minimum length of a secret, in characters, for a mask to show a part of it.
pub const MIN_MASKED_SECRET: usize = 20;

/// The minimum entropy, in bits, that must stay hidden if a mask shows a part of a secret.
pub const MIN_HIDDEN_BITS: u32 = 64;

/// The number of characters that a mask shows at the start and the end of a secret.
///
/// No policy can loosen these rules:
///
/// - A secret of fewer than [20 characters](MIN_MASKED_SECRET) is hidden completely.
/// - If less than [64 bits](MIN_HIDDEN_BITS) of a secret would stay hidden, the whole secret is
///   hidden.
/// - At each end, at most [4 characters](MAX_MASK_SHOWN) are shown.
/// - The placeholder for a hidden part is always 8 characters wide, so it does not reveal the
///   length.
///
/// The secret consists of all segments that the key's format declares as secret. The checksum is
/// masked as if it were the end of the secret. Its characters do not count toward the 20
/// characters, but each of them that is shown reduces the hidden bits. A foreign key is secret as a
/// whole, and its bits are estimated from the classes of its characters. Up to 19 digits at its end
/// count as a timestamp, which anyone can guess.
///
/// ```
/// use keyrail_key::{KeyFormat, MaskPolicy};
/// let key = KeyFormat::hex40().parse("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")?;
/// assert_eq!(key.mask().to_string(), "••••••••");
/// assert_eq!(key.mask_with(&MaskPolicy::new(0, 4)?).to_string(), "••••••••eb12");
/// assert_eq!(key.mask_with(&MaskPolicy::default().ascii()).to_string(), "********");
///
/// assert_eq!(MaskPolicy::new(0, 5).unwrap_err().code(), "key.mask_policy");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaskPolicy {
    start: u8,
    end: u8,
    ascii: bool,
}

impl MaskPolicy {
    /// Creates a policy that shows the first `start` and the last `end` characters of the secret, 0
    /// to 4 each. If the rules forbid this, a mask shows none of them.
    ///
    /// # Errors
    ///
    /// `key.mask_policy`.
    pub const fn new(start: u8, end: u8) -> Result<Self, Error> {
        if start > MAX_MASK_SHOWN || end > MAX_MASK_SHOWN {
            return Err(Error::new(ErrorKind::MaskPolicy));
        }
        Ok(Self { start, end, ascii: false })
    }

    /// Reads a policy from its configuration.
    ///
    /// ```
    /// use keyrail_key::MaskPolicy;
    /// let policy = MaskPolicy::from_json(r#"{"end": 4}"#)?;
    /// assert_eq!(policy, MaskPolicy::new(0, 4)?);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `key.mask_policy`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of the configuration.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("mask-policy")
    }

    /// Returns the policy with `********` instead of `••••••••`.
    #[must_use]
    pub const fn ascii(mut self) -> Self {
        self.ascii = true;
        self
    }

    /// Returns how many characters are shown at the start of the secret, 0 to 4.
    pub const fn start(&self) -> u8 {
        self.start
    }

    /// Returns how many characters are shown at the end of the secret, 0 to 4.
    pub const fn end(&self) -> u8 {
        self.end
    }

    /// Returns whether the placeholder is `********` instead of `••••••••`.
    pub const fn is_ascii(&self) -> bool {
        self.ascii
    }
}

keyrail_core::config_object! {
    /// The number of characters that a mask shows at the start and the end of a secret.
    MaskPolicy (faults) {
        /// The number of characters shown at the start of the secret, 0 to 4; 0 if absent.
        optional start: i64 as json!({"minimum": 0, "maximum": MAX_MASK_SHOWN});
        /// The number of characters shown at the end of the secret, 0 to 4; 0 if absent.
        optional end: i64 as json!({"minimum": 0, "maximum": MAX_MASK_SHOWN});
        /// Whether the placeholder is `********` instead of `••••••••`.
        optional ascii: bool;
    } => {
        let shown = |characters: Option<i64>, member| {
            let shown = u8::try_from(characters.unwrap_or_default()).ok();
            let shown = shown.filter(|shown| *shown <= MAX_MASK_SHOWN);
            if shown.is_none() {
                faults.add_kind_below(format_args!("/{member}"), ErrorKind::MaskPolicy);
            }
            shown
        };
        let (start, end) = (shown(start, "start"), shown(end, "end"));
        Some(Self { start: start?, end: end?, ascii: ascii.unwrap_or_default() })
    }
}

keyrail_core::from_str! {
    MaskPolicy: from_json, ConfigError;
}

/// The part of a key that may be shown.
///
/// The mask of a key of a declared format shows the prefix, the environment and the public
/// segments. It shows `••••••••` in place of the secrets and the checksum. The mask of a foreign
/// key is `••••••••`. A [`MaskPolicy`] can show a few more characters.
///
/// ```
/// use keyrail_key::{KeyFormat, MaskPolicy};
/// let key = KeyFormat::keyrail().parse("kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr")?;
/// assert_eq!(key.mask().to_string(), "kr_live_aLmC4Qopbu0c_••••••••");
/// let policy = MaskPolicy::new(2, 4)?;
/// assert_eq!(key.mask_with(&policy).to_string(), "kr_live_aLmC4Qopbu0c_hE••••••••jmgr");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Mask<'a> {
    key: ParsedKey<'a>,
    policy: MaskPolicy,
}

impl<'a> Mask<'a> {
    pub(crate) const fn new(key: ParsedKey<'a>, policy: &MaskPolicy) -> Self {
        Self { key, policy: *policy }
    }
}

impl fmt::Display for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.key.reveal();
        write_mask(f, text, || self.key.parts(), self.key.is_foreign(), self.policy)
    }
}

impl fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Two masks are equal if they print the same.
impl PartialEq for Mask<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Mask<'_> {}

/// Writes a key, with a placeholder in place of each hidden run (see `hidden_runs`).
fn write_mask<'t, P: Iterator<Item = Part<'t>>>(
    f: &mut impl fmt::Write,
    text: &str,
    parts: impl Fn() -> P,
    is_foreign: bool,
    policy: MaskPolicy,
) -> fmt::Result {
    let bullets = if policy.ascii { ASCII_MASK } else { MASK };
    let (start, end) = shown_lengths(text, &parts, is_foreign, policy);
    let last = if end == 0 { None } else { hidden_runs(parts()).last() };
    let mut at = 0;
    for (run, index) in hidden_runs(parts()).zip(0..) {
        // Only the start of the first run and the end of the last one may be shown.
        let start = if index == 0 { start.min(run.len()) } else { 0 };
        let end = if Some(&run) == last.as_ref() { end.min(run.len() - start) } else { 0 };
        f.write_str(slice(text, at..run.start + start))?;
        f.write_str(bullets)?;
        at = run.end - end;
    }
    f.write_str(slice(text, at..text.len()))
}

/// Returns the number of characters that are shown at the start of the first hidden run and at the
/// end of the last one. These are the numbers in the policy, or 0 and 0 if the rules forbid showing
/// so many characters.
fn shown_lengths<'t, P: Iterator<Item = Part<'t>>>(
    text: &str,
    parts: &impl Fn() -> P,
    is_foreign: bool,
    policy: MaskPolicy,
) -> (usize, usize) {
    let (start, end) = (usize::from(policy.start), usize::from(policy.end));
    if (start, end) == (0, 0) {
        return (0, 0); // the default policy: the entropy does not matter
    }
    let (Some(first), Some(last)) = (hidden_runs(parts()).next(), hidden_runs(parts()).last())
    else {
        return (0, 0);
    };
    let foreign = is_foreign.then(|| estimate_entropy(text));
    let shown_ranges = [
        first.start..first.end.min(first.start + start),
        last.start.max(last.end.saturating_sub(end))..last.end,
    ];
    let (mut length, mut total, mut revealed, mut at) = (0, 0, 0, 0);
    for part in parts() {
        let range = at..at + part.text.len();
        at = range.end;
        let per_character = foreign.map_or(part.millibits, |foreign| foreign.per_character);
        if part.role == Role::Secret {
            length += range.len();
            total += millibits(range.len(), per_character);
        }
        if matches!(part.role, Role::Secret | Role::Checksum) {
            let shown = shown_ranges.iter().map(|shown| common_length(shown, &range)).sum();
            revealed += millibits(shown, per_character);
        }
    }
    let total = foreign.map_or(total, |foreign| u64::from(foreign.total));
    let hidden = total.saturating_sub(revealed);
    match length >= MIN_MASKED_SECRET && hidden >= u64::from(MIN_HIDDEN_BITS * BIT) {
        true => (start, end),
        false => (0, 0),
    }
}

/// Returns the entropy of a number of characters, in thousandths of a bit. The result cannot
/// overflow, because the length of a key is limited.
fn millibits(characters: usize, per_character: u32) -> u64 {
    characters as u64 * u64::from(per_character)
}

/// Returns the length of the intersection of two ranges.
fn common_length(one: &Range<usize>, other: &Range<usize>) -> usize {
    one.end.min(other.end).saturating_sub(one.start.max(other.start))
}

/// Returns the byte ranges of the hidden runs. A run consists of consecutive secrets and the
/// checksum, with the separators between them. A public segment ends the run.
fn hidden_runs<'t>(
    mut parts: impl Iterator<Item = Part<'t>>,
) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let mut run: Option<Range<usize>> = None;
        for part in parts.by_ref() {
            let start = at;
            at += part.text.len();
            match part.role {
                Role::Secret | Role::Checksum => {
                    run = Some(run.map_or(start, |run| run.start)..at);
                }
                Role::Public if run.is_some() => break,
                Role::Public | Role::Literal => {}
            }
        }
        run
    })
}

/// Returns a byte range of a key. Every character of a key is one byte, so no character is split.
fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{MASK, MAX_MASK_SHOWN, MaskPolicy, write_mask};
    use crate::layout::{Part, Role};

    /// The entropy of a character of base62, in thousandths of a bit.
    const BASE62: u32 = 5954;

    fn literal(text: &str) -> Part<'_> {
        Part { text, role: Role::Literal, millibits: 0 }
    }

    fn public(text: &str) -> Part<'_> {
        Part { text, role: Role::Public, millibits: BASE62 }
    }

    fn secret(text: &str) -> Part<'_> {
        Part { text, role: Role::Secret, millibits: BASE62 }
    }

    fn checksum(text: &str) -> Part<'_> {
        Part { text, role: Role::Checksum, millibits: BASE62 }
    }

    fn policy(start: u8, end: u8) -> MaskPolicy {
        MaskPolicy::new(start, end).unwrap()
    }

    fn masked(parts: &[Part<'_>], policy: MaskPolicy) -> String {
        let text: String = parts.iter().map(|part| part.text).collect();
        let mut mask = String::new();
        write_mask(&mut mask, &text, || parts.iter().copied(), false, policy).unwrap();
        mask
    }

    fn foreign(text: &str, policy: MaskPolicy) -> String {
        let mut mask = String::new();
        let part = Part { text, role: Role::Secret, millibits: 0 };
        write_mask(&mut mask, text, || core::iter::once(part), true, policy).unwrap();
        mask
    }

    #[test]
    fn a_policy_shows_at_most_four_characters_at_each_end() {
        for (start, end) in [(0, 0), (4, 0), (0, 4), (MAX_MASK_SHOWN, MAX_MASK_SHOWN)] {
            assert!(MaskPolicy::new(start, end).is_ok());
        }
        for (start, end) in [(5, 0), (0, 5), (255, 255)] {
            assert_eq!(MaskPolicy::new(start, end).unwrap_err().code(), "key.mask_policy");
        }
        assert_eq!(MaskPolicy::default(), policy(0, 0));
    }

    #[test]
    fn public_parts_are_shown_and_secret_parts_are_masked() {
        let parts = [
            literal("kr"),
            literal("_"),
            literal("live"),
            literal("_"),
            public("tenant"),
            literal("_"),
            secret("abcdefghijklmnopqrstuvwxyz0"),
            checksum("123456"),
        ];
        for (policy, expected) in [
            (policy(0, 0), "kr_live_tenant_••••••••"),
            (policy(1, 0), "kr_live_tenant_a••••••••"),
            (policy(4, 4), "kr_live_tenant_abcd••••••••3456"),
            (policy(0, 2), "kr_live_tenant_••••••••56"),
            (policy(4, 4).ascii(), "kr_live_tenant_abcd********3456"),
        ] {
            assert_eq!(masked(&parts, policy), expected);
        }
    }

    #[test]
    fn separators_between_secrets_are_masked_and_others_are_shown() {
        let parts = [
            literal("x."),
            secret("abcdefghijkl"),
            literal("-"),
            secret("mnopqrstuvwx"),
            literal("~"),
            public("id"),
            literal("/"),
            secret("ABCDEFGHIJ"),
            literal("+"),
            checksum("123456"),
        ];
        assert_eq!(masked(&parts, policy(0, 0)), "x.••••••••~id/••••••••");
        assert_eq!(masked(&parts, policy(3, 4)), "x.abc••••••••~id/••••••••3456");
        // The separator between the secret and the checksum counts as one of the characters that
        // are shown at the end.
        let parts =
            [literal("x_"), secret("abcdefghijklmnopqrstuvwxyz"), literal("."), checksum("123")];
        assert_eq!(masked(&parts, policy(0, 4)), "x_••••••••.123");
    }

    #[test]
    fn a_public_suffix_does_not_count_as_the_end_of_the_secret() {
        let parts = [secret("abcdefghijklmnopqrstuvwxyz"), literal("_"), public("id")];
        assert_eq!(masked(&parts, policy(1, 2)), "a••••••••yz_id");
    }

    #[test]
    fn a_checksum_after_a_public_segment_has_its_own_placeholder() {
        let parts =
            [secret("abcdefghijklmnopqrstuvwxyz"), literal("_"), public("id"), checksum("123456")];
        assert_eq!(masked(&parts, policy(0, 0)), "••••••••_id••••••••");
        assert_eq!(masked(&parts, policy(2, 2)), "ab••••••••_id••••••••56");
    }

    #[test]
    fn a_secret_of_nineteen_characters_is_fully_masked() {
        // 19 characters have 113.126 bits: only the length is too small.
        let parts = |length: usize| {
            let secret_text: &'static str = &"abcdefghijklmnopqrstuvwxyz"[..length];
            [literal("x_"), secret(secret_text), checksum("123456")]
        };
        assert_eq!(masked(&parts(19), policy(1, 1)), "x_••••••••");
        assert_eq!(masked(&parts(20), policy(1, 1)), "x_a••••••••6");
    }

    #[test]
    fn the_secret_length_includes_all_secrets_but_no_checksum() {
        let parts = [secret("abcdefghij"), literal("_"), public("i"), secret("klmnopqrst")];
        assert_eq!(masked(&parts, policy(1, 1)), "a••••••••_i••••••••t");
        let parts = [secret("abcdefghijklmnopqrs"), checksum("1234567890")];
        assert_eq!(masked(&parts, policy(1, 1)), "••••••••");
    }

    #[test]
    fn at_least_64_bits_stay_hidden_under_every_policy() {
        // 24 hexadecimal digits have 96 bits, and 8 of them have 32: 64 stay hidden.
        let hex = |text| Part { text, role: Role::Secret, millibits: 4000 };
        let parts = [literal("x_"), hex("0123456789abcdef01234567")];
        assert_eq!(masked(&parts, policy(4, 4)), "x_0123••••••••4567");
        // 23 digits have 92 bits: showing 8 would leave 60, showing 7 leaves 64.
        let parts = [literal("x_"), hex("0123456789abcdef0123456")];
        assert_eq!(masked(&parts, policy(4, 4)), "x_••••••••");
        assert_eq!(masked(&parts, policy(4, 3)), "x_0123••••••••456");
        assert_eq!(masked(&parts, policy(3, 4)), "x_012••••••••3456");
    }

    #[test]
    fn shown_checksum_characters_reduce_the_hidden_bits() {
        // 20 hexadecimal digits have 80 bits. Two characters of the checksum have 11.908 bits,
        // three have 17.862.
        let hex = |text| Part { text, role: Role::Secret, millibits: 4000 };
        let parts = [literal("x_"), hex("0123456789abcdef0123"), checksum("zzzzzz")];
        assert_eq!(masked(&parts, policy(0, 2)), "x_••••••••zz");
        assert_eq!(masked(&parts, policy(0, 3)), "x_••••••••");
        assert_eq!(masked(&parts, policy(1, 2)), "x_0••••••••zz");
        assert_eq!(masked(&parts, policy(2, 2)), "x_••••••••");
    }

    #[test]
    fn a_hidden_run_of_two_characters_shows_at_most_two() {
        let parts = [
            secret("ab"),
            literal("_"),
            public("id"),
            literal("_"),
            secret("cdefghijklmnopqrstuvw"),
        ];
        assert_eq!(masked(&parts, policy(4, 1)), "ab••••••••_id_••••••••w");
    }

    #[test]
    fn only_characters_actually_shown_reduce_the_hidden_bits() {
        // 21 characters of 3.3 bits have 69.3: showing one leaves 66, showing two leaves 62.7.
        let part = |text| Part { text, role: Role::Secret, millibits: 3300 };
        let parts = [part("a"), literal("_"), public("i"), part("bcdefghijklmnopqrstu")];
        assert_eq!(masked(&parts, policy(4, 0)), "a••••••••_i••••••••");
        assert_eq!(masked(&parts, policy(4, 1)), "••••••••_i••••••••");
    }

    #[test]
    fn a_foreign_key_is_fully_masked_unless_a_policy_shows_characters() {
        let hex = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
        assert_eq!(foreign(hex, policy(0, 0)), MASK);
        assert_eq!(foreign(hex, policy(0, 0).ascii()), "********");
        assert_eq!(foreign(hex, policy(4, 4)), "2fd4••••••••eb12");
    }

    #[test]
    fn a_foreign_key_of_nineteen_characters_is_fully_masked() {
        assert_eq!(foreign("abcdefghijklmnopqrs", policy(1, 1)), MASK);
        assert_eq!(foreign("abcdefghijklmnopqrst", policy(1, 1)), "a••••••••t");
    }

    #[test]
    fn the_bits_of_a_foreign_key_depend_on_its_character_classes() {
        // 20 hexadecimal digits have 80 bits: showing 4 leaves 64, showing 5 leaves 60.
        let hex = "abcdef0123456789abcd";
        assert_eq!(foreign(hex, policy(2, 2)), "ab••••••••cd");
        assert_eq!(foreign(hex, policy(2, 3)), MASK);
        // 27 digits and a letter are 28 characters, each one of 36 symbols. Together they have 144
        // bits, which is enough.
        let mixed: String = ["0123456789", "0123456789", "0123456", "z"].concat();
        assert_eq!(foreign(&mixed, policy(4, 4)), "0123••••••••456z");
        // 40 digits count as 21 digits and a timestamp: 69.741 bits. Showing one digit leaves 66.42
        // bits.
        let digits: String = "0123456789".repeat(4);
        assert_eq!(foreign(&digits, policy(0, 1)), "••••••••9");
        assert_eq!(foreign(&digits, policy(1, 1)), MASK);
    }

    #[test]
    fn trailing_digits_of_a_foreign_key_add_no_hidden_bits() {
        // 16 hexadecimal digits and a timestamp: exactly 64 bits.
        assert_eq!(foreign("abcdefabcdefabcd-20240131235959", policy(0, 1)), MASK);
        // With 17 hexadecimal digits, one character may be shown. It reduces the hidden bits even
        // if it is in the timestamp.
        assert_eq!(foreign("abcdefabcdefabcde-20240131235959", policy(0, 1)), "••••••••9");
        assert_eq!(foreign("abcdefabcdefabcde-20240131235959", policy(1, 1)), MASK);
    }

    #[test]
    fn the_mask_width_does_not_reveal_the_length() {
        let widths: Vec<usize> = (20..600)
            .map(|length| foreign(&"aB3".repeat(length), policy(2, 2)).chars().count())
            .collect();
        assert!(widths.iter().all(|width| *width == 12));
    }
}
