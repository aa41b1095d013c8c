//! Masks: the rules that apply under every policy, for random formats, keys and policies.

use keyrail_key::{
    ASCII_MASK, Alphabet, Checksum, KeyFormat, MAX_MASK_SHOWN, MIN_HIDDEN_BITS, MIN_MASKED_SECRET,
    MaskPolicy, Segment,
};
use proptest::prelude::*;
use proptest::sample::Index;

const MASK: &str = "••••••••";

fn policies() -> impl Strategy<Value = (usize, usize)> {
    (0..=usize::from(MAX_MASK_SHOWN), 0..=usize::from(MAX_MASK_SHOWN))
}

fn policy((start, end): (usize, usize)) -> MaskPolicy {
    MaskPolicy::new(start as u8, end as u8).unwrap()
}

/// A segment of a declaration, and its value in a key.
#[derive(Clone, Debug)]
struct Part {
    alphabet: Alphabet,
    text: String,
    is_secret: bool,
    /// How many more characters than `text` the segment can have in other keys.
    extra: usize,
}

fn part() -> impl Strategy<Value = Part> {
    let alphabets = prop::sample::select(vec![
        Alphabet::HEX,
        Alphabet::BASE32,
        Alphabet::BASE58,
        Alphabet::BASE62,
        Alphabet::BASE64URL,
        Alphabet::DIGITS,
        Alphabet::of("ab").unwrap(),
        Alphabet::of("-._~+/xyz").unwrap(),
    ]);
    let characters = prop::collection::vec(any::<Index>(), 1..40);
    (alphabets, characters, prop::bool::weighted(0.6), 0..3_usize).prop_map(
        |(alphabet, characters, is_secret, extra)| {
            let symbols: Vec<char> = alphabet.symbols().chars().collect();
            let text = characters.iter().map(|index| *index.get(&symbols)).collect();
            // The separator is a dot, so a segment that may contain dots has a fixed length.
            let extra = if symbols.contains(&'.') { 0 } else { extra };
            Part { alphabet, text, is_secret, extra }
        },
    )
}

#[derive(Clone, Copy, Debug)]
enum End {
    None,
    Crc32,
    Sha256,
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::None), Just(End::Crc32), Just(End::Sha256)]
}

/// Declares a format. Returns `None` if its secret is too short.
fn declare(parts: &[Part], end: End) -> Option<KeyFormat> {
    let mut builder = KeyFormat::builder("acme").separator(".");
    for (index, part) in parts.iter().enumerate() {
        let (name, length) = (format!("s{index}"), part.text.len());
        let (alphabet, lengths) = (part.alphabet.clone(), length..=length + part.extra);
        builder = builder.segment(match part.is_secret {
            true => Segment::secret(&name, alphabet, lengths),
            false => Segment::public(&name, alphabet, lengths),
        });
    }
    builder = match end {
        End::None => builder,
        End::Crc32 => builder.checksum(Checksum::crc32().separated_by(".")),
        End::Sha256 => builder.checksum(Checksum::sha256(8).separated_by(".")),
    };
    match builder.build() {
        Ok(format) => Some(format),
        Err(error) => {
            assert_eq!(error.code(), "key.too_little_secret");
            None
        }
    }
}

