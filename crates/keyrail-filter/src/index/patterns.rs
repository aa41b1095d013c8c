//! Matches all wildcards and keywords of one attribute in one pass over its string.
//!
//! A pattern consists of an anchored start, pieces, and an anchored end. The pieces must occur in
//! order between start and end, with any distance between them. The pass finds which pieces occur
//! in the string, and where. A pattern is a candidate only if all its pieces occur. Then each piece
//! of a candidate is placed at its first occurrence after the previous piece: the occurrences are
//! visited in order, and each candidate waits for its next piece. So the string is not searched
//! again for each pattern, and the time is bounded by the length of the string, the pieces that
//! occur in it and the number of candidates.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, Automaton};
use super::nesting::{Nesting, Waiting};
use super::{AtomEntry, Lists};
use crate::condition::Kind;
use crate::interner::PredicateInterner;
use crate::wildcard;

/// No entry.
const NONE: u32 = u32::MAX;

/// The patterns of one attribute.
pub(super) struct Patterns {
    automaton: Automaton,
    patterns: Vec<Pattern>,
    /// The pieces of all patterns, one pattern after the other.
    pieces: Vec<u32>,
    /// The length of each piece.
    lengths: Vec<u32>,
    /// For each piece, the patterns whose longest piece it is, sorted by [`Pattern::shortest`].
    longest: Lists,
    /// Which pieces are suffixes of other pieces. It is `None` if no piece has more than a few
    /// suffixes among the other pieces.
    nesting: Option<Nesting>,
}

struct Pattern {
    entry: AtomEntry,
    start: String,
    end: String,
    /// The range of its pieces in [`Patterns::pieces`].
    first: u32,
    last: u32,
    /// The length of the shortest string that it can match.
    shortest: usize,
}

impl Pattern {
    /// Returns whether the pattern has only one piece, and matches every string that contains this
    /// piece.
    fn is_keyword(&self) -> bool {
        self.last - self.first == 1 && self.start.is_empty() && self.end.is_empty()
    }
}

/// The buffers of a pass.
#[derive(Default)]
pub(super) struct Pass {
    /// The state of each piece.
    states: Vec<State>,
    /// The pieces that occur in the string.
    found: Vec<u32>,
    /// The offsets at which pieces end, each with the automaton's state at this offset. The state
    /// lists the pieces that end there.
    occurrences: Vec<(u32, automaton::State)>,
    candidates: Vec<u32>,
    entries: Vec<Entry>,
    /// The pieces that candidates wait for. This field is used only if many pieces are suffixes of
    /// one another.
    waiting: Waiting,
}

/// The state of a piece during a pass.
#[derive(Clone, Copy)]
struct State {
    is_found: bool,
    /// The candidates that wait for this piece as their first piece, and those that wait for it as
    /// a later piece. Both queues are in the order of [`Entry::end`].
    first: Queue,
    next: Queue,
}

#[derive(Clone, Copy)]
struct Queue {
    head: u32,
    tail: u32,
}

/// A candidate that waits for a piece.
#[derive(Clone, Copy)]
struct Entry {
    pattern: u32,
    /// The position in [`Patterns::pieces`] of the piece that the candidate waits for.
    piece: u32,
    /// The offset in the string at which the last placed piece ends, or at which the pattern's
    /// start ends if no piece is placed.
    end: u32,
    next: u32,
}

impl State {
    const NOT_FOUND: Self = Self { is_found: false, first: Queue::EMPTY, next: Queue::EMPTY };

    const fn is_waited_for(&self) -> bool {
        self.first.head != NONE || self.next.head != NONE
    }
}

impl Queue {
    const EMPTY: Self = Self { head: NONE, tail: NONE };

    fn push(&mut self, number: u32, entries: &mut [Entry]) {
        match entries.get_mut(self.tail as usize) {
            Some(tail) => tail.next = number,
            None => self.head = number,
        }
        self.tail = number;
    }

    /// Removes and returns the first entry if its [`end`](Entry::end) is at most `before`.
    fn pop(&mut self, before: u32, entries: &[Entry]) -> Option<Entry> {
        let entry = entries.get(self.head as usize).filter(|entry| entry.end <= before)?;
        self.head = entry.next;
        if self.head == NONE {
            self.tail = NONE;
        }
        Some(*entry)
    }
}

impl Pass {
    fn clear(&mut self) {
        for piece in self.found.drain(..) {
            if let Some(state) = self.states.get_mut(piece as usize) {
                *state = State::NOT_FOUND;
            }
        }
        self.occurrences.clear();
        self.candidates.clear();
        self.entries.clear();
    }

