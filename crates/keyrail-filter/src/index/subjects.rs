//! Patterns of subjects, in a tree of their tokens.
//!
//! A text is split once and walked through the tree token by token. A node
//! is at one depth, so a text comes to it at most once: the work is bounded
//! by the text and by the nodes that it reaches, never by both multiplied.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::AtomEntry;
use crate::interner::PredicateInterner;
use crate::subject;

/// The patterns of one text.
pub(super) struct Subjects {
    /// The tokens of all patterns that stand for themselves, in order.
    tokens: Vec<String>,
    /// From a node by a token to a node; in order.
    edges: Vec<[u32; 3]>,
    nodes: Vec<Node>,
}

/// What was read of a pattern.
#[derive(Default)]
struct Node {
    /// What follows by any token.
    star: Option<u32>,
    /// The pattern that ends here, and the one that takes all that follows.
    whole: Option<AtomEntry>,
    rest: Option<AtomEntry>,
}

/// The nodes that a text has come to, before a token and after it.
#[derive(Default)]
pub(super) struct Frontier {
    before: Vec<u32>,
    behind: Vec<u32>,
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
            let (mut at, mut is_open) = (0, false);
            for token in atom.operand.split('.') {
                let new = nodes.len() as u32;
                match token {
                    ">" => {
                        is_open = true;
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
                *(if is_open { &mut node.rest } else { &mut node.whole }) = Some(entry);
            }
        }
        let of_token = |(token, ways): (u32, &Vec<[u32; 2]>)| {
            ways.iter().map(|[from, to]| [*from, token, *to]).collect::<Vec<_>>()
        };
        let mut edges: Vec<_> = (0..).zip(tokens.values()).flat_map(of_token).collect();
        edges.sort_unstable();
        Self { tokens: tokens.into_keys().map(String::from).collect(), edges, nodes }
    }

    /// All atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.nodes.iter().flat_map(|node| node.whole.into_iter().chain(node.rest))
    }

    /// Hands on the atoms that are true of a text, each once.
    pub(super) fn find(
        &self,
        text: &str,
        frontier: &mut Frontier,
        mut hit: impl FnMut(&AtomEntry),
    ) {
        if !subject::is_subject(text) {
            return;
        }
        let Frontier { before, behind } = frontier;
        before.clear();
        before.push(0);
        for token in text.split('.') {
            let token = self.tokens.binary_search_by(|known| known.as_str().cmp(token)).ok();
            behind.clear();
            for from in before.drain(..) {
                let Some(node) = self.nodes.get(from as usize) else { continue };
                node.rest.iter().for_each(&mut hit);
                behind.extend(node.star);
                behind.extend(token.and_then(|token| self.edge(from, token as u32)));
            }
            if behind.is_empty() {
                return;
            }
            core::mem::swap(before, behind);
        }
        let ends = before.iter().filter_map(|node| self.nodes.get(*node as usize));
        ends.filter_map(|node| node.whole.as_ref()).for_each(hit);
    }

    fn edge(&self, from: u32, token: u32) -> Option<u32> {
        let at = self.edges.binary_search_by(|[a, b, _]| (*a, *b).cmp(&(from, token))).ok()?;
        self.edges.get(at).map(|[.., to]| *to)
    }
}
