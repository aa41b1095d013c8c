//! A plain model of authorization, status, issuing and changes. Each test compares the model with the
//! crate in 10,000 random cases, and in 100,000 in `cargo xtask ci --full`. The model only compares
//! integers and strings, in the order in which the documentation lists the checks.

mod authorization;
mod changes;
mod issuing;

use keyrail_core::Timestamp;
use keyrail_core::config::{Value, json};
use proptest::prelude::*;

/// The number of random cases, unless `PROPTEST_CASES` sets another one.
const CASES: u32 = 10_000;
const DAY_MS: i64 = 86_400_000;
/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;
const SCOPES: [&str; 3] = ["read", "read_write", "admin"];
const DIGESTS: [&str; 3] = [
    "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
    "sha256:EVB6Di9eadXfpApiob17buV-a82FxnybhDGzb_8hxDc",
    "sha256:A_Ao4_RDTJIZm9tFTZVJRdRHWoB1nVDCTapeOaLNs1k",
];

fn rfc3339(millis: i64) -> Value {
    json!(Timestamp::from_millis(millis).unwrap().to_rfc3339())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_model_agrees_on_authorization_and_status(
        record in authorization::record(),
        request in authorization::request(),
    ) {
        authorization::check(&record, &request);
    }

    #[test]
    fn the_model_agrees_on_issuing(issue in issuing::issue()) {
        prop_assert_eq!(issuing::issued(&issue), issuing::may_issue(&issue));
    }

    #[test]
    fn the_model_agrees_on_changes(case in changes::case()) {
        prop_assert_eq!(changes::made(&case), changes::predicted(&case));
    }
}
