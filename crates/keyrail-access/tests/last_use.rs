//! Properties of last uses and of alerts for unused keys.

use keyrail_access::{
    KeyRecord, LastUses, MAX_LAST_USES, TOUCH_INTERVAL_MS, UNUSED_DAYS, UnusedAlert, unused_alerts,
};
use keyrail_core::Timestamp;
use keyrail_key::Digest;
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
    fn a_stored_last_use_is_at_most_a_minute_older_than_the_last_use(
        uses in prop::collection::vec((0..MAX_LAST_USES + 4, 0..TOUCH_INTERVAL_MS / 4), 1..40),
    ) {
        let digests: Vec<_> = (0..MAX_LAST_USES + 4)
            .map(|number| Digest::import_hex(&format!("{number:064x}")).unwrap())
            .collect();
        let (mut stored, mut now) = (LastUses::new(), START_MS);
        let mut order: Vec<(usize, i64)> = Vec::new();
        for (digest, pause) in uses {
            now += pause;
            stored = stored.touch(&digests[digest], time(now)).unwrap().unwrap_or(stored);
            order.retain(|(used, _)| *used != digest);
            order.push((digest, now));
            // A digest that was used in the last minute is only removed if more than 16 were used in
            // the last two minutes.
            let used_within = |millis: i64| order.iter().filter(move |(_, at)| now - at < millis);
            if used_within(2 * TOUCH_INTERVAL_MS).count() <= MAX_LAST_USES {
                for (used, at) in used_within(TOUCH_INTERVAL_MS) {
                    let known = stored.of(&digests[*used]).unwrap().as_millis();
                    prop_assert!((0..TOUCH_INTERVAL_MS).contains(&(at - known)));
                }
            }
        }
        prop_assert_eq!(LastUses::from_json(&stored.to_json()).unwrap(), stored);
    }

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
