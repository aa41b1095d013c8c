//! Matches subject patterns, which are stored in a trie of their tokens.
//!
//! A string is split once, and its tokens are followed through the trie. Only one path leads to
//! each node, so a string reaches a node at most once. The time is bounded by the length of the
//! string plus the number of nodes that it reaches, not by their product.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::AtomEntry;
use crate::interner::PredicateInterner;
use crate::subject;

/// The patterns of one field.
pub(super) struct Subjects {
    /// The literal tokens of all patterns, in order.
    tokens: Vec<String>,
    /// The edges, in order: a node, a token, and the next node.
    edges: Vec<[u32; 3]>,
    nodes: Vec<Node>,
}

/// A node of the trie: the first tokens of some patterns.
#[derive(Default)]
struct Node {
    /// The next node for any token.
    star: Option<u32>,
    /// The pattern that ends at this node, and the pattern that continues only with `>`.
    whole: Option<AtomEntry>,
    rest: Option<AtomEntry>,
}

/// The nodes that a string has reached before a token and after it.
#[derive(Default)]
pub(super) struct Frontier {
    before: Vec<u32>,
    after: Vec<u32>,
}

impl Subjects {
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Self {
        let mut tokens = BTreeMap::<&str, Vec<[u32; 2]>>::new();
        let mut edges = BTreeMap::<(u32, &str), u32>::new();
        let mut nodes = vec![Node::default()];
        for entry in atoms {
            let Some(atom) = interner.atom(entry.atom) else { continue };
            let (mut at, mut has_rest) = (0, false);
            for token in atom.operand.split('.') {
                let new = nodes.len() as u32;
                match token {
                    ">" => {
                        has_rest = true;
                        continue;
                    }
                    "*" => {
                        let Some(node) = nodes.get_mut(at as usize) else { break };
                        at = *node.star.get_or_insert(new);
                    }
                    _ => {
                        let from = at;
                        at = *edges.entry((from, token)).or_insert(new);
                        if at == new {
                            tokens.entry(token).or_default().push([from, at]);
                        }
                    }
                }
                if at == new {
                    nodes.push(Node::default());
                }
            }
            if let Some(node) = nodes.get_mut(at as usize) {
                *(if has_rest { &mut node.rest } else { &mut node.whole }) = Some(entry);
            }
        }
        let of_token = |(token, pairs): (u32, &Vec<[u32; 2]>)| {
            pairs.iter().map(|[from, to]| [*from, token, *to]).collect::<Vec<_>>()
        };
        let mut edges: Vec<_> = (0..).zip(tokens.values()).flat_map(of_token).collect();
        edges.sort_unstable();
        Self { tokens: tokens.into_keys().map(String::from).collect(), edges, nodes }
    }

    /// Returns all atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.nodes.iter().flat_map(|node| node.whole.into_iter().chain(node.rest))
    }

    /// Calls `hit` once with each atom that is true of a string.
    pub(super) fn find(
        &self,
        text: &str,
        frontier: &mut Frontier,
        mut hit: impl FnMut(&AtomEntry),
    ) {
        if !subject::is_subject(text) {
            return;
        }
        let Frontier { before, after } = frontier;
        before.clear();
        before.push(0);
        for token in text.split('.') {
            let token = self.tokens.binary_search_by(|known| known.as_str().cmp(token)).ok();
            after.clear();
            for from in before.drain(..) {
                let Some(node) = self.nodes.get(from as usize) else { continue };
                node.rest.iter().for_each(&mut hit);
                after.extend(node.star);
                after.extend(token.and_then(|token| self.edge(from, token as u32)));
            }
            if after.is_empty() {
                return;
            }
            core::mem::swap(before, after);
        }
        let ends = before.iter().filter_map(|node| self.nodes.get(*node as usize));
        ends.filter_map(|node| node.whole.as_ref()).for_each(hit);
    }

    fn edge(&self, from: u32, token: u32) -> Option<u32> {
        let at = self.edges.binary_search_by(|[a, b, _]| (*a, *b).cmp(&(from, token))).ok()?;
        self.edges.get(at).map(|[.., to]| *to)
    }
}
