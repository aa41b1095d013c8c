//! Random histories of a key: operations, and who performs them when.

use std::fmt::Debug;

use keyrail_access::{Expiry, Limit, Scope};
use keyrail_core::{EventPattern, Network};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::{DAY_MS, START_MS, time};

/// One operation with its arguments.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Issues a key that has nothing to do with the tested one.
    Issue(ActingKey),
    Rotate {
        grace: Option<&'static str>,
        expires: Option<Expiry>,
    },
    Reissue(Expiry),
    /// Upgrades the digest of one of the keys that match with one of the lists of peppers.
    Upgrade {
        key: usize,
        peppers: usize,
    },
    Revoke(Option<usize>),
    Disable,
    Enable,
    Rename(Option<&'static str>),
    SetScope(Scope),
    SetOperations(Option<Vec<EventPattern>>),
    SetQueues(Option<Vec<String>>),
    SetNetworks(Option<Vec<Network>>),
    SetExpiry(Expiry),
    SetLimits(Vec<Limit>),
    SetMetadata(Vec<(String, String)>),
}

pub fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        (1..=400_u32).prop_map(Expiry::Days),
        Just(Expiry::Never),
        (0..400 * DAY_MS).prop_map(|millis| Expiry::At(time(START_MS + millis))),
    ]
}

pub fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![Just(Scope::Read), Just(Scope::ReadWrite), Just(Scope::Admin)]
}

pub fn patterns() -> impl Strategy<Value = Option<Vec<EventPattern>>> {
    let pattern = prop_oneof![
        Just("*"),
        Just("message.*"),
        Just("message.send"),
        Just("session.*"),
        Just("session.route"),
    ];
    option::of(vec(pattern.prop_map(|text| EventPattern::parse(text).unwrap()), 0..3))
}

pub fn queues() -> impl Strategy<Value = Option<Vec<String>>> {
    option::of(vec(prop_oneof![Just("support"), Just("sales")].prop_map(Into::into), 0..3))
}

pub fn networks() -> impl Strategy<Value = Option<Vec<Network>>> {
    let network = prop_oneof![Just("10.0.0.0/8"), Just("10.1.0.0/16"), Just("203.0.113.7")];
    option::of(vec(network.prop_map(|text| Network::parse(text).unwrap()), 0..3))
}

