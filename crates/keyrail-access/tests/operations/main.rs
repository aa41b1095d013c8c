//! Properties of the operations, tested with random histories of a key and random actors.

mod histories;
mod json;
mod steps;

use keyrail_access::{
    Access, AccessRequest, Actor, Authority, Change, Expiry, KeyDigest, KeyRecord, KeySource,
    LimitOwner, LimitState, NewKey, Permissions, Scope, Status,
};
use keyrail_core::Timestamp;
use keyrail_core::config::json;
use keyrail_key::KeyFormat;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::histories::{ActingKey, Operation, Step, acting_key, step};
use crate::json::{merge_diff_names, merge_patch, value, without_state};
use crate::steps::{Acting, issue, peppers, policy, run, texts};

const DAY_MS: i64 = 86_400_000;
/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;
const MAX_DAYS: i64 = 365;
/// The maximum number of steps of a history.
const MAX_STEPS: u8 = 12;
fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// Returns the digest of each key of a record, with the first time at which that key is no longer
/// valid.
fn ends(record: &KeyRecord) -> Vec<(String, i64)> {
    let never = i64::MAX;
    let of_record = record.expires_at().map_or(never, Timestamp::as_millis);
    let digests = record.digests().iter();
    let end = |end: Option<Timestamp>| end.map_or(never, Timestamp::as_millis).min(of_record);
    digests.map(|it| (it.digest().to_string(), end(it.valid_until()))).collect()
}

/// Returns the requests with which a test compares what two keys may do.
fn probes<'a>(
    now: Timestamp,
    limits: &'a [(&'a str, Option<LimitState>)],
    owner: &'a Permissions,
) -> Vec<AccessRequest<'a>> {
    let mut probes = Vec::new();
    for access in [Access::Read, Access::Write, Access::Admin] {
        for operation in ["message.send", "message.delete", "session.route"] {
            for queue in [None, Some("support"), Some("sales")] {
                for ip in ["10.1.2.3", "10.2.0.1", "203.0.113.7", "192.0.2.1"] {
                    for days in [0, 1, 40, 200, 500] {
                        let now = time(now.as_millis() + days * DAY_MS);
                        probes.push(AccessRequest {
                            operation: Some(operation),
                            queue,
                            ip: ip.parse().ok(),
                            digest: Some(0),
                            limits: Some(limits),
                            owner_permissions: Some(owner),
                            ..AccessRequest::new(access, now)
                        });
                    }
                }
            }
        }
    }
    probes
}

fn check_change(
    old: &KeyRecord,
    change: &Change,
    operation: &Operation,
    (actor, is_owned): (&Acting, bool),
    now: Timestamp,
) {
    let new = change.record();
    let is_issue = matches!(operation, Operation::Issue(_));
    let is_new = is_issue || matches!(operation, Operation::Reissue(_));
    // The patch turns the old record into the new one, which can be stored and read.
    let before = if is_new { json!({}) } else { value(&old.to_json()) };
    let after = merge_patch(&before, &value(change.patch()));
    assert_eq!(after, value(&new.to_json()));
    assert_eq!(KeyRecord::from_json(&new.to_json()).as_ref(), Ok(new));
    assert_eq!(change.base_version(), if is_new { 0 } else { old.version() });
    assert_eq!(new.version(), change.base_version() + 1);
    // A change is not empty, and its event contains no digest.
    assert!(is_new || after != before);
    let event = change.event().to_json();
    assert!(new.digests().iter().all(|it| !event.contains(&it.digest().to_string())), "{event}");
    // Revocation is final: a revoked key cannot be changed, but a new record can be issued for it.
    assert!(old.revoked().is_none() || is_new);
    // The whole life of a key, from its creation, is not longer than the policy allows.
    for digest in new.digests() {
        let end = digest.valid_until().into_iter().chain(new.expires_at()).min().unwrap();
        let created = digest.created_at().unwrap();
        assert!(end.as_millis() - created.as_millis() <= MAX_DAYS * DAY_MS);
    }
    check_ends(new);
    // No operation makes the life of a replaced key longer.
    let (old_ends, is_rotation) = (ends(old), matches!(operation, Operation::Rotate { .. }));
    for (digest, end) in ends(new) {
        let earlier = old_ends.iter().zip(old.digests()).find(|((old, _), _)| *old == digest);
        let Some(((_, earlier), stored)) = earlier else { continue };
        assert!(end <= *earlier || (stored.valid_until().is_none() && !is_rotation));
    }
    // A new key is for the environment of its record. If that has none, a user issued the key.
    if is_new || is_rotation {
        let prefix = format!("kr_{}_", new.environment().unwrap_or("live"));
        assert!(new.display().is_some_and(|mask| mask.starts_with(&prefix)));
        assert!(new.environment().is_some() || matches!(actor, Acting::User { .. }));
    }
    if is_rotation {
        let replaced = new.digests().iter().skip(1);
        assert!(replaced.into_iter().all(|it| it.valid_until().is_some_and(|end| now < end)));
    }
    if let Operation::Upgrade { peppers: list, .. } = operation {
        check_upgrade(old, new, *list);
    } else if is_issue {
        // A key that is issued does not exist before.
        check_covered(new, None, (actor, is_owned), now);
    } else {
        check_covered(old, Some(old), (actor, is_owned), now);
        check_covered(new, Some(old), (actor, is_owned), now);
    }
}

