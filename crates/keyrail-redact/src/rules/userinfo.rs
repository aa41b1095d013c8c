//! Userinfo of URLs (RFC 3986, section 3.2.1): `https://user:password@host`.

use keyrail_key::MIN_MASKED_SECRET;

use crate::decode::{DecodedChar, unit, unit_before};
use crate::finding::FindingKind;
use crate::rules::{After, Guess, Rules, Span, Verdict};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, ValueScanner, is_of_authority};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// What an authority was found to be.
enum Authority {
    /// It has userinfo: to here, with the first colon, and what follows that.
    /// The authority ends at `reach`, and is `grown` bytes longer once it is redacted.
    Userinfo { colon: Option<(usize, usize)>, end: usize, reach: usize, grown: usize },
    /// It has none.
    None { has_colon: bool },
    /// It is longer than the window.
    Beyond(Verdict),
}

/// The longest scheme of a URL that is looked at, with what follows it.
const LONGEST_START: usize = 40;

/// What a byte means to the fast search for userinfo.
const HOST: u8 = 0;
const LETTER: u8 = 1; // a web token may begin, after an `e`
const END: u8 = 2;
const SIGN: u8 = 3; // it takes a closer look

const LOOKS: [u8; 256] = {
    let mut looks = [HOST; 256];
    let mut byte = 0;
    while byte < 256 {
        looks[byte] = match byte as u8 {
            b'@' | b'_' | b'%' | b'\\' | b'=' | b':' | b',' | b'B' => SIGN,
            b'y' | b'w' => LETTER,
            byte if !is_of_authority(byte) => END,
            _ => HOST,
        };
        byte += 1;
    }
    looks
};

