//! Counting days.
//!
//! A business day is Monday to Friday; no document names holidays, so the
//! list is empty unless one is given. Counting starts on the day after the
//! event, and the due day counts to its end.

use crate::edition::Days;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// A date written as ISO 8601 has it, `2026-10-01`; nothing else is one.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let is_written_so = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_written_so {
        return None;
    }
    // Whole digits at known places, so each part is there and is a number.
    let mut parts = text.split('-').map(str::parse);
    let year = parts.next()?.ok()?;
    let mut part = || u32::try_from(parts.next()?.ok()?).ok();
    NaiveDate::from_ymd_opt(year, part()?, part()?)
}

/// Days on which no business day is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays(BTreeSet<NaiveDate>);

impl Holidays {
    /// The holidays on these dates.
    pub fn new(dates: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self(dates.into_iter().collect())
    }

    /// Whether work is done on this date.
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !self.0.contains(&date)
    }

    /// The last day of a time limit that starts with an event on `start`.
    ///
    /// At the end of the calendar, 262142 years from now, it stays there.
    pub fn due_on(&self, start: NaiveDate, limit: Days) -> NaiveDate {
        let mut date = start;
        let mut left = match limit {
            Days::Business(days) | Days::Calendar(days) => days,
        };
        while left > 0 {
            let Some(next) = date.succ_opt() else { return date };
            date = next;
            let counts = match limit {
                Days::Business(_) => self.is_business_day(date),
                Days::Calendar(_) => true,
            };
            if counts {
                left -= 1;
            }
        }
        date
    }

    /// Business days from tomorrow to `due_on`, both included; negative when
    /// it is past. Looks at most 10 years far.
    pub fn business_days_until(&self, today: NaiveDate, due_on: NaiveDate) -> i32 {
        let (from, to, sign) =
            if due_on >= today { (today, due_on, 1) } else { (due_on, today, -1) };
        let mut count = 0;
        for date in from.iter_days().skip(1).take(3660).take_while(|date| *date <= to) {
            if self.is_business_day(date) {
                count += 1;
            }
        }
        count * sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_written_in_one_way() {
        assert_eq!(parse_date("2026-10-01"), NaiveDate::from_ymd_opt(2026, 10, 1));
        assert_eq!(parse_date("2028-02-29"), NaiveDate::from_ymd_opt(2028, 2, 29));
        for other in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "01.10.2026",
            "+026-10-01",
            "2026-10-01 ",
            "２０２６-10",
        ] {
            assert_eq!(parse_date(other), None, "{other}");
        }
    }

    #[test]
    fn limits_end_when_the_documents_say() {
        // Known cases D01–D15.
        for (start, limit, due) in [
            ("2024-05-01", Days::Business(14), "2024-05-21"),
            ("2024-05-04", Days::Business(14), "2024-05-23"),
            ("2024-02-23", Days::Business(14), "2024-03-14"),
            ("2020-02-14", Days::Calendar(30), "2020-03-15"),
            ("2020-09-28", Days::Calendar(7), "2020-10-05"),
            ("2024-02-28", Days::Calendar(7), "2024-03-06"),
            ("2023-01-31", Days::Calendar(30), "2023-03-02"),
            ("2019-03-14", Days::Calendar(90), "2019-06-12"),
        ] {
            assert_eq!(Holidays::default().due_on(date(start), limit), date(due), "{start}");
        }
    }

    #[test]
    fn a_holiday_moves_the_due_day() {
        let new_year = Holidays::new([date("2027-01-01")]);
        assert_eq!(new_year.due_on(date("2026-12-31"), Days::Business(1)), date("2027-01-04"));
        assert_eq!(new_year.due_on(date("2026-12-31"), Days::Calendar(1)), date("2027-01-01"));
    }

    #[test]
    fn days_left_are_counted_both_ways() {
        let none = Holidays::default();
        assert_eq!(none.business_days_until(date("2026-11-27"), date("2026-12-01")), 2);
        assert_eq!(none.business_days_until(date("2026-12-01"), date("2026-12-01")), 0);
        assert_eq!(none.business_days_until(date("2026-12-01"), date("2026-11-27")), -2);
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let none = Holidays::default();
        assert_eq!(none.due_on(NaiveDate::MAX, Days::Business(5)), NaiveDate::MAX);
        assert_eq!(none.business_days_until(NaiveDate::MAX, NaiveDate::MAX), 0);
    }
}
