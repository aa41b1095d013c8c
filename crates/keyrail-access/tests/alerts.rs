//! Behaviour of alerts if time is divided into consecutive intervals, with one call for each.

use keyrail_access::{ALERT_DAYS, KeyRecord, expiry_alerts};
use keyrail_core::Timestamp;
use proptest::prelude::*;

/// 2026-11-01T00:00:00Z
const START: i64 = 1_793_491_200_000;
const DAY: i64 = 86_400_000;

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn record(id: usize, created: i64, set: Option<i64>, life: i64) -> KeyRecord {
    let set = set.map(|set| format!(r#""expires_set_at": "{}","#, time(created + set)));
    let text = format!(
        r#"{{"id": "r_{id}", "app": "desk", "scope": "read", "created_at": "{}", {}
            "expires_at": "{}",
            "digests": [{{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}}]}}"#,
        time(created),
        set.unwrap_or_default(),
        time(created + life),
    );
    KeyRecord::from_json(&text).unwrap()
}

/// Returns the expected ids of all alerts of the records. A key has an alert for 0 days, and one
/// for each number of days that is less than the key's life.
fn expected(records: &[KeyRecord]) -> Vec<String> {
    let ids = records.iter().flat_map(|record| {
        let (start, end) = (record.created_at().unwrap(), record.expires_at().unwrap());
        let life = end.as_millis() - start.as_millis();
        let days =
            ALERT_DAYS.into_iter().filter(move |days| *days == 0 || i64::from(*days) * DAY < life);
        days.map(move |days| format!("{}:{end}:{days}d", record.id()))
    });
    ids.collect()
}

proptest! {
    #[test]
    fn every_alert_is_returned_exactly_once_if_it_is_alone_in_its_interval(
        lives in proptest::collection::vec((0..100 * DAY, 1..100 * DAY), 1..5),
    ) {
        let records: Vec<_> =
            lives.iter().enumerate().map(|(id, (start, life))| record(id, START + start, None, *life)).collect();
        // The intervals end at the times at which alerts are due.
        let due = |record: &KeyRecord| {
            let end = record.expires_at().unwrap().as_millis();
            ALERT_DAYS.map(|days| end - i64::from(days) * DAY)
        };
        let mut times: Vec<i64> = records.iter().flat_map(due).collect();
        times.push(START - 200 * DAY);
        times.sort_unstable();
        let mut found = Vec::new();
        for pair in times.windows(2) {
            let alerts = expiry_alerts(&records, time(pair[0]), time(pair[1]), &ALERT_DAYS).unwrap();
            found.extend(alerts.iter().map(|alert| alert.id()));
        }
        let mut expected = expected(&records);
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_last_alert_of_a_key_is_returned_for_any_division_of_time(
        life in 1..100 * DAY, set in proptest::option::of(0..100 * DAY),
        mut cuts in proptest::collection::vec(-DAY..101 * DAY, 0..10),
    ) {
        let set = set.filter(|set| *set < life);
        let records = [record(0, START, set, life)];
        cuts.extend([-DAY, 102 * DAY]);
        cuts.sort_unstable();
        // The thresholds that are shorter than the key's life, and when their alerts are due.
        let due = |days: u32| {
            let at = (life - i64::from(days) * DAY).max(set.unwrap_or(i64::MIN));
            (days == 0 || i64::from(days) * DAY < life).then_some(at)
        };
        let mut alerts = Vec::new();
        for pair in cuts.windows(2) {
            let (since, now) = (time(START + pair[0]), time(START + pair[1]));
            let found = expiry_alerts(&records, since, now, &ALERT_DAYS).unwrap();
            // Of the alerts that became due in this interval, the one with the fewest days.
            let is_due = |days: &u32| due(*days).is_some_and(|at| pair[0] < at && at <= pair[1]);
            let expected = ALERT_DAYS.into_iter().filter(is_due).min();
            let expected: Vec<u32> = expected.into_iter().collect();
            prop_assert_eq!(found.iter().map(|it| it.days()).collect::<Vec<_>>(), expected);
            alerts.extend(found);
        }
        prop_assert_eq!(alerts.last().map(|alert| alert.days()), Some(0));
        prop_assert!(alerts.windows(2).all(|pair| pair[0].days() > pair[1].days()));
        for alert in alerts {
            let set = records[0].expires_set_at().unwrap_or(alert.due());
            prop_assert!(set <= alert.due() && alert.due() <= alert.expires_at());
        }
    }
}
