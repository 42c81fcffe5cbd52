//! Instants, days and the zone between them. Nothing here asks what time it is: the present comes
//! in with the context, the zone's offsets from a [`Zone`] that the host supplies.

use crate::json::{Errors, FromJson, ToJson, Value};
use chrono::{DateTime, Datelike, NaiveDate};
use std::fmt;

/// A moment: milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A day or an instant, as a caller gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A whole day in the book's zone.
    Day(Day),
    /// One moment.
    At(Instant),
}

impl Default for When {
    fn default() -> Self {
        Self::At(Instant::default())
    }
}

/// A time zone: the one question the rules have about it.
pub trait Zone {
    /// Seconds by which local time is ahead of UTC at `at`.
    fn offset_seconds(&self, at: Instant) -> i32;
}

/// Coordinated universal time.
#[derive(Clone, Copy, Debug)]
pub struct Utc;

impl Zone for Utc {
    fn offset_seconds(&self, _: Instant) -> i32 {
        0
    }
}

const DAY_MS: i64 = 86_400_000;
const DAYS_FROM_CE: i32 = 719_163;
/// 9999-12-31T23:59:59.999Z: beyond it RFC 3339 has no spelling.
const MAX_MS: i64 = 253_402_300_799_999;
/// 0000-01-01T00:00:00.000Z.
const MIN_MS: i64 = -62_167_219_200_000;

/// From the first of March of the year 0, less one: days count from 1.
const DAYS_TO_1970: i32 = 719_469;

/// The number that these digits are.
fn number<const N: usize>(digits: [u8; N]) -> Option<i32> {
    let mut number = 0;
    for digit in digits {
        let digit = i32::from(digit.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        number = number * 10 + digit;
    }
    Some(number)
}

impl Instant {
    /// A moment by its milliseconds; out of RFC 3339's years it is the nearest that is inside.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(MIN_MS, MAX_MS))
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; what is finer than a millisecond is cut off.
    pub fn parse(text: &str) -> Option<Self> {
        Self::canonical(text.as_bytes()).or_else(|| {
            let millis = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
            (MIN_MS..=MAX_MS).contains(&millis).then_some(Self(millis))
        })
    }

    /// Reads the spelling that is written, which is by far the most frequent: for a form that is
    /// checked at every keystroke a parser for all spellings takes too long.
    fn canonical(text: &[u8]) -> Option<Self> {
        let [day @ .., b'T', h, i, b':', m, n, b':', s, t, b'.', x, y, z, b'Z'] = text else {
            return None;
        };
        let day = Day::of(day)?;
        let (hours, minutes) = (number([*h, *i])?, number([*m, *n])?);
        let (seconds, millis) = (number([*s, *t])?, number([*x, *y, *z])?);
        let fits = hours < 24 && minutes < 60 && seconds < 60;
        let of_day = ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
        fits.then(|| Self(i64::from(day.0) * DAY_MS + i64::from(of_day)))
    }

    /// Reads the one spelling that is written.
    pub(crate) fn read_written(text: &str) -> Option<Self> {
        Self::canonical(text.as_bytes())
    }

    /// Appends its text without going through a formatter: this runs for every entry.
    fn append(self, out: &mut Vec<u8>) {
        Day(i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or_default()).append(out);
        let millis = i32::try_from(self.0.rem_euclid(DAY_MS)).unwrap_or_default();
        let seconds = millis / 1000;
        for (before, number) in
            [(b'T', seconds / 3600), (b':', seconds / 60 % 60), (b':', seconds % 60)]
        {
            out.push(before);
            digits(number, 2, out);
        }
        out.push(b'.');
        digits(millis % 1000, 3, out);
        out.push(b'Z');
    }

    /// The day it falls on in `zone`.
    pub fn day(self, zone: &dyn Zone) -> Day {
        let local = self.0 + i64::from(zone.offset_seconds(self)) * 1000;
        Day(i32::try_from(local.div_euclid(DAY_MS)).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(|out| self.append(out), f)
    }
}

impl Day {
    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(text.as_bytes())
    }

    fn of(text: &[u8]) -> Option<Self> {
        let [y, e, a, r, b'-', m, o, b'-', d, t] = text else {
            return None;
        };
        let (year, month, day) = (number([*y, *e, *a, *r])?, number([*m, *o])?, number([*d, *t])?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + i32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) {
            return None;
        }
        // Years begin in March, so that the day that comes and goes is the last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(Self(year * 365 + leaps + (month * 153 + 2) / 5 + day - DAYS_TO_1970))
    }

    /// Its first moment in `zone`: midnight, or where the clocks skip midnight the first moment after.
    pub fn start(self, zone: &dyn Zone) -> Instant {
        let midnight = i64::from(self.0) * DAY_MS;
        let at = |offset: i32| Instant::from_millis(midnight - i64::from(offset) * 1000);
        let before = zone.offset_seconds(Instant::from_millis(midnight - DAY_MS / 2 * 3));
        let after = zone.offset_seconds(Instant::from_millis(midnight + DAY_MS / 2 * 3));
        let mut found: Option<Instant> = None;
        for offset in [before, after] {
            let candidate = at(offset);
            if candidate.day(zone) == self && found.is_none_or(|f| candidate < f) {
                found = Some(candidate);
            }
        }
        found.unwrap_or_else(|| at(before.min(after)))
    }

    /// Its last moment in `zone`, to the millisecond.
    pub fn end(self, zone: &dyn Zone) -> Instant {
        Instant::from_millis(self.plus(1).start(zone).0 - 1)
    }

    /// The day `days` later.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Day {
    fn append(self, out: &mut Vec<u8>) {
        let date = NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(DAYS_FROM_CE));
        let date = date.unwrap_or(NaiveDate::MAX);
        if date.year() < 0 {
            out.push(b'-');
        }
        digits(date.year().abs(), 4, out);
        out.push(b'-');
        digits(date.month().cast_signed(), 2, out);
        out.push(b'-');
        digits(date.day().cast_signed(), 2, out);
    }
}

