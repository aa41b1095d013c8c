//! The cache of scans that found nothing. Without it, each sign in a part of a text could cause
//! that part to be scanned again.

use alloc::vec::Vec;

use crate::value_scanner::{Terminator, ValueScanner, is_mask_character, token};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// The results of the scans that started at earlier signs.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScanCache {
    /// The index before which no JSON Web Token starts.
    pub jwt: usize,
    scan: Option<TokenScan>,
    length: Option<TokenLength>,
}

/// A scan of a token. A scan from any later position in the token has the same end.
#[derive(Clone, Debug)]
struct TokenScan {
    from: usize,
    to: usize,
    scanner: ValueScanner,
    /// The starts and ends of private keys in the token. A scan that starts within one of them
    /// may have a different end.
    keys: Vec<(usize, usize)>,
    /// The end of the token without trailing dots.
    end: Option<usize>,
}

/// The number of characters of a token, except dots, between two indices. There is no mask between
/// these indices.
#[derive(Clone, Copy, Debug)]
struct TokenLength {
    from: usize,
    to: usize,
    count: usize,
    has_ended: bool,
}

impl ScanCache {
    /// Returns the end of the token that continues at an index, without trailing dots, if that
    /// end is within the window.
    pub(crate) fn token_end(
        &mut self,
        view: &View<'_>,
        start: usize,
    ) -> Result<Option<usize>, Incomplete> {
        let includes_start = |scan: &TokenScan| {
            (scan.from..=scan.to).contains(&start)
                && !scan.keys.iter().any(|(from, to)| (from + 1..*to).contains(&start))
        };
        let mut scan = self.scan.take().filter(includes_start).unwrap_or_else(|| TokenScan {
            from: start,
            to: start,
            scanner: ValueScanner::new(Terminator::Token),
            keys: Vec::new(),
            end: None,
        });
        scan.keys.retain(|(_, to)| *to > start);
        let limit = start + REDACT_WINDOW;
        let end = loop {
            if scan.end.is_some() || scan.to >= limit {
                break Ok(scan.end);
            }
            match scan.scanner.step(view, scan.to) {
                Ok(Some(next)) => {
                    let (from, is_in_key) = (scan.to, scan.scanner.is_in_key());
                    scan.to = scan.scanner.skip_alphanumeric(view, from, next, limit);
                    match scan.keys.last_mut() {
                        Some((_, to)) if is_in_key && *to == from => *to = scan.to,
                        _ if is_in_key => scan.keys.push((from, scan.to)),
                        _ => {}
                    }
                }
                Ok(None) => {
                    let token = view.slice(scan.from, scan.to);
                    let last = token.iter().rposition(|byte| *byte != b'.');
                    scan.end = Some(scan.from + last.map_or(0, |last| last + 1));
                }
                Err(Incomplete) => break Err(Incomplete),
            }
        };
        self.scan = Some(scan);
        end
    }

    /// Returns the number of characters, except dots, of the token that starts here. The count ends
    /// at the first mask and is at most `limit`.
    pub(crate) fn unmasked_length(
        &mut self,
        view: &View<'_>,
        start: usize,
        limit: usize,
    ) -> Result<usize, Incomplete> {
        let new = TokenLength { from: start, to: start, count: 0, has_ended: false };
        let includes_start = |known: &TokenLength| (known.from..=known.to).contains(&start);
        let mut known = self.length.filter(includes_start).unwrap_or(new);
        while known.from < start {
            let Some((next, counts)) = token(view, known.from)? else { break };
            (known.from, known.count) = (next, known.count.saturating_sub(usize::from(counts)));
        }
        if known.from != start {
            known = new; // `start` is within an escape
        }
        let count = loop {
            if known.has_ended || known.count >= limit || known.to >= start + REDACT_WINDOW {
                break Ok(known.count.min(limit));
            }
            match next_unmasked(view, known.to) {
                Ok(Some((next, counts))) => {
                    (known.to, known.count) = (next, known.count + usize::from(counts));
                }
                Ok(None) => known.has_ended = true,
                Err(Incomplete) => break Err(Incomplete),
            }
        };
        self.length = Some(known);
        count
    }

    /// Shifts all positions, because the first `by` bytes were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.jwt = self.jwt.saturating_sub(by);
        let shift = |index: usize| index.checked_sub(by);
        self.scan = self.scan.take().and_then(|scan| {
            let (to, end) = (shift(scan.to)?, scan.end.map(|end| end.saturating_sub(by)));
            let keys = scan.keys.iter();
            let keys = keys.filter_map(|(from, to)| Some((from.saturating_sub(by), shift(*to)?)));
            Some(TokenScan {
                from: scan.from.saturating_sub(by),
                to,
                end,
                keys: keys.collect(),
                ..scan
            })
        });
        // A length that starts in the dropped bytes is discarded.
        self.length = self.length.and_then(|length| {
            Some(TokenLength { from: shift(length.from)?, to: shift(length.to)?, ..length })
        });
    }
}

/// Returns the end of the next character of a token and whether it is counted, unless it
/// is part of a mask.
fn next_unmasked(view: &View<'_>, index: usize) -> Result<Option<(usize, bool)>, Incomplete> {
    match is_mask_character(view, index)? {
        true => Ok(None),
        false => token(view, index),
    }
}
