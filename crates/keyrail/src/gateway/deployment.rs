//! Reads a deployment document, and checks its parts against each other and against the secrets.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::{Limit, LimitOwner, ReadRecord};
use keyrail_core::config::{Checked, Faults, Id, MemberState, Pairs, StringOr, json};
use keyrail_key::{KeyFormat, KeyFormatSet, Pepper};
use keyrail_platform::Platform;
use keyrail_route::ReadTopology;
use keyrail_webhook::{Signer, check_target, check_target_with_loopback};

use super::error::DeploymentErrorKind;
use super::keyring::Keyring;
use super::{Endpoint, Gateway, Secrets};

/// The maximum number of peppers in a deployment: a presented key is hashed with each of them.
pub const MAX_PEPPERS: usize = 64;

/// The parsed document. A part that could not be read is `None`, so that the others are
/// still checked.
pub(super) struct Deployment {
    platform: Option<Platform>,
    variables: Option<Pairs<String>>,
    keys: Option<Vec<ReadRecord>>,
    formats: Option<KeyFormatSet>,
    peppers: Option<Vec<String>>,
    /// Whether the member `peppers` is present. If it is present but empty, no pepper is allowed.
    names_peppers: bool,
    topology: Option<ReadTopology>,
    allow_loopback: bool,
    /// Whether every part that requires secrets could be read.
    is_whole: bool,
}

keyrail_core::config_object! {
    /// A gateway: the platform that it protects, the keys that it accepts, and the topology by
    /// which it routes messages.
    document Deployment (faults) {
        /// The platform: its document, or the name of a built-in platform.
        state platform: StringOr<Platform>;
        /// The variables of the platform's base URL.
        state variables: Pairs<String>;
        /// The records of the keys that are accepted.
        required keys: Vec<Checked<ReadRecord>>;
        /// The formats of the keys: documents, or names of built-in formats.
        state formats: Vec<Checked<KeyFormat>>;
        /// The ids of the peppers, the current one first.
        state peppers: Vec<Checked<Id>> as json!({"maxItems": MAX_PEPPERS});
        /// The channels, queues, apps, webhooks and rules.
        required topology: ReadTopology;
        /// Whether a webhook may have a loopback address (for tests).
        optional allow_loopback: bool;
    } => {
        let names_peppers = !peppers.is_absent();
        let peppers = peppers.sound().map(Option::unwrap_or_default);
        let is_readable = |record: &Checked<ReadRecord>| {
            record.0.as_ref().is_some_and(|record| record.has_all_digests)
        };
        let is_whole = keys.as_ref().is_some_and(|keys| keys.iter().all(is_readable))
            && topology.as_ref().is_some_and(|topology| topology.has_all_webhooks)
            && peppers.as_ref().is_some_and(|list| list.iter().all(|item| item.0.is_some()));
        Some(Self {
            platform: read_platform(platform, faults),
            variables: variables.sound().map(Option::unwrap_or_default),
            keys: keys.map(|keys| keys.into_iter().map(|key| key.0.unwrap_or_default()).collect()),
            formats: read_formats(formats, faults),
            peppers: peppers.map(|list| {
                // If an id could not be read, it is empty here, and a fault was already added.
                list.into_iter().map(|id| id.0.map(Id::into_string).unwrap_or_default()).collect()
            }),
            names_peppers,
            topology,
            allow_loopback: allow_loopback.unwrap_or_default(),
            is_whole,
        })
    } as json!({"required": ["keys", "platform", "topology"]})
}

fn read_platform(slot: MemberState<StringOr<Platform>>, faults: &Faults) -> Option<Platform> {
    match slot.required("platform", faults)? {
        StringOr::Object(platform) => Some(platform),
        StringOr::Text(name) => Platform::get(&name)
            .map_err(|error| faults.at_member("platform", || faults.add_error(&error)))
            .ok(),
    }
}

/// Returns the formats whose key ids the deployment recognizes. Keyrail's own format is always
/// one of them.
fn read_formats(
    slot: MemberState<Vec<Checked<KeyFormat>>>,
    faults: &Faults,
) -> Option<KeyFormatSet> {
    let formats: Option<Vec<_>> =
        slot.sound()?.unwrap_or_default().into_iter().map(|format| format.0).collect();
    faults.at_member("formats", || KeyFormatSet::with_keyrail(formats?, faults))
}

impl Deployment {
    /// Checks the parts against each other and against the secrets.
    pub(super) fn build(self, mut secrets: Secrets, faults: &Faults) -> Option<Gateway> {
        let base_url = match (&self.platform, &self.variables) {
            (Some(platform), Some(variables)) => platform
                .base_url(&variables.0)
                .map_err(|error| faults.at_member("variables", || faults.add_error(&error)))
                .ok(),
            _ => None,
        };
        self.check_keys(faults);
        let peppers = self.read_peppers(&mut secrets, faults);
        let endpoints = self.read_endpoints(&mut secrets, faults);
        if self.is_whole {
            secrets.reject_unused(faults);
        }
        let keyring = Keyring::new(self.keys?, peppers, self.names_peppers, self.formats, faults);
        Some(Gateway {
            base_url: base_url?,
            keyring: keyring?,
            platform: self.platform?,
            table: self.topology?.table?,
            endpoints,
        })
    }

