//! The content hash of a topology, which identifies the table that made a decision.
//!
//! It is the SHA-256 of the topology's canonical form ([`CanonicalHash`]).

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_filter::canonical::CanonicalHash;

use crate::Assignment;
use crate::rules::Rules;
use crate::topology::section::Declared;
use crate::topology::{Declarations, Topology};
use crate::window::{Clock, Window};

const DOMAIN: &[u8] = b"keyrail-topology-v2\0";

/// Returns the hash in 64 lower-case hexadecimal digits.
pub(crate) fn of(topology: &Topology, rules: &Rules) -> String {
    let mut form = CanonicalHash::new(DOMAIN);
    add_table(&mut form, topology, rules);
    form.finish()
}

fn add_table(form: &mut CanonicalHash, topology: &Topology, rules: &Rules) {
    let Topology { channels, queues, apps, webhooks, default_queue, .. } = topology;
    form.list(&channels.items, |form, channel| {
        form.text(&channel.id);
        form.text(&channel.kind);
        add_references(form, channel.queue.as_slice(), queues);
    });
    form.list(&queues.items, |form, queue| {
        form.text(&queue.id);
        add_references(form, queue.app.as_slice(), apps);
        add_references(form, &queue.fallback, queues);
    });
    form.list(&apps.items, |form, app| {
        form.text(&app.id);
        add_references(form, &app.webhooks, webhooks);
        form.flag(app.disabled);
    });
    form.list(&webhooks.items, |form, webhook| {
        form.text(&webhook.id);
        form.text(&webhook.url);
        form.list(&webhook.events, |form, event| form.shown(event));
    });
    let mut declared: Vec<_> = rules.ranks().collect();
    declared.sort_unstable_by_key(|rank| rules.index(*rank));
    form.list(&declared, |form, rank| add_rule(form, *rank, topology, rules));
    add_references(form, default_queue.as_slice(), queues);
}

/// Adds the ids of the declarations at these indices.
fn add_references<T: Declared>(
    form: &mut CanonicalHash,
    indices: &[u32],
    declarations: &Declarations<T>,
) {
    form.list(indices, |form, index| {
        form.text(declarations.get(*index).map_or("", Declared::id));
    });
}

fn add_rule(form: &mut CanonicalHash, rank: u32, topology: &Topology, rules: &Rules) {
    form.text(rules.id(rank));
    form.shown(&rules.priority(rank));
    // The program is complete, so reading it cannot fail.
    let _ = form.condition(&mut rules.conditions.program(rank), &rules.conditions.interner);
    form.text(rules.queue(rank).and_then(|queue| topology.queues.get(queue)).map_or("", |q| &q.id));
    form.flag(rules.interrupts(rank));
    form.list(rules.window(rank).as_slice(), |form, window| add_window(form, window));
    form.list(rules.assignment(rank).as_slice(), |form, assignment| {
        add_assignment(form, assignment)
    });
}

fn add_window(form: &mut CanonicalHash, window: &Window) {
    for bound in [window.from, window.until] {
        form.list(bound.as_slice(), |form, bound| form.shown(bound));
    }
    form.list(window.hours.as_slice(), |form, hours| {
        match &hours.clock {
            Clock::Offset(minutes) => form.shown(minutes),
            Clock::Zone(zone) => form.text(zone.name()), // never a number, unlike an offset
        }
        form.list(&hours.open, |form, (from, until)| {
            form.shown(from);
            form.shown(until);
        });
    });
}

fn add_assignment(form: &mut CanonicalHash, assignment: &Assignment) {
    form.option(assignment.team.as_ref());
    form.option(assignment.agent.as_ref());
    form.list(&assignment.skills, |form, skill| form.text(skill));
}