    /// Adds a candidate to a queue of a piece.
    fn wait(&mut self, entry: Entry, piece: u32, queue: fn(&mut State) -> &mut Queue) {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        if let Some(state) = self.states.get_mut(piece as usize) {
            queue(state).push(number, &mut self.entries);
        }
    }
}

impl Patterns {
    /// Creates the tables of these atoms. Returns `None` if the automaton would be too large.
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Option<Self> {
        let mut numbers = BTreeMap::<String, u32>::new();
        let mut texts: Vec<String> = Vec::new();
        let (mut patterns, mut pieces) = (Vec::new(), Vec::<u32>::new());
        let mut longest = Vec::<Vec<u32>>::new();
        for entry in atoms {
            let Some(atom) = interner.atom(entry.atom) else { continue };
            let Some(kind) = interner.field(atom.field).map(|field| field.kind) else { continue };
            let first = pieces.len();
            let mut add = |text: &str| {
                let number = numbers.get(text).copied().unwrap_or_else(|| {
                    let number = texts.len() as u32;
                    numbers.insert(text.into(), number);
                    texts.push(text.into());
                    longest.push(Vec::new());
                    number
                });
                pieces.push(number);
            };
            let (mut start, mut end) = (String::new(), String::new());
            if kind == Kind::Wildcard {
                wildcard::inner(atom.operand).for_each(|piece| add(&piece.literal()));
                (start, end) = wildcard::ends(atom.operand);
            } else {
                add(atom.operand);
            }
            let own_pieces = pieces.get(first..).unwrap_or_default();
            let length = |piece: &&u32| texts.get(**piece as usize).map(String::len);
            let Some(piece) = own_pieces.iter().max_by_key(length) else { continue };
            longest.get_mut(*piece as usize)?.push(patterns.len() as u32);
            let own_pieces =
                own_pieces.iter().filter_map(|piece| texts.get(*piece as usize)).map(String::len);
            let shortest = start.len() + end.len() + own_pieces.sum::<usize>();
            let (first, last) = (first as u32, pieces.len() as u32);
            patterns.push(Pattern { entry, start, end, first, last, shortest });
        }
        for list in &mut longest {
            list.sort_by_key(|number| patterns.get(*number as usize).map(|it| it.shortest));
        }
        let automaton = Automaton::new(&texts)?;
        let lengths = texts.iter().map(|text| text.len() as u32).collect();
        let (longest, nesting) = (Lists::of(&longest), Nesting::of(&texts));
        Some(Self { automaton, patterns, pieces, lengths, longest, nesting })
    }

