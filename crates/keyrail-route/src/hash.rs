//! The content hash of a topology, which identifies the table that decided.
//!
//! It is the SHA-256 of its canonical form ([`CanonicalHash`]).

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
    table(&mut form, topology, rules);
    form.finish()
}

fn table(form: &mut CanonicalHash, topology: &Topology, rules: &Rules) {
    let Topology { channels, queues, apps, webhooks, default_queue, .. } = topology;
    form.list(&channels.items, |form, channel| {
        form.text(&channel.id);
        form.text(&channel.kind);
        named(form, channel.queue.as_slice(), queues);
    });
    form.list(&queues.items, |form, queue| {
        form.text(&queue.id);
        named(form, queue.app.as_slice(), apps);
        named(form, &queue.fallback, queues);
    });
    form.list(&apps.items, |form, app| {
        form.text(&app.id);
        named(form, &app.webhooks, webhooks);
        form.flag(app.disabled);
    });
    form.list(&webhooks.items, |form, webhook| {
        form.text(&webhook.id);
        form.text(&webhook.url);
        form.list(&webhook.events, |form, event| form.shown(event));
    });
    let mut by_place: Vec<_> = rules.ranks().collect();
    by_place.sort_unstable_by_key(|rank| rules.place(*rank));
    form.list(&by_place, |form, rank| rule(form, *rank, topology, rules));
    named(form, default_queue.as_slice(), queues);
}

/// Adds the ids of the declarations at these indices.
fn named<T: Declared>(form: &mut CanonicalHash, places: &[u32], declarations: &Declarations<T>) {
    form.list(places, |form, place| {
        form.text(declarations.get(*place).map_or("", Declared::id));
    });
}

fn rule(form: &mut CanonicalHash, rank: u32, topology: &Topology, rules: &Rules) {
    form.text(rules.id(rank));
    form.shown(&rules.priority(rank));
    let _ = form.condition(&mut rules.conditions.program(rank), &rules.conditions.interner); // it was written whole
    form.text(rules.queue(rank).and_then(|queue| topology.queues.get(queue)).map_or("", |q| &q.id));
    form.flag(rules.interrupts(rank));
    form.list(rules.window(rank).as_slice(), |form, it| window(form, it));
    form.list(rules.assignment(rank).as_slice(), |form, assign| assignment(form, assign));
}

fn window(form: &mut CanonicalHash, window: &Window) {
    for end in [window.from, window.until] {
        form.list(end.as_slice(), |form, end| form.shown(end));
    }
    form.list(window.hours.as_slice(), |form, hours| {
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

fn assignment(form: &mut CanonicalHash, assignment: &Assignment) {
    form.option(assignment.team.as_ref());
    form.option(assignment.agent.as_ref());
    form.list(&assignment.skills, |form, skill| form.text(skill));
}
