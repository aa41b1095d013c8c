//! Tables as bytes: compiled once, loaded without compiling.
//!
//! The bytes are a mark with the format's version, the parts of the table, and
//! the SHA-256 of all before it. Bytes with any difference are refused. The
//! hash tells accidents, not forgeries: load what you would take a topology
//! from.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};

use crate::chain::{App, Channel, Queue, Webhook};
use crate::index::Index;
use crate::lexicon::{Field, Lexicon};
use crate::program::Reader;
use crate::rules::Rules;
use crate::stored::{Stored, stored};
use crate::window::{Hours, Window};
use crate::{Assignment, Error, ErrorKind, MAX_CONDITION_DEPTH, MAX_RULES, RouteTable};

/// Sixteen bytes, of which the last is the version.
const MARK: &[u8; 16] = b"keyrail-table\0\0\x01";

/// How many bytes the hash at the end has.
const HASH: usize = 32;

impl RouteTable {
    /// The table as bytes, for [`from_bytes`](Self::from_bytes). The same
    /// topology gives the same bytes, on every platform.
    ///
    /// They are a mark, `keyrail-table` and two zeros; a byte with the version
    /// of the format, 1; the parts; and the SHA-256 of all before it.
    ///
    /// ```
    /// use keyrail_route::RouteTable;
    /// let table = RouteTable::from_json(r#"{"queues": [{"id": "support"}]}"#)?;
    /// let loaded = RouteTable::from_bytes(&table.to_bytes())?;
    /// assert_eq!(loaded.hash(), table.hash());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from(MARK);
        self.hash.write(&mut bytes);
        self.chain.write(&mut bytes);
        self.rules.write(&mut bytes);
        self.index.write(&mut bytes);
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    }

    /// Loads a table from the bytes that [`to_bytes`](Self::to_bytes) made.
    ///
    /// Errors: `route.unsupported_bytes` if another version of this library
    /// made them, `route.malformed_bytes` if they are not as they were made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (mark, version) = MARK.split_at(MARK.len() - 1);
        let rest = bytes.strip_prefix(mark).filter(|rest| !rest.is_empty());
        let rest = rest.ok_or(ErrorKind::MalformedBytes)?;
        let parts = rest.strip_prefix(version).ok_or(ErrorKind::UnsupportedBytes)?;
        Self::from_parts(bytes, parts).ok_or_else(|| ErrorKind::MalformedBytes.into())
    }

    fn from_parts(bytes: &[u8], parts: &[u8]) -> Option<Self> {
        let (hashed, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
        if Sha256::digest(hashed).as_slice() != hash {
            return None;
        }
        let (mut parts, _) = parts.split_at_checked(parts.len().checked_sub(HASH)?)?;
        let hash = String::read(&mut parts)?;
        let (chain, rules) = (Stored::read(&mut parts)?, Rules::read(&mut parts)?);
        let index = Index::read(&mut parts, &rules.lexicon)?;
        let table = Self { chain, rules, index, hash };
        (parts.is_empty() && table.is_sound()).then_some(table)
    }

    /// Whether everything leads somewhere. Nothing relies on it but that a
    /// decision makes sense: what leads nowhere is never followed.
    fn is_sound(&self) -> bool {
        let Self { chain, rules, .. } = self;
        let is_queue = |place: &u32| chain.queues.get(*place).is_some();
        let is_app = |place: &u32| chain.apps.get(*place).is_some();
        let is_webhook = |place: &u32| chain.webhooks.get(*place).is_some();
        let mut queues = chain.queues.items.iter();
        let mut programs = rules.ranks().map(|rank| rules.program(rank));
        rules.len() <= MAX_RULES
            && [rules.id_ends.len(), rules.program_ends.len()] == [rules.len(); 2]
            && (rules.order.is_empty() || rules.order.len() == rules.len())
            && rules.queues.len() == rules.len()
            && rules.queues.iter().all(|place| is_queue(&place))
            && chain.default_queue.iter().all(is_queue)
            && chain.channels.items.iter().all(|channel| channel.queue.iter().all(is_queue))
            && queues
                .all(|queue| queue.app.iter().all(is_app) && queue.fallback.iter().all(is_queue))
            && chain.apps.items.iter().all(|app| app.webhooks.iter().all(is_webhook))
            && programs.all(is_program)
            && self.hash.len() == 2 * HASH
    }
}

/// Whether these bytes are one condition, not too deep, and nothing else.
fn is_program(mut program: Reader<'_>) -> bool {
    program.skip_at_most(MAX_CONDITION_DEPTH).is_some() && program.is_at_end()
}

stored! {
    Channel { id, kind, queue }
    Queue { id, app, fallback }
    App { id, disabled, webhooks }
    Webhook { id, url, events }
    Field { attribute, kind, mode }
    Lexicon { attributes, fields, atoms }
    Rules {
        lexicon,
        ids,
        id_ends,
        programs,
        program_ends,
        queues,
        order,
        priorities,
        interrupting,
        windows,
        assignments,
    }
    Window { from, until, hours }
    Hours { offset_minutes, open }
    Assignment { team, agent, skills }
}