/// Appends a number from zero on in at least so many digits.
fn digits(number: i32, width: u32, out: &mut Vec<u8>) {
    if width > 1 || number > 9 {
        digits(number / 10, width.saturating_sub(1), out);
    }
    out.push(b'0' + u8::try_from(number % 10).unwrap_or_default());
}

fn shown(append: impl FnOnce(&mut Vec<u8>), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = Vec::with_capacity(24);
    append(&mut text);
    f.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(|out| self.append(out), f)
    }
}

impl When {
    /// Reads either spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(text).map(Self::Day).or_else(|| Instant::parse(text).map(Self::At))
    }

    /// Its first moment.
    pub fn start(self, zone: &dyn Zone) -> Instant {
        match self {
            Self::Day(day) => day.start(zone),
            Self::At(at) => at,
        }
    }

    /// Its last moment.
    pub fn end(self, zone: &dyn Zone) -> Instant {
        match self {
            Self::Day(day) => day.end(zone),
            Self::At(at) => at,
        }
    }

    /// The day it falls on.
    pub fn day(self, zone: &dyn Zone) -> Day {
        match self {
            Self::Day(day) => day,
            Self::At(at) => at.day(zone),
        }
    }
}

impl When {
    fn append(self, out: &mut Vec<u8>) {
        match self {
            Self::Day(day) => day.append(out),
            Self::At(at) => at.append(out),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::At(at) => at.fmt(f),
        }
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl ToJson for $name {
            /// Dates need no escapes.
            fn write(&self, out: &mut Vec<u8>) {
                out.push(b'"');
                self.append(out);
                out.push(b'"');
            }
        }

        impl FromJson for $name {
            fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
                errors.expect(value.and_then(Value::as_str).and_then(Self::parse), "a date")
            }
        }
    };
}
as_text!(Instant);
as_text!(Day);
as_text!(When);

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Offset, TimeZone};

    struct Iana(chrono_tz::Tz);

    impl Zone for Iana {
        fn offset_seconds(&self, at: Instant) -> i32 {
            let utc = DateTime::from_timestamp_millis(at.0).expect("in range");
            self.0.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc()
        }
    }

    fn instant(text: &str) -> Instant {
        Instant::parse(text).expect("an instant")
    }

    #[test]
    fn an_instant_is_read_with_any_offset_and_written_in_utc() {
        let at = instant("2026-03-09T15:05:00.1239+01:00");
        assert_eq!(at.to_string(), "2026-03-09T14:05:00.123Z");
        assert_eq!(Instant::parse("2026-03-09"), None);
        assert_eq!(Instant::parse("9999-12-31T23:59:59-01:00"), None);
    }

    #[test]
    fn a_day_is_read_strictly() {
        assert_eq!(Day::parse("2024-02-29").map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        for bad in ["2023-02-29", "2024-2-9", "20240229", "2024-02-29 ", "+024-02-29"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_day_and_moment_is_read_as_another_calendar_reads_it() {
        for days in -719_528..2_932_897 {
            let date = NaiveDate::from_num_days_from_ce_opt(days + DAYS_FROM_CE).expect("a date");
            assert_eq!(Day::parse(&date.to_string()), Some(Day(days)), "{date}");
        }
        for text in
            ["2026-02-28T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
        {
            let other = DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis();
            assert_eq!(Instant::canonical(text.as_bytes()), Some(Instant(other)), "{text}");
        }
        for odd in [
            "2026-02-29T00:00:00.000Z",
            "2026-02-28T24:00:00.000Z",
            "2026-02-28T23:60:00.000Z",
            "2026-02-28T23:59:60.000Z",
        ] {
            assert_eq!(Instant::canonical(odd.as_bytes()), None, "{odd}");
        }
        assert_eq!(instant("2016-12-31T23:59:60.000Z").to_string(), "2017-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_day_begins_and_ends_right_on_both_daylight_saving_nights() {
        let rome = Iana(chrono_tz::Europe::Rome);
        let spring = Day::parse("2026-03-29").expect("a day");
        assert_eq!(spring.start(&rome), instant("2026-03-28T23:00:00Z"));
        assert_eq!(spring.end(&rome), instant("2026-03-29T21:59:59.999Z"));
        let autumn = Day::parse("2026-10-25").expect("a day");
        assert_eq!(autumn.start(&rome), instant("2026-10-24T22:00:00Z"));
        assert_eq!(autumn.end(&rome), instant("2026-10-25T22:59:59.999Z"));
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_at_its_first_moment() {
        let cairo = Iana(chrono_tz::Africa::Cairo);
        let day = Day::parse("2026-04-24").expect("a day");
        assert_eq!(day.start(&cairo), instant("2026-04-23T22:00:00Z"));
        assert_eq!(day.start(&cairo).day(&cairo), day);
    }

    #[test]
    fn today_follows_the_zone_across_midnight() {
        let sydney = Iana(chrono_tz::Australia::Sydney);
        let at = instant("2020-01-01T23:00:00Z");
        assert_eq!(at.day(&Utc).to_string(), "2020-01-01");
        assert_eq!(at.day(&sydney).to_string(), "2020-01-02");
    }
}
