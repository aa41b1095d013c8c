//! Generation: keys from random bytes that the caller provides.
//!
//! For one format and environment, the same bytes always produce the same key. The characters are
//! selected by the bytes of
//! `HMAC-SHA256(entropy, "keyrail-key-v1\0" + prefix + "\0" + environment + "\0" + be32(i))` for
//! i = 0, 1, and so on. If the format has no prefix, its name is used instead. `hex40` is an
//! exception: the empty string is used instead of a prefix. If the format has no environment, the
//! empty string takes its place. For an alphabet of n symbols, a byte at or above the largest
//! multiple of n up to 256 is skipped, and any other byte b selects the symbol with the index b mod
//! n. The segments are generated in order, those of variable length at their maximum length.

use alloc::string::String;

use hmac::{Hmac, Mac as _};
use keyrail_core::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::foreign::Foreign;
use crate::format::{Definition, KeyFormat};
use crate::layout::Layout;
use crate::mac::keyed;
use crate::strength::ENTROPY_LEN;
use crate::{Alphabet, ApiKey, Error, ErrorKind};

/// The start of the HMAC's input. It ensures that the same entropy, used for another purpose, gives
/// a different result.
const LABEL: &str = "keyrail-key-v1";

impl KeyFormat {
    /// Generates a key from at least [`entropy_len`](Self::entropy_len) random
    /// bytes; additional bytes are used as well.
    ///
    /// The bytes must come from the operating system's random source, fresh for each key: anyone
    /// who knows them can compute the key. The environment must be one of the format's
    /// environments, or `None` if the format has none.
    ///
    /// # Errors
    ///
    /// `key.environment`, `key.too_little_entropy`, and `key.not_generated` for a foreign format
    /// other than `hex40`, because only the platform that uses such a format can generate its keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// let key = KeyFormat::github("ghp")?.generate(None, &[7; 32])?;
    /// assert_eq!(key.reveal().len(), 40);
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn generate<'a>(
        &self,
        environment: impl Into<Option<&'a str>>,
        entropy: &[u8],
    ) -> Result<ApiKey, Error> {
        let environment = environment.into();
        let layout = match self.shape() {
            Definition::Foreign(Foreign::Hex40) => None,
            Definition::Foreign(_) => return Err(ErrorKind::NotGenerated.into()),
            Definition::BuiltIn(layout) => Some(*layout),
            Definition::Declared(layout) => Some(&**layout),
        };
        let index = self.environment_index(environment)?;
        if entropy.len() < ENTROPY_LEN {
            return Err(ErrorKind::TooLittleEntropy.into());
        }
        let prefix = layout.map_or("", |layout| match &*layout.prefix {
            "" => &*layout.name,
            prefix => prefix,
        });
        let mut stream = Stream::new(prefix, environment.unwrap_or_default(), entropy);
        let text = match layout {
            Some(layout) => generate_key(layout, environment.unwrap_or_default(), &mut stream),
            None => {
                let mut text = Zeroizing::new(String::with_capacity(40));
                stream.push(40, &Alphabet::HEX, &mut text);
                text
            }
        };
        Ok(ApiKey::new(self.clone(), secret(text), index))
    }
}

fn generate_key(layout: &Layout, environment: &str, stream: &mut Stream) -> Zeroizing<String> {
    // The capacity is enough for the whole key, so the string is never reallocated and leaves no
    // copy of itself in memory.
    let mut text = Zeroizing::new(String::with_capacity(layout.longest_key()));
    for part in [&layout.head, environment, &layout.after_environment] {
        text.push_str(part);
    }
    let body = text.len();
    for field in layout.fields.iter() {
        text.push_str(&field.separator);
        stream.push(field.longest, &field.alphabet, &mut text);
    }
    if let Some(checksum) = &layout.checksum {
        let before = text.as_bytes();
        let digits = checksum.compute(before, before.get(body..).unwrap_or_default());
        text.push_str(&checksum.separator);
        text.extend(digits.iter().take(checksum.length).copied().map(char::from));
    }
    text
}

fn secret(mut text: Zeroizing<String>) -> Secret {
    Secret::new(core::mem::take(&mut *text))
}

/// The stream of random bytes that a key is generated from.
struct Stream {
    mac: Hmac<Sha256>,
    /// The number of the next block.
    next: u32,
    block: Zeroizing<[u8; 32]>,
    /// The number of bytes of the block that were used.
    used: usize,
}

impl Stream {
    fn new(prefix: &str, environment: &str, entropy: &[u8]) -> Self {
        let mut mac = keyed(entropy);
        for part in [LABEL, prefix, environment] {
            mac.update(part.as_bytes());
            mac.update(b"\0");
        }
        Self { mac, next: 0, block: Zeroizing::new([0; 32]), used: 32 }
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let block = self.mac.clone().chain_update(self.next.to_be_bytes()).finalize();
            *self.block = block.into_bytes().into();
            self.next = self.next.wrapping_add(1);
            self.used = 0;
        }
        let byte = self.block.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        byte
    }

    /// Appends random symbols of an alphabet.
    fn push(&mut self, length: usize, alphabet: &Alphabet, text: &mut String) {
        let symbols = alphabet.symbols().as_bytes();
        let multiple = 256 / symbols.len() * symbols.len();
        for _ in 0..length {
            let value = loop {
                let byte = usize::from(self.byte());
                if byte < multiple {
                    break byte % symbols.len();
                }
            };
            text.extend(symbols.get(value).copied().map(char::from));
        }
    }
}