    /// Returns all atoms in their original order.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.patterns.iter().map(|pattern| pattern.entry)
    }

    /// Calls `hit` once with each atom that is true of a string.
    pub(super) fn find(&self, text: &str, pass: &mut Pass, mut hit: impl FnMut(&AtomEntry)) {
        pass.clear();
        self.find_pieces(text, pass);
        self.select_candidates(text, pass, &mut hit);
        if !pass.candidates.is_empty() {
            self.place_candidates(text, pass, &mut hit);
        }
    }

    fn pattern(&self, number: u32) -> Option<&Pattern> {
        self.patterns.get(number as usize)
    }

    /// Finds which pieces occur in the string, and where.
    ///
    /// A state of the automaton lists the pieces that end at the current offset, the longest first.
    /// If a piece was found before, all pieces after it in the list were found before too, because
    /// they are suffixes of it.
    fn find_pieces(&self, text: &str, pass: &mut Pass) {
        let automaton = &self.automaton;
        let Some(mut state) = automaton.start() else { return };
        for (index, byte) in text.bytes().enumerate() {
            state = automaton.next(state, byte);
            if !automaton.is_end(state) {
                continue;
            }
            pass.occurrences.push((index as u32 + 1, state));
            if pass.states.len() < self.lengths.len() {
                pass.states.resize(self.lengths.len(), State::NOT_FOUND);
            }
            for piece in automaton.ends(state) {
                match pass.states.get_mut(piece as usize) {
                    Some(known) if !known.is_found => known.is_found = true,
                    _ => break,
                }
                pass.found.push(piece);
            }
        }
    }

    /// Reports the keywords that occur and selects the candidates, sorted by the length of
    /// their starts.
    fn select_candidates(&self, text: &str, pass: &mut Pass, hit: &mut impl FnMut(&AtomEntry)) {
        let Pass { states, found, candidates, .. } = pass;
        let is_found =
            |piece: &u32| states.get(*piece as usize).is_some_and(|state| state.is_found);
        for piece in found.iter() {
            let patterns = self.longest.get(*piece).iter();
            let patterns = patterns.map_while(|number| Some((number, self.pattern(*number)?)));
            for (number, pattern) in patterns.take_while(|(_, it)| it.shortest <= text.len()) {
                if pattern.is_keyword() {
                    hit(&pattern.entry);
                } else if self.pieces_of(pattern).iter().all(is_found)
                    && text.starts_with(&pattern.start)
                    && text.ends_with(&pattern.end)
                {
                    candidates.push(*number);
                }
            }
        }
        let start = |number: &u32| self.pattern(*number).map(|pattern| pattern.start.len());
        candidates.sort_unstable_by_key(|number| (start(number), *number));
    }

    fn pieces_of(&self, pattern: &Pattern) -> &[u32] {
        self.pieces.get(pattern.first as usize..pattern.last as usize).unwrap_or_default()
    }

    /// Places the pieces of the candidates.
    fn place_candidates(&self, text: &str, pass: &mut Pass, hit: &mut impl FnMut(&AtomEntry)) {
        // Both lists are put back below, so that their memory is reused.
        let candidates = core::mem::take(&mut pass.candidates);
        let occurrences = core::mem::take(&mut pass.occurrences);
        for number in &candidates {
            let Some(pattern) = self.pattern(*number) else { continue };
            let (pattern, piece, end) = (*number, pattern.first, pattern.start.len() as u32);
            let entry = Entry { pattern, piece, end, next: NONE };
            self.wait(entry, pass, |state| &mut state.first);
        }
        self.place_pieces(text, &occurrences, candidates.len(), pass, hit);
        if self.nesting.is_some() {
            pass.waiting.clear();
        }
        (pass.candidates, pass.occurrences) = (candidates, occurrences);
    }

    /// Visits the occurrences in order until no candidate is left.
    fn place_pieces(
        &self,
        text: &str,
        occurrences: &[(u32, automaton::State)],
        mut candidates_left: usize,
        pass: &mut Pass,
        hit: &mut impl FnMut(&AtomEntry),
    ) {
        for (end, state) in occurrences.iter().copied() {
            let mut pieces = self.automaton.ends(state);
            match &self.nesting {
                None => pieces.for_each(|piece| {
                    candidates_left -= self.place_piece(piece, end, text, pass, hit)
                }),
                Some(nesting) => {
                    let Some(longest) = pieces.next() else { continue };
                    let mut found = nesting.next(longest, None, &pass.waiting);
                    while let Some(piece) = found {
                        candidates_left -= self.place_piece(piece, end, text, pass, hit);
                        found = nesting.next(longest, Some(piece), &pass.waiting);
                    }
                }
            }
            if candidates_left == 0 {
                return;
            }
        }
    }

    /// Places a piece that ends at this offset for the candidates that wait for it, and
    /// returns how many of them are complete.
    fn place_piece(
        &self,
        piece: u32,
        end: u32,
        text: &str,
        pass: &mut Pass,
        hit: &mut impl FnMut(&AtomEntry),
    ) -> usize {
        let length = self.lengths.get(piece as usize).copied().unwrap_or_default();
        let mut complete = 0;
        let queues: [fn(&mut State) -> &mut Queue; 2] =
            [|state| &mut state.first, |state| &mut state.next];
        for queue in queues {
            loop {
                let Pass { states, entries, .. } = &mut *pass;
                let Some(known) = states.get_mut(piece as usize) else { break };
                let Some(entry) = queue(known).pop(end - length, entries) else { break };
                let Some(pattern) = self.pattern(entry.pattern) else { break };
                let next = Entry { piece: entry.piece + 1, end, next: NONE, ..entry };
                if next.piece < pattern.last {
                    self.wait(next, pass, |state| &mut state.next);
                    continue;
                }
                complete += 1;
                if text.len() - end as usize >= pattern.end.len() {
                    hit(&pattern.entry);
                }
            }
        }
        if let Some(nesting) = &self.nesting
            && pass.states.get(piece as usize).is_some_and(|state| !state.is_waited_for())
        {
            nesting.stop_waiting(piece, &mut pass.waiting);
        }
        complete
    }

    fn wait(&self, entry: Entry, pass: &mut Pass, queue: fn(&mut State) -> &mut Queue) {
        if let Some(piece) = self.pieces.get(entry.piece as usize) {
            pass.wait(entry, *piece, queue);
            if let Some(nesting) = &self.nesting {
                nesting.wait_for(*piece, &mut pass.waiting);
            }
        }
    }
}
