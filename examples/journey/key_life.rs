//! Shows a year in the life of a key: it is issued, used, limited, rotated, leaked and revoked. Every
//! request is counted. Every change is in an audit log, which is verified at the end.

use std::error::Error;
use std::io::{self, Write};

use keyrail::Timestamp;
use keyrail::access::{
    self, ALERT_DAYS, Access, AccessRequest, Actor, AuditChain, AuditEntry, Change, Checkpoint,
    Expiry, KeyRecord, KeySource, LastUses, Limit, LimitState, NewKey, Period, Policy, Reissue,
    Scope, UNUSED_DAYS, UsageCounter, expiry_alerts, unused_alerts,
};
use keyrail::key::KeyFormat;

use crate::style::{BAD, DIMMED, GOOD, HEADING, NAME, Painted, WAITING, padded};

/// The start of the year. The first call of `alerts` shows the alerts that became due after this
/// time.
const START: &str = "2026-01-01T00:00:00Z";

/// The outcome of a request that is granted.
const GRANTED: &str = "access.granted";

/// The host's store: the record of the key, and the other data about the key.
struct Store {
    record: Option<KeyRecord>,
    limit: Option<LimitState>,
    last_uses: LastUses,
    counter: UsageCounter,
    log: Vec<AuditEntry>,
    checkpoint: Checkpoint,
    chain: AuditChain,
    /// The time up to which the alerts were sent.
    alerted: Timestamp,
}

/// The state of the example.
struct Year<'o, W> {
    policy: Policy,
    admin: Actor,
    store: Store,
    out: &'o mut W,
    /// The number of times that random bytes were requested. A real host takes random bytes from
    /// the operating system.
    entropy: u8,
    is_as_expected: bool,
}

/// Runs every step, and returns whether each had the expected result.
pub fn run(out: &mut impl Write) -> io::Result<bool> {
    let result = Year::begin(out).and_then(Year::run);
    result.map_err(|error| error.downcast().map_or_else(io::Error::other, |error| *error))
}

/// The result of a step. An error of the library ends the example.
type StepResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

impl<'o, W: Write> Year<'o, W> {
    fn begin(out: &'o mut W) -> StepResult<Self> {
        writeln!(out, "\n{}", Painted(HEADING, "swellsign: a year in the life of a key"))?;
        let secret = keyrail::Secret::new("the secret of this example's audit log");
        let store = Store {
            record: None,
            limit: None,
            last_uses: LastUses::new(),
            counter: UsageCounter::new("dashboard-1/1", ["message.send"])?,
            log: Vec::new(),
            checkpoint: Checkpoint::start("dashboard-1")?,
            chain: AuditChain::new([("a1", secret)])?,
            alerted: Timestamp::parse(START)?,
        };
        Ok(Self {
            policy: Policy::preset("swellsign")?,
            admin: Actor::user("u_17", "org_admin")?,
            store,
            out,
            entropy: 0,
            is_as_expected: true,
        })
    }

    fn run(mut self) -> StepResult<bool> {
        let old = self.issue("2026-01-05T09:00:00Z")?;
        self.limit("2026-01-05T09:01:00Z")?;
        self.use_key("2026-01-05T09:02:00Z", &old, GRANTED)?;
        self.use_key("2026-01-05T09:02:00Z", &old, GRANTED)?;
        self.use_key("2026-01-05T09:02:00Z", &old, "access.rate")?;
        self.alerts("2026-03-07T00:00:00Z", &["30d", "unused 30d"])?;
        let new = self.rotate("2026-03-30T10:00:00Z")?;
        self.use_key("2026-03-30T18:00:00Z", &old, GRANTED)?;
        self.use_key("2026-03-31T10:00:00Z", &old, "access.rotated")?;
        self.use_key("2026-03-31T10:00:00Z", &new, GRANTED)?;
        self.revoke("2026-05-11T07:30:00Z", &new)?;
        self.use_key("2026-05-11T07:31:00Z", &new, "access.revoked")?;
        let last = self.reissue("2026-05-11T08:00:00Z")?;
        self.use_key("2026-05-11T08:05:00Z", &last, GRANTED)?;
        self.alerts("2026-06-11T00:00:00Z", &["unused 30d"])?;
        self.alerts("2027-05-04T12:00:00Z", &["7d", "unused 90d"])?;
        self.use_key("2027-05-11T08:00:00Z", &last, "access.expired")?;
        self.show_usage("2027-05-11T09:00:00Z")?;
        self.verify("2027-05-11T09:00:00Z")?;
        Ok(self.is_as_expected)
    }

