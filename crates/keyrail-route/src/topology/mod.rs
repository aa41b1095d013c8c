//! The chain: channels, queues, apps and webhooks, each knowing the place of
//! what it leads to.

pub(crate) mod references;
pub(crate) mod section;
pub(crate) mod spec;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use keyrail_core::EventPattern;
use keyrail_core::codec::BinaryCodec;
use keyrail_core::hasher::{Seed, is_same};
use keyrail_core::static_hash_table::{StaticHashTable, tag};

use self::spec::TopologySpec;
use crate::Message;
use crate::topology::section::{Declared, Name, Section, declared};

/// The sections of a sound topology but its rules.
pub(crate) struct Topology {
    pub(crate) channels: Declarations<Channel>,
    pub(crate) queues: Declarations<Queue>,
    pub(crate) apps: Declarations<App>,
    pub(crate) webhooks: Declarations<Webhook>,
    pub(crate) default_queue: Option<u32>,
    /// By app: its queues, in the order of declaration.
    pub(crate) queues_of: Vec<Vec<u32>>,
}

/// What is declared of one kind, in order, and by id.
pub(crate) struct Declarations<T> {
    pub(crate) items: Vec<T>,
    seed: Seed,
    by_id: StaticHashTable<2>,
}

pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) queue: Option<u32>,
}

pub(crate) struct Queue {
    pub(crate) id: String,
    pub(crate) app: Option<u32>,
    pub(crate) fallback: Vec<u32>,
}

pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) disabled: bool,
    pub(crate) webhooks: Vec<u32>,
}

pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) events: Vec<EventPattern>,
}

impl<T: Declared> Declarations<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        let (seed, by_id) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row = |(place, item): (u32, &T)| [tag(seed.text(item.id())), place];
            let mut rows: Vec<[u32; 2]> = (0..).zip(&items).map(row).collect();
            rows.sort_unstable();
            StaticHashTable::of(&rows)
        });
        Self { items, seed, by_id }
    }

    pub(crate) fn get(&self, place: u32) -> Option<&T> {
        self.items.get(place as usize)
    }

    pub(crate) fn place(&self, id: &str) -> Option<u32> {
        let [_, place] = self.row(id.as_bytes(), self.seed.text(id))?;
        Some(*place)
    }

    /// What has this id; the hash is that by the first seed.
    #[inline]
    pub(crate) fn find_hashed(&self, id: &[u8], hash: u64) -> Option<&T> {
        let hash = if self.seed.is_first() { hash } else { self.seed.bytes(id) };
        let [_, place] = self.row(id, hash)?;
        self.get(*place)
    }

    #[inline]
    fn row(&self, id: &[u8], hash: u64) -> Option<&[u32; 2]> {
        let is_it = |[_, place]: &[u32; 2]| {
            self.get(*place).is_some_and(|item| is_same(item.id().as_bytes(), id))
        };
        self.by_id.find(tag(hash), is_it)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.get(self.place(id)?)
    }
}

impl Webhook {
    /// Whether it takes a message, by the message's event.
    pub(crate) fn asks_for(&self, message: &Message) -> bool {
        self.events.iter().any(|asked| asked.is_every() || asked.matches(message.event()))
    }
}

impl From<TopologySpec> for Topology {
    /// The chain of a topology in which every name leads somewhere.
    fn from(spec: TopologySpec) -> Self {
        let TopologySpec { channels, queues, apps, webhooks, default_queue, .. } = spec;
        let optional = |name: Option<String>| name.and_then(|name| place(&queues, &name));
        let channel = |channel: spec::Channel| Channel {
            id: channel.id,
            kind: channel.kind,
            queue: optional(channel.queue),
        };
        let channels = channels.items.into_iter().map(channel).collect();
        let app = |app: &spec::App| App {
            id: app.id.clone(),
            disabled: app.disabled,
            webhooks: places(&webhooks, &app.webhooks),
        };
        let queue = |queue: &spec::Queue| Queue {
            id: queue.id.clone(),
            app: queue.app.as_ref().and_then(|app| place(&apps, app)),
            fallback: places(&queues, &queue.fallback),
        };
        let queues_in_order = queues.items.iter().map(queue).collect();
        let apps_in_order = apps.items.iter().map(app).collect();
        let default_queue = optional(default_queue);
        let webhook = |webhook: spec::Webhook| Webhook {
            id: webhook.id,
            url: webhook.url,
            events: webhook.events,
        };
        let webhooks = webhooks.items.into_iter().map(webhook).collect();
        Self::new(
            Declarations::new(channels),
            Declarations::new(queues_in_order),
            Declarations::new(apps_in_order),
            Declarations::new(webhooks),
            default_queue,
        )
    }
}

impl Topology {
    fn new(
        channels: Declarations<Channel>,
        queues: Declarations<Queue>,
        apps: Declarations<App>,
        webhooks: Declarations<Webhook>,
        default_queue: Option<u32>,
    ) -> Self {
        let mut queues_of = vec![Vec::new(); apps.items.len()];
        for (place, queue) in (0..).zip(&queues.items) {
            if let Some(own) = queue.app.and_then(|app| queues_of.get_mut(app as usize)) {
                own.push(place);
            }
        }
        Self { channels, queues, apps, webhooks, default_queue, queues_of }
    }
}

fn place<T>(section: &Section<T>, name: &str) -> Option<u32> {
    section.place(name).and_then(|place| u32::try_from(place).ok())
}

fn places<T>(section: &Section<T>, names: &[Name]) -> Vec<u32> {
    names.iter().filter_map(|Name(name)| place(section, name)).collect()
}

impl<T: Declared + BinaryCodec> BinaryCodec for Declarations<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.items.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Vec::read(from).map(Self::new)
    }
}

impl BinaryCodec for Topology {
    fn write(&self, out: &mut Vec<u8>) {
        self.channels.write(out);
        self.queues.write(out);
        self.apps.write(out);
        self.webhooks.write(out);
        self.default_queue.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (channels, queues) = (BinaryCodec::read(from)?, BinaryCodec::read(from)?);
        let (apps, webhooks) = (BinaryCodec::read(from)?, BinaryCodec::read(from)?);
        Some(Self::new(channels, queues, apps, webhooks, BinaryCodec::read(from)?))
    }
}

declared! { Channel Queue App Webhook }