/// Whether an authority is a host and nothing else, as most are.
pub(crate) fn is_bare_host(bytes: &[u8], start: usize) -> bool {
    const LONGEST: usize = REDACT_WINDOW / 32; // as a domain name's (RFC 1035, section 2.3.4)
    let look = |byte: u8| LOOKS.get(usize::from(byte)).copied().unwrap_or(SIGN);
    let rest = bytes.get(start..).unwrap_or_default();
    let mut rest = rest.get(..LONGEST).unwrap_or(rest);
    let mut before = 0;
    while let [byte, tail @ ..] = rest {
        match look(*byte) {
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

/// Returns whether the URL whose authority begins here is in apostrophes. If so, an
/// apostrophe ends the URL instead of being part of its password.
fn is_quoted(view: &View<'_>, authority: usize) -> bool {
    let is_of_start = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.:/\\%".contains(&byte);
    let mut at = authority;
    for _ in 0..LONGEST_START {
        match view.before(at) {
            Some(byte) if is_of_start(byte) => at -= 1,
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

/// Returns whether the scheme before the colon at a place is `http` or `https`.
fn is_web(view: &View<'_>, index: usize) -> bool {
    let colon = unit_before(view, index).filter(|(byte, _)| *byte == b':');
    colon.is_some_and(|(_, scheme)| {
        view.ends_with(scheme, b"http") || view.ends_with(scheme, b"https")
    })
}

/// How many bytes a mask adds.
fn growth(span: &Span) -> usize {
    span.mask.len().saturating_sub(span.end - span.start)
}

/// Whether the end of userinfo is in what was found.
fn has_end(view: &View<'_>, span: &Span, level: u8) -> Result<bool, Incomplete> {
    let mut at = span.start;
    while at < span.end
        && let Some(DecodedChar { byte, next, form }) = unit(view, at)?
    {
        match byte {
            _ if form.level() > level => {}
            b'@' => return Ok(true),
            byte if !is_of_authority(byte) => return Ok(false),
            _ => {}
        }
        at = next;
    }
    Ok(false)
}

impl Rules {
    /// The userinfo of a URL; what follows its scheme's colon begins here.
    pub(crate) fn userinfo(
        &self,
        view: &View<'_>,
        index: usize,
        level: u8,
    ) -> Result<Verdict, Incomplete> {
        let mut start = index;
        for _ in 0..2 {
            let slash = unit(view, start)?;
            let slash = slash.filter(|slash| slash.byte == b'/' && slash.form.level() <= level);
            let Some(slash) = slash else { return Ok(Verdict::Nothing) };
            start = slash.next;
        }
        if !self.prefixes.has_other_ends && is_bare_host(view.bytes, start) {
            return Ok(Verdict::Nothing);
        }
        // It is read as it will be once what is found in it is redacted. A
        // colon is that of a password, unless there would be none.
        let mut found = self.authority(view, start, level, false)?;
        if let Authority::None { has_colon: true } = found {
            found = self.authority(view, start, level, true)?;
        }
        let (colon, end, reach, grown) = match found {
            Authority::Userinfo { colon, end, reach, grown } => (colon, end, reach, grown),
            Authority::None { .. } => return Ok(Verdict::Nothing),
            Authority::Beyond(verdict) => return Ok(verdict),
        };
        let (from, to) = match colon {
            None if is_user(view.slice(start, end), is_web(view, index)) => {
                return Ok(Verdict::Pass(end, None));
            }
            // A token that has the place of the user, or is one.
            None => (start, end),
            Some((colon, password)) if password == end => (start, colon),
            Some((colon, _)) if self.is_telling(view, start, colon)? => (start, end),
            Some((_, password)) => (password, end),
        };
        let guess = Guess::shaped(FindingKind::Userinfo);
        Ok(match self.classify(view, from, to, guess) {
            Verdict::Nothing => Verdict::Pass(end, None),
            Verdict::Found(span, _) if reach + grown + growth(&span) > start + REDACT_WINDOW => {
                self.beyond(start, reach, level)
            }
            verdict => verdict,
        })
    }

    /// Redacts an authority that is longer than the window, or would be after
    /// redaction, as a whole, so that one pass is enough.
    fn beyond(&self, start: usize, reach: usize, level: u8) -> Verdict {
        let span = self.span(start, reach, Guess::shaped(FindingKind::Userinfo));
        Verdict::Beyond(span, ValueScanner::new(Terminator::Authority { level }), After::Text)
    }

    /// Reads an authority, and passes what is found in it: by its colons too, or
    /// not.
    fn authority(
        &self,
        view: &View<'_>,
        start: usize,
        level: u8,
        by_colons: bool,
    ) -> Result<Authority, Incomplete> {
        let mut inside = View { is_url: true, ..*view };
        let (mut at, mut colon, mut end, mut has_colon) = (start, None, None, false);
        let (mut grown, mut found) = (0, None::<(Span, Option<ValueScanner>)>);
        let mut cache = ScanCache::default();
        let may_quote = !is_quoted(view, start);
        loop {
            // What is found may begin after the authority's end: then it is
            // never come to.
            match found.take_if(|(span, _)| span.start <= at) {
                None => {}
                Some((span, None)) => {
                    grown += growth(&span);
                    at = at.max(span.end);
                }
                Some((span, Some(scanner))) => {
                    let guess = Guess::shaped(FindingKind::Userinfo);
                    let span = self.span(start, span.end, guess);
                    let after = After::Authority(level);
                    return Ok(Authority::Beyond(Verdict::Beyond(span, scanner, after)));
                }
            }
            let Some(DecodedChar { byte, next, form }) = unit(view, at)? else { break };
            let is_apostrophe = byte == b'\'' && may_quote && colon.is_some() && end.is_none();
            if form.level() <= level && !is_of_authority(byte) && !is_apostrophe {
                break;
            }
            if at + grown >= start + REDACT_WINDOW {
                return Ok(Authority::Beyond(self.beyond(start, at, level)));
            }
            has_colon |= byte == b':';
            let is_asked = by_colons || byte != b':' || end.is_some();
            if at >= inside.floor && is_asked && self.may_be_sign(byte, form) {
                match self.sign(&inside, at, &mut cache)? {
                    Verdict::Nothing => {}
                    Verdict::Pass(end, _) => inside.floor = end,
                    // The name is a part of a password, as is what follows it.
                    Verdict::Found(span, _) if has_end(view, &span, level)? => {}
                    Verdict::Found(span, _) => {
                        inside.floor = span.end;
                        found = Some((span, None));
                        continue;
                    }
                    Verdict::Beyond(span, scanner, _) => {
                        inside.floor = span.end;
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
        if at + grown > start + REDACT_WINDOW {
            return Ok(Authority::Beyond(self.beyond(start, at, level)));
        }
        Ok(match end {
            Some(end) => Authority::Userinfo { colon, end, reach: at, grown },
            None => Authority::None { has_colon },
        })
    }

    /// Whether the user's name may be a credential itself, or holds one.
    fn is_telling(&self, view: &View<'_>, start: usize, end: usize) -> Result<bool, Incomplete> {
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
