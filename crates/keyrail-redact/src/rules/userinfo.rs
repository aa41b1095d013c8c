//! Userinfo of URLs (RFC 3986, section 3.2.1): `https://user:password@host`.

use keyrail_key::MIN_MASKED_SECRET;

use crate::decode::{DecodedChar, char_at, char_before};
use crate::finding::FindingKind;
use crate::rules::{After, Guess, Rules, Span, Verdict};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, ValueScanner, is_authority_byte};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// The result of reading an authority.
enum Authority {
    /// An authority with userinfo. The userinfo ends at `end`, and `colon` contains the start and
    /// the end of the first colon in the userinfo. The authority ends at `authority_end`. Redacting
    /// the credentials that were found in the authority makes it `growth` bytes longer.
    Userinfo { colon: Option<(usize, usize)>, end: usize, authority_end: usize, growth: usize },
    /// An authority without userinfo.
    None { has_colon: bool },
    /// An authority that is longer than the window.
    Beyond(Verdict),
}

/// The maximum number of bytes before an authority that are searched for the start of its
/// URL.
const LONGEST_START: usize = 40;

/// The classes of bytes in the fast search for userinfo.
const HOST: u8 = 0;
const LETTER: u8 = 1; // the second letter of a JSON Web Token, if it is after an `e`
const END: u8 = 2;
const SIGN: u8 = 3; // the rules must check it

const BYTE_CLASSES: [u8; 256] = {
    let mut classes = [HOST; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'@' | b'_' | b'%' | b'\\' | b'=' | b':' | b',' | b'B' => SIGN,
            b'y' | b'w' => LETTER,
            byte if !is_authority_byte(byte) => END,
            _ => HOST,
        };
        byte += 1;
    }
    classes
};

/// Returns whether an authority is only a host, as most are.
pub(crate) fn is_bare_host(bytes: &[u8], start: usize) -> bool {
    const LONGEST: usize = REDACT_WINDOW / 32; // a name has at most 255 bytes (RFC 1035, 2.3.4)
    let class = |byte: u8| BYTE_CLASSES.get(usize::from(byte)).copied().unwrap_or(SIGN);
    let rest = bytes.get(start..).unwrap_or_default();
    let mut rest = rest.get(..LONGEST).unwrap_or(rest);
    let mut before = 0;
    while let [byte, tail @ ..] = rest {
        match class(*byte) {
            HOST => {}
            END => return true,
            LETTER if before != b'e' => {}
            _ => return false,
        }
        before = *byte;
        rest = tail;
    }
    false
}

/// Returns whether the URL whose authority starts here is in single quotes. If so, a single
/// quote ends the URL, and is not part of its password.
fn is_quoted(view: &View<'_>, authority: usize) -> bool {
    let is_start_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.:/\\%".contains(&byte);
    let mut at = authority;
    for _ in 0..LONGEST_START {
        match view.before(at) {
            Some(byte) if is_start_byte(byte) => at -= 1,
            found => return found == Some(b'\''),
        }
    }
    false
}

/// Returns whether this is a user name rather than a token: `git`, or a short word in
/// lower case if the scheme is not `http` or `https`.
fn is_user(name: &[u8], is_web: bool) -> bool {
    const LONGEST: usize = 12;
    name == b"git" || !is_web && name.len() <= LONGEST && name.iter().all(u8::is_ascii_lowercase)
}

/// Returns whether the scheme of a URL is `http` or `https`. The colon after the scheme ends at
/// `index`.
fn is_web(view: &View<'_>, index: usize) -> bool {
    let colon = char_before(view, index).filter(|(byte, _)| *byte == b':');
    colon.is_some_and(|(_, scheme)| {
        view.ends_with(scheme, b"http") || view.ends_with(scheme, b"https")
    })
}

/// Returns by how many bytes the mask is longer than the text that it replaces, or 0 if it is
/// not longer.
fn added_length(span: &Span) -> usize {
    span.mask.len().saturating_sub(span.end - span.start)
}

/// Returns whether a credential that was found contains the end of the userinfo.
fn has_end(view: &View<'_>, span: &Span, level: u8) -> Result<bool, Incomplete> {
    let mut at = span.start;
    while at < span.end
        && let Some(DecodedChar { byte, next, form }) = char_at(view, at)?
    {
        match byte {
            _ if form.level() > level => {}
            b'@' => return Ok(true),
            byte if !is_authority_byte(byte) => return Ok(false),
            _ => {}
        }
        at = next;
    }
    Ok(false)
}

