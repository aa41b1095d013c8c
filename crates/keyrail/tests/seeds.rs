//! Checks that keys behave as the documents of two platforms say: Azeer and SwellSign.
//! `tests/vectors/README.md` lists these documents as `seed 002` and `seed 004`. Each comment in a
//! test restates a sentence of the document, and the code after it checks this sentence.

use keyrail::access::{
    ALERT_DAYS, Access, AccessRequest, Actor, AuditChain, Authority, Change, Checkpoint, Error,
    Expiry, KeyRecord, KeySource, Limit, NewKey, Permissions, Policy, Reissue, Scope, Status,
    UsageCounter, expiry_alerts,
};
use keyrail::key::{ApiKey, KeyFormat};
use keyrail::platform::{Operation, Platform};
use keyrail::{EventPattern, Gateway, Network, Outbound, OutboundCall, Secret, Secrets, Timestamp};

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Creates a gateway without keys. `platform` is the JSON value of the member `platform`,
/// optionally followed by a comma and other members.
fn gateway(platform: &str) -> Gateway {
    let deployment = r#"{"platform": PLATFORM, "keys": [],
        "topology": {"channels": [], "queues": [{"id": "support", "app": "crm"}],
                     "apps": [{"id": "crm"}], "webhooks": [], "rules": []}}"#;
    let deployment = deployment.replace("PLATFORM", platform);
    Gateway::from_json(&deployment, Secrets::new()).unwrap()
}

/// A source of entropy: each call returns different bytes.
struct Source(u8);

impl Source {
    fn entropy(&mut self) -> [u8; 32] {
        self.0 += 1;
        [self.0; 32]
    }
}

fn outbound(
    gateway: &Gateway,
    operation: &str,
    authorization: &str,
    record: &KeyRecord,
    owner: Option<&Permissions>,
    now: Timestamp,
) -> Outbound {
    let call = OutboundCall {
        owner_permissions: owner,
        records: Some(core::slice::from_ref(record)),
        ..OutboundCall::new(operation, now)
    };
    gateway.outbound(&[("Authorization", authorization)], &call).unwrap()
}

fn code(outbound: &Outbound) -> &'static str {
    outbound.audit().code
}

