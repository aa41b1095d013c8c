//! The content hash of a topology: which table it was that decided.
//!
//! SHA-256 over a form in which the same meaning has the same bytes: white
//! space, the order of an object's members, and defaults that are written out
//! change nothing; the order of lists, which can matter, does. A text stands
//! as its length in bytes and its bytes, a list as its length and its items,
//! each length in eight bytes, big-endian first; what may be absent stands as
//! a list of none or one.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use crate::Assignment;
use crate::chain::{Chain, Declarations};
use crate::condition::Kind;
use crate::lexicon::{AtomId, Field, Lexicon};
use crate::mode::Mode;
use crate::program::{Node, Reader};
use crate::rules::Rules;
use crate::section::Declared;
use crate::window::{Clock, Window};

const DOMAIN: &[u8] = b"keyrail-topology-v2\0";

/// The hash in 64 lower-case hexadecimal digits.
pub(crate) fn of(chain: &Chain, rules: &Rules) -> String {
    let mut form = Form { hash: Sha256::new_with_prefix(DOMAIN), shown: String::new() };
    form.topology(chain, rules);
    form.hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a String takes everything
        hex
    })
}

struct Form {
    hash: Sha256,
    /// What is shown as a text before it is hashed.
    shown: String,
}

/// What an atom looks at, the attribute first, and its operand.
fn test(atom: AtomId, lexicon: &Lexicon) -> Option<(&str, Field, &str)> {
    let atom = lexicon.atom(atom)?;
    let field = lexicon.field(atom.field)?;
    Some((lexicon.attribute(field.attribute), field, atom.operand))
}

impl Form {
    fn topology(&mut self, chain: &Chain, rules: &Rules) {
        let Chain { channels, queues, apps, webhooks, default_queue, .. } = chain;
        self.list(&channels.items, |form, channel| {
            form.text(&channel.id);
            form.text(&channel.kind);
            form.named(channel.queue.as_slice(), queues);
        });
        self.list(&queues.items, |form, queue| {
            form.text(&queue.id);
            form.named(queue.app.as_slice(), apps);
            form.named(&queue.fallback, queues);
        });
        self.list(&apps.items, |form, app| {
            form.text(&app.id);
            form.named(&app.webhooks, webhooks);
            form.flag(app.disabled);
        });
        self.list(&webhooks.items, |form, webhook| {
            form.text(&webhook.id);
            form.text(&webhook.url);
            form.list(&webhook.events, |form, event| form.shown(event));
        });
        let mut by_place: Vec<_> = rules.ranks().collect();
        by_place.sort_unstable_by_key(|rank| rules.place(*rank));
        self.list(&by_place, |form, rank| form.rule(*rank, chain, rules));
        self.named(default_queue.as_slice(), queues);
    }

    /// The ids of what stands at these places.
    fn named<T: Declared>(&mut self, places: &[u32], declarations: &Declarations<T>) {
        self.list(places, |form, place| {
            form.text(declarations.get(*place).map_or("", Declared::id));
        });
    }

    fn rule(&mut self, rank: u32, chain: &Chain, rules: &Rules) {
        self.text(rules.id(rank));
        self.shown(&rules.priority(rank));
        let _ = self.condition(&mut rules.conditions.program(rank), &rules.conditions.interner); // it was written whole
        self.text(
            rules.queue(rank).and_then(|queue| chain.queues.get(queue)).map_or("", |q| &q.id),
        );
        self.flag(rules.interrupts(rank));
        self.list(rules.window(rank).as_slice(), |form, window| form.window(window));
        self.list(rules.assignment(rank).as_slice(), |form, assign| form.assignment(assign));
    }

    fn window(&mut self, window: &Window) {
        for end in [window.from, window.until] {
            self.list(end.as_slice(), |form, end| form.shown(end));
        }
        self.list(window.hours.as_slice(), |form, hours| {
            match &hours.clock {
                Clock::Offset(minutes) => form.shown(minutes),
                Clock::Zone(zone) => form.text(zone.name()), // which is no number
            }
            form.list(&hours.open, |form, (from, until)| {
                form.shown(from);
                form.shown(until);
            });
        });
    }

    fn assignment(&mut self, assignment: &Assignment) {
        self.option(assignment.team.as_ref());
        self.option(assignment.agent.as_ref());
        self.list(&assignment.skills, |form, skill| form.text(skill));
    }

    /// A condition, of which nothing is put together on the way: a table may
    /// have millions of them.
    fn condition(&mut self, program: &mut Reader<'_>, lexicon: &Lexicon) -> Option<()> {
        match program.node()? {
            Node::Tests(count) => {
                let test = |_| test(program.number()?, lexicon);
                let mut tests = (0..count).map(test).collect::<Option<Vec<_>>>()?;
                self.text(tests.first().map_or("", |(_, field, _)| field.kind.operator()));
                tests.sort_by_key(|(attribute, ..)| *attribute);
                self.list(&tests, |form, (attribute, field, operand)| {
                    form.text(attribute);
                    form.mode(field.mode, field.kind == Kind::Word);
                    form.text(if field.kind == Kind::Missing { "false" } else { operand });
                });
            }
            Node::In(count) => {
                self.text("in");
                let mut tests = Vec::with_capacity(count as usize);
                for _ in 0..count {
                    let count = program.number()?;
                    let test = |_| test(program.number()?, lexicon);
                    tests.push((0..count).map(test).collect::<Option<Vec<_>>>()?);
                }
                tests.sort_by_key(|choices| choices.first().map(|(attribute, ..)| *attribute));
                self.list(&tests, |form, choices| {
                    if let Some((attribute, field, _)) = choices.first() {
                        form.text(attribute);
                        form.mode(field.mode, false);
                    }
                    form.list(choices, |form, (.., operand)| form.text(operand));
                });
            }
            Node::All(count) => self.conditions("all", count, program, lexicon)?,
            Node::Any(count) => self.conditions("any", count, program, lexicon)?,
            Node::Not => {
                self.text("not");
                self.condition(program, lexicon)?;
            }
        }
        Some(())
    }

    fn conditions(
        &mut self,
        operator: &str,
        count: u32,
        program: &mut Reader<'_>,
        lexicon: &Lexicon,
    ) -> Option<()> {
        self.text(operator);
        self.length(count as usize);
        (0..count).try_for_each(|_| self.condition(program, lexicon))
    }

    /// The options that are on.
    fn mode(&mut self, mode: Mode, word: bool) {
        let options =
            [(mode.ignore_case, "ignore_case"), (mode.normalize, "normalize"), (word, "word")];
        let on: Vec<_> = options.iter().filter(|(on, _)| *on).collect();
        self.list(&on, |form, (_, option)| form.text(option));
    }

    fn flag(&mut self, flag: bool) {
        self.text(if flag { "true" } else { "false" });
    }

    fn list<T>(&mut self, items: &[T], mut add: impl FnMut(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            add(self, item);
        }
    }

    fn option(&mut self, text: Option<&String>) {
        self.list(text.as_slice(), |form, text| form.text(text));
    }

    fn shown(&mut self, value: &impl fmt::Display) {
        let mut text = core::mem::take(&mut self.shown);
        text.clear();
        let _ = write!(text, "{value}"); // a String takes everything
        self.text(&text);
        self.shown = text;
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.hash.update(text);
    }

    fn length(&mut self, length: usize) {
        self.hash.update((length as u64).to_be_bytes());
    }
}
