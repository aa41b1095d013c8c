//! Alphabets: the characters that a part of a key consists of, and the entropy of each character.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::fmt;

use crate::{Error, ErrorKind};

/// The characters that a segment of a key consists of, in a fixed order.
///
/// ```
/// use keyrail_key::Alphabet;
/// assert_eq!(Alphabet::BASE32.symbols(), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
/// assert_eq!(Alphabet::of("abc")?.symbols(), "abc");
/// assert_eq!(Alphabet::of("a").unwrap_err().code(), "key.malformed_alphabet");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone)]
pub struct Alphabet(Repr);

#[derive(Clone)]
enum Repr {
    BuiltIn(&'static Table),
    Custom(Arc<Table>),
}

struct Table {
    symbols: Cow<'static, str>,
    /// For each byte, whether it is one of the symbols.
    is_symbol: [bool; 256],
}

impl Table {
    #[allow(clippy::indexing_slicing)] // a byte is always a valid index, and `get` is not const
    const fn new(symbols: &'static str) -> Self {
        let mut is_symbol = [false; 256];
        let mut rest = symbols.as_bytes();
        while let [symbol, after @ ..] = rest {
            is_symbol[*symbol as usize] = true;
            rest = after;
        }
        Self { symbols: Cow::Borrowed(symbols), is_symbol }
    }
}

static HEX: Table = Table::new("0123456789abcdef");
static BASE32: Table = Table::new("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
static BASE58: Table = Table::new("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
static BASE62: Table = Table::new("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
static BASE64URL: Table =
    Table::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
static DIGITS: Table = Table::new("0123456789");

impl Alphabet {
    /// `0-9a-f`; capitals are rejected.
    pub const HEX: Self = Self(Repr::BuiltIn(&HEX));
    /// Crockford's base32: digits and upper-case letters without `I`, `L`, `O`, `U`. The aliases
    /// that Crockford defines (such as lower-case letters, or `O` for `0`) are rejected.
    pub const BASE32: Self = Self(Repr::BuiltIn(&BASE32));
    /// Bitcoin's base58: letters and digits without `0`, `O`, `I`, `l`.
    pub const BASE58: Self = Self(Repr::BuiltIn(&BASE58));
    /// `0-9A-Za-z`, in that order.
    pub const BASE62: Self = Self(Repr::BuiltIn(&BASE62));
    /// RFC 4648, section 5: letters, digits, `-` and `_`.
    pub const BASE64URL: Self = Self(Repr::BuiltIn(&BASE64URL));
    /// `0-9`.
    pub const DIGITS: Self = Self(Repr::BuiltIn(&DIGITS));

    /// The built-in alphabets, with their names in a declaration.
    pub(crate) const WORDS: [(&'static str, Self); 6] = [
        ("hex", Self::HEX),
        ("base32", Self::BASE32),
        ("base58", Self::BASE58),
        ("base62", Self::BASE62),
        ("base64url", Self::BASE64URL),
        ("digits", Self::DIGITS),
    ];

    /// Creates a custom alphabet of two or more different characters. Only letters, digits and
    /// `-._~+/` are allowed.
    ///
    /// # Errors
    ///
    /// `key.malformed_alphabet`. If a character is not allowed or is a duplicate, the error has its
    /// offset.
    pub fn of(symbols: &str) -> Result<Self, Error> {
        let mut is_symbol = [false; 256];
        for (at, symbol) in symbols.bytes().enumerate() {
            match is_symbol.get_mut(usize::from(symbol)) {
                Some(seen) if is_allowed(symbol) && !*seen => *seen = true,
                _ => return Err(Error::at(ErrorKind::MalformedAlphabet, at)),
            }
        }
        if symbols.len() < 2 {
            return Err(ErrorKind::MalformedAlphabet.into());
        }
        Ok(Self(Repr::Custom(Arc::new(Table { symbols: Cow::Owned(symbols.into()), is_symbol }))))
    }

    /// Returns the characters, in their order.
    pub fn symbols(&self) -> &str {
        &self.table().symbols
    }

    /// Returns the number of characters: 2 to 68.
    pub(crate) fn size(&self) -> usize {
        self.table().symbols.len()
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        look_up(&self.table().is_symbol, byte)
    }

    /// Returns the index of the first byte that is not a symbol.
    ///
    /// All bytes are checked first, without a branch per byte. The index is searched for only if a
    /// byte is not a symbol.
    #[inline]
    pub(crate) fn first_outside(&self, bytes: &[u8]) -> Option<usize> {
        let table = &self.table().is_symbol;
        if bytes.iter().fold(true, |all, byte| all & look_up(table, *byte)) {
            return None;
        }
        bytes.iter().position(|byte| !look_up(table, *byte))
    }

    /// Returns the number of bytes at the start of a string that are symbols.
    pub(crate) fn run_length(&self, text: &[u8]) -> usize {
        text.iter().position(|byte| !self.contains(*byte)).unwrap_or(text.len())
    }

    /// Returns the entropy of a random character, in bits.
    pub(crate) fn bits(&self) -> f64 {
        LOG2.get(self.size()).copied().unwrap_or_default()
    }

    /// Returns the entropy of a random character, in thousandths of a bit, rounded down.
    pub(crate) fn millibits(&self) -> u32 {
        (self.bits() * 1000.0) as u32
    }

    fn table(&self) -> &Table {
        match &self.0 {
            Repr::BuiltIn(table) => table,
            Repr::Custom(table) => table,
        }
    }
}

fn look_up(table: &[bool; 256], byte: u8) -> bool {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The punctuation that alphabets, prefixes and separators may contain. Letters, digits and this
/// punctuation are the characters of a `b64token` (RFC 6750, section 2.1), without `=`. A key made
/// of them can therefore be sent in any header field.
pub(crate) const PUNCTUATION: &[u8] = b"-._~+/";

pub(crate) fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || PUNCTUATION.contains(&byte)
}

impl PartialEq for Alphabet {
    fn eq(&self, other: &Self) -> bool {
        self.symbols() == other.symbols()
    }
}

impl Eq for Alphabet {}

impl fmt::Debug for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alphabet({})", self.symbols())
    }
}

/// The binary logarithms of all alphabet sizes up to 68. The index is the size.
#[allow(clippy::approx_constant)] // some values of the table are also named constants
#[rustfmt::skip]
pub(crate) const LOG2: [f64; 69] = [
    0.0, 0.0, 1.0, 1.584962500721156, 2.0, 2.321928094887362, 2.584962500721156,
    2.807354922057604, 3.0, 3.169925001442312, 3.321928094887362, 3.4594316186372973,
    3.584962500721156, 3.700439718141092, 3.807354922057604, 3.9068905956085187, 4.0,
    4.087462841250339, 4.169925001442312, 4.247927513443585, 4.321928094887363, 4.392317422778761,
    4.459431618637297, 4.523561956057013, 4.584962500721156, 4.643856189774724, 4.700439718141092,
    4.754887502163468, 4.807354922057604, 4.857980995127572, 4.906890595608519, 4.954196310386875,
    5.0, 5.044394119358453, 5.087462841250339, 5.129283016944966, 5.169925001442312,
    5.20945336562895, 5.247927513443585, 5.285402218862249, 5.321928094887363, 5.357552004618084,
    5.392317422778761, 5.426264754702098, 5.459431618637297, 5.491853096329675, 5.523561956057013,
    5.554588851677638, 5.584962500721156, 5.614709844115208, 5.643856189774724, 5.672425341971495,
    5.700439718141092, 5.727920454563199, 5.754887502163468, 5.78135971352466, 5.807354922057604,
    5.832890014164741, 5.857980995127572, 5.882643049361842, 5.906890595608519, 5.930737337562887,
    5.954196310386875, 5.977279923499917, 6.0, 6.022367813028454, 6.044394119358453,
    6.066089190457772, 6.087462841250339,
];
