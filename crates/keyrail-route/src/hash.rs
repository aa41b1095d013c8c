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

use crate::condition::Condition;
use crate::topology::{Name, Topology};

const DOMAIN: &[u8] = b"keyrail-topology-v1\0";

/// The hash in 64 lower-case hexadecimal digits.
pub(crate) fn of(topology: &Topology) -> String {
    let mut form = Form(Sha256::new_with_prefix(DOMAIN));
    form.topology(topology);
    form.0.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a String takes everything
        hex
    })
}

struct Form(Sha256);

impl Form {
    fn topology(&mut self, topology: &Topology) {
        self.list(&topology.channels.items, |form, channel| {
            form.text(&channel.id);
            form.text(&channel.kind);
            form.option(channel.queue.as_ref());
        });
        self.list(&topology.queues.items, |form, queue| {
            form.text(&queue.id);
            form.option(queue.app.as_ref());
            form.list(&queue.fallback, |form, Name(name)| form.text(name));
        });
        self.list(&topology.apps.items, |form, app| {
            form.text(&app.id);
            form.list(&app.webhooks, |form, Name(name)| form.text(name));
        });
        self.list(&topology.webhooks.items, |form, webhook| {
            form.text(&webhook.id);
            form.text(&webhook.url);
            form.list(&webhook.events, |form, event| form.shown(event));
        });
        self.list(&topology.rules, |form, rule| {
            form.text(&rule.id);
            form.shown(&rule.priority);
            form.condition(&rule.when);
            form.text(&rule.queue);
        });
        self.option(topology.default_queue.as_ref());
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Tests(operator, tests) => {
                self.text(operator.name());
                let mut tests: Vec<_> = tests.iter().collect();
                tests.sort_by(|a, b| a.attribute.cmp(&b.attribute));
                self.list(&tests, |form, test| {
                    form.text(&test.attribute);
                    form.text(&test.operand);
                });
            }
            Condition::All(conditions) => {
                self.text("all");
                self.list(conditions, Self::condition);
            }
            Condition::Any(conditions) => {
                self.text("any");
                self.list(conditions, Self::condition);
            }
            Condition::Not(condition) => {
                self.text("not");
                self.condition(condition);
            }
        }
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
        let mut text = String::new();
        let _ = write!(text, "{value}"); // a String takes everything
        self.text(&text);
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.update(text);
    }

    fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_be_bytes());
    }
}
