//! Windows: the times at which a rule applies.
//!
//! A window has a start, an end, and weekly hours at a fixed offset from UTC or in a time zone.
//! Each of the three is optional. The window is compared with the time that the caller passes.

pub(crate) mod zone;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_core::config::read_some;
use keyrail_core::config::{Faults, MemberState, Read, Schemas, Value, json, some_of, text_schema};
use serde::Deserializer;

use self::zone::Zone;
use crate::{ErrorKind, FilterErrorKind};

/// A day in minutes.
const DAY: u32 = 24 * 60;
/// A week in minutes.
pub(crate) const WEEK: u32 = 7 * DAY;
/// A minute in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;
const WEEK_MILLIS: i64 = WEEK as i64 * MINUTE;
/// The minute of the week of 1970-01-01T00:00Z: a Thursday, three days after Monday.
const EPOCH: i64 = 3 * DAY as i64;

/// The times at which a rule applies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    /// The first instant in the window, in Unix milliseconds.
    pub(crate) from: Option<i64>,
    /// The first instant after the window, in Unix milliseconds.
    pub(crate) until: Option<i64>,
    pub(crate) hours: Option<Hours>,
}

/// The times in each week at which a rule applies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hours {
    pub(crate) clock: Clock,
    /// The openings, as ranges of minutes of the week, which starts on Monday. The end is
    /// exclusive.
    pub(crate) open: Vec<(u32, u32)>,
}

/// The local time by which weekly hours are measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Clock {
    /// A fixed offset from UTC, in minutes east.
    Offset(i32),
    Zone(Zone),
}

impl Default for Clock {
    fn default() -> Self {
        Self::Offset(0)
    }
}

impl Window {
    pub(crate) fn is_always(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn contains(&self, now: Timestamp) -> bool {
        let millis = now.as_millis();
        self.from.is_none_or(|from| from <= millis)
            && self.until.is_none_or(|until| millis < until)
            && self.hours.as_ref().is_none_or(|hours| hours.contains(millis))
    }

    /// Returns a time that is in all windows, or `None` if none is found. If all offsets from UTC
    /// are fixed, a time is found whenever one exists, because the intersection of several windows
    /// starts where one of them starts.
    pub(crate) fn common(windows: &[&Self]) -> Option<Timestamp> {
        let from = windows.iter().filter_map(|window| window.from).max();
        let until = windows.iter().filter_map(|window| window.until).min();
        let base = from.or(until.map(|until| until.saturating_sub(WEEK_MILLIS)));
        let base = base.unwrap_or_default();
        let hours = windows.iter().filter_map(|window| window.hours.as_ref());
        let starts = hours.flat_map(|hours| hours.starts_after(base));
        let times = core::iter::once(base).chain(starts);
        let mut times = times.filter_map(|millis| Timestamp::from_millis(millis).ok());
        times.find(|time| windows.iter().all(|window| window.contains(*time)))
    }
}

impl Hours {
    fn contains(&self, millis: i64) -> bool {
        let Some(minute) = self.clock.minute_at(millis) else { return false };
        self.open.iter().any(|(from, until)| (*from..*until).contains(&minute))
    }

    /// Returns, for each opening, the first time at or after this instant at which it starts.
    fn starts_after(&self, millis: i64) -> impl Iterator<Item = i64> {
        self.open.iter().filter_map(move |(from, _)| self.next(*from, millis))
    }

    /// Returns, for each opening, its first start and its first end at or after this instant.
    pub(crate) fn edges_after(&self, millis: i64) -> impl Iterator<Item = i64> {
        let edges = self.open.iter().flat_map(|(from, until)| [*from, *until]);
        edges.filter_map(move |edge| self.next(edge, millis))
    }

