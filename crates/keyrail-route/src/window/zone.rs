//! Zones: IANA time zones. The feature `zones` adds their data to the build.
//!
//! Weekly hours are compared with the local time of an instant. An instant has exactly one local
//! time in a zone. If a clock is put forward, the times that it skips never occur. If it is put
//! back, the times that it repeats occur twice.

use alloc::string::String;

use keyrail_core::codec::BinaryCodec;

use crate::ErrorKind;

/// The name of a time zone, and the zone's data if this build contains it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zone {
    name: String,
    #[cfg(feature = "zones")]
    data: Option<jiff::tz::TimeZone>,
}

impl Zone {
    /// Returns the zone with this name, which must be spelled as in the IANA data.
    pub(crate) fn parse(name: &str) -> Result<Self, ErrorKind> {
        Self::named(name.into()).check()
    }

    /// Returns the zone if this build has its data, or an error otherwise.
    pub(crate) fn check(self) -> Result<Self, ErrorKind> {
        match self.fault() {
            None => Ok(self),
            Some(kind) => Err(kind),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(feature = "zones")]
impl Zone {
    fn named(name: String) -> Self {
        // The name that `jiff` uses for an unknown zone.
        const UNKNOWN: &str = "Etc/Unknown";
        let data = jiff::tz::TimeZoneDatabase::bundled().get(&name).ok();
        // The lookup ignores case, but only the exact spelling is accepted.
        let data = data.filter(|zone| name != UNKNOWN && zone.iana_name() == Some(&name));
        Self { name, data }
    }

    /// Returns an error if this build has no data for the zone.
    pub(crate) fn fault(&self) -> Option<ErrorKind> {
        self.data.is_none().then_some(ErrorKind::UnknownZone)
    }

    /// Returns the offset from UTC at this instant, in milliseconds east.
    pub(crate) fn offset_at(&self, millis: i64) -> Option<i64> {
        // The first hours of the year -9999 and the last hours of the year 9999 are outside the
        // range of `jiff`.
        let (first, last) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let at = jiff::Timestamp::from_millisecond(millis).ok();
        let at = at.unwrap_or(if millis < 0 { first } else { last });
        let offset = self.data.as_ref()?.to_offset(at);
        Some(i64::from(offset.seconds()) * 1000)
    }
}

#[cfg(not(feature = "zones"))]
impl Zone {
    fn named(name: String) -> Self {
        Self { name }
    }

    /// Returns [`ErrorKind::NoZones`], because this build has no zone data.
    #[expect(
        clippy::unused_self,
        reason = "with the feature `zones`, the result depends on the zone"
    )]
    pub(crate) const fn fault(&self) -> Option<ErrorKind> {
        Some(ErrorKind::NoZones)
    }

    #[expect(
        clippy::unused_self,
        reason = "with the feature `zones`, the result depends on the zone"
    )]
    pub(crate) const fn offset_at(&self, _millis: i64) -> Option<i64> {
        None
    }
}

impl BinaryCodec for Zone {
    fn write(&self, out: &mut alloc::vec::Vec<u8>) {
        self.name.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        String::read(from).map(Self::named)
    }
}

#[cfg(all(test, feature = "zones"))]
mod tests {
    use keyrail_core::Timestamp;

    use super::Zone;
    use crate::ErrorKind;

    fn offset_at(zone: &str, time: &str) -> Option<i64> {
        let millis = Timestamp::parse(time).unwrap().as_millis();
        Zone::parse(zone).unwrap().offset_at(millis).map(|offset| offset / 60_000)
    }

    #[test]
    fn only_the_exact_spelling_of_a_zone_name_is_accepted() {
        for name in ["Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta", "UTC"] {
            assert!(Zone::parse(name).is_ok(), "{name}");
        }
        for name in
            ["", "europe/berlin", "Europe/Berlin ", "Berlin", "Etc/Unknown", "+01:00", "CET-1CEST"]
        {
            assert_eq!(Zone::parse(name), Err(ErrorKind::UnknownZone), "{name}");
        }
    }

    #[test]
    fn utc_offsets_change_by_the_rules_of_the_zone() {
        // The European Union: the last Sundays of March and October, 01:00 UTC.
        assert_eq!(offset_at("Europe/Berlin", "2026-03-29T00:59:59.999Z"), Some(60));
        assert_eq!(offset_at("Europe/Berlin", "2026-03-29T01:00:00Z"), Some(120));
        assert_eq!(offset_at("Europe/Berlin", "2026-10-25T00:59:59.999Z"), Some(120));
        assert_eq!(offset_at("Europe/Berlin", "2026-10-25T01:00:00Z"), Some(60));
        // The same rules apply long after the last change that the data lists.
        assert_eq!(offset_at("Europe/Berlin", "2126-07-01T00:00:00Z"), Some(120));
        // The United States: the second Sunday of March and the first Sunday of
        // November, 02:00 local time.
        assert_eq!(offset_at("America/New_York", "2026-03-08T06:59:59Z"), Some(-300));
        assert_eq!(offset_at("America/New_York", "2026-03-08T07:00:00Z"), Some(-240));
        assert_eq!(offset_at("America/New_York", "2026-11-01T06:00:00Z"), Some(-300));
        assert_eq!(offset_at("Asia/Kolkata", "2026-07-01T00:00:00Z"), Some(330));
    }
}

#[cfg(all(test, not(feature = "zones")))]
mod tests {
    use super::Zone;
    use crate::ErrorKind;

    #[test]
    fn without_zone_data_no_zone_is_accepted() {
        assert_eq!(Zone::parse("Europe/Berlin"), Err(ErrorKind::NoZones));
    }
}