    /// Prints a step, and records whether its result is the expected one.
    fn step(
        &mut self,
        at: &str,
        action: &str,
        is_as_expected: bool,
        result: impl std::fmt::Display,
    ) -> StepResult<()> {
        self.is_as_expected &= is_as_expected;
        let day = Painted(DIMMED, at.get(..10).unwrap_or(at));
        writeln!(self.out, "  {day}  {} {result}", padded(NAME, action, 10))?;
        Ok(())
    }

    /// Returns 32 bytes. The bytes are the same in each run, so that the output is also the same.
    fn random_bytes(&mut self) -> [u8; 32] {
        self.entropy += 1;
        [self.entropy; 32]
    }

    fn record(&self) -> StepResult<KeyRecord> {
        self.store.record.clone().ok_or("no key was issued".into())
    }

    /// Stores a change and its event, as a host does in one transaction.
    fn save(&mut self, change: Result<Change, access::Error>) -> StepResult<KeyRecord> {
        let change = change?;
        let salt = self.random_bytes();
        let Store { chain, checkpoint, .. } = &self.store;
        let entry = chain.append(checkpoint, change.event().to_json(), &salt);
        let entry = entry?;
        self.store.checkpoint = entry.checkpoint();
        self.store.log.push(entry);
        self.store.record = Some(change.record().clone());
        Ok(change.record().clone())
    }

    fn issue(&mut self, at: &str) -> StepResult<String> {
        let (now, entropy, format) =
            (Timestamp::parse(at)?, self.random_bytes(), KeyFormat::keyrail());
        let source = KeySource::new(&format, &entropy);
        let new_key = NewKey {
            name: Some("Production Server"),
            expires: Some(Expiry::Days(90)),
            ..NewKey::new("desk", Scope::ReadWrite)
        };
        let issued = self.policy.issue(&new_key, &source, &self.admin, now);
        let issued = issued?;
        self.save(Ok(issued.change().clone()))?;
        let result = format!("{} by u_17 (org_admin), for 90 days", issued.key().mask());
        self.step(at, "issued", issued.record().version() == 1, result)?;
        Ok(issued.key().reveal().into())
    }

    fn limit(&mut self, at: &str) -> StepResult<()> {
        let rate = r#"{"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 2}}"#;
        let limit = Limit::from_json(rate)?;
        let record = self.record()?;
        let change = self.policy.set_limits(&record, &[limit], &self.admin, Timestamp::parse(at)?);
        let record = self.save(change)?;
        let ids = record.limit_ids().join(", ");
        self.step(at, "limited", ids.starts_with("key/burst/"), "1 request per second, burst of 2")
    }

    /// Uses a key, and stores the states of its limits and the time of its last use.
    fn use_key(&mut self, at: &str, key: &str, expected: &str) -> StepResult<()> {
        let (now, record) = (Timestamp::parse(at)?, self.record()?);
        let ids = record.limit_ids();
        let states: Vec<_> = ids.iter().map(|id| (id.as_str(), self.store.limit)).collect();
        let request = AccessRequest {
            digest: Some(record.find_digest(key, &[]).ok_or("the record has no such key")?),
            limits: Some(&states),
            ..AccessRequest::new(Access::Write, now)
        };
        let (code, consumption) = match record.authorize(&request) {
            Ok(grant) => {
                let digest = grant.digest().ok_or("the grant has no digest")?;
                if let Some(uses) = self.store.last_uses.touch(digest, now)? {
                    self.store.last_uses = uses;
                }
                (GRANTED, grant.consumption().cloned())
            }
            Err(denial) => (denial.code(), denial.consumption().cloned()),
        };
        let outcomes = consumption.iter().flat_map(|consumption| consumption.limits());
        if let Some(new) = outcomes.clone().find_map(|limit| limit.new_state()) {
            self.store.limit = Some(new);
        }
        let remaining = outcomes.map(|limit| format!(", {} more now", limit.remaining()));
        let remaining: String = remaining.collect();
        let result = match code {
            GRANTED => format!("{}{remaining}", Painted(GOOD, "✓ granted")),
            code => format!("{} {code}", Painted(BAD, "✗ denied")),
        };
        self.store.counter.count(Some(record.id()), Some("message.send"), code, now)?;
        self.step(at, "used", code == expected, result)
    }

    /// Shows how many requests with any of the keys were granted, and how many were denied.
    fn show_usage(&mut self, at: &str) -> StepResult<()> {
        let counts = self.store.counter.usage().counts();
        let total = |is_granted: bool| {
            let counts = counts.iter().filter(|it| (it.outcome() == GRANTED) == is_granted);
            counts.map(|it| it.count()).sum::<u64>()
        };
        let (granted, denied) = (total(true), total(false));
        let result = format!("{granted} requests granted, {denied} denied");
        self.step(at, "counted", (granted, denied) == (5, 4), result)
    }

