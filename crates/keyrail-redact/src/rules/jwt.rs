//! JSON Web Tokens (RFC 7519), signed (RFC 7515) or encrypted (RFC 7516).
//!
//! A token begins with the base64url of a JSON object: `{"` is `eyJ`, and a
//! brace with a blank or a line break after it `eyA`, `ewo`, `ew0` or `ewk`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_key::KeyFormat;

use crate::finding::FindingKind;
use crate::rules::{Guess, Rules, Verdict};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, ValueScanner};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// How many characters of the header are looked at: `{"alg":"` and one more.
const HEADER: usize = 12;
/// A signed token has two dots, an encrypted one four.
const DOTS: usize = 2;

impl Rules {
    /// A token, of which the second character is here.
    ///
    /// A long run without dots is walked once.
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
        let begins_object = match view.at(second)? {
            Some(b'y') => matches!(third, Some(b'J' | b'A')),
            Some(b'w') => matches!(third, Some(b'o' | b'0' | b'k')),
            _ => false,
        };
        if !begins_object || !has_header(view, start)? {
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
        self.settle(view, start, Terminator::Jwt, guess)
    }
}

/// Whether the first characters are the base64url of printable text.
fn has_header(view: &View<'_>, start: usize) -> Result<bool, Incomplete> {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if view.run(start, HEADER, is_base64url)? < HEADER {
        return Ok(false);
    }
    let mut header = [0; HEADER / 4 * 3];
    let length = URL_SAFE_NO_PAD.decode_slice(view.slice(start, start + HEADER), &mut header);
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    Ok(length.is_ok() && header.iter().all(is_text))
}
