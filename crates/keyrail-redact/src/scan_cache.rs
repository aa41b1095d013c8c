//! Results of searches that found nothing, kept so that no part of a text is
//! scanned again from each sign in it.

use alloc::vec::Vec;

use crate::value_scanner::{Terminator, ValueScanner, is_mask_character, token};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// What the scans from earlier signs found out about the text after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScanCache {
    /// No web token begins before this place.
    pub jwt: usize,
    scan: Option<TokenScan>,
    length: Option<TokenLength>,
}

/// A scan of a token, which continues from any position in it as it does from the
/// first one.
#[derive(Clone, Debug)]
struct TokenScan {
    from: usize,
    to: usize,
    scanner: ValueScanner,
    /// Where the private keys ahead start and end: from inside of one, a scan
    /// goes another way.
    keys: Vec<(usize, usize)>,
    /// Where it ends, without the dots at its end.
    end: Option<usize>,
}

/// The counted characters of a token without a mask, between two places.
#[derive(Clone, Copy, Debug)]
struct TokenLength {
    from: usize,
    to: usize,
    count: usize,
    has_ended: bool,
}

impl ScanCache {
    /// Returns where the token that continues at an index ends, without the dots at its
    /// end, if that is within the window.
    pub(crate) fn token_end(
        &mut self,
        view: &View<'_>,
        start: usize,
    ) -> Result<Option<usize>, Incomplete> {
        let is_on_the_way = |run: &TokenScan| {
            (run.from..=run.to).contains(&start)
                && !run.keys.iter().any(|(from, to)| (from + 1..*to).contains(&start))
        };
        let mut run = self.scan.take().filter(is_on_the_way).unwrap_or_else(|| TokenScan {
            from: start,
            to: start,
            scanner: ValueScanner::new(Terminator::Token),
            keys: Vec::new(),
            end: None,
        });
        run.keys.retain(|(_, to)| *to > start);
        let limit = start + REDACT_WINDOW;
        let walked = loop {
            if run.end.is_some() || run.to >= limit {
                break Ok(run.end);
            }
            match run.scanner.step(view, run.to) {
                Ok(Some(next)) => {
                    let (from, is_in_key) = (run.to, run.scanner.is_in_key());
                    run.to = run.scanner.pass(view, from, next, limit);
                    match run.keys.last_mut() {
                        Some((_, to)) if is_in_key && *to == from => *to = run.to,
                        _ if is_in_key => run.keys.push((from, run.to)),
                        _ => {}
                    }
                }
                Ok(None) => {
                    let token = view.slice(run.from, run.to);
                    let last = token.iter().rposition(|byte| *byte != b'.');
                    run.end = Some(run.from + last.map_or(0, |last| last + 1));
                }
                Err(Incomplete) => break Err(Incomplete),
            }
        };
        self.scan = Some(run);
        walked
    }

    /// Returns how many characters of a token start here, before any mask:
    /// `limit` at most.
    pub(crate) fn unmasked_length(
        &mut self,
        view: &View<'_>,
        start: usize,
        limit: usize,
    ) -> Result<usize, Incomplete> {
        let new = TokenLength { from: start, to: start, count: 0, has_ended: false };
        let mut known = self.length.filter(|it| (it.from..=it.to).contains(&start)).unwrap_or(new);
        while known.from < start {
            let Some((next, counts)) = token(view, known.from)? else { break };
            (known.from, known.count) = (next, known.count.saturating_sub(usize::from(counts)));
        }
        if known.from != start {
            known = new; // an escape spans this place
        }
        let counted = loop {
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
        counted
    }

    /// Shifts all positions, because the first `by` bytes were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.jwt = self.jwt.saturating_sub(by);
        let moved = |place: usize| place.checked_sub(by);
        self.scan = self.scan.take().and_then(|run| {
            let (to, end) = (moved(run.to)?, run.end.map(|end| end.saturating_sub(by)));
            let keys = run.keys.iter();
            let keys = keys.filter_map(|(from, to)| Some((from.saturating_sub(by), moved(*to)?)));
            Some(TokenScan {
                from: run.from.saturating_sub(by),
                to,
                end,
                keys: keys.collect(),
                ..run
            })
        });
        // A length from a place that is gone is discarded.
        self.length = self.length.and_then(|count| {
            Some(TokenLength { from: moved(count.from)?, to: moved(count.to)?, ..count })
        });
    }
}

/// The next character of a token, unless it is one of a mask.
fn next_unmasked(view: &View<'_>, index: usize) -> Result<Option<(usize, bool)>, Incomplete> {
    match is_mask_character(view, index)? {
        true => Ok(None),
        false => token(view, index),
    }
}
