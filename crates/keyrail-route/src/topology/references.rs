//! References: checks that every name in a topology is declared, and that no chain of fallbacks
//! forms a cycle.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use core::fmt::Arguments;

use keyrail_core::config::Faults;

use super::declarations::{App, Queue, Webhook};
use super::section::{Declared, Section};
use super::spec::TopologySpec;
use crate::ErrorKind;

/// Adds a fault for every duplicate id, every name that is not declared, every name that
/// is repeated in a list, and every fallback that leads back to its own queue.
pub(crate) fn check(spec: &TopologySpec, faults: &Faults) {
    let TopologySpec { channels, queues, apps, webhooks, rules, default_queue } = spec;
    check_ids("channels", &channels.items, faults);
    for (at, channel) in channels.items.iter().enumerate() {
        let queue = channel.queue.as_deref().unwrap_or_default();
        check_name(queues, queue, format_args!("/channels/{at}/queue"), faults);
    }
    check_ids("queues", &queues.items, faults);
    for (at, queue) in queues.items.iter().enumerate() {
        let app = queue.app.as_deref().unwrap_or_default();
        check_name(apps, app, format_args!("/queues/{at}/app"), faults);
        check_names(queues, &queue.fallback, format_args!("/queues/{at}/fallback"), faults);
    }
    check_cycles(queues, faults);
    check_ids("apps", &apps.items, faults);
    for (at, app) in apps.items.iter().enumerate() {
        check_names(webhooks, &app.webhooks, format_args!("/apps/{at}/webhooks"), faults);
    }
    check_ids("webhooks", &webhooks.items, faults);
    for at in rules.duplicate_ids() {
        add(ErrorKind::DuplicateId, format_args!("/rules/{at}/id"), faults);
    }
    if queues.complete {
        let unknown = |queue: &str| !queue.is_empty() && queues.position(queue).is_none();
        for at in rules.with_queue(unknown) {
            add(ErrorKind::UnknownQueue, format_args!("/rules/{at}/queue"), faults);
        }
    }
    let default_queue = default_queue.as_deref().unwrap_or_default();
    check_name(queues, default_queue, format_args!("/default_queue"), faults);
}

/// An item that other items refer to by id.
trait Target: Declared {
    /// The error kind of a name that is not declared.
    const UNKNOWN: ErrorKind;
}

impl Target for Queue {
    const UNKNOWN: ErrorKind = ErrorKind::UnknownQueue;
}

impl Target for App {
    const UNKNOWN: ErrorKind = ErrorKind::UnknownApp;
}

impl Target for Webhook {
    const UNKNOWN: ErrorKind = ErrorKind::UnknownWebhook;
}

fn add(kind: ErrorKind, pointer: Arguments<'_>, faults: &Faults) {
    faults.add_kind_below(pointer, kind);
}

fn check_ids<T: Declared>(section: &str, items: &[T], faults: &Faults) {
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        // An id that could not be read is empty, and was already reported.
        if !item.id().is_empty() && !seen.insert(item.id()) {
            add(ErrorKind::DuplicateId, format_args!("/{section}/{at}/id"), faults);
        }
    }
}

/// Adds a fault if a name is not declared. An empty name means that the name is absent or that its
/// fault was already reported.
fn check_name<T: Target>(
    targets: &Section<T>,
    name: &str,
    pointer: Arguments<'_>,
    faults: &Faults,
) {
    if !name.is_empty() && targets.complete && targets.position(name).is_none() {
        add(T::UNKNOWN, pointer, faults);
    }
}

fn check_names<T: Target>(
    targets: &Section<T>,
    names: &[String],
    list: Arguments<'_>,
    faults: &Faults,
) {
    let mut seen = BTreeSet::new();
    for (at, name) in names.iter().enumerate() {
        check_name(targets, name, format_args!("{list}/{at}"), faults);
        if !name.is_empty() && !seen.insert(name) {
            add(ErrorKind::DuplicateName, format_args!("{list}/{at}"), faults);
        }
    }
}

/// Adds a fault for each fallback that closes a cycle. This is a depth-first search that visits
/// each queue once. A chain of fallbacks may be as long as the document, so the search keeps its
/// path in a list instead of on the call stack.
fn check_cycles(queues: &Section<Queue>, faults: &Faults) {
    let mut visited = BTreeSet::new();
    for (start, queue) in queues.items.iter().enumerate() {
        if !visited.insert(start) {
            continue;
        }
        let mut path = vec![(start, queue.fallback.iter().enumerate())];
        let mut on_path = BTreeSet::from([start]);
        while let Some((from, fallbacks)) = path.last_mut() {
            let from = *from;
            let Some((at, name)) = fallbacks.next() else {
                on_path.remove(&from);
                path.pop();
                continue;
            };
            let Some(to) = queues.position(name) else { continue };
            if on_path.contains(&to) {
                add(ErrorKind::FallbackCycle, format_args!("/queues/{from}/fallback/{at}"), faults);
            } else if visited.insert(to) {
                let fallbacks = queues.items.get(to).map(|queue| queue.fallback.as_slice());
                path.push((to, fallbacks.unwrap_or_default().iter().enumerate()));
                on_path.insert(to);
            }
        }
    }
}
