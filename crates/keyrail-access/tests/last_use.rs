//! Properties of alerts for unused keys.

use keyrail_access::{KeyRecord, UNUSED_DAYS, UnusedAlert, unused_alerts};
use keyrail_core::Timestamp;
use proptest::prelude::*;

const DAY_MS: i64 = 86_400_000;
/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn record() -> KeyRecord {
    KeyRecord::from_json(
        r#"{"id": "k", "app": "desk", "scope": "read", "created_at": "2026-11-01T00:00:00Z",
            "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]}"#,
    )
    .unwrap()
}

fn alerts_between(last_use: Option<i64>, since: i64, now: i64, days: &[u32]) -> Vec<UnusedAlert> {
    let last_use = last_use.map(time);
    unused_alerts([(&record(), last_use)], time(since), time(now), days).unwrap()
}

proptest! {
    #[test]
    fn an_alert_is_returned_exactly_once_no_matter_how_calls_divide_the_time(
        last_use in prop::option::of(0..100 * DAY_MS),
        days in prop::collection::btree_set(1..200_u32, 1..8),
        mut ends in prop::collection::vec(0..400 * DAY_MS, 0..20),
    ) {
        let last_use = last_use.map(|after| START_MS + after);
        let start = last_use.unwrap_or(START_MS);
        ends.extend([0, 400 * DAY_MS]);
        ends.sort_unstable();
        for days in days {
            let mut found = Vec::new();
            for pair in ends.windows(2) {
                let (since, now) = (start + pair[0], start + pair[1]);
                found.extend(alerts_between(last_use, since, now, &[days]));
            }
            prop_assert_eq!(found.len(), 1);
            let due = start + i64::from(days) * DAY_MS;
            prop_assert_eq!(found[0].due().as_millis(), due);
        }
    }

    #[test]
    fn a_key_that_is_used_every_day_has_no_alerts(
        start in 0..100 * DAY_MS,
        pauses in prop::collection::vec(1..DAY_MS, 1..60),
    ) {
        let mut last_use = START_MS + start;
        for pause in pauses {
            let now = last_use + pause;
            prop_assert!(alerts_between(Some(last_use), last_use, now, &UNUSED_DAYS).is_empty());
            last_use = now;
        }
    }
}