    /// Returns the first time at or after this instant at which the given minute of the week
    /// starts. The offset from UTC at this instant is assumed not to change before that time.
    fn next(&self, minute: u32, millis: i64) -> Option<i64> {
        let now = self.clock.minute_at(millis)?;
        let elapsed = millis.rem_euclid(MINUTE);
        let start = millis - elapsed + i64::from((minute + WEEK - now) % WEEK) * MINUTE;
        // If the minute has already started, its next start is a week later.
        Some(if start < millis { start + WEEK_MILLIS } else { start })
    }
}

impl Clock {
    /// Returns the minute of the week at an instant, in local time.
    pub(crate) fn minute_at(&self, millis: i64) -> Option<u32> {
        let offset = match self {
            Self::Offset(minutes) => i64::from(*minutes) * MINUTE,
            Self::Zone(zone) => zone.offset_at(millis)?,
        };
        let minute = (millis + offset).div_euclid(MINUTE) + EPOCH;
        u32::try_from(minute.rem_euclid(i64::from(WEEK))).ok()
    }
}

keyrail_core::config_object! {
    /// Weekly hours, at an offset from UTC or in a time zone.
    pub(crate) Hours (faults) {
        /// The offset from UTC, such as `+05:30` or `Z`.
        state offset: i32 = parse(|text| Ok(self::offset(text)?), text_schema("^(Z|[+-][0-9]{2}:[0-9]{2})$"));
        /// The IANA time zone, such as `Europe/Berlin`.
        state zone: Zone = parse(|text| Ok(Zone::parse(text)?), json!({"type": "string"}));
        /// The openings: the days and times at which the hours start and end.
        state open: Openings;
    } => {
        let clock = match (offset, zone) {
            (offset, MemberState::Absent) => offset.required("offset", faults).map(Clock::Offset),
            (MemberState::Absent, zone) => zone.optional().map(Clock::Zone),
            _ => {
                faults.add_kind(ErrorKind::TwoClocks);
                None
            }
        };
        let open = open.required("open", faults)?.0.into_iter().flatten().collect();
        Some(Self { clock: clock?, open })
    } as json!({
        "required": ["open"],
        "oneOf": [{"required": ["offset"]}, {"required": ["zone"]}],
    })
}

/// The openings of weekly hours, each as ranges of minutes of the week.
pub(crate) struct Openings(Vec<Vec<(u32, u32)>>);

impl Read for Openings {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let openings: Option<Vec<Opening>> =
            read_some(from, Vec::is_empty, FilterErrorKind::EmptyCondition, faults)?;
        Ok(openings.map(Self::from))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        some_of(&Opening::schema(schemas))
    }
}

impl From<Vec<Opening>> for Openings {
    fn from(openings: Vec<Opening>) -> Self {
        let ranges = |opening: Opening| {
            let range = move |day| (day * DAY + opening.from, day * DAY + opening.until);
            opening.days.into_iter().map(range).collect()
        };
        Self(openings.into_iter().map(ranges).collect())
    }
}

/// The same period of time on some days of the week.
pub(crate) struct Opening {
    days: Vec<u32>,
    from: u32,
    until: u32,
}

keyrail_core::config_object! {
    /// The same hours on one or more days of the week.
    pub(crate) Opening (faults) {
        /// The days of the week.
        required days: Days;
        /// The start, as `hh:mm`.
        required from: u32 = parse(|text| Ok(time_of_day(text)?), text_schema(TIME_OF_DAY));
        /// The end, as `hh:mm`, at most `24:00`. The opening does not include it.
        required until: u32 = parse(|text| Ok(time_of_day(text)?), text_schema(TIME_OF_DAY));
    } => {
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            faults.add_kind(ErrorKind::EmptyWindow);
        }
        Some(Self { days: days?.0, from: from?, until: until? })
    }
}

/// Days of the week: 0 is Monday.
pub(crate) struct Days(pub(crate) Vec<u32>);

impl Read for Days {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let days: Option<Vec<Day>> =
            read_some(from, Vec::is_empty, FilterErrorKind::EmptyCondition, faults)?;
        Ok(days.map(|days| Self(days.into_iter().map(|Day(day)| day).collect())))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        some_of(&Day::schema(schemas))
    }
}

struct Day(u32);

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Read for Day {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let Some(word) = String::read(from, faults)? else { return Ok(None) };
        let day = DAYS.iter().position(|day| *day == word);
        if day.is_none() {
            faults.add("config.unknown_value", format!("this must be one of: {}", DAYS.join(", ")));
        }
        Ok(day.map(|day| Self(day as u32)))
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"enum": DAYS})
    }
}

/// The JSON Schema pattern of a time of day.
const TIME_OF_DAY: &str = "^[0-2][0-9]:[0-5][0-9]$";

/// Parses `hh:mm` as minutes; `24:00` is the end of the day.
pub(crate) fn time_of_day(text: &str) -> Result<u32, ErrorKind> {
    let minutes = parse_minutes(text).filter(|minutes| *minutes <= DAY);
    minutes.ok_or(ErrorKind::MalformedTimeOfDay)
}