impl Rules {
    /// Finds a credential in the userinfo of a URL. The colon after the URL's scheme ends at
    /// `index`.
    pub(crate) fn userinfo(
        &self,
        view: &View<'_>,
        index: usize,
        level: u8,
    ) -> Result<Verdict, Incomplete> {
        let mut start = index;
        for _ in 0..2 {
            let slash = char_at(view, start)?;
            let slash = slash.filter(|slash| slash.byte == b'/' && slash.form.level() <= level);
            let Some(slash) = slash else { return Ok(Verdict::Nothing) };
            start = slash.next;
        }
        if !self.prefixes.has_other_ends && is_bare_host(view.bytes, start) {
            return Ok(Verdict::Nothing);
        }
        // Credentials in the authority are skipped, so that the authority is read in the same
        // way after redaction. At first, colons are not read as signs, because a colon may be
        // the one between the user name and the password.
        let mut found = self.authority(view, start, level, false)?;
        if let Authority::None { has_colon: true } = found {
            found = self.authority(view, start, level, true)?;
        }
        let (colon, end, authority_end, growth) = match found {
            Authority::Userinfo { colon, end, authority_end, growth } => {
                (colon, end, authority_end, growth)
            }
            Authority::None { .. } => return Ok(Verdict::Nothing),
            Authority::Beyond(verdict) => return Ok(verdict),
        };
        let (from, to) = match colon {
            None if is_user(view.slice(start, end), is_web(view, index)) => {
                return Ok(Verdict::Pass(end, None));
            }
            // A token in place of the user name.
            None => (start, end),
            Some((colon, password)) if password == end => (start, colon),
            Some((colon, _)) if self.may_be_credential(view, start, colon)? => (start, end),
            Some((_, password)) => (password, end),
        };
        let guess = Guess::shaped(FindingKind::Userinfo);
        Ok(match self.classify(view, from, to, guess) {
            Verdict::Nothing => Verdict::Pass(end, None),
            Verdict::Found(span, _)
                if authority_end + growth + added_length(&span) > start + REDACT_WINDOW =>
            {
                self.beyond(start, authority_end, level)
            }
            verdict => verdict,
        })
    }

    /// Returns the verdict for an authority that is longer than the window, or would be after
    /// redaction. The whole authority is redacted, so that redacting twice gives the same result as
    /// redacting once.
    fn beyond(&self, start: usize, end: usize, level: u8) -> Verdict {
        let span = self.span(start, end, Guess::shaped(FindingKind::Userinfo));
        Verdict::Beyond(span, ValueScanner::new(Terminator::Authority { level }), After::Text)
    }

    /// Reads an authority, and skips the credentials that are found in it. If `by_colons` is true,
    /// a colon in the userinfo may be a sign.
    fn authority(
        &self,
        view: &View<'_>,
        start: usize,
        level: u8,
        by_colons: bool,
    ) -> Result<Authority, Incomplete> {
        let mut inside = View { is_url: true, ..*view };
        let (mut at, mut colon, mut end, mut has_colon) = (start, None, None, false);
        let (mut growth, mut found) = (0, None::<(Span, Option<ValueScanner>)>);
        let mut cache = ScanCache::default();
        let may_quote = !is_quoted(view, start);
        loop {
            // A credential that starts after the end of the authority is never reached.
            match found.take_if(|(span, _)| span.start <= at) {
                None => {}
                Some((span, None)) => {
                    growth += added_length(&span);
                    at = at.max(span.end);
                }
                Some((span, Some(scanner))) => {
                    let guess = Guess::shaped(FindingKind::Userinfo);
                    let span = self.span(start, span.end, guess);
                    let after = After::Authority(level);
                    return Ok(Authority::Beyond(Verdict::Beyond(span, scanner, after)));
                }
            }
            let Some(DecodedChar { byte, next, form }) = char_at(view, at)? else { break };
            let is_apostrophe = byte == b'\'' && may_quote && colon.is_some() && end.is_none();
            if form.level() <= level && !is_authority_byte(byte) && !is_apostrophe {
                break;
            }
            if at + growth >= start + REDACT_WINDOW {
                return Ok(Authority::Beyond(self.beyond(start, at, level)));
            }
            has_colon |= byte == b':';
            let is_checked = by_colons || byte != b':' || end.is_some();
            if at >= inside.lower_bound && is_checked && self.may_be_sign(byte, form) {
                match self.sign(&inside, at, &mut cache)? {
                    Verdict::Nothing => {}
                    Verdict::Pass(end, _) => inside.lower_bound = end,
                    // This credential contains the end of the userinfo. It is not skipped: its name
                    // and its value are part of a password.
                    Verdict::Found(span, _) if has_end(view, &span, level)? => {}
                    Verdict::Found(span, _) => {
                        inside.lower_bound = span.end;
                        found = Some((span, None));
                        continue;
                    }
                    Verdict::Beyond(span, scanner, _) => {
                        inside.lower_bound = span.end;
                        found = Some((span, Some(scanner)));
                        continue;
                    }
                }
            }
            match byte {
                _ if form.level() > level => {}
                b':' if colon.is_none() && end.is_none() => colon = Some((at, next)),
                b'@' => end = Some(at),
                _ => {}
            }
            at = next;
        }
        if at + growth > start + REDACT_WINDOW {
            return Ok(Authority::Beyond(self.beyond(start, at, level)));
        }
        Ok(match end {
            Some(end) => Authority::Userinfo { colon, end, authority_end: at, growth },
            None => Authority::None { has_colon },
        })
    }

    /// Returns whether the user name may itself be a credential, or contains one.
    fn may_be_credential(
        &self,
        view: &View<'_>,
        start: usize,
        end: usize,
    ) -> Result<bool, Incomplete> {
        if end - start >= MIN_MASKED_SECRET || self.prefixes.any_in(view.slice(start, end)) {
            return Ok(true);
        }
        let inside = View { is_url: true, ..*view };
        let mut cache = ScanCache::default();
        for at in start..end {
            if let Verdict::Found(..) | Verdict::Beyond(..) = self.sign(&inside, at, &mut cache)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
