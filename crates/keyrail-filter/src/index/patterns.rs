//! Wildcards and keywords over one text, all answered in one pass.
//!
//! A pattern is an anchored start, pieces that follow one another anywhere, and
//! an anchored end. The pass finds which pieces are in the text, and where. A
//! pattern is a candidate only if all its pieces do; then each piece is placed
//! where it first is after the one before it, as the places come by in
//! order: a candidate waits at the piece that it needs next. So no pattern ever
//! looks at the text itself, and the work is bounded by the text, the pieces
//! that are in it and the candidates.

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

/// The patterns of one text.
pub(super) struct Patterns {
    automaton: Automaton,
    patterns: Vec<Pattern>,
    /// The pieces of all patterns, one pattern after the other.
    pieces: Vec<u32>,
    /// Of each piece, its length.
    lengths: Vec<u32>,
    /// Of each piece, the patterns of which it is the longest, in the order of
    /// the shortest texts that they can be true of.
    longest: Lists,
    /// Which pieces are suffixes of which, if many are.
    nesting: Option<Nesting>,
}

struct Pattern {
    entry: AtomEntry,
    start: String,
    end: String,
    /// Where its pieces are among those of all.
    first: u32,
    last: u32,
    /// The length of the shortest text that it can be true of.
    shortest: usize,
}

impl Pattern {
    /// Whether it holds as soon as its one piece is in a text.
    fn is_keyword(&self) -> bool {
        self.last - self.first == 1 && self.start.is_empty() && self.end.is_empty()
    }
}

/// The room that a pass takes.
#[derive(Default)]
pub(super) struct Pass {
    /// Of each piece.
    states: Vec<State>,
    /// The pieces that were met.
    met: Vec<u32>,
    /// Where pieces end, and the automaton's state there, which tells them.
    places: Vec<(u32, automaton::State)>,
    candidates: Vec<u32>,
    entries: Vec<Entry>,
    /// The pieces that candidates wait for, if many are suffixes of one another.
    waiting: Waiting,
}

/// What is known of a piece.
#[derive(Clone, Copy)]
struct State {
    is_met: bool,
    /// The candidates that wait for it first, and those that come on the way:
    /// both in the order of their ends.
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
    /// The piece it waits for, among those of all.
    piece: u32,
    /// Where what was placed of it ends in the text.
    end: u32,
    next: u32,
}

impl State {
    const UNMET: Self = Self { is_met: false, first: Queue::EMPTY, next: Queue::EMPTY };

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

    /// The first one, if what was placed of it ends before a place.
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
        for piece in self.met.drain(..) {
            if let Some(state) = self.states.get_mut(piece as usize) {
                *state = State::UNMET;
            }
        }
        self.places.clear();
        self.candidates.clear();
        self.entries.clear();
    }

    /// Lets a candidate wait for a piece.
    fn wait(&mut self, entry: Entry, piece: u32, queue: fn(&mut State) -> &mut Queue) {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        if let Some(state) = self.states.get_mut(piece as usize) {
            queue(state).push(number, &mut self.entries);
        }
    }
}

impl Patterns {
    /// Nothing, if there is no room for the automaton.
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
            let own = pieces.get(first..).unwrap_or_default();
            let length = |piece: &&u32| texts.get(**piece as usize).map(String::len);
            let Some(piece) = own.iter().max_by_key(length) else { continue };
            longest.get_mut(*piece as usize)?.push(patterns.len() as u32);
            let own = own.iter().filter_map(|piece| texts.get(*piece as usize)).map(String::len);
            let shortest = start.len() + end.len() + own.sum::<usize>();
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

