//! The typed form of weekly hours.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Faults, non_empty};

use super::Sink;
use crate::window::zone::Zone;
use crate::window::{self, Days, Opening, Openings};
use crate::{Error, ErrorKind, FilterErrorKind};

/// The weekly hours in which a rule applies. They need at least one opening, which is a period of
/// time on one or more days of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    clock: Clock,
    open: Vec<Open>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Clock {
    Offset(String),
    Zone(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    days: Vec<Day>,
    from: String,
    until: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of the days need no description")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Hours {
    /// Creates hours at a fixed offset from UTC, such as `+05:30` or `Z`.
    pub fn offset(offset: impl Into<String>) -> Self {
        Self { clock: Clock::Offset(offset.into()), open: Vec::new() }
    }

    /// Creates hours in an IANA zone, such as `Europe/Berlin`. This requires the feature `zones`.
    pub fn zone(zone: impl Into<String>) -> Self {
        Self { clock: Clock::Zone(zone.into()), open: Vec::new() }
    }

    /// Adds an opening on these days. It starts at `from`, a time of day such as `09:00`, and ends
    /// at `until`, which is exclusive and at most `24:00`.
    #[must_use]
    pub fn open(
        mut self,
        days: impl IntoIterator<Item = Day>,
        from: impl Into<String>,
        until: impl Into<String>,
    ) -> Self {
        let days = days.into_iter().collect();
        self.open.push(Open { days, from: from.into(), until: until.into() });
        self
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<window::Hours> {
        let (offset, zone) = match &self.clock {
            Clock::Offset(offset) => (Some(offset), None),
            Clock::Zone(zone) => (None, Some(zone)),
        };
        let offset =
            sink.optional("offset", offset, |text, faults| or_fault(window::offset(text), faults));
        let zone = sink.optional("zone", zone, |name, faults| or_fault(Zone::parse(name), faults));
        let open = sink.member("open", |faults| {
            if self.open.is_empty() {
                faults.add_kind(FilterErrorKind::EmptyCondition);
                return None;
            }
            Some(Openings::from(sink.each(&self.open, |open| open.read(sink))))
        });
        window::Hours::from_members(sink.faults, (offset, zone, open))
    }
}

impl Open {
    fn read(&self, sink: &Sink<'_>) -> Option<Opening> {
        let days: Vec<u32> = self.days.iter().map(|day| *day as u32).collect();
        let time = |text: &str| {
            let minutes = window::time_of_day(text);
            move |faults: &Faults| or_fault(minutes, faults)
        };
        let days = sink.member("days", |faults| {
            non_empty(days, Vec::is_empty, FilterErrorKind::EmptyCondition, faults).map(Days)
        });
        let from = sink.member("from", time(&self.from));
        let until = sink.member("until", time(&self.until));
        Opening::from_members(sink.faults, (days, from, until))
    }
}

/// Returns the value, or adds the error to the faults.
fn or_fault<T>(result: Result<T, ErrorKind>, faults: &Faults) -> Option<T> {
    result.map_err(|kind| faults.add_error(&Error::new(kind))).ok()
}
