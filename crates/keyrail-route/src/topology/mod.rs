//! Topologies: the channels, queues, apps and webhooks of a table, which refer to each
//! other by index.

pub(crate) mod declarations;
pub(crate) mod references;
pub(crate) mod section;
pub(crate) mod spec;

use alloc::vec;
use alloc::vec::Vec;

use keyrail_core::codec::BinaryCodec;
use keyrail_core::hasher::{Seed, is_same};
use keyrail_core::static_hash_table::{StaticHashTable, tag};

pub use self::declarations::{App, Channel, Queue, Webhook};
use self::section::Declared;
use self::spec::TopologySpec;

/// The sections of a valid topology, except its rules.
pub(crate) struct Topology {
    pub(crate) channels: Declarations<Channel<u32>>,
    pub(crate) queues: Declarations<Queue<u32>>,
    pub(crate) apps: Declarations<App<u32>>,
    pub(crate) webhooks: Declarations<Webhook>,
    pub(crate) default_queue: Option<u32>,
    /// By app index: the queues of the app, in the order of declaration.
    pub(crate) queues_of: Vec<Vec<u32>>,
}

/// The items of one section, in the order of declaration, with an index by id.
pub(crate) struct Declarations<T> {
    pub(crate) items: Vec<T>,
    seed: Seed,
    by_id: StaticHashTable<2>,
}

impl<T: Declared> Declarations<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        let (seed, by_id) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row = |(index, item): (u32, &T)| [tag(seed.text(item.id())), index];
            let mut rows: Vec<[u32; 2]> = (0..).zip(&items).map(row).collect();
            rows.sort_unstable();
            StaticHashTable::of(&rows)
        });
        Self { items, seed, by_id }
    }

    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        self.items.get(index as usize)
    }

    /// Returns the index of the item with this id.
    pub(crate) fn index_of(&self, id: &str) -> Option<u32> {
        let [_, index] = self.row(id.as_bytes(), self.seed.text(id))?;
        Some(*index)
    }

    /// Returns the item with this id. `hash` is the hash of the id with the first seed.
    #[inline]
    pub(crate) fn find_hashed(&self, id: &[u8], hash: u64) -> Option<&T> {
        let hash = if self.seed.is_first() { hash } else { self.seed.bytes(id) };
        let [_, index] = self.row(id, hash)?;
        self.get(*index)
    }

    #[inline]
    fn row(&self, id: &[u8], hash: u64) -> Option<&[u32; 2]> {
        let has_id = |[_, index]: &[u32; 2]| {
            self.get(*index).is_some_and(|item| is_same(item.id().as_bytes(), id))
        };
        self.by_id.find(tag(hash), has_id)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.get(self.index_of(id)?)
    }
}

impl From<TopologySpec> for Topology {
    /// Converts a specification in which every name is declared.
    fn from(spec: TopologySpec) -> Self {
        let TopologySpec { channels, queues, apps, webhooks, default_queue, .. } = spec;
        let default_queue = default_queue.and_then(|name| queues.index(&name));
        let channel = |channel: Channel| channel.linked(|name| queues.index(&name));
        let queue =
            |queue: &Queue| queue.linked(|name| apps.index(name), |name| queues.index(name));
        let app = |app: &App| app.clone().linked(|name| webhooks.index(name));
        let channels = channels.items.into_iter().map(channel).collect();
        let queues = queues.items.iter().map(queue).collect();
        let apps = apps.items.iter().map(app).collect();
        Self::new(
            Declarations::new(channels),
            Declarations::new(queues),
            Declarations::new(apps),
            Declarations::new(webhooks.items),
            default_queue,
        )
    }
}

impl Topology {
    fn new(
        channels: Declarations<Channel<u32>>,
        queues: Declarations<Queue<u32>>,
        apps: Declarations<App<u32>>,
        webhooks: Declarations<Webhook>,
        default_queue: Option<u32>,
    ) -> Self {
        let mut queues_of = vec![Vec::new(); apps.items.len()];
        for (index, queue) in (0..).zip(&queues.items) {
            if let Some(own) = queue.app.and_then(|app| queues_of.get_mut(app as usize)) {
                own.push(index);
            }
        }
        Self { channels, queues, apps, webhooks, default_queue, queues_of }
    }
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
