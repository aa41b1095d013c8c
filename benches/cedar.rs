//! The decision whether a key's scope allows an access: `keyrail::access` against `cedar-policy`.
//!
//! `cedar-policy` has many dependencies, so this bench needs the feature `cedar`.

use std::hint::black_box;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, PolicySet, Request, RestrictedExpression,
};
use criterion::{Criterion, criterion_group, criterion_main};
use keyrail::Timestamp;
use keyrail::access::{Access, AccessRequest, KeyRecord};

/// The meaning of Keyrail's three scopes. Each scope includes the one before it.
const POLICIES: &str = r#"
    permit(principal, action == Action::"read", resource)
        when { ["read", "read_write", "admin"].contains(context.scope) };
    permit(principal, action == Action::"write", resource)
        when { ["read_write", "admin"].contains(context.scope) };
    permit(principal, action == Action::"admin", resource)
        when { context.scope == "admin" };
"#;

fn scope(c: &mut Criterion) {
    let digest = "A".repeat(43);
    let record = KeyRecord::from_json(&format!(
        r#"{{"id": "k1", "app": "desk", "scope": "read_write", "expires_at": "never",
            "digests": [{{"digest": "sha256:{digest}"}}]}}"#,
    ))
    .expect("a valid record");
    let now = Timestamp::from_millis(1_793_534_400_000).expect("in range");

    let policies: PolicySet = POLICIES.parse().expect("valid policies");
    let uid = |text: &str| text.parse().expect("a valid id");
    let scope = RestrictedExpression::new_string("read_write".into());
    let context = Context::from_pairs([("scope".into(), scope)]).expect("a valid context");
    let request = Request::new(
        uid(r#"Key::"k1""#),
        uid(r#"Action::"write""#),
        uid(r#"App::"desk""#),
        context,
        None,
    )
    .expect("a valid request");
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());

    let mut group = c.benchmark_group("access/scope");
    group.bench_function("keyrail", |b| {
        b.iter(|| record.authorize(&AccessRequest::new(Access::Write, black_box(now))).is_ok());
    });
    group.bench_function("cedar-policy", |b| {
        b.iter(|| {
            let response = authorizer.is_authorized(black_box(&request), &policies, &entities);
            response.decision() == Decision::Allow
        });
    });
}

criterion_group!(benches, scope);
criterion_main!(benches);