/// Computes the checksum, including its separator, independently of the library.
fn checksum(body: &str, end: End) -> String {
    match end {
        End::None => String::new(),
        End::Crc32 => {
            let alphabet = Alphabet::BASE62.symbols().as_bytes();
            let mut rest = crc32fast::hash(body.as_bytes());
            let mut digits = [0; 6];
            for digit in digits.iter_mut().rev() {
                *digit = alphabet[rest as usize % 62];
                rest /= 62;
            }
            format!(".{}", core::str::from_utf8(&digits).unwrap())
        }
        End::Sha256 => {
            use sha2::Digest as _;
            let hash = sha2::Sha256::digest(body);
            format!(".{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
        }
    }
}

/// A key divided into visible and hidden parts, by an independent implementation of the rules.
#[derive(Debug)]
struct Divided {
    /// The strings before each hidden run and after the last one.
    visible: Vec<String>,
    /// The characters of each hidden run, with the bits of each character.
    hidden: Vec<Vec<(char, f64)>>,
    /// The number of secret characters, without the checksum.
    characters: usize,
    /// The bits of the secret characters, without the checksum.
    bits: f64,
}

fn divide(parts: &[Part], end: End, checksum: &str) -> Divided {
    let mut all: Vec<(String, Option<f64>, bool)> = vec![("acme".into(), None, false)];
    for part in parts {
        let bits = (part.alphabet.symbols().len() as f64).log2();
        all.push((".".into(), None, false));
        all.push((part.text.clone(), part.is_secret.then_some(bits), true));
    }
    if let Some(characters) = checksum.strip_prefix('.') {
        let bits = if matches!(end, End::Crc32) { 62_f64.log2() } else { 4.0 };
        all.push((".".into(), None, false));
        all.push((characters.into(), Some(bits), true));
    }
    let mut key =
        Divided { visible: vec![String::new()], hidden: vec![], characters: 0, bits: 0.0 };
    let mut is_visible = true;
    let mut between = String::new();
    for (text, bits, is_segment) in all {
        match bits {
            Some(bits) => {
                if is_visible {
                    key.visible.last_mut().unwrap().push_str(&between);
                    key.visible.push(String::new());
                    key.hidden.push(vec![]);
                } else {
                    key.hidden.last_mut().unwrap().extend(between.chars().map(|c| (c, 0.0)));
                }
                between.clear();
                is_visible = false;
                key.hidden.last_mut().unwrap().extend(text.chars().map(|c| (c, bits)));
            }
            None => {
                between.push_str(&text);
                if is_segment {
                    key.visible.last_mut().unwrap().push_str(&between);
                    between.clear();
                    is_visible = true;
                }
            }
        }
    }
    key.visible.last_mut().unwrap().push_str(&between);
    for part in parts.iter().filter(|part| part.is_secret) {
        key.characters += part.text.len();
        key.bits += part.text.len() as f64 * (part.alphabet.symbols().len() as f64).log2();
    }
    key
}

impl Divided {
    /// Returns the characters that a policy shows at the start and at the end.
    fn ends(&self, (start, end): (usize, usize)) -> [&[(char, f64)]; 2] {
        let (first, last) = (self.hidden.first().unwrap(), self.hidden.last().unwrap());
        [&first[..start.min(first.len())], &last[last.len().saturating_sub(end)..]]
    }

    /// Returns the mask that shows this many characters, even if the rules forbid it.
    fn mask(&self, shown: (usize, usize)) -> String {
        let text = |end: &[(char, f64)]| end.iter().map(|(c, _)| *c).collect::<String>();
        let [start, end] = self.ends(shown);
        let mut mask = String::new();
        for (index, visible) in self.visible.iter().enumerate() {
            if index > 0 {
                mask += &if index == 1 { text(start) } else { String::new() };
                mask += MASK;
                mask += &if index == self.hidden.len() { text(end) } else { String::new() };
            }
            mask += visible;
        }
        mask
    }

    /// Returns the bits that stay hidden if this many characters are shown.
    fn hidden_bits(&self, shown: (usize, usize)) -> f64 {
        let [start, end] = self.ends(shown);
        self.bits - start.iter().chain(end).map(|(_, bits)| bits).sum::<f64>()
    }
}

/// Generates the segments of a key: an id, and a secret in one or two segments. The secret has the
/// minimum length or is a little longer.
fn barely_strong() -> impl Strategy<Value = Vec<Part>> {
    let alphabets = [Alphabet::HEX, Alphabet::BASE32, Alphabet::BASE58, Alphabet::BASE62];
    let characters = prop::collection::vec(any::<Index>(), 50);
    (prop::sample::select(alphabets.to_vec()), characters, 0..12_usize, 0..12_usize).prop_map(
        |(alphabet, characters, extra, split)| {
            let symbols: Vec<char> = alphabet.symbols().chars().collect();
            let min_length = (96.0 / (symbols.len() as f64).log2()).ceil() as usize;
            let secret = characters.iter().map(|index| *index.get(&symbols));
            let secret: String = secret.take(min_length + extra).collect();
            let part = |text: &str, is_secret| Part {
                alphabet: alphabet.clone(),
                text: text.into(),
                is_secret,
                extra: 0,
            };
            let (first, second) = secret.split_at(split);
            let secrets = [first, second].into_iter().filter(|text| !text.is_empty());
            let secrets = secrets.map(|text| part(text, true));
            [part("2345", false)].into_iter().chain(secrets).collect()
        },
    )
}

fn check_masks(parts: &[Part], end: End, shown: (usize, usize)) -> Result<(), TestCaseError> {
    let Some(format) = declare(parts, end) else { return Ok(()) };
    let segments: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let mut text = format!("acme.{}", segments.join("."));
    let checksum = checksum(&text, end);
    text += &checksum;
    let key = format.parse(&text).unwrap();
    let divided = divide(parts, end, &checksum);

    let fully_masked = divided.mask((0, 0));
    prop_assert_eq!(key.mask().to_string(), fully_masked.as_str());
    let mask = key.mask_with(&policy(shown)).to_string();
    let hidden_bits = divided.hidden_bits(shown);
    // The library rounds down to thousandths of a bit, so values near the limit may differ.
    if (hidden_bits - 64.0).abs() > 0.05 {
        let allowed = divided.characters >= 20 && hidden_bits >= 64.0;
        let expected = if allowed { divided.mask(shown) } else { fully_masked.clone() };
        prop_assert_eq!(&mask, &expected);
    }
    if mask != fully_masked {
        prop_assert!(hidden_bits >= 63.99);
        prop_assert!(divided.characters >= MIN_MASKED_SECRET);
    }

    // Every placeholder has the same width, and the ASCII form of a mask differs only in the
    // characters of the placeholders.
    prop_assert_eq!(mask.matches('•').count(), 8 * divided.hidden.len());
    let ascii = key.mask_with(&policy(shown).ascii()).to_string();
    prop_assert_eq!(ascii, mask.replace(MASK, ASCII_MASK));
    // A borrowed and an owned key have the same masks. `Display` and `Debug` write the mask under
    // the default policy.
    let parsed = format.parse_ref(&text).unwrap();
    prop_assert_eq!(parsed.mask_with(&policy(shown)), key.mask_with(&policy(shown)));
    prop_assert_eq!(
        format!("{parsed} {parsed:?}"),
        format!("{fully_masked} ParsedKey({fully_masked})")
    );
    prop_assert_eq!(format!("{key} {key:#?}"), format!("{fully_masked} ApiKey({fully_masked})"));
    prop_assert_eq!(format!("{:?}", key.mask()), fully_masked);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_declared_key_shows_no_more_than_the_rules_allow(
        parts in prop::collection::vec(part(), 1..6), end in end(), shown in policies(),
    ) {
        check_masks(&parts, end, shown)?;
    }

    #[test]
    fn a_barely_strong_key_shows_no_more_than_the_rules_allow(
        parts in barely_strong(), end in end(), shown in policies(),
    ) {
        check_masks(&parts, end, shown)?;
    }

    #[test]
    fn the_mask_width_does_not_reveal_the_length(
        one in "[0-9a-f]{40,80}", other in "[0-9a-f]{40,80}", shown in policies(),
    ) {
        let format = KeyFormat::builder("acme")
            .segment(Segment::secret("secret", Alphabet::HEX, 40..=80))
            .build()
            .unwrap();
        let width = |secret: &str| {
            let key = format.parse(&format!("acme_{secret}")).unwrap();
            key.mask_with(&policy(shown)).to_string().chars().count()
        };
        prop_assert_eq!(width(&one), width(&other));
    }

    #[test]
    fn masked_keys_are_distinguished_by_their_ids(
        one in any::<[u8; 32]>(), other in any::<[u8; 32]>(), shown in policies(),
    ) {
        prop_assume!(one != other);
        let format = KeyFormat::keyrail();
        let keys = [one, other].map(|entropy| format.generate("live", &entropy).unwrap());
        prop_assert_ne!(keys[0].id(), keys[1].id());
        prop_assert_ne!(keys[0].mask(), keys[1].mask());
        let masks = [&keys[0], &keys[1]].map(|key| key.mask_with(&policy(shown)));
        prop_assert_ne!(masks[0], masks[1]);
        for key in &keys {
            prop_assert!(key.mask().to_string().contains(key.id().unwrap()));
        }
    }

    #[test]
    fn a_foreign_key_shows_no_more_than_the_rules_allow(
        text in "[a-f0-9]{1,60}|[A-F0-9]{1,60}|[a-z]{1,40}|[0-9]{1,60}|[A-Za-z0-9]{1,40}\
            |[!#-&(-+.-~]{1,60}|([0-9A-Za-z]{6}-){1,4}[0-9]{8,21}|[A-Za-z0-9_.-]{1,60}",
        shown in policies(),
    ) {
        let formats =
            [KeyFormat::opaque(), KeyFormat::hex40(), KeyFormat::jwt(), KeyFormat::vchatcloud()];
        let (bits, per_character) = estimate_bits(&text);
        let hidden_bits = bits - (shown.0 + shown.1) as f64 * per_character;
        let characters: Vec<char> = text.chars().collect();
        for format in formats {
            let key = format.parse(&text).unwrap();
            prop_assert_eq!(key.mask().to_string(), MASK);
            let mask = key.mask_with(&policy(shown)).to_string();
            if (hidden_bits - 64.0).abs() > 0.05 {
                let allowed = characters.len() >= 20 && hidden_bits >= 64.0;
                let (start, end) = if allowed { shown } else { (0, 0) };
                let start: String = characters[..start].iter().collect();
                let end: String = characters[characters.len() - end..].iter().collect();
                prop_assert_eq!(mask, format!("{start}{MASK}{end}"));
            }
        }
    }
}

/// Returns the bits of a foreign key and the bits of one of its characters, by an independent
/// implementation of the rules.
fn estimate_bits(text: &str) -> (f64, f64) {
    let timestamp = text.chars().rev().take_while(char::is_ascii_digit).count().min(19);
    let rest: Vec<char> =
        text[..text.len() - timestamp].chars().filter(|c| !['-', '_', '.'].contains(c)).collect();
    let class_size = |is_in_class: fn(&char) -> bool, size: u32| {
        if rest.iter().any(is_in_class) { size } else { 0 }
    };
    let mut size = class_size(char::is_ascii_digit, 10)
        + class_size(char::is_ascii_lowercase, 26)
        + class_size(char::is_ascii_uppercase, 26)
        + class_size(char::is_ascii_punctuation, 2);
    let is_hex = |letters: &str| rest.iter().all(|c| c.is_ascii_digit() || letters.contains(*c));
    if is_hex("abcdef") || is_hex("ABCDEF") {
        size = size.min(16);
    }
    let per_character = if size == 0 { 0.0 } else { f64::from(size).log2() };
    (rest.len() as f64 * per_character, per_character)
}

#[test]
fn every_policy_masks_correctly_at_every_length_near_the_limits() {
    assert_eq!((MAX_MASK_SHOWN, MIN_MASKED_SECRET, MIN_HIDDEN_BITS), (4, 20, 64));
    let random = "7Kq2ZxW9bTfR4mVn8LpYs3HdCgJu6E"; // 30 different characters
    let bits = 62_f64.log2();
    for length in 17..=30 {
        let format = KeyFormat::builder("acme")
            .segment(Segment::secret("secret", Alphabet::BASE62, length))
            .build()
            .unwrap();
        let secret = &random[..length];
        let key = format.parse(&format!("acme_{secret}")).unwrap();
        for start in 0..=4 {
            for end in 0..=4 {
                let hidden_bits = (length - start - end) as f64 * bits;
                let allowed = length >= 20 && hidden_bits >= 64.0;
                let expected = match allowed {
                    true => format!("acme_{}{MASK}{}", &secret[..start], &secret[length - end..]),
                    false => format!("acme_{MASK}"),
                };
                let mask = key.mask_with(&policy((start, end))).to_string();
                assert_eq!(mask, expected, "{length} characters");
            }
        }
    }
}

#[test]
fn every_policy_above_four_characters_is_rejected() {
    for start in 0..=u8::MAX {
        for end in 0..=u8::MAX {
            let policy = MaskPolicy::new(start, end);
            match start <= 4 && end <= 4 {
                true => assert!(policy.is_ok()),
                false => assert_eq!(policy.unwrap_err().code(), "key.mask_policy"),
            }
        }
    }
}

#[test]
fn the_last_characters_of_a_checksum_after_the_secret_are_shown() {
    let text = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";
    let key = KeyFormat::keyrail().parse(text).unwrap();
    // 27 characters have 160.76 bits. 8 characters are shown, 4 of the secret and 4 of the
    // checksum. These 8 have 47.63 bits, so 113 bits stay hidden.
    let mask = key.mask_with(&policy((4, 4))).to_string();
    assert_eq!(mask, "kr_live_aLmC4Qopbu0c_hE5v••••••••jmgr");
}
