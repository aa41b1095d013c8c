//! Properties of limits, tested with random rates, quotas, times and stored states.

use keyrail_access::{CLOCK_TOLERANCE_MS, Consumption, Limit, LimitState, consume};
use keyrail_core::Timestamp;
use proptest::prelude::*;

const DAY_MS: i64 = 86_400_000;

#[derive(Clone, Copy, Debug)]
struct Rate {
    units: i64,
    per_seconds: i64,
    burst: i64,
    cost: i64,
}

impl Rate {
    fn limit(self, name: &str) -> Limit {
        let Self { units, per_seconds, burst, cost } = self;
        let rate =
            format!(r#"{{"units": {units}, "per_seconds": {per_seconds}, "burst": {burst}}}"#);
        let json = format!(r#"{{"name": "{name}", "rate": {rate}, "cost": {cost}}}"#);
        Limit::from_json(&json).unwrap()
    }

    /// Returns the milliseconds in which an empty bucket fills, rounded up.
    fn fill_ms(self) -> i64 {
        (self.burst * self.per_seconds * 1000 + self.units - 1) / self.units
    }
}

fn rate() -> impl Strategy<Value = Rate> {
    (1..1000_i64, 1..100_i64, 1..50_i64).prop_flat_map(|(units, per_seconds, burst)| {
        (1..=burst).prop_map(move |cost| Rate { units, per_seconds, burst, cost })
    })
}

fn quota() -> impl Strategy<Value = Limit> {
    let unit = prop::sample::select(vec!["hour", "day", "week", "month"]);
    (1..50_i64, unit, 1..=31_i64).prop_map(|(units, per, day)| {
        let day = if per == "month" { format!(r#", "day": {day}"#) } else { String::new() };
        let quota = format!(r#"{{"units": {units}, "per": "{per}"{day}}}"#);
        Limit::from_json(&format!(r#"{{"name": "quota", "quota": {quota}}}"#)).unwrap()
    })
}

/// Returns stored states. Some contain small numbers, and some contain arbitrary numbers.
fn state() -> impl Strategy<Value = Option<LimitState>> {
    let number = || prop_oneof![any::<i64>(), -10_000_000_i64..10_000_000, Just(0)];
    prop::option::of((number(), number()).prop_map(|(at, count)| LimitState { at, count }))
}

/// Returns times near 1970, times from 2023 to 2030, and times from the whole supported range.
fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        -100_000_i64..100_000,
        1_700_000_000_000..1_900_000_000_000_i64,
        -377_705_116_800_000..253_402_300_799_999_i64,
    ]
}

fn try_at(limits: &[(&Limit, Option<LimitState>)], now: i64) -> Consumption {
    consume(limits, Timestamp::from_millis(now).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_rate_allows_no_more_than_a_full_bucket_and_its_inflow(
        rate in rate(),
        start in time(),
        pauses in prop::collection::vec(0..5000_i64, 1..60),
    ) {
        let limit = rate.limit("rate");
        let (mut state, mut now, mut allowed) = (None, start, Vec::new());
        for pause in pauses {
            now = (now + pause).min(253_402_300_799_999);
            let consumption = try_at(&[(&limit, state)], now);
            if consumption.is_allowed() {
                allowed.push(now);
                state = consumption.limits()[0].new_state();
            }
        }
        let stored = state.map(|state| LimitState::from_json(&state.to_json()).unwrap());
        prop_assert_eq!(stored, state);
        for (first, from) in allowed.iter().enumerate() {
            for (last, until) in allowed.iter().enumerate().skip(first) {
                let consumed = (last - first + 1) as i64 * rate.cost;
                let flowed = (until - from) * rate.units / (rate.per_seconds * 1000);
                prop_assert!(consumed <= rate.burst + flowed);
            }
        }
    }

    #[test]
    fn a_clock_skew_allows_no_more_requests_than_that_much_extra_time_would(
        rate in rate(),
        quota in quota(),
        start in 1_700_000_000_000..1_900_000_000_000_i64,
        skew in 0..CLOCK_TOLERANCE_MS / 2,
        requests in prop::collection::vec((0..200_i64, any::<bool>()), 1..80),
    ) {
        let limit = rate.limit("rate");
        let (mut states, mut time, mut counts) = ((None, None), start, (0, 0));
        for (pause, is_late) in requests {
            time += pause;
            let now = if is_late { time - skew } else { time };
            for (limit, state, count) in
                [(&limit, &mut states.0, &mut counts.0), (&quota, &mut states.1, &mut counts.1)]
            {
                let consumption = try_at(&[(limit, *state)], now);
                *state = consumption.limits()[0].new_state().or(*state);
                *count += i64::from(consumption.is_allowed());
            }
        }
        let flowed = (time - start + skew) * rate.units / (rate.per_seconds * 1000);
        prop_assert!(counts.0 * rate.cost <= rate.burst + flowed);
        // The requests fall into at most two windows.
        let json = quota.to_json();
        let units = json.split("\"units\":").nth(1).unwrap().split(',').next().unwrap();
        prop_assert!(counts.1 <= 2 * units.parse::<i64>().unwrap());
    }

    #[test]
    fn a_denied_request_passes_at_the_announced_time_and_not_before(
        rate in rate(), quota in quota(), states in (state(), state()), now in time()
    ) {
        let limit = rate.limit("rate");
        let limits = [(&limit, states.0), (&quota, states.1)];
        let consumption = try_at(&limits, now);
        let Some(retry) = consumption.retry_at().map(Timestamp::as_millis) else {
            return Ok(());
        };
        prop_assert!(!consumption.is_allowed() && retry > now);
        let stored = |index: usize| {
            let outcome = &consumption.limits()[index];
            outcome.new_state().or(outcome.old_state())
        };
        let limits = [(&limit, stored(0)), (&quota, stored(1))];
        prop_assert!(try_at(&limits, retry).is_allowed());
        prop_assert!(!try_at(&limits, retry - 1).is_allowed());
        let seconds = i64::try_from(consumption.retry_after_seconds().unwrap()).unwrap();
        prop_assert!((retry - now..retry - now + 1000).contains(&(seconds * 1000)));
    }

    #[test]
    fn all_limits_are_consumed_or_none(
        first in rate(), second in rate(), quota in quota(),
        states in (state(), state(), state()), now in time(),
    ) {
        let (first, second) = (first.limit("first"), second.limit("second"));
        let limits = [(&first, states.0), (&second, states.1), (&quota, states.2)];
        let consumption = try_at(&limits, now);
        for (outcome, (limit, state)) in consumption.limits().iter().zip(limits) {
            prop_assert_eq!(outcome.old_state(), state);
            let alone = try_at(&[(limit, state)], now);
            if consumption.is_allowed() {
                prop_assert_eq!(outcome.new_state(), alone.limits()[0].new_state());
            } else if let Some(corrected) = outcome.new_state() {
                // The state was in the future, and nothing was consumed.
                prop_assert!(corrected != state.unwrap());
                let again = try_at(&[(limit, Some(corrected))], now);
                prop_assert_eq!(again.limits()[0].is_exceeded(), outcome.is_exceeded());
            }
            prop_assert_eq!(outcome.is_exceeded(), !alone.is_allowed());
            // The remaining requests are allowed now, but no further request is.
            let mut state = outcome.new_state().or(state);
            for _ in 0..outcome.remaining() {
                state = try_at(&[(limit, state)], now).limits()[0].new_state();
                prop_assert!(state.is_some());
            }
            prop_assert!(!try_at(&[(limit, state)], now).is_allowed());
        }
    }

    #[test]
    fn no_stored_state_locks_anybody_out_for_long(
        rate in rate(), quota in quota(), states in (state(), state()), now in time()
    ) {
        let limit = rate.limit("rate");
        let wait = |limit: &Limit, state| {
            try_at(&[(limit, state)], now).retry_at().map_or(0, |at| at.as_millis() - now)
        };
        prop_assert!(wait(&limit, states.0) <= rate.fill_ms() + CLOCK_TOLERANCE_MS);
        prop_assert!(wait(&quota, states.1) <= 31 * DAY_MS + CLOCK_TOLERANCE_MS);
    }

    #[test]
    fn a_quota_allows_its_units_in_each_window(quota in quota(), now in time()) {
        let (mut state, mut count) = (None, 0);
        let denied = loop {
            let consumption = try_at(&[(&quota, state)], now);
            if !consumption.is_allowed() {
                break consumption;
            }
            state = consumption.limits()[0].new_state();
            count += 1;
        };
        let quota = quota.to_json();
        prop_assert!(quota.contains(&format!("\"units\":{count},")), "{}", quota);
        // The next window starts at a full hour, unless it starts after the range of `Timestamp`.
        if let Some(end) = denied.retry_at().filter(|end| *end != Timestamp::MAX) {
            prop_assert_eq!(end.as_millis().rem_euclid(DAY_MS / 24), 0);
        }
    }

    #[test]
    fn a_limit_is_read_as_it_was_written(rate in rate(), quota in quota()) {
        for limit in [rate.limit("rate"), quota] {
            prop_assert_eq!(Limit::from_json(&limit.to_json()).unwrap(), limit);
        }
    }
}
