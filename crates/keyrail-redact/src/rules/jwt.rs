//! JSON Web Tokens (RFC 7519), signed (RFC 7515) or encrypted (RFC 7516).
//!
//! A token starts with a JSON object in base64url: `{"` is encoded as `eyJ`. A brace is encoded as
//! `eyA` before a space, as `ewo` before a line feed, as `ew0` before a carriage return, and as
//! `ewk` before a tab.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_key::KeyFormat;

use crate::finding::FindingKind;
use crate::rules::{Guess, Rules, Verdict};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, ValueScanner};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// The number of characters of the header that are decoded. They encode nine bytes: `{"alg":"`
/// and one more.
const HEADER: usize = 12;
/// The minimum number of dots: a signed token has two, an encrypted one four.
const DOTS: usize = 2;

impl Rules {
    /// Finds a token whose second character is at the index `second`.
    ///
    /// If the characters that a token may contain end before the second dot, the index where they
    /// end is cached, so that they are scanned only once.
    pub(crate) fn jwt(
        &self,
        view: &View<'_>,
        second: usize,
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        if view.before(second) != Some(b'e') || second <= cache.jwt {
            return Ok(Verdict::Nothing);
        }
        let start = second - 1;
        let third = view.at(second + 1)?;
        let is_object = match view.at(second)? {
            Some(b'y') => matches!(third, Some(b'J' | b'A')),
            Some(b'w') => matches!(third, Some(b'o' | b'0' | b'k')),
            _ => false,
        };
        if !is_object || !has_header(view, start)? {
            return Ok(Verdict::Nothing);
        }
        let mut scanner = ValueScanner::new(Terminator::Jwt);
        let mut end = start;
        let mut dots = 0;
        while dots < DOTS && end < start + REDACT_WINDOW {
            dots += usize::from(view.at(end)? == Some(b'.'));
            match scanner.step(view, end)? {
                Some(next) => end = next,
                None => {
                    cache.jwt = end;
                    return Ok(Verdict::Nothing);
                }
            }
        }
        let format = self.formats().iter().find(|format| **format == KeyFormat::jwt());
        let guess = Guess { format, ..Guess::shaped(FindingKind::Jwt) };
        self.scan_value(view, start, Terminator::Jwt, guess)
    }
}

/// Returns whether the first [`HEADER`] characters of a token are base64url, and decode to
/// printable text.
fn has_header(view: &View<'_>, start: usize) -> Result<bool, Incomplete> {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if view.run_length(start, HEADER, is_base64url)? < HEADER {
        return Ok(false);
    }
    let mut header = [0; HEADER / 4 * 3];
    let length = URL_SAFE_NO_PAD.decode_slice(view.slice(start, start + HEADER), &mut header);
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    Ok(length.is_ok() && header.iter().all(is_text))
}
