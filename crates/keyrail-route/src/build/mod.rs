//! Builds a table from typed values, without a document.
//!
//! Each rule is checked and converted to a compact form when it is added. So a builder with a
//! million rules takes little more memory than the finished table. The constraints and the faults
//! are the same as for documents. For example, a fault in the third rule's condition has the
//! pointer `/rules/2/when`. A table that is built has the same content hash as a table that is read
//! from an equivalent document.
//!
//! The builder exists only in Rust. In the other languages, configuration is always a
//! document.
//!
//! ```
//! use keyrail_core::EventPattern;
//! use keyrail_route::RouteTable;
//! use keyrail_route::build::{App, Channel, Condition, Operand, Queue, Rule, Webhook};
//!
//! let mut builder = RouteTable::builder();
//! builder
//!     .channel(Channel::new("wa-main", "whatsapp").queue("support"))
//!     .queue(Queue::new("support").app("desk"))
//!     .queue(Queue::new("sales").app("desk"))
//!     .app(App::new("desk").webhook("hook"))
//!     .webhook(Webhook::new("hook", "https://desk.example/in").event(EventPattern::parse("message.*")?));
//! for number in 0..1000 {
//!     let when = Condition::exact([("channel", "wa-main".into()), ("order", Operand::from(number))]);
//!     builder.rule(Rule::new(format!("order-{number}"), when, "sales").priority(10));
//! }
//! let table = builder.build()?;
//! assert!(table.may_write("desk", "sales"));
//!
//! let mut builder = RouteTable::builder();
//! builder.rule(Rule::new("r", Condition::prefix([("text", "")]), "sales"));
//! let error = builder.build().unwrap_err();
//! let faults = error.faults().iter().map(|fault| (fault.code(), fault.pointer()));
//! assert!(faults.eq([
//!     ("route.empty_value", "/rules/0/when/prefix/text"),
//!     ("route.unknown_queue", "/rules/0/queue"),
//! ]));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod hours;
mod rule;

use alloc::vec::Vec;
use core::fmt;

use keyrail_core::ConfigError;
use keyrail_core::config::{Faults, Id, MemberState};

pub use self::hours::{Day, Hours};
pub use self::rule::Rule;
use crate::RouteTable;
use crate::rules::Draft;
use crate::topology::section::Items;
use crate::topology::spec::{MAX_RULES, TopologySpec};
pub use crate::topology::{App, Channel, Queue, Webhook};
pub use keyrail_filter::build::{Bounds, Choices, Condition, Keyword, Operand, Text};
use keyrail_filter::sink::Sink;

impl RouteTable {
    /// Returns a builder of a table from typed values; see [`build`](crate::build).
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Builds a table from typed values; see the [module](self).
#[derive(Default)]
pub struct Builder {
    faults: Faults,
    channels: Vec<Channel>,
    queues: Vec<Queue>,
    apps: Vec<App>,
    webhooks: Vec<Webhook>,
    rules: Draft,
    default_queue: MemberState<Id>,
}

/// Adds an item to a section. The pointers of the item's faults contain its index.
macro_rules! add {
    ($builder:ident, $section:ident, $item:ident) => {{
        let index = $builder.$section.len();
        let read = || $item.checked(&Sink::exact(&$builder.faults));
        let item = $builder
            .faults
            .at_member(stringify!($section), || $builder.faults.at_index(index, read));
        $builder.$section.push(item.unwrap_or_default());
        $builder
    }};
}

impl Builder {
    /// Adds a channel.
    pub fn channel(&mut self, channel: Channel) -> &mut Self {
        add!(self, channels, channel)
    }

    /// Adds a queue.
    pub fn queue(&mut self, queue: Queue) -> &mut Self {
        add!(self, queues, queue)
    }

    /// Adds an app.
    pub fn app(&mut self, app: App) -> &mut Self {
        add!(self, apps, app)
    }

    /// Adds a webhook.
    pub fn webhook(&mut self, webhook: Webhook) -> &mut Self {
        add!(self, webhooks, webhook)
    }

    /// Adds a rule after the rules added so far.
    pub fn rule(&mut self, rule: Rule<'_>) -> &mut Self {
        let index = self.rules.len();
        // The first rule beyond the limit is kept, so that the fault is reported. Further rules are
        // dropped.
        if index > MAX_RULES {
            return self;
        }
        // The pointers of faults are costly to track, so a rule is first read without them. Only
        // a faulty rule is read again with them.
        let quick_faults = Faults::new();
        let mut read = rule.read(&Sink::quick(&quick_faults));
        if !quick_faults.is_empty() {
            let faults = &self.faults;
            let read_exactly = || rule.read(&Sink::exact(faults));
            read = faults.at_member("rules", || faults.at_index(index, read_exactly));
        }
        self.rules.push(read.unwrap_or_default());
        self
    }

    /// Adds rules, in their order.
    pub fn rules<'a>(&mut self, rules: impl IntoIterator<Item = Rule<'a>>) -> &mut Self {
        rules.into_iter().for_each(|rule| {
            self.rule(rule);
        });
        self
    }

    /// Sets the queue for messages that get no queue from a rule, a session or their channel.
    pub fn default_queue(&mut self, queue: impl AsRef<str>) -> &mut Self {
        let faults = &self.faults;
        let id = faults.at_member("default_queue", || Id::checked(queue.as_ref(), faults));
        self.default_queue.set(id);
        self
    }

    /// Builds the table.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] with the faults. The codes are the same as in [`RouteTable::from_json`].
    pub fn build(self) -> Result<RouteTable, ConfigError> {
        let Self { faults, channels, queues, apps, webhooks, rules, default_queue } = self;
        let members = (
            MemberState::Read(Items(channels)),
            MemberState::Read(Items(queues)),
            MemberState::Read(Items(apps)),
            MemberState::Read(Items(webhooks)),
            MemberState::Read(rules),
            default_queue,
        );
        let spec = TopologySpec::from_members(&faults, members);
        let table = spec.and_then(|spec| RouteTable::of(spec, 0, &faults));
        faults.finish(table)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}
