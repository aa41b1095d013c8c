//! Properties of usage: counting, merging and closing days.

use std::collections::BTreeMap;

use keyrail_access::{MAX_COUNTED, Usage, UsageCounter};
use keyrail_core::Timestamp;
use proptest::prelude::*;

const DAY_MS: i64 = 86_400_000;
/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;
const OPERATIONS: [&str; 2] = ["send_message", "list_channels"];
const OUTCOMES: [&str; 2] = ["access.granted", "access.scope"];

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// A request: its server, record, operation, outcome and day.
type Request = (usize, Option<usize>, usize, usize, i64);

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let record = prop::option::of(0..3_usize);
    prop::collection::vec((0..3_usize, record, 0..3_usize, 0..2_usize, 0..4_i64), 0..60)
}

fn counter(server: usize) -> UsageCounter {
    UsageCounter::new(&format!("server-{server}"), OPERATIONS).unwrap()
}

/// Counts the requests in order. Returns everything that the servers published: each server
/// publishes after each of its requests.
fn publications(requests: &[Request]) -> Vec<Usage> {
    let mut counters: Vec<UsageCounter> = (0..3).map(counter).collect();
    let publish = |(server, record, operation, outcome, day): &Request| {
        let record = record.map(|number| format!("r_{number}"));
        let operation = *OPERATIONS.get(*operation).unwrap_or(&"unknown");
        let now = time(START_MS + day * DAY_MS + 1);
        let counter = &mut counters[*server];
        counter.count(record.as_deref(), Some(operation), OUTCOMES[*outcome], now).unwrap();
        counter.usage()
    };
    requests.iter().map(publish).collect()
}

fn merged<'u>(usages: impl IntoIterator<Item = &'u Usage>) -> Usage {
    let mut total = Usage::new();
    usages.into_iter().for_each(|usage| total.merge(usage).unwrap());
    total
}

type Key = (i64, Option<String>, String, String);

fn counts(usage: &Usage) -> BTreeMap<Key, u64> {
    let key = |count: &keyrail_access::UsageCount| {
        let day = (count.day().as_millis() - START_MS) / DAY_MS;
        (day, count.record().map(Into::into), count.operation().into(), count.outcome().into())
    };
    usage.counts().iter().map(|count| (key(count), count.count())).collect()
}

/// Counts requests without the library.
fn expected(requests: &[Request]) -> BTreeMap<Key, u64> {
    let mut counts = BTreeMap::new();
    for (_, record, operation, outcome, day) in requests {
        let record = record.map(|number| format!("r_{number}"));
        let operation = OPERATIONS.get(*operation).unwrap_or(&"other");
        let key = (*day, record, (*operation).into(), OUTCOMES[*outcome].into());
        *counts.entry(key).or_default() += 1;
    }
    counts
}

