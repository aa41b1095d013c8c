//! Links: whether every name of a topology leads somewhere, and no fallback
//! leads back.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use core::fmt::Arguments;

use keyrail_core::config::Faults;

use super::declarations::{App, Queue, Webhook};
use super::section::{Declared, Section};
use super::spec::TopologySpec;
use crate::ErrorKind;

/// Adds a fault for every id that is declared twice, every name that is not
/// declared, and every fallback that leads back to its own queue.
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
        let unknown = |queue: &str| !queue.is_empty() && queues.place(queue).is_none();
        for at in rules.with_queue(unknown) {
            add(ErrorKind::UnknownQueue, format_args!("/rules/{at}/queue"), faults);
        }
    }
    let default_queue = default_queue.as_deref().unwrap_or_default();
    check_name(queues, default_queue, format_args!("/default_queue"), faults);
}

/// The error kind of a name that is not declared.
trait Target: Declared {
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

fn add(kind: ErrorKind, at: Arguments<'_>, faults: &Faults) {
    faults.add_kind_below(at, kind);
}

fn check_ids<T: Declared>(section: &str, items: &[T], faults: &Faults) {
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        // An empty id is one that could not be read: it has its fault.
        if !item.id().is_empty() && !seen.insert(item.id()) {
            add(ErrorKind::DuplicateId, format_args!("/{section}/{at}/id"), faults);
        }
    }
}

/// An empty name is one that is absent, or has its fault.
fn check_name<T: Target>(targets: &Section<T>, name: &str, at: Arguments<'_>, faults: &Faults) {
    if !name.is_empty() && targets.complete && targets.place(name).is_none() {
        add(T::UNKNOWN, at, faults);
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

/// Walks all fallbacks in depth, each queue once, and adds a fault for each
/// that leads back to a queue on the way to it. A chain may be as long as the
/// document, so the way is a list and not the call stack.
fn check_cycles(queues: &Section<Queue>, faults: &Faults) {
    let mut entered = BTreeSet::new();
    for (start, queue) in queues.items.iter().enumerate() {
        if !entered.insert(start) {
            continue;
        }
        let mut way = vec![(start, queue.fallback.iter().enumerate())];
        let mut on_way = BTreeSet::from([start]);
        while let Some((from, fallbacks)) = way.last_mut() {
            let from = *from;
            let Some((at, name)) = fallbacks.next() else {
                on_way.remove(&from);
                way.pop();
                continue;
            };
            let Some(to) = queues.place(name) else { continue };
            if on_way.contains(&to) {
                let place = format_args!("/queues/{from}/fallback/{at}");
                add(ErrorKind::FallbackCycle, place, faults);
            } else if entered.insert(to) {
                let fallbacks = queues.items.get(to).map(|queue| queue.fallback.as_slice());
                way.push((to, fallbacks.unwrap_or_default().iter().enumerate()));
                on_way.insert(to);
            }
        }
    }
}
