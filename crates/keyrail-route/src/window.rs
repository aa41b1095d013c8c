//! Windows: when a rule holds.
//!
//! A window has a start, an end, and weekly hours in a fixed offset from UTC or
//! in a zone; each may be absent. It is judged against the time that the host
//! gives.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_core::config::{Faults, Member, Object, Read, Slot};
use serde::Deserializer;
use serde::de::MapAccess;

use crate::ErrorKind;
use crate::topology::{add, read_some};
use crate::zone::Zone;

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;
/// 1970-01-01 was a Thursday, three days after a Monday.
const EPOCH: i64 = 3 * DAY as i64;

/// When a rule holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    /// The first instant, in Unix milliseconds.
    pub(crate) from: Option<i64>,
    /// The first instant after it, in Unix milliseconds.
    pub(crate) until: Option<i64>,
    pub(crate) hours: Option<Hours>,
}

/// When a rule holds in each week.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hours {
    pub(crate) clock: Clock,
    /// In minutes of the week, which starts on Monday: the first, and the
    /// first after it.
    pub(crate) open: Vec<(u32, u32)>,
}

/// What the hours of a week are told by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Clock {
    /// So many minutes east of UTC.
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
}

impl Hours {
    fn contains(&self, millis: i64) -> bool {
        let offset = match &self.clock {
            Clock::Offset(minutes) => Some(i64::from(*minutes) * 60_000),
            Clock::Zone(zone) => zone.offset_at(millis),
        };
        let Some(offset) = offset else { return false };
        let minute = (millis + offset).div_euclid(60_000) + EPOCH;
        let minute = minute.rem_euclid(i64::from(WEEK));
        self.open
            .iter()
            .any(|(from, until)| (i64::from(*from)..i64::from(*until)).contains(&minute))
    }
}

#[derive(Default)]
pub(crate) struct HoursDraft {
    pub(crate) offset: Slot<i32>,
    pub(crate) zone: Slot<Zone>,
    pub(crate) open: Slot<Openings>,
}

impl Object for Hours {
    type Draft = HoursDraft;
    const MEMBERS: &'static [&'static str] = &["offset", "zone", "open"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut HoursDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "offset" => draft.offset.set(value.parse(|text| Ok(offset(text)?))?),
            "zone" => draft.zone.set(value.parse(|text| Ok(Zone::parse(text)?))?),
            "open" => draft.open.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: HoursDraft, faults: &Faults) -> Option<Self> {
        let clock = match (draft.offset, draft.zone) {
            (offset, Slot::Absent) => offset.required("offset", faults).map(Clock::Offset),
            (Slot::Absent, zone) => zone.optional().map(Clock::Zone),
            _ => {
                add(ErrorKind::TwoClocks, faults);
                None
            }
        };
        let open = draft.open.required("open", faults);
        let open = open?.0.into_iter().flatten().collect();
        Some(Self { clock: clock?, open })
    }
}

pub(crate) struct Openings(Vec<Vec<(u32, u32)>>);

impl Read for Openings {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let openings: Option<Vec<Opening>> =
            read_some(from, Vec::is_empty, ErrorKind::EmptyCondition, faults)?;
        Ok(openings.map(Self::from))
    }
}

impl From<Vec<Opening>> for Openings {
    fn from(openings: Vec<Opening>) -> Self {
        let spans = |opening: Opening| {
            let day = move |day| (day * DAY + opening.from, day * DAY + opening.until);
            opening.days.into_iter().map(day).collect()
        };
        Self(openings.into_iter().map(spans).collect())
    }
}

/// The same hours on some days of the week.
pub(crate) struct Opening {
    days: Vec<u32>,
    from: u32,
    until: u32,
}

#[derive(Default)]
pub(crate) struct OpeningDraft {
    pub(crate) days: Slot<Days>,
    pub(crate) from: Slot<u32>,
    pub(crate) until: Slot<u32>,
}

impl Object for Opening {
    type Draft = OpeningDraft;
    const MEMBERS: &'static [&'static str] = &["days", "from", "until"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut OpeningDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "days" => draft.days.read(value)?,
            "from" => draft.from.set(value.parse(|text| Ok(time_of_day(text)?))?),
            "until" => draft.until.set(value.parse(|text| Ok(time_of_day(text)?))?),
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: OpeningDraft, faults: &Faults) -> Option<Self> {
        let days = draft.days.required("days", faults);
        let from = draft.from.required("from", faults);
        let until = draft.until.required("until", faults);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            add(ErrorKind::EmptyWindow, faults);
        }
        Some(Self { days: days?.0, from: from?, until: until? })
    }
}

pub(crate) struct Days(pub(crate) Vec<u32>);

impl Read for Days {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let days: Option<Vec<Day>> =
            read_some(from, Vec::is_empty, ErrorKind::EmptyCondition, faults)?;
        Ok(days.map(|days| Self(days.into_iter().map(|Day(day)| day).collect())))
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
}

/// `hh:mm` as minutes; 24:00 is the end of the day.
pub(crate) fn time_of_day(text: &str) -> Result<u32, ErrorKind> {
    let minutes = clock(text).filter(|minutes| *minutes <= DAY);
    minutes.ok_or(ErrorKind::MalformedTimeOfDay)
}

/// `+hh:mm`, `-hh:mm` or `Z` as minutes east of UTC.
pub(crate) fn offset(text: &str) -> Result<i32, ErrorKind> {
    if text == "Z" {
        return Ok(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (None, Some(rest)) => (-1, rest),
        (None, None) => return Err(ErrorKind::MalformedOffset),
    };
    let minutes = clock(rest).filter(|minutes| *minutes < DAY);
    minutes.map(|minutes| sign * minutes as i32).ok_or(ErrorKind::MalformedOffset)
}

fn clock(text: &str) -> Option<u32> {
    let [a, b, b':', c, d] = text.as_bytes() else { return None };
    let two = |tens: &u8, ones: &u8| {
        Some(char::from(*tens).to_digit(10)? * 10 + char::from(*ones).to_digit(10)?)
    };
    let minutes = two(c, d).filter(|minutes| *minutes < 60)?;
    Some(two(a, b)? * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use keyrail_core::Timestamp;

    use super::{Clock, Hours, Window, offset, time_of_day};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn times_and_offsets_are_written_in_one_way() {
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
    fn a_window_starts_with_its_first_instant_and_ends_before_its_last() {
        let window = Window {
            from: Some(at("2026-11-01T00:00:00Z").as_millis()),
            until: Some(at("2026-12-01T00:00:00Z").as_millis()),
            hours: None,
        };
        assert!(!window.contains(at("2026-10-31T23:59:59.999Z")));
        assert!(window.contains(at("2026-11-01T00:00:00Z")));
        assert!(window.contains(at("2026-11-30T23:59:59.999Z")));
        assert!(!window.contains(at("2026-12-01T00:00:00Z")));
    }

    #[test]
    fn hours_are_those_of_the_offset() {
        // Mondays, nine to five, in India.
        let hours = Hours { clock: Clock::Offset(330), open: vec![(9 * 60, 17 * 60)] };
        let window = Window { hours: Some(hours), ..Window::default() };
        assert!(window.contains(at("2026-11-23T09:00:00+05:30"))); // a Monday
        assert!(!window.contains(at("2026-11-23T08:59:59+05:30")));
        assert!(!window.contains(at("2026-11-23T17:00:00+05:30")));
        assert!(!window.contains(at("2026-11-24T09:00:00+05:30")));
        assert!(window.contains(at("1969-12-29T09:00:00+05:30"))); // a Monday before 1970
    }
}