/// Returns lists of limits. Some lists contain two limits with the same name. Operations reject
/// these lists.
pub fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let rule = prop_oneof![
        Just(r#""rate": {"units": 60, "per_seconds": 60}"#),
        Just(r#""rate": {"units": 90, "per_seconds": 60}"#),
        Just(r#""quota": {"units": 5, "per": "day"}"#),
    ];
    let of = prop_oneof![3 => Just("key"), 1 => Just("owner"), 1 => Just("organization")];
    let limit = (prop_oneof![Just("a"), Just("b")], of, rule).prop_map(|(name, of, rule)| {
        Limit::from_json(&format!(r#"{{"name": "{name}", "of": "{of}", {rule}}}"#)).unwrap()
    });
    vec(limit, 0..3)
}

pub fn operation() -> impl Strategy<Value = Operation> {
    let grace = option::of(prop_oneof![Just("0d"), Just("36h"), Just("20d"), Just("31d")]);
    let name = option::of(prop_oneof![Just("one"), Just("two")]);
    let value = prop_oneof![Just("a"), Just("b")].prop_map(String::from);
    let metadata = prop::collection::btree_map(value.clone(), value, 0..3);
    prop_oneof![
        1 => acting_key().prop_map(Operation::Issue),
        4 => (grace, option::weighted(0.3, expiry()))
            .prop_map(|(grace, expires)| Operation::Rotate { grace, expires }),
        1 => expiry().prop_map(Operation::Reissue),
        4 => (0..4_usize, 0..3_usize).prop_map(|(key, peppers)| Operation::Upgrade { key, peppers }),
        1 => option::of(0..4_usize).prop_map(Operation::Revoke),
        1 => Just(Operation::Disable),
        1 => Just(Operation::Enable),
        1 => name.prop_map(Operation::Rename),
        1 => scope().prop_map(Operation::SetScope),
        1 => patterns().prop_map(Operation::SetOperations),
        1 => queues().prop_map(Operation::SetQueues),
        1 => networks().prop_map(Operation::SetNetworks),
        1 => expiry().prop_map(Operation::SetExpiry),
        1 => limits().prop_map(Operation::SetLimits),
        1 => metadata.prop_map(|pairs| Operation::SetMetadata(pairs.into_iter().collect())),
    ]
}

/// A key that acts on the tested key, or a key to issue.
#[derive(Clone, Debug)]
pub struct ActingKey {
    pub app: &'static str,
    pub organization: &'static str,
    pub owner: &'static str,
    /// Whether the key was issued with a policy for owned keys.
    pub is_owned: bool,
    pub environment: Option<&'static str>,
    pub scope: Scope,
    pub operations: Option<Vec<EventPattern>>,
    pub queues: Option<Vec<String>>,
    pub networks: Option<Vec<Network>>,
    pub limits: Vec<Limit>,
    pub days: u32,
}

/// Makes `None` more frequent, so that more keys cover others.
pub fn often_none<T: Clone + Debug>(
    values: impl Strategy<Value = Option<T>>,
) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.4, values).prop_map(Option::flatten)
}

pub fn acting_key() -> impl Strategy<Value = ActingKey> {
    let app = prop_oneof![9 => Just("desk"), 1 => Just("crm")];
    let organization = prop_oneof![9 => Just("acme"), 1 => Just("globex")];
    let owner = prop_oneof![4 => Just("u_1"), 1 => Just("u_2")];
    let environment =
        prop_oneof![8 => Just(Some("live")), 1 => Just(Some("test")), 1 => Just(None)];
    let belongs_to = (app, organization, owner, any::<bool>(), environment);
    let (patterns, queues, networks) =
        (often_none(patterns()), often_none(queues()), often_none(networks()));
    (belongs_to, scope(), patterns, queues, networks, limits(), 1..=365_u32).prop_map(
        |(belongs_to, scope, operations, queues, networks, limits, days)| ActingKey {
            app: belongs_to.0,
            organization: belongs_to.1,
            owner: belongs_to.2,
            is_owned: belongs_to.3,
            environment: belongs_to.4,
            scope,
            operations: operations.filter(|list| !list.is_empty()),
            queues: queues.filter(|list| !list.is_empty()),
            networks: networks.filter(|list| !list.is_empty()),
            // A record has at most one limit with each name.
            limits: limits.into_iter().take(1).collect(),
            days,
        },
    )
}

/// Who makes a change.
#[derive(Clone, Debug)]
pub enum Who {
    User {
        id: &'static str,
        is_admin: bool,
    },
    Key(ActingKey),
    /// A key of the same app, organization, owner and environment, with the same limits.
    RelatedKey(ActingKey),
    /// The changed key itself, with the digest that has this index, counted from the start again
    /// if the record has fewer digests.
    Itself(usize),
}

pub fn actors() -> impl Strategy<Value = Who> {
    let user = (prop_oneof![Just("u_1"), Just("u_2")], any::<bool>());
    prop_oneof![
        2 => user.prop_map(|(id, is_admin)| Who::User { id, is_admin }),
        1 => acting_key().prop_map(Who::Key),
        2 => acting_key().prop_map(Who::RelatedKey),
        1 => (0..3_usize).prop_map(Who::Itself),
    ]
}

#[derive(Clone, Debug)]
pub struct Step {
    pub operation: Operation,
    pub who: Who,
    pub wait_ms: i64,
}

pub fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![3 => 0..1000_i64, 1 => 0..60 * DAY_MS];
    (operation(), actors(), wait).prop_map(|(operation, who, wait_ms)| Step {
        operation,
        who,
        wait_ms,
    })
}