    fn check_keys(&self, faults: &Faults) {
        let apps = self.topology.as_ref().and_then(|topology| topology.apps.as_ref());
        let table = self.topology.as_ref().and_then(|topology| topology.table.as_ref());
        let mut ids = BTreeSet::new();
        let mut shared: BTreeMap<String, &Limit> = BTreeMap::new();
        for (index, record) in self.keys.iter().flatten().enumerate() {
            let add = |member: &str, kind: DeploymentErrorKind| {
                faults.add_kind_below(format_args!("/keys/{index}/{member}"), kind);
            };
            if record.id.as_ref().is_some_and(|id| !ids.insert(id)) {
                add("id", DeploymentErrorKind::DuplicateId);
            }
            // A revoked record consumes no limit, and can no longer be changed.
            let active = record.record.iter().filter(|record| record.revoked().is_none());
            let limits = active.flat_map(|it| it.limits().iter().zip(it.limit_ids()));
            let shared_limits =
                limits.enumerate().filter(|(_, (it, _))| it.of() != LimitOwner::Key);
            for (at, (limit, id)) in shared_limits {
                if !shared.entry(id).or_insert(limit).has_same_rule(limit) {
                    add(&format!("limits/{at}"), DeploymentErrorKind::LimitConflict);
                }
            }
            let is_unknown = |app: &String| apps.is_some_and(|apps| !apps.contains(app));
            if record.app.as_ref().is_some_and(is_unknown) {
                add("app", DeploymentErrorKind::UnknownApp);
            } else if let (Some(table), Some(record)) = (table, &record.record) {
                let queues = record.queues().unwrap_or_default().iter().enumerate();
                let unknown = queues.filter(|(_, queue)| !table.may_write(record.app(), queue));
                for (at, _) in unknown {
                    faults.add_kind_below(
                        format_args!("/keys/{index}/queues/{at}"),
                        DeploymentErrorKind::UnknownQueue,
                    );
                }
            }
        }
    }

    /// Returns the peppers that the member `peppers` lists, the current one first. If that member
    /// is absent, returns the peppers that the digests name.
    fn read_peppers(&self, secrets: &mut Secrets, faults: &Faults) -> Vec<Pepper> {
        let named = self.peppers.as_deref().unwrap_or_default();
        let mut known = BTreeSet::new();
        let mut ids = Vec::new();
        for (index, id) in named.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
            if known.insert(id.as_str()) {
                ids.push(id.as_str());
            } else {
                faults.add_kind_below(
                    format_args!("/peppers/{index}"),
                    DeploymentErrorKind::DuplicatePepper,
                );
            }
        }
        let mut used = BTreeSet::new();
        for (at, record) in self.keys.iter().flatten().enumerate() {
            for (index, digest) in record.digests.iter().enumerate() {
                let pepper = digest.digest.as_ref().and_then(|it| it.digest().pepper_id());
                let Some(id) = pepper.filter(|id| !known.contains(id)) else { continue };
                if !self.names_peppers {
                    used.insert(id);
                } else if self.peppers.is_some() {
                    faults.add_kind_below(
                        format_args!("/keys/{at}/digests/{index}/digest"),
                        DeploymentErrorKind::UnknownPepper,
                    );
                }
            }
        }
        ids.extend(used);
        if ids.len() > MAX_PEPPERS {
            faults.add_kind_below(format_args!("/peppers"), DeploymentErrorKind::TooManyPeppers);
        }
        ids.into_iter().filter_map(|id| read_pepper(id, secrets, faults)).collect()
    }

    /// Returns the webhooks with their signers, in the table's order. A webhook that could not be
    /// read is omitted. Its fault was already added, so no gateway is built.
    fn read_endpoints(&self, secrets: &mut Secrets, faults: &Faults) -> Vec<Endpoint> {
        let mut seen = BTreeSet::new();
        let mut endpoints = Vec::new();
        let webhooks = self.topology.iter().flat_map(|topology| &topology.webhooks);
        let check = if self.allow_loopback { check_target_with_loopback } else { check_target };
        for (index, (id, url)) in webhooks.enumerate() {
            // If an id or URL could not be read, it is empty here, and a fault was already added.
            if !url.is_empty()
                && let Err(error) = check(url)
            {
                faults.add_below(
                    format_args!("/topology/webhooks/{index}/url"),
                    error.code(),
                    error.to_string(),
                );
            }
            if !id.is_empty()
                && seen.insert(id)
                && let Some(signer) = read_signer(id, secrets, faults)
            {
                endpoints.push(Endpoint { id: id.clone(), url: url.clone(), signer });
            }
        }
        endpoints
    }
}

fn read_signer(id: &str, secrets: &mut Secrets, faults: &Faults) -> Option<Signer> {
    let name = format!("webhook:{id}");
    let signer = Signer::with_secrets(&secrets.take(&name, faults)?);
    signer.map_err(|error| faults.add(error.code(), format!("in the secret {name}: {error}"))).ok()
}

fn read_pepper(id: &str, secrets: &mut Secrets, faults: &Faults) -> Option<Pepper> {
    let name = format!("pepper:{id}");
    let taken = secrets.take(&name, faults)?;
    let [secret] = taken.as_slice() else {
        faults.add_kind(DeploymentErrorKind::SeveralPeppers);
        return None;
    };
    let pepper = Pepper::new(id, secret.clone());
    pepper.map_err(|error| faults.add(error.code(), format!("in the secret {name}: {error}"))).ok()
}