#[test]
fn seed_002_the_keys_of_azeer() {
    let (gateway, policy) = (gateway(r#""azeer""#), Policy::preset("azeer").unwrap());
    let (format, mut source) = (KeyFormat::keyrail(), Source(0));
    let user = Actor::user("u_5", "owner").unwrap();
    let now = time("2026-11-01T00:00:00Z");
    let mut issue = |scope| {
        let entropy = source.entropy();
        let source = KeySource::new(&format, &entropy);
        policy.issue(&NewKey::new("crm", scope), &source, &user, now).unwrap()
    };
    let all = Permissions::new(Scope::ReadWrite);
    let bearer = |key: &ApiKey| format!("Bearer {}", key.reveal());

    // The key is a lifetime key.
    let issued = issue(Scope::ReadWrite);
    let (key, record) = (issued.key(), issued.record());
    assert_eq!(record.expires_at(), None);
    let later = time("2126-11-01T00:00:00Z");
    assert_eq!(record.status(later), Status::Active);
    // Every request has the key in its Authorization header.
    let send = |key: &ApiKey, record: &KeyRecord, owner: Option<&Permissions>| {
        outbound(&gateway, "message.send", &bearer(key), record, owner, later)
    };
    assert!(send(key, record, Some(&all)).accepted());
    let missing = gateway.outbound::<&str, &str>(&[], &OutboundCall::new("message.send", now));
    assert_eq!(code(&missing.unwrap()), "header.missing");
    // A user can generate several keys. Each has one of two scopes: read only, or read and write.
    let second = issue(Scope::Read);
    assert_ne!(second.key(), key);
    let read =
        outbound(&gateway, "agent.get", &bearer(second.key()), second.record(), Some(&all), now);
    assert!(read.accepted());
    assert_eq!(code(&send(second.key(), second.record(), Some(&all))), "access.scope");
    let new_key = NewKey::new("crm", Scope::Admin);
    let error = policy.issue(&new_key, &KeySource::new(&format, &[9; 32]), &user, now).unwrap_err();
    assert_eq!(error.code(), "access.actor_scope");
    // The key is shown once. The record, the patch and the event do not contain the key.
    let secret = &key.reveal()[21..];
    for text in [
        record.to_json(),
        issued.change().patch().into(),
        issued.event().to_json(),
        format!("{issued:?}"),
    ] {
        assert!(!text.contains(secret));
    }
    // Keys are tied to the account, and inherit the permissions of the user.
    assert_eq!(record.owner(), Some("u_5"));
    let less = Permissions::new(Scope::Read);
    assert_eq!(code(&send(key, record, Some(&less))), "access.owner");
    assert_eq!(code(&send(key, record, None)), "access.owner_unknown");
    let agents = EventPattern::parse("agent.*").unwrap();
    let less = Permissions::new(Scope::ReadWrite).with_operations([agents]);
    assert_eq!(code(&send(key, record, Some(&less))), "access.owner");
    let less = Permissions::new(Scope::ReadWrite).with_queues(["sales".into()]);
    assert_eq!(code(&send(key, record, Some(&less))), "access.owner");
    let other = Actor::user("u_6", "owner").unwrap();
    let error = policy.revoke(record, None, None, &other, now).unwrap_err();
    assert_eq!(error.code(), "access.actor_owner");
    // A key can be revoked and regenerated.
    let revoked = policy.revoke(record, None, Some("leaked"), &user, now).unwrap();
    let revoked = revoked.apply_to(record).unwrap();
    assert_eq!(code(&send(key, &revoked, Some(&all))), "access.revoked");
    let source = KeySource::new(&format, &[8; 32]);
    let again = policy.reissue(&revoked, &Reissue::default(), &source, &user, now).unwrap();
    assert!(send(again.key(), again.record(), Some(&all)).accepted());
    assert_eq!(code(&send(key, again.record(), Some(&all))), "access.wrong_key");
}

#[test]
fn seed_004_the_keys_of_swellsign() {
    let policy = Policy::preset("swellsign").unwrap();
    let (format, mut source) = (KeyFormat::keyrail(), Source(100));
    let admin = Actor::user("u_1", "org_admin").unwrap();
    let member = Actor::user("u_2", "member").unwrap();
    let now = time("2026-11-01T00:00:00Z");
    let mut issue = |name, expires, scope, actor| {
        let entropy = source.entropy();
        let organization = Some("acme");
        let new_key = NewKey { name, expires, organization, ..NewKey::new("crm", scope) };
        policy.issue(&new_key, &KeySource::new(&format, &entropy), actor, now)
    };
    let error = |issued: Result<_, Error>| issued.unwrap_err().code();

    // A key has a name and an expiry. The expiry is 30, 60, 90 or a custom number of days.
    for (days, expiry) in [
        (30, "2026-12-01T00:00:00Z"),
        (60, "2026-12-31T00:00:00Z"),
        (90, "2027-01-30T00:00:00Z"),
        (45, "2026-12-16T00:00:00Z"),
    ] {
        let name = Some("Production Server");
        let issued = issue(name, Some(Expiry::Days(days)), Scope::Read, &member).unwrap();
        assert_eq!(issued.record().name(), name);
        assert_eq!(issued.record().expires_at(), Some(time(expiry)));
    }
    let days = Some(Expiry::Days(30));
    assert_eq!(error(issue(None, days, Scope::Read, &admin)), "access.policy_name");
    assert_eq!(error(issue(Some("x"), None, Scope::Read, &admin)), "access.policy_expiry");
    // Keys belong to the organization. A key issued by a member allows the same requests as a key
    // issued by an admin.
    let by_member = issue(Some("x"), days, Scope::ReadWrite, &member).unwrap();
    let by_admin = issue(Some("y"), days, Scope::ReadWrite, &admin).unwrap();
    for record in [by_member.record(), by_admin.record()] {
        assert_eq!(record.organization(), Some("acme"));
        assert_eq!(
            (record.scope(), record.authority()),
            (Scope::ReadWrite, Authority::Organization)
        );
        assert!(record.operations().is_none() && record.queues().is_none());
    }
    // Some actions are for admins of the organization only.
    assert_eq!(error(issue(Some("x"), days, Scope::Admin, &member)), "access.actor_scope");
    let record = by_member.record();
    let denied = policy.set_scope(record, Scope::Read, &member, now).unwrap_err();
    assert_eq!(denied.code(), "access.actor_action");
    assert!(policy.set_scope(record, Scope::Read, &admin, now).is_ok());
    // Every request has the key in the Authorization header, after `x-api-key`.
    let authorization = format!("x-api-key {}", by_member.key().reveal());
    let scheme = Platform::get("swellsign").unwrap().scheme().clone();
    let credentials = scheme.extract(&[("Authorization", authorization.as_str())]).unwrap();
    assert!(record.matches(credentials.key().reveal(), &[]));
    let extract = |headers: &[(&str, &str)]| scheme.extract(headers).unwrap_err().code();
    assert_eq!(extract(&[]), "header.missing");
    assert_eq!(extract(&[("Authorization", "x-api-key")]), "header.empty");
    // The connection must use HTTPS.
    let document = r#"{"platform": "swellsign", "variables": {"host": "http://api.example"},
        "keys": [], "topology": {"apps": [{"id": "crm"}]}}"#;
    assert!(Gateway::from_json(document, Secrets::new()).is_err());
    let base = gateway(r#""swellsign", "variables": {"host": "api.example"}"#);
    assert!(base.base_url().as_str().starts_with("https://"));
    let request = |now| AccessRequest::new(Access::Write, now);
    assert!(record.authorize(&request(now)).is_ok());
    // The key must not have expired; its status and its expiry can be shown.
    let end = record.expires_at().unwrap();
    assert_eq!(record.authorize(&request(end)).unwrap_err().code(), "access.expired");
    assert_eq!(record.status(now), Status::Active);
    assert_eq!(record.status(time("2026-11-24T00:00:00Z")), Status::Expiring);
    assert_eq!(record.status(end), Status::Expired);
    // The document's sample key, 40 hexadecimal digits, is accepted until it expires.
    let sample = KeyRecord::from_json(
        r#"{"id": "sample", "app": "crm", "scope": "admin", "expires_at": "2026-12-01T00:00:00Z",
            "digests": [{"digest":
                "foreign-sha256:750a93b8c09a2cfd3d07d129699dd829bd800d1c15424c0c970463468e631746"}]}"#,
    )
    .unwrap();
    let authorization = "x-api-key 3039ba033eb1410caa0a2227158d63c9d6502cd8";
    for (at, expected) in
        [("2026-11-30T23:59:59.999Z", "access.granted"), ("2026-12-01T00:00:00Z", "access.expired")]
    {
        let result = outbound(&base, "key.create", authorization, &sample, None, time(at));
        assert_eq!(code(&result), expected);
    }
    // There are notifications before a key expires.
    let week_before = time("2026-11-24T00:00:00Z");
    let alerts = expiry_alerts([record], time("2026-11-23T00:00:00Z"), week_before, &ALERT_DAYS);
    assert_eq!(alerts.unwrap()[0].days(), 7);
    // A compromised key is revoked immediately.
    let revoked = policy.revoke(record, None, Some("leaked"), &admin, now).unwrap();
    assert!(revoked.applies_to_any_version());
    let denied = revoked.record().authorize(&request(now)).unwrap_err();
    assert_eq!(denied.code(), "access.revoked");
    // Keys are masked in the dashboard.
    let shown = record.display().unwrap();
    assert_eq!(shown, by_member.key().mask().to_string());
    assert!(!shown.contains(&by_member.key().reveal()[21..]));
    // Every change of a key is logged, together with the user who made it.
    let event = revoked.event();
    assert_eq!((event.action().as_str(), event.actor().id()), ("revoke", "u_1"));
    assert_eq!((event.at(), event.reason()), (now, Some("leaked")));
}

#[test]
fn seed_004_every_change_of_swellsigns_keys_is_logged() {
    let policy = Policy::preset("swellsign").unwrap();
    // Admins of the organization are superusers.
    let admin = Actor::user("u_1", "org_admin").unwrap();
    let (format, mut source) = (KeyFormat::keyrail(), Source(150));
    let now = time("2026-11-01T00:00:00Z");
    let days = Some(Expiry::Days(30));
    let new_key = NewKey { name: Some("a"), expires: days, ..NewKey::new("crm", Scope::Read) };
    let entropy = [source.entropy(), source.entropy(), source.entropy()];
    let [first, second, third] = entropy.each_ref().map(|it| KeySource::new(&format, it));
    let message = [EventPattern::parse("message.*").unwrap()];
    let office = [Network::parse("203.0.113.0/24").unwrap()];
    let limit = r#"{"name": "a", "rate": {"units": 60, "per_seconds": 60}}"#;
    let limit = [Limit::from_json(limit).unwrap()];
    let metadata = [("team".to_owned(), "sales".to_owned())];

    // Every modification of a key is tracked.
    let chain =
        AuditChain::new([("a1", Secret::new("the secret of the dashboard's audit log"))]).unwrap();
    let start = Checkpoint::start("dashboard-1").unwrap();
    let (mut checkpoint, mut log, mut actions) = (start.clone(), Vec::new(), Vec::new());
    let mut save = |change: Result<Change, Error>| {
        let change = change.unwrap();
        let (event, salt) = (change.event(), [7; 16]);
        assert_eq!((event.actor().id(), event.at()), ("u_1", now));
        assert_eq!(event.record(), change.record().id());
        actions.push(event.action().as_str());
        let entry = chain.append(&checkpoint, event.to_json(), &salt).unwrap();
        checkpoint = entry.checkpoint();
        log.push(entry);
        change.record().clone()
    };
    let issued = policy.issue(&new_key, &first, &admin, now);
    let record = save(issued.map(|it| it.change().clone()));
    let record = save(policy.rename(&record, Some("b"), &admin, now));
    let record = save(policy.set_scope(&record, Scope::ReadWrite, &admin, now));
    let record = save(policy.set_operations(&record, Some(&message), &admin, now));
    let record = save(policy.set_queues(&record, Some(&["support".to_owned()]), &admin, now));
    let record = save(policy.set_networks(&record, Some(&office), &admin, now));
    let record = save(policy.set_expiry(&record, Expiry::Days(60), &admin, now));
    let record = save(policy.set_limits(&record, &limit, &admin, now));
    let record = save(policy.set_metadata(&record, &metadata, &admin, now));
    let rotated = policy.rotate(&record, None, None, &second, &admin, now);
    let record = save(rotated.map(|it| it.change().clone()));
    let record = save(policy.disable(&record, &admin, now));
    let record = save(policy.enable(&record, &admin, now));
    let record = save(policy.revoke(&record, None, Some("leaked"), &admin, now));
    let reissue = Reissue { expires: days, ..Reissue::default() };
    let reissued = policy.reissue(&record, &reissue, &third, &admin, now);
    save(reissued.map(|it| it.change().clone()));
    assert_eq!(
        actions,
        [
            "issue",
            "rename",
            "set_scope",
            "set_operations",
            "set_queues",
            "set_networks",
            "set_expiry",
            "set_limits",
            "set_metadata",
            "rotate",
            "disable",
            "enable",
            "revoke",
            "reissue",
        ]
    );
    assert!(chain.verify(&start, &log, Some(&checkpoint)).is_intact());
    log.remove(3);
    assert!(!chain.verify(&start, &log, Some(&checkpoint)).is_intact());
}

#[test]
fn seed_004_the_usage_of_swellsigns_keys() {
    let policy = Policy::preset("swellsign").unwrap();
    let admin = Actor::user("u_1", "org_admin").unwrap();
    let now = time("2026-11-01T00:00:00Z");
    let (name, expires) = (Some("Production Server"), Some(Expiry::Days(30)));
    let new_key = NewKey { name, expires, ..NewKey::new("crm", Scope::Read) };
    let (format, entropy) = (KeyFormat::keyrail(), [200; 32]);
    let issued = policy.issue(&new_key, &KeySource::new(&format, &entropy), &admin, now).unwrap();
    let record = issued.record();
    let revoked = policy.revoke(record, None, Some("leaked"), &admin, now).unwrap();
    let authorization = format!("x-api-key {}", issued.key().reveal());

    // Usage statistics show the calls with each key.
    let gateway = gateway(r#""swellsign", "variables": {"host": "api.example"}"#);
    let platform = Platform::get("swellsign").unwrap();
    let operations = platform.operations().map(Operation::name);
    let mut counter = UsageCounter::new("gateway-1/1", operations).unwrap();
    let mut log = Vec::new();
    let mut call = |authorization: &str, record: Option<&KeyRecord>| {
        let records = record.map(core::slice::from_ref).unwrap_or_default();
        let call = OutboundCall { records: Some(records), ..OutboundCall::new("key.status", now) };
        let result = gateway.outbound(&[("Authorization", authorization)], &call).unwrap();
        let audit = result.audit();
        let (record, operation) = (audit.record.as_deref(), audit.operation.as_deref());
        counter.count(record, operation, audit.code, audit.at).unwrap();
        log.extend(result.activity().cloned());
    };
    call(&authorization, Some(record));
    call(&authorization, Some(record));
    call(&authorization, Some(revoked.record()));
    call("x-api-key 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", None);
    let usage = counter.usage();
    let counts = usage.counts_of(record.id());
    let counts: Vec<_> =
        counts.iter().map(|it| (it.operation(), it.outcome(), it.count())).collect();
    assert_eq!(counts, [("key.status", "access.granted", 2), ("key.status", "access.revoked", 1)]);
    // The activity log has every use of a key. A request with an unknown key is only counted.
    let codes: Vec<_> = log.iter().map(|event| event.code).collect();
    assert_eq!(codes, ["access.granted", "access.granted", "access.revoked"]);
    assert!(log.iter().all(|event| event.record.as_deref() == Some(record.id())));
    assert_eq!(usage.counts()[0].outcome(), "access.unknown_key");
}