/// Parses `+hh:mm`, `-hh:mm` or `Z` as minutes east of UTC.
pub(crate) fn offset(text: &str) -> Result<i32, ErrorKind> {
    if text == "Z" {
        return Ok(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (None, Some(rest)) => (-1, rest),
        (None, None) => return Err(ErrorKind::MalformedOffset),
    };
    let minutes = parse_minutes(rest).filter(|minutes| *minutes < DAY);
    minutes.map(|minutes| sign * minutes as i32).ok_or(ErrorKind::MalformedOffset)
}

/// Parses `hh:mm` as minutes, without a limit on the hours.
fn parse_minutes(text: &str) -> Option<u32> {
    let [a, b, b':', c, d] = text.as_bytes() else { return None };
    let number = |tens: &u8, ones: &u8| {
        Some(char::from(*tens).to_digit(10)? * 10 + char::from(*ones).to_digit(10)?)
    };
    let minutes = number(c, d).filter(|minutes| *minutes < 60)?;
    Some(number(a, b)? * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use keyrail_core::Timestamp;

    use super::{Clock, Hours, Window, offset, time_of_day};

    fn timestamp(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn times_and_offsets_have_a_single_format() {
        assert_eq!(time_of_day("00:00"), Ok(0));
        assert_eq!(time_of_day("24:00"), Ok(24 * 60));
        for text in ["24:01", "9:00", "09:60", "0900", "", "+9:00", "09:00 ", "٠٩:00"] {
            assert!(time_of_day(text).is_err(), "{text}");
        }
        assert_eq!((offset("Z"), offset("+05:30"), offset("-08:00")), (Ok(0), Ok(330), Ok(-480)));
        for text in ["", "z", "05:30", "+24:00", "+5:30", "--05:00", "+05"] {
            assert!(offset(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_window_includes_its_start_and_excludes_its_end() {
        let window = Window {
            from: Some(timestamp("2026-11-01T00:00:00Z").as_millis()),
            until: Some(timestamp("2026-12-01T00:00:00Z").as_millis()),
            hours: None,
        };
        assert!(!window.contains(timestamp("2026-10-31T23:59:59.999Z")));
        assert!(window.contains(timestamp("2026-11-01T00:00:00Z")));
        assert!(window.contains(timestamp("2026-11-30T23:59:59.999Z")));
        assert!(!window.contains(timestamp("2026-12-01T00:00:00Z")));
    }

    #[test]
    fn hours_are_in_the_given_utc_offset() {
        // Mondays from 9:00 to 17:00 in India.
        let hours = Hours { clock: Clock::Offset(330), open: vec![(9 * 60, 17 * 60)] };
        let window = Window { hours: Some(hours), ..Window::default() };
        assert!(window.contains(timestamp("2026-11-23T09:00:00+05:30"))); // a Monday
        assert!(!window.contains(timestamp("2026-11-23T08:59:59+05:30")));
        assert!(!window.contains(timestamp("2026-11-23T17:00:00+05:30")));
        assert!(!window.contains(timestamp("2026-11-24T09:00:00+05:30")));
        assert!(window.contains(timestamp("1969-12-29T09:00:00+05:30"))); // a Monday before 1970
    }

    fn weekly(offset: i32, open: &[(u32, u32)]) -> Window {
        let hours = Hours { clock: Clock::Offset(offset), open: open.to_vec() };
        Window { hours: Some(hours), ..Window::default() }
    }

    fn between(from: &str, until: &str) -> Window {
        let millis = |text| Some(timestamp(text).as_millis());
        Window { from: millis(from), until: millis(until), hours: None }
    }

    #[test]
    fn a_common_time_is_found_only_for_overlapping_windows() {
        let always = Window::default();
        let [nine_to_five, evening] = [weekly(0, &[(540, 1020)]), weekly(0, &[(1020, 1440)])];
        // The same openings as `evening`, but at the offset +08:00.
        let ahead = weekly(480, &[(1020, 1440)]);
        let [november, december] = [
            between("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            between("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ];
        let tuesday = between("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
        let minute = between("2026-11-23T16:59:59.999Z", "2026-11-23T17:00:00Z");
        let late = Window { from: None, ..december.clone() };
        for (a, b, expected) in [
            (&always, &always, true),
            (&nine_to_five, &evening, false),
            (&nine_to_five, &ahead, true),
            (&evening, &ahead, false),
            (&november, &december, false),
            (&november, &nine_to_five, true),
            (&tuesday, &nine_to_five, false),
            (&minute, &nine_to_five, true),
            (&minute, &evening, false),
            (&late, &evening, true),
            (&late, &november, true),
            (&late, &always, true),
        ] {
            for (a, b) in [(a, b), (b, a)] {
                let common = Window::common(&[a, b]);
                assert_eq!(common.is_some(), expected, "{a:?} {b:?}");
                assert!(common.is_none_or(|time| a.contains(time) && b.contains(time)));
            }
        }
    }
}