    /// Sends the alerts that became due.
    fn alerts(&mut self, at: &str, expected: &[&str]) -> StepResult<()> {
        let (now, record) = (Timestamp::parse(at)?, self.record()?);
        let since = self.store.alerted;
        let expiring = expiry_alerts([&record], since, now, &ALERT_DAYS);
        let last_use = self.store.last_uses.of_current(&record);
        let unused = unused_alerts([(&record, last_use)], since, now, &UNUSED_DAYS);
        let expiring = expiring?;
        let unused = unused?;
        self.store.alerted = now;
        let expiring = expiring.iter().map(|alert| {
            (format!("{}d", alert.days()), format!("expires on {}", day(alert.expires_at())))
        });
        let unused = unused.iter().map(|alert| {
            let since = day(alert.unused_since());
            (format!("unused {}d", alert.days()), format!("not used since {since}"))
        });
        let alerts: Vec<_> = expiring.chain(unused).collect();
        let is_expected =
            alerts.iter().map(|(alert, _)| alert.as_str()).eq(expected.iter().copied());
        let texts: Vec<_> = alerts.into_iter().map(|(_, text)| text).collect();
        let result = format!("{} {}", Painted(WAITING, "… due"), texts.join(", "));
        self.step(at, "alert", is_expected, result)
    }

    fn rotate(&mut self, at: &str) -> StepResult<String> {
        let (now, entropy, format) =
            (Timestamp::parse(at)?, self.random_bytes(), KeyFormat::keyrail());
        let (source, record) = (KeySource::new(&format, &entropy), self.record()?);
        let grace = Period::parse("1d")?;
        let expires = Some(Expiry::Days(90));
        let issued = self.policy.rotate(&record, Some(grace), expires, &source, &self.admin, now);
        let issued = issued?;
        let stored = self.save(Ok(issued.change().clone()))?;
        let until = stored.digests().last().and_then(|old| old.valid_until());
        let until = until.map_or_else(String::new, day);
        let result =
            format!("{} replaces it; the old key is valid until {until}", issued.key().mask());
        self.step(at, "rotated", stored.digests().len() == 2, result)?;
        Ok(issued.key().reveal().into())
    }

    /// Revokes a key that was found in a public repository.
    fn revoke(&mut self, at: &str, leaked: &str) -> StepResult<()> {
        let record = self.record()?;
        let digest = record.find_digest(leaked, &[]);
        let change =
            self.policy.revoke(&record, digest, Some("leaked"), &self.admin, Timestamp::parse(at)?);
        let is_final = change.as_ref().is_ok_and(|change| change.record().revoked().is_some());
        self.save(change)?;
        self.step(at, "leaked", is_final, "found in a public repository: revoked for good")
    }

    fn reissue(&mut self, at: &str) -> StepResult<String> {
        let (now, entropy, format) =
            (Timestamp::parse(at)?, self.random_bytes(), KeyFormat::keyrail());
        let (source, record) = (KeySource::new(&format, &entropy), self.record()?);
        let reissue = Reissue { expires: Some(Expiry::Days(365)), ..Reissue::default() };
        let issued = self.policy.reissue(&record, &reissue, &source, &self.admin, now);
        let issued = issued?;
        self.save(Ok(issued.change().clone()))?;
        (self.store.limit, self.store.last_uses) = (None, LastUses::new());
        let is_new = issued.record().id() != record.id();
        let result = format!("{} for 365 days, with a record of its own", issued.key().mask());
        self.step(at, "reissued", is_new, result)?;
        Ok(issued.key().reveal().into())
    }

    /// Erases the payload of the first entry of the audit log, and verifies the log. Also checks
    /// that verification detects a missing entry.
    fn verify(&mut self, at: &str) -> StepResult<()> {
        let Store { chain, checkpoint, log, .. } = &self.store;
        let start = Checkpoint::start("dashboard-1")?;
        let mut log = log.clone();
        if let Some(first) = log.first_mut() {
            *first = first.clone().erase();
        }
        let intact = chain.verify(&start, &log, Some(checkpoint));
        let missing: Vec<_> = log.iter().filter(|entry| entry.number() != 3).cloned().collect();
        let fault = chain.verify(&start, &missing, Some(checkpoint)).fault().map(|it| it.code());
        let (entries, erased) = (log.len(), intact.erased());
        let is_verified =
            intact.is_intact() && erased == 1 && fault == Some("access.audit_missing");
        let result = format!(
            "{} {entries} changes verified, {erased} erased; the copy without entry 3 is detected",
            Painted(GOOD, "✓ intact")
        );
        self.step(at, "audited", is_verified, result)
    }
}

/// Returns the date of a time.
fn day(time: Timestamp) -> String {
    let text = time.to_rfc3339();
    text.get(..10).unwrap_or(&text).into()
}
