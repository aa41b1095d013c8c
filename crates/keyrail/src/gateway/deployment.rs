//! The deployment document: read, checked against itself and its secrets.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::KeyRecord;
use keyrail_core::Faults;
use keyrail_core::config::{Member, Object, Pairs, Slot, TextOr};
use keyrail_key::Pepper;
use keyrail_platform::Platform;
use keyrail_route::RouteTable;
use keyrail_webhook::{Signer, check_target};
use serde::de::MapAccess;

use super::{Gateway, Keyring, Secrets};

/// What the document says, each part checked by itself.
pub(super) struct Deployment {
    platform: Platform,
    variables: Pairs<String>,
    keys: Vec<KeyRecord>,
    table: RouteTable,
    allow_loopback: bool,
}

#[derive(Default)]
pub(super) struct Draft {
    platform: Slot<TextOr<Platform>>,
    variables: Slot<Pairs<String>>,
    keys: Slot<Vec<KeyRecord>>,
    topology: Slot<RouteTable>,
    allow_loopback: Slot<bool>,
}

impl Object for Deployment {
    type Draft = Draft;
    const MEMBERS: &'static [&'static str] =
        &["platform", "variables", "keys", "topology", "allow_loopback"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut Draft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "platform" => draft.platform.read(value),
            "variables" => draft.variables.read(value),
            "keys" => draft.keys.read(value),
            "topology" => draft.topology.read(value),
            "allow_loopback" => draft.allow_loopback.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: Draft, faults: &Faults) -> Option<Self> {
        let platform = draft.platform.required("platform", faults);
        let keys = draft.keys.required("keys", faults);
        let table = draft.topology.required("topology", faults);
        let platform = match platform? {
            TextOr::Object(platform) => platform,
            TextOr::Text(name) => Platform::get(&name)
                .map_err(|error| {
                    faults.add_below(format_args!("/platform"), error.code(), error.to_string());
                })
                .ok()?,
        };
        Some(Self {
            platform,
            variables: draft.variables.optional().unwrap_or_default(),
            keys: keys?,
            table: table?,
            allow_loopback: draft.allow_loopback.optional().unwrap_or_default(),
        })
    }
}

impl Deployment {
    /// Checks the parts against each other and the secrets.
    pub(super) fn build(self, mut secrets: Secrets, faults: &Faults) -> Option<Gateway> {
        let base_url = self.platform.base_url(&self.variables.0).map_err(|error| {
            faults.add_below(format_args!("/variables"), error.code(), error.to_string());
        });
        self.check_keys(faults);
        self.check_targets(faults);
        let peppers = self.peppers(&mut secrets, faults);
        let signers = self.signers(&mut secrets, faults);
        secrets.refuse_rest(faults);
        Some(Gateway {
            base_url: base_url.ok()?,
            keyring: Keyring::new(self.keys, peppers, faults),
            platform: self.platform,
            table: self.table,
            signers,
        })
    }

    fn check_keys(&self, faults: &Faults) {
        let mut ids = BTreeSet::new();
        for (index, record) in self.keys.iter().enumerate() {
            if !ids.insert(record.id()) {
                faults.add_below(
                    format_args!("/keys/{index}/id"),
                    "gateway.duplicate_id",
                    "another key record has this id: ids are unique",
                );
            }
            if !self.table.has_app(record.app()) {
                faults.add_below(
                    format_args!("/keys/{index}/app"),
                    "gateway.unknown_app",
                    "the topology declares no app of this id",
                );
            }
        }
    }

    fn check_targets(&self, faults: &Faults) {
        for (index, (_, url)) in self.table.webhooks().enumerate() {
            if let Err(error) = check_target(url, self.allow_loopback) {
                let pointer = format_args!("/topology/webhooks/{index}/url");
                faults.add_below(pointer, error.code(), error.to_string());
            }
        }
    }

    fn peppers(&self, secrets: &mut Secrets, faults: &Faults) -> Vec<Pepper> {
        let digests = self.keys.iter().flat_map(KeyRecord::digests);
        let ids: BTreeSet<&str> =
            digests.filter_map(|digest| digest.digest().pepper_id()).collect();
        let mut peppers = Vec::new();
        for id in ids {
            let Some(taken) = secrets.take(&alloc::format!("pepper:{id}"), faults) else {
                continue;
            };
            let [secret] = taken.as_slice() else {
                faults.add(
                    "gateway.several_peppers",
                    "a pepper is one secret: give a new one a new id",
                );
                continue;
            };
            match Pepper::new(id, secret.clone()) {
                Ok(pepper) => peppers.push(pepper),
                Err(error) => {
                    let message = alloc::format!("in the secret pepper:{id}: {error}");
                    faults.add(error.code(), message);
                }
            }
        }
        peppers
    }

    fn signers(&self, secrets: &mut Secrets, faults: &Faults) -> Vec<(String, Signer)> {
        let mut signers = Vec::new();
        for (id, _) in self.table.webhooks() {
            let Some(taken) = secrets.take(&alloc::format!("webhook:{id}"), faults) else {
                continue;
            };
            match Signer::with_secrets(&taken) {
                Ok(signer) => signers.push((id.into(), signer)),
                Err(error) => {
                    let message = alloc::format!("in the secret webhook:{id}: {error}");
                    faults.add(error.code(), message);
                }
            }
        }
        signers
    }
}