/// Checks that with these peppers, a record has the same keys as before an upgrade, with the same
/// ends.
fn check_upgrade(old: &KeyRecord, new: &KeyRecord, list: usize) {
    let peppers = peppers(list);
    for text in texts(MAX_STEPS) {
        let end = |record: &KeyRecord| {
            record.find_digest(&text, &peppers).map(|index| ends(record)[index].1)
        };
        assert_eq!(end(old), end(new), "{}\n{}", old.to_json(), new.to_json());
    }
}

/// Checks that the actor may do all that a key may do, and that the key has no shared limit that is
/// new to both. `is_owned` is whether the policy lets actors change only keys of the same owner.
fn check_covered(
    key: &KeyRecord,
    old: Option<&KeyRecord>,
    (actor, is_owned): (&Acting, bool),
    now: Timestamp,
) {
    let (acting, digest) = match actor {
        Acting::User { id, is_admin } => {
            assert!(*is_admin || key.scope() < Scope::Admin);
            assert!(!is_owned || key.owner() == Some(id));
            return;
        }
        Acting::Key { record, digest } => (record, *digest),
    };
    assert!(!is_owned || key.owner() == acting.owner());
    assert_eq!(acting.app(), key.app());
    assert_eq!(acting.organization(), key.organization());
    assert_eq!(acting.environment(), key.environment());
    if acting.authority() == Authority::Owner {
        assert_eq!((key.authority(), key.owner()), (Authority::Owner, acting.owner()));
    }
    for limit in acting.limits() {
        assert!(key.limits().contains(limit));
        assert!(limit.of() != LimitOwner::Owner || acting.owner() == key.owner());
    }
    for limit in key.limits().iter().filter(|limit| limit.of() != LimitOwner::Key) {
        let is_old = old.is_some_and(|old| old.limits().contains(limit));
        assert!(is_old || acting.limits().contains(limit));
    }
    // A disabled or revoked key allows nothing now, so its state is removed before the comparison.
    let key = without_state(key);
    let ids: Vec<_> = key.limit_ids().into_iter().chain(acting.limit_ids()).collect();
    let states: Vec<_> = ids.iter().map(|id| (id.as_str(), None)).collect();
    let owner = Permissions::new(Scope::Admin);
    for probe in probes(now, &states, &owner) {
        let own = AccessRequest { digest: Some(digest), ..probe };
        let is_covered = key.authorize(&probe).is_err() || acting.authorize(&own).is_ok();
        assert!(is_covered, "{probe:?}\n{}\n{}", key.to_json(), acting.to_json());
    }
}

/// Checks that time is no reason to deny a key one millisecond before its end, and that it is the
/// reason at the end and later. Disabled and revoked keys are denied before that check, so their
/// state is removed.
fn check_ends(record: &KeyRecord) {
    let record = without_state(record);
    let is_expired = |now: i64| record.expires_at().is_some_and(|end| end.as_millis() <= now);
    for (digest, (_, end)) in ends(&record).into_iter().enumerate() {
        let denial = |now: i64| {
            let request = AccessRequest::new(Access::Read, time(now));
            let request = AccessRequest { digest: Some(digest), ..request };
            record.authorize(&request).err().map(|denial| denial.code())
        };
        let by_time = [Some("access.expired"), Some("access.rotated")];
        assert!(!by_time.contains(&denial(end - 1)), "{}", record.to_json());
        for now in [end, end + 1, end + 30 * DAY_MS] {
            let want = if is_expired(now) { by_time[0] } else { by_time[1] };
            assert_eq!(denial(now), want, "{}", record.to_json());
        }
    }
}

/// Returns the key id of the digest that a step revokes because the key leaked, if the step does
/// not revoke the whole record.
fn leaked(step: &Step, old: &KeyRecord, new: &KeyRecord) -> Option<String> {
    let Operation::Revoke(Some(index)) = step.operation else { return None };
    let id = old.digests()[index].key_id().map(String::from);
    id.filter(|_| new.revoked().is_none())
}

