//! Tables as bytes. A table is loaded from its bytes without compiling the topology again.
//!
//! The bytes are a magic number with the format's version, the parts of the table, and
//! the SHA-256 of everything before it. Altered bytes are rejected. The hash detects
//! corruption, not forgery: load bytes only from a source from which you would accept a topology.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::binary_codec;
use keyrail_core::codec::BinaryCodec;
use keyrail_filter::index::Index;
use sha2::{Digest as _, Sha256};

use crate::rules::Rules;
use crate::topology::{App, Channel, Queue, Webhook};
use crate::window::zone::Zone;
use crate::window::{Clock, Hours, Window};
use crate::{Assignment, Error, ErrorKind, MAX_RULES, RouteTable};

/// The first sixteen bytes: a magic number, and the version in the last byte.
const MAGIC: &[u8; 16] = b"keyrail-table\0\0\x01";

/// The length of the hash at the end, in bytes.
const HASH_LEN: usize = 32;

impl RouteTable {
    /// Returns the table as bytes, for [`from_bytes`](Self::from_bytes). The same topology
    /// produces the same bytes on every platform.
    ///
    /// The bytes are a magic number (`keyrail-table` and two zero bytes), a byte with the version
    /// of the format (1), the parts of the table, and the SHA-256 of everything before it.
    ///
    /// ```
    /// use keyrail_route::RouteTable;
    /// let table = RouteTable::from_json(r#"{"queues": [{"id": "support"}]}"#)?;
    /// let loaded = RouteTable::from_bytes(&table.to_bytes())?;
    /// assert_eq!(loaded.hash(), table.hash());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from(MAGIC);
        self.hash.write(&mut bytes);
        self.topology.write(&mut bytes);
        self.rules.write(&mut bytes);
        self.index.write(&mut bytes);
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    }

    /// Loads a table from the bytes that [`to_bytes`](Self::to_bytes) returned.
    ///
    /// # Errors
    ///
    /// - `route.unsupported_bytes` if the bytes are in another version of the format.
    /// - `route.malformed_bytes` if the bytes are not a table or were altered.
    /// - `route.no_zones` if the table names a time zone, but this build has no zone data.
    /// - `route.unknown_zone` if the table names a time zone that is not in the zone data of this
    ///   build.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (magic, version) = MAGIC.split_at(MAGIC.len() - 1);
        let rest = bytes.strip_prefix(magic).filter(|rest| !rest.is_empty());
        let rest = rest.ok_or(ErrorKind::MalformedBytes)?;
        let parts = rest.strip_prefix(version).ok_or(ErrorKind::UnsupportedBytes)?;
        let table = Self::from_parts(bytes, parts).ok_or(ErrorKind::MalformedBytes)?;
        // Bytes written by a build with zone data may be read by one without it.
        let fault = table.zones().find_map(Zone::fault);
        fault.map_or(Ok(table), |kind| Err(kind.into()))
    }

    fn zones(&self) -> impl Iterator<Item = &Zone> {
        let hours = self.rules.windows.iter().filter_map(|(_, window)| window.hours.as_ref());
        hours.filter_map(|hours| match &hours.clock {
            Clock::Zone(zone) => Some(zone),
            Clock::Offset(_) => None,
        })
    }

    fn from_parts(bytes: &[u8], parts: &[u8]) -> Option<Self> {
        let (hashed, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH_LEN)?)?;
        if Sha256::digest(hashed).as_slice() != hash {
            return None;
        }
        let (mut parts, _) = parts.split_at_checked(parts.len().checked_sub(HASH_LEN)?)?;
        let hash = String::read(&mut parts)?;
        let (topology, rules) = (BinaryCodec::read(&mut parts)?, Rules::read(&mut parts)?);
        let index = Index::read(&mut parts, &rules.conditions.interner)?;
        let table = Self { topology, rules, index, hash };
        (parts.is_empty() && table.is_valid()).then_some(table)
    }

    /// Returns whether every reference and every length is valid. Without this check, a table could
    /// make wrong decisions, but it could not panic.
    fn is_valid(&self) -> bool {
        let Self { topology, rules, .. } = self;
        let is_queue = |index: &u32| topology.queues.get(*index).is_some();
        let is_app = |index: &u32| topology.apps.get(*index).is_some();
        let is_webhook = |index: &u32| topology.webhooks.get(*index).is_some();
        let mut queues = topology.queues.items.iter();
        rules.len() <= MAX_RULES
            && rules.conditions.len() == rules.len()
            && rules.queues.len() == rules.len()
            && rules.queues.iter().all(|index| is_queue(&index))
            && topology.default_queue.iter().all(is_queue)
            && topology.channels.items.iter().all(|channel| channel.queue.iter().all(is_queue))
            && queues
                .all(|queue| queue.app.iter().all(is_app) && queue.fallback.iter().all(is_queue))
            && topology.apps.items.iter().all(|app| app.webhooks.iter().all(is_webhook))
            && rules.conditions.is_sound()
            && self.hash.len() == 2 * HASH_LEN
    }
}

impl BinaryCodec for Clock {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Offset(minutes) => {
                false.write(out);
                minutes.write(out);
            }
            Self::Zone(zone) => {
                true.write(out);
                zone.write(out);
            }
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let is_zone = bool::read(from)?;
        if is_zone { Zone::read(from).map(Self::Zone) } else { i32::read(from).map(Self::Offset) }
    }
}

binary_codec! {
    Channel<u32> { id, kind, queue }
    Queue<u32> { id, app, fallback }
    App<u32> { id, disabled, webhooks }
    Webhook { id, url, events }
    Rules {
        conditions,
        ids,
        id_ends,
        queues,
        priorities,
        interrupting,
        windows,
        assignments,
    }
    Window { from, until, hours }
    Hours { clock, open }
    Assignment { team, agent, skills }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use sha2::{Digest as _, Sha256};

    use super::HASH_LEN;
    use crate::RouteTable;

    /// Returns the bytes of a table whose hours are in this zone, even if this build has no data
    /// for the zone. They are made from the bytes of a table whose hours have an offset.
    fn bytes_with_zone(name: &str) -> Vec<u8> {
        let topology = r#"{"queues": [{"id": "q"}], "rules": [{"id": "r", "queue": "q",
            "when": {"exists": {"x": true}}, "hours": {"offset": "-00:01",
            "open": [{"days": ["mon"], "from": "09:00", "until": "17:00"}]}}]}"#;
        let mut bytes = RouteTable::from_json(topology).unwrap().to_bytes();
        // The tag of an offset, and the offset: -1 minute.
        let offset = [0, 255, 255, 255, 255];
        let at = bytes.windows(offset.len()).position(|window| window == offset).unwrap();
        // The tag of a zone, and the length of its name.
        let mut zone = alloc::vec![1, name.len() as u8, 0, 0, 0];
        zone.extend(name.as_bytes());
        bytes.splice(at..at + offset.len(), zone);
        bytes.truncate(bytes.len() - HASH_LEN);
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    }

    #[test]
    fn loading_bytes_with_a_zone_requires_the_zone_data() {
        let load = |name| RouteTable::from_bytes(&bytes_with_zone(name)).map(drop);
        let code = |name| load(name).err().map(|error| error.code());
        if cfg!(feature = "zones") {
            assert_eq!(code("Europe/Berlin"), None);
            assert_eq!(code("Europe/Atlantis"), Some("route.unknown_zone"));
        } else {
            assert_eq!(code("Europe/Berlin"), Some("route.no_zones"));
        }
    }
}