    /// All atoms, in the order in which they were given.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.patterns.iter().map(|pattern| pattern.entry)
    }

    /// Hands on the atoms that are true of a text, each once.
    pub(super) fn find(&self, text: &str, pass: &mut Pass, mut hit: impl FnMut(&AtomEntry)) {
        pass.clear();
        self.pass(text, pass);
        self.choose(text, pass, &mut hit);
        if !pass.candidates.is_empty() {
            self.place(text, pass, &mut hit);
        }
    }

    fn pattern(&self, number: u32) -> Option<&Pattern> {
        self.patterns.get(number as usize)
    }

    /// Finds which pieces are in the text, and where.
    ///
    /// What ends with a piece that was met before was met with it.
    fn pass(&self, text: &str, pass: &mut Pass) {
        let automaton = &self.automaton;
        let Some(mut state) = automaton.start() else { return };
        for (place, byte) in text.bytes().enumerate() {
            state = automaton.next(state, byte);
            if !automaton.is_end(state) {
                continue;
            }
            pass.places.push((place as u32 + 1, state));
            if pass.states.len() < self.lengths.len() {
                pass.states.resize(self.lengths.len(), State::UNMET);
            }
            for piece in automaton.ends(state) {
                match pass.states.get_mut(piece as usize) {
                    Some(known) if !known.is_met => known.is_met = true,
                    _ => break,
                }
                pass.met.push(piece);
            }
        }
    }

    /// Chooses the candidates, in the order of the lengths of their starts.
    fn choose(&self, text: &str, pass: &mut Pass, hit: &mut impl FnMut(&AtomEntry)) {
        let Pass { states, met, candidates, .. } = pass;
        let is_met = |piece: &u32| states.get(*piece as usize).is_some_and(|state| state.is_met);
        for piece in met.iter() {
            let patterns = self.longest.get(*piece).iter();
            let patterns = patterns.map_while(|number| Some((number, self.pattern(*number)?)));
            for (number, pattern) in patterns.take_while(|(_, it)| it.shortest <= text.len()) {
                if pattern.is_keyword() {
                    hit(&pattern.entry);
                } else if self.pieces_of(pattern).iter().all(is_met)
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
    fn place(&self, text: &str, pass: &mut Pass, hit: &mut impl FnMut(&AtomEntry)) {
        // Both are put back, so that their room is kept.
        let candidates = core::mem::take(&mut pass.candidates);
        let places = core::mem::take(&mut pass.places);
        for number in &candidates {
            let Some(pattern) = self.pattern(*number) else { continue };
            let (pattern, piece, end) = (*number, pattern.first, pattern.start.len() as u32);
            let entry = Entry { pattern, piece, end, next: NONE };
            self.wait(entry, pass, |state| &mut state.first);
        }
        self.place_all(text, &places, candidates.len(), pass, hit);
        if self.nesting.is_some() {
            pass.waiting.clear();
        }
        (pass.candidates, pass.places) = (candidates, places);
    }

    /// Goes over the places until no candidate is left.
    fn place_all(
        &self,
        text: &str,
        places: &[(u32, automaton::State)],
        mut left: usize,
        pass: &mut Pass,
        hit: &mut impl FnMut(&AtomEntry),
    ) {
        for (end, state) in places.iter().copied() {
            let mut pieces = self.automaton.ends(state);
            match &self.nesting {
                None => pieces.for_each(|piece| left -= self.meet(piece, end, text, pass, hit)),
                Some(nesting) => {
                    let Some(longest) = pieces.next() else { continue };
                    let mut found = nesting.next(longest, None, &pass.waiting);
                    while let Some(piece) = found {
                        left -= self.meet(piece, end, text, pass, hit);
                        found = nesting.next(longest, Some(piece), &pass.waiting);
                    }
                }
            }
            if left == 0 {
                return;
            }
        }
    }

    /// Places a piece that ends here for the candidates that wait for it, and returns
    /// how many of them are complete.
    fn meet(
        &self,
        piece: u32,
        end: u32,
        text: &str,
        pass: &mut Pass,
        hit: &mut impl FnMut(&AtomEntry),
    ) -> usize {
        let length = self.lengths.get(piece as usize).copied().unwrap_or_default();
        let mut whole = 0;
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
                whole += 1;
                if text.len() - end as usize >= pattern.end.len() {
                    hit(&pattern.entry);
                }
            }
        }
        if let Some(nesting) = &self.nesting
            && pass.states.get(piece as usize).is_some_and(|state| !state.is_waited_for())
        {
            nesting.forget(piece, &mut pass.waiting);
        }
        whole
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