proptest! {
    #[test]
    fn publications_merge_to_the_same_counts_in_any_order_and_with_repeats(
        requests in requests(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..100),
    ) {
        let published = publications(&requests);
        let mut usages: Vec<&Usage> = Vec::new();
        if !published.is_empty() {
            usages.extend(order.iter().map(|index| index.get(&published)));
        }
        usages.extend(published.iter().rev());
        prop_assert_eq!(counts(&merged(usages)), expected(&requests));
    }

    #[test]
    fn merging_is_commutative_associative_and_idempotent_even_if_days_are_closed(
        requests in requests(),
        chosen in prop::collection::vec((any::<prop::sample::Index>(), 0..6_i64), 3),
    ) {
        let published = publications(&requests);
        prop_assume!(!published.is_empty());
        let usages: Vec<Usage> = chosen
            .iter()
            .map(|(index, closed)| {
                let mut usage = index.get(&published).clone();
                usage.close_before(time(START_MS + closed * DAY_MS)).unwrap();
                usage
            })
            .collect();
        let [one, two, three] = &usages[..] else { unreachable!() };
        prop_assert_eq!(merged([one, two]), merged([two, one]));
        prop_assert_eq!(merged([&merged([one, two]), three]), merged([one, &merged([two, three])]));
        prop_assert_eq!(&merged([one, one]), one);
        prop_assert_eq!(merged([one, two, one, two]), merged([one, two]));
    }

    #[test]
    fn closing_days_after_all_publications_changes_no_count(
        requests in requests(),
        closed in 0..6_i64,
    ) {
        let mut total = merged(&publications(&requests));
        total.close_before(time(START_MS + closed * DAY_MS)).unwrap();
        prop_assert_eq!(counts(&total), expected(&requests));
        prop_assert_eq!(total.late(), 0);
        total.close_before(time(START_MS + closed * DAY_MS)).unwrap();
        prop_assert_eq!(counts(&total), expected(&requests));
    }

    #[test]
    fn every_request_is_counted_or_late(
        requests in requests(),
        closings in prop::collection::vec((any::<prop::sample::Index>(), 0..6_i64), 0..4),
    ) {
        let published = publications(&requests);
        let mut total = Usage::new();
        for (index, usage) in published.iter().enumerate() {
            for (at, day) in &closings {
                if at.index(published.len()) == index {
                    total.close_before(time(START_MS + day * DAY_MS)).unwrap();
                }
            }
            total.merge(usage).unwrap();
        }
        let counted: u64 = counts(&total).values().sum();
        prop_assert_eq!(counted + total.late(), requests.len() as u64);
    }

    #[test]
    fn json_keeps_every_count(requests in requests(), closed in 0..6_i64) {
        let mut total = merged(&publications(&requests));
        total.close_before(time(START_MS + closed * DAY_MS)).unwrap();
        prop_assert_eq!(Usage::from_json(&total.to_json()).unwrap(), total);
    }

    #[test]
    fn the_counts_of_a_record_are_all_counts_with_its_id(requests in requests(), closed in 0..6_i64) {
        let mut total = merged(&publications(&requests));
        total.close_before(time(START_MS + closed * DAY_MS)).unwrap();
        for record in ["r_0", "r_1", "r_2", "r_3"] {
            let of_record: Vec<_> = total.counts().into_iter().filter(|it| it.record() == Some(record)).collect();
            prop_assert_eq!(total.counts_of(record), of_record);
        }
    }

    #[test]
    fn only_published_days_are_removed_and_no_request_is_lost(
        days in prop::collection::vec(0..4_i64, 0..60),
        published in any::<prop::sample::Index>(),
        removed in 0..5_i64,
    ) {
        let mut counter = counter(0);
        let count = |counter: &mut UsageCounter, day: i64| {
            counter.count(None, None, "access.unknown_key", time(START_MS + day * DAY_MS)).unwrap();
        };
        let (before, after) = days.split_at(published.index(days.len() + 1));
        before.iter().for_each(|day| count(&mut counter, *day));
        let mut total = counter.usage();
        after.iter().for_each(|day| count(&mut counter, *day));
        counter.remove_before(time(START_MS + removed * DAY_MS + 5)).unwrap();
        let kept = counts(&counter.usage());
        let is_kept = |day: i64| days.contains(&day) && (day >= removed || after.contains(&day));
        prop_assert_eq!(kept.keys().map(|key| key.0).collect::<Vec<_>>(), (0..4).filter(|day| is_kept(*day)).collect::<Vec<_>>());
        total.merge(&counter.usage()).unwrap();
        prop_assert_eq!(counts(&total).values().sum::<u64>(), days.len() as u64);
        // After a removal, a late request is not lost. It is never counted on a day that was
        // removed.
        count(&mut counter, -1);
        total.merge(&counter.usage()).unwrap();
        prop_assert_eq!(counts(&total).values().sum::<u64>(), days.len() as u64 + 1);
    }
}

#[test]
fn after_a_clock_was_years_ahead_requests_are_not_counted_years_ahead() {
    let mut counter = counter(0);
    let (now, far) = (time(START_MS), time(START_MS + 40_000 * DAY_MS));
    counter.count(Some("r_1"), None, "access.granted", far).unwrap();
    counter.count(Some("r_1"), None, "access.granted", now).unwrap();
    counter.usage();
    counter.remove_before(time(START_MS + 40_001 * DAY_MS)).unwrap();
    assert!(counter.usage().counts().is_empty());
    // The day of `now` was removed, so a late request is counted on the next day.
    counter.count(Some("r_1"), None, "access.granted", now).unwrap();
    counter.count(Some("r_1"), None, "access.granted", time(START_MS + DAY_MS)).unwrap();
    let [count] = &counter.usage().counts()[..] else { panic!() };
    assert_eq!((count.day(), count.count()), (time(START_MS + DAY_MS), 2));
}

#[test]
fn a_time_in_seconds_neither_closes_nor_removes_days() {
    let mut counter = counter(0);
    counter.count(Some("r_1"), None, "access.granted", time(START_MS)).unwrap();
    let (mut usage, seconds) = (counter.usage(), time(START_MS / 1000));
    let results = [
        counter.remove_before(seconds),
        usage.close_before(seconds),
        usage.remove_before(seconds),
        counter.count(None, None, "access.granted", seconds),
    ];
    for result in results {
        assert_eq!(result.unwrap_err().code(), "access.time_in_seconds");
    }
    assert_eq!(counter.usage(), usage);
}

#[test]
fn a_full_counter_still_counts_every_request() {
    let mut counter = counter(0);
    let now = time(START_MS);
    for number in 0..=MAX_COUNTED + 1 {
        counter.count(Some(&format!("r_{number}")), None, "access.granted", now).unwrap();
    }
    counter.count(Some("r_0"), None, "access.granted", now).unwrap();
    let usage = counter.usage();
    assert_eq!(usage.counts().len(), MAX_COUNTED + 1);
    let [without_record] = &usage.counts()[..1] else { panic!() };
    assert_eq!((without_record.record(), without_record.count()), (None, 2));
    assert_eq!(usage.counts_of("r_0")[0].count(), 2);
    let total: u64 = usage.counts().iter().map(keyrail_access::UsageCount::count).sum();
    assert_eq!(total, MAX_COUNTED as u64 + 3);
}