fn check_history(steps: &[Step], first: &ActingKey, is_owned: bool) {
    let policy = policy(is_owned);
    let mut now_ms = START_MS;
    let mut record = issue(first, 0, time(now_ms));
    let (mut was_revoked, mut leaked_keys) = (false, Vec::new());
    for (number, step) in (1..).zip(steps) {
        now_ms += step.wait_ms;
        let now = time(now_ms);
        let acting = Acting::of(&step.who, &record, number);
        let actor = acting.actor();
        let change = run(&policy, &step.operation, &record, number, &actor, now);
        let Some(change) = change else { continue };
        check_change(&record, &change, &step.operation, (&acting, is_owned), now);
        if matches!(step.operation, Operation::Issue(_) | Operation::Reissue(_)) {
            continue;
        }
        leaked_keys.extend(leaked(step, &record, change.record()));
        record = change.record().clone();
        // A leaked key that was replaced is never in the record again.
        let is_leaked = |it: &KeyDigest| leaked_keys.iter().any(|id| it.key_id() == Some(id));
        assert!(!record.digests().iter().any(is_leaked));
        was_revoked |= record.revoked().is_some();
        if was_revoked {
            assert_eq!(record.status(now), Status::Revoked);
            let owner = Permissions::new(Scope::Admin);
            let mut probes = probes(now, &[], &owner).into_iter();
            assert!(probes.all(|probe| record.authorize(&probe).is_err()));
        }
    }
}

/// Checks two changes that two writers make to the same record, which has a current and a replaced
/// key: the second change must not overwrite the first.
fn check_race(first: &Step, second: &Step, key: &ActingKey) {
    let now = time(START_MS);
    let (policy, admin) = (policy(false), Actor::user("u_1", "org_admin").unwrap());
    let rotate = Operation::Rotate { grace: Some("1h"), expires: None };
    let record = issue(key, 0, now);
    let record = run(&policy, &rotate, &record, 1, &admin, now).unwrap().record().clone();
    assert_eq!(record.digests().len(), 2);
    let change = |step: &Step, number| run(&policy, &step.operation, &record, number, &admin, now);
    let (Some(first), Some(second)) = (change(first, 2), change(second, 3)) else { return };
    let is_new = |change: &Change| change.record().id() != record.id();
    if is_new(&first) || is_new(&second) {
        return;
    }
    let stored = first.apply_to(&record).unwrap();
    match second.rebase(&stored) {
        Ok(rebased) => {
            let result = rebased.record();
            assert_eq!(second.apply_to(&stored).as_ref(), Ok(result));
            assert_eq!(rebased.base_version(), stored.version());
            assert_eq!(rebased.event().version(), result.version());
            assert!(second.applies_to_any_version());
            assert_eq!(result.version(), stored.version() + 1);
            // Besides the version, only `enabled`, `revoked` or the replaced key differs from what
            // the first writer stored.
            let changed = merge_diff_names(&value(&stored.to_json()), &value(&result.to_json()));
            if changed == ["digests", "version"] {
                let is_left = |it: &&KeyDigest| {
                    second.record().digests().iter().any(|left| left.key_id() == it.key_id())
                };
                let removed = record.digests().iter().find(|it| !is_left(it)).unwrap().key_id();
                let left = stored.digests().iter().filter(|it| it.key_id() != removed);
                assert!(result.digests().iter().eq(left));
            } else {
                assert!(changed == ["enabled", "version"] || changed == ["revoked", "version"]);
            }
        }
        Err(error) if second.applies_to_any_version() => {
            assert!(["access.already_revoked", "access.unchanged"].contains(&error.code()));
        }
        Err(error) => assert_eq!(error.code(), "access.version_conflict"),
    }
}

#[test]
fn duplicate_names_in_metadata_are_rejected() {
    let twice = [("a".into(), "1".into()), ("a".into(), "2".into())];
    let (policy, actor) = (policy(false), Actor::user("u_1", "org_admin").unwrap());
    let (format, now) = (KeyFormat::keyrail(), time(START_MS));
    let new_key = NewKey {
        expires: Some(Expiry::Days(30)),
        metadata: twice.clone().into(),
        ..NewKey::new("desk", Scope::Read)
    };
    let issued = policy.issue(&new_key, &KeySource::new(&format, &[1; 32]), &actor, now);
    assert_eq!(issued.unwrap_err().code(), "access.malformed_metadata");
    let new_key = NewKey { metadata: Vec::new(), ..new_key };
    let issued = policy.issue(&new_key, &KeySource::new(&format, &[1; 32]), &actor, now).unwrap();
    let changed = policy.set_metadata(issued.record(), &twice, &actor, now);
    assert_eq!(changed.unwrap_err().code(), "access.malformed_metadata");
}

proptest! {
    #[test]
    fn the_properties_hold_for_every_history(
        steps in vec(step(), 1..usize::from(MAX_STEPS)),
        first in acting_key(),
        is_owned in any::<bool>(),
    ) {
        check_history(&steps, &first, is_owned);
    }

    #[test]
    fn a_change_never_overwrites_another_writers_change(
        first in step(),
        second in step(),
        key in acting_key(),
    ) {
        check_race(&first, &second, &key);
    }
}
