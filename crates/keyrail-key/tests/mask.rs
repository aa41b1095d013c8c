//! Masks: what no policy can loosen, for formats, keys and policies at random.

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

/// A segment to be declared, and what a key has there.
#[derive(Clone, Debug)]
struct Part {
    alphabet: Alphabet,
    text: String,
    is_secret: bool,
    /// How much longer another key's may be.
    more: usize,
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
        |(alphabet, characters, is_secret, more)| {
            let symbols: Vec<char> = alphabet.symbols().chars().collect();
            let text = characters.iter().map(|index| *index.get(&symbols)).collect();
            // A dot would not end what holds dots.
            let more = if symbols.contains(&'.') { 0 } else { more };
            Part { alphabet, text, is_secret, more }
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

/// The declared format; none, where the declaration is rejected.
fn declared(parts: &[Part], end: End) -> Option<KeyFormat> {
    let mut builder = KeyFormat::builder("acme").separator(".");
    for (index, part) in parts.iter().enumerate() {
        let (name, length) = (format!("s{index}"), part.text.len());
        let (alphabet, lengths) = (part.alphabet.clone(), length..=length + part.more);
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

/// The checksum by other means than the library's.
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

/// What is seen of a key, as the rules say it: the public, and the hidden as
/// runs of characters with their bits.
#[derive(Debug)]
struct Seen {
    /// What is before each hidden run, and after the last.
    open: Vec<String>,
    hidden: Vec<Vec<(char, f64)>>,
    characters: usize,
    bits: f64,
}

fn seen(parts: &[Part], end: End, checksum: &str) -> Seen {
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
    let mut seen = Seen { open: vec![String::new()], hidden: vec![], characters: 0, bits: 0.0 };
    let mut is_open = true;
    let mut between = String::new();
    for (text, bits, is_segment) in all {
        match bits {
            Some(bits) => {
                if is_open {
                    seen.open.last_mut().unwrap().push_str(&between);
                    seen.open.push(String::new());
                    seen.hidden.push(vec![]);
                } else {
                    seen.hidden.last_mut().unwrap().extend(between.chars().map(|c| (c, 0.0)));
                }
                between.clear();
                is_open = false;
                seen.hidden.last_mut().unwrap().extend(text.chars().map(|c| (c, bits)));
            }
            None => {
                between.push_str(&text);
                if is_segment {
                    seen.open.last_mut().unwrap().push_str(&between);
                    between.clear();
                    is_open = true;
                }
            }
        }
    }
    seen.open.last_mut().unwrap().push_str(&between);
    for part in parts.iter().filter(|part| part.is_secret) {
        seen.characters += part.text.len();
        seen.bits += part.text.len() as f64 * (part.alphabet.symbols().len() as f64).log2();
    }
    seen
}

impl Seen {
    fn ends(&self, (start, end): (usize, usize)) -> [&[(char, f64)]; 2] {
        let (first, last) = (self.hidden.first().unwrap(), self.hidden.last().unwrap());
        [&first[..start.min(first.len())], &last[last.len().saturating_sub(end)..]]
    }

    /// The mask with this much shown, whatever the rules say.
    fn mask(&self, shown: (usize, usize)) -> String {
        let text = |end: &[(char, f64)]| end.iter().map(|(c, _)| *c).collect::<String>();
        let [start, end] = self.ends(shown);
        let mut mask = String::new();
        for (index, open) in self.open.iter().enumerate() {
            if index > 0 {
                mask += &if index == 1 { text(start) } else { String::new() };
                mask += MASK;
                mask += &if index == self.hidden.len() { text(end) } else { String::new() };
            }
            mask += open;
        }
        mask
    }

    /// The bits that stay hidden where this much shows.
    fn left(&self, shown: (usize, usize)) -> f64 {
        let [start, end] = self.ends(shown);
        self.bits - start.iter().chain(end).map(|(_, bits)| bits).sum::<f64>()
    }
}

/// An id, and as few secret characters as a declaration takes, or some more;
/// in one segment or two.
fn barely_strong() -> impl Strategy<Value = Vec<Part>> {
    let alphabets = [Alphabet::HEX, Alphabet::BASE32, Alphabet::BASE58, Alphabet::BASE62];
    let characters = prop::collection::vec(any::<Index>(), 50);
    (prop::sample::select(alphabets.to_vec()), characters, 0..12_usize, 0..12_usize).prop_map(
        |(alphabet, characters, more, split)| {
            let symbols: Vec<char> = alphabet.symbols().chars().collect();
            let least = (96.0 / (symbols.len() as f64).log2()).ceil() as usize;
            let chosen = characters.iter().map(|index| *index.get(&symbols));
            let text: String = chosen.take(least + more).collect();
            let part = |text: &str, is_secret| Part {
                alphabet: alphabet.clone(),
                text: text.into(),
                is_secret,
                more: 0,
            };
            let (one, two) = text.split_at(split);
            let whole = [one, two].into_iter().filter(|text| !text.is_empty());
            let secrets = whole.map(|text| part(text, true));
            [part("2345", false)].into_iter().chain(secrets).collect()
        },
    )
}

fn no_more_shows_than_the_rules_allow(
    parts: &[Part],
    end: End,
    shown: (usize, usize),
) -> Result<(), TestCaseError> {
    let Some(format) = declared(parts, end) else { return Ok(()) };
    let segments: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let mut text = format!("acme.{}", segments.join("."));
    let checksum = checksum(&text, end);
    text += &checksum;
    let key = format.parse(&text).unwrap();
    let seen = seen(parts, end, &checksum);

    let nothing = seen.mask((0, 0));
    prop_assert_eq!(key.mask().to_string(), nothing.as_str());
    let mask = key.mask_with(&policy(shown)).to_string();
    let left = seen.left(shown);
    if (left - 64.0).abs() > 0.05 {
        // thousandths are rounded down
        let allowed = seen.characters >= 20 && left >= 64.0;
        prop_assert_eq!(&mask, &if allowed { seen.mask(shown) } else { nothing.clone() });
    }
    if mask != nothing {
        prop_assert!(left >= 63.99);
        prop_assert!(seen.characters >= MIN_MASKED_SECRET);
    }

    // The same width whatever it hides, and the same place in ASCII.
    prop_assert_eq!(mask.matches('•').count(), 8 * seen.hidden.len());
    let ascii = key.mask_with(&policy(shown).ascii()).to_string();
    prop_assert_eq!(ascii, mask.replace(MASK, ASCII_MASK));
    // Borrowed or owned, printed or shown.
    let parsed = format.parse_ref(&text).unwrap();
    prop_assert_eq!(parsed.mask_with(&policy(shown)), key.mask_with(&policy(shown)));
    prop_assert_eq!(format!("{parsed} {parsed:?}"), format!("{nothing} ParsedKey({nothing})"));
    prop_assert_eq!(format!("{key} {key:#?}"), format!("{nothing} ApiKey({nothing})"));
    prop_assert_eq!(format!("{:?}", key.mask()), nothing);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_declared_key_shows_no_more_than_the_rules_allow(
        parts in prop::collection::vec(part(), 1..6), end in end(), shown in policies(),
    ) {
        no_more_shows_than_the_rules_allow(&parts, end, shown)?;
    }

    #[test]
    fn a_barely_strong_key_shows_no_more_than_the_rules_allow(
        parts in barely_strong(), end in end(), shown in policies(),
    ) {
        no_more_shows_than_the_rules_allow(&parts, end, shown)?;
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
        let (bits, of_one) = counted(&text);
        let left = bits - (shown.0 + shown.1) as f64 * of_one;
        let whole: Vec<char> = text.chars().collect();
        for format in formats {
            let key = format.parse(&text).unwrap();
            prop_assert_eq!(key.mask().to_string(), MASK);
            let mask = key.mask_with(&policy(shown)).to_string();
            if (left - 64.0).abs() > 0.05 {
                let allowed = whole.len() >= 20 && left >= 64.0;
                let (start, end) = if allowed { shown } else { (0, 0) };
                let start: String = whole[..start].iter().collect();
                let end: String = whole[whole.len() - end..].iter().collect();
                prop_assert_eq!(mask, format!("{start}{MASK}{end}"));
            }
        }
    }
}

/// The bits of a foreign text and of one of its characters, as the rules say.
fn counted(text: &str) -> (f64, f64) {
    let stamp = text.chars().rev().take_while(char::is_ascii_digit).count().min(19);
    let rest: Vec<char> =
        text[..text.len() - stamp].chars().filter(|c| !['-', '_', '.'].contains(c)).collect();
    let any = |is: fn(&char) -> bool, size: u32| if rest.iter().any(is) { size } else { 0 };
    let mut size = any(char::is_ascii_digit, 10)
        + any(char::is_ascii_lowercase, 26)
        + any(char::is_ascii_uppercase, 26)
        + any(char::is_ascii_punctuation, 2);
    let one_case = |case: &str| rest.iter().all(|c| c.is_ascii_digit() || case.contains(*c));
    if one_case("abcdef") || one_case("ABCDEF") {
        size = size.min(16);
    }
    let of_one = if size == 0 { 0.0 } else { f64::from(size).log2() };
    (rest.len() as f64 * of_one, of_one)
}

#[test]
fn every_policy_masks_correctly_at_every_length_near_the_limits() {
    assert_eq!((MAX_MASK_SHOWN, MIN_MASKED_SECRET, MIN_HIDDEN_BITS), (4, 20, 64));
    let random = "7Kq2ZxW9bTfR4mVn8LpYs3HdCgJu6E"; // 30 characters, each once
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
                let left = (length - start - end) as f64 * bits;
                let allowed = length >= 20 && left >= 64.0;
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
            let made = MaskPolicy::new(start, end);
            match start <= 4 && end <= 4 {
                true => assert!(made.is_ok()),
                false => assert_eq!(made.unwrap_err().code(), "key.mask_policy"),
            }
        }
    }
}

#[test]
fn the_last_characters_of_a_checksum_after_the_secret_are_shown() {
    let text = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";
    let key = KeyFormat::keyrail().parse(text).unwrap();
    // 27 characters are 160.76 bits; 8 shown, of which 4 of the checksum, are
    // 47.63: 113 stay.
    let mask = key.mask_with(&policy((4, 4))).to_string();
    assert_eq!(mask, "kr_live_aLmC4Qopbu0c_hE5v••••••••jmgr");
}
