//! Dates and time limits under any input: `cargo xtask fuzz dates`.

#![allow(clippy::unwrap_used, reason = "a test")]

use chrono::{Datelike as _, NaiveDate};
use cpor_rules::calendar::parse_date;
use cpor_rules::edition::Days;
use cpor_rules::{Deadline, EditionId, Holidays, Region, Status, deadline::deadline};

/// A day of the calendar, which has some 191 million.
fn day(number: i32) -> NaiveDate {
    let first = i64::from(NaiveDate::MIN.num_days_from_ce());
    let all = i64::from(NaiveDate::MAX.num_days_from_ce()) - first + 1;
    let place = i32::try_from(first + i64::from(number).rem_euclid(all)).unwrap();
    NaiveDate::from_num_days_from_ce_opt(place).unwrap()
}

#[test]
fn fuzz_date_texts() {
    bolero::check!().with_type::<(Vec<u8>, i32)>().for_each(|(bytes, number)| {
        // What is read is written again as it was.
        let text = String::from_utf8_lossy(bytes);
        if let Some(date) = parse_date(&text) {
            assert_eq!(date.to_string(), text);
        }
        // Of a day that has four digits of a year, each letter counts.
        let date = day(*number);
        let text = date.to_string();
        let has_four = (0..=9999).contains(&date.year());
        assert_eq!(parse_date(&text), has_four.then_some(date));
        let changed =
            bytes.first().map(|byte| text.replacen('-', &char::from(*byte).to_string(), 1));
        let same = changed.as_deref() == Some(&text);
        assert!(changed.is_none_or(|changed| same || parse_date(&changed).is_none()));
    });
}

#[test]
fn fuzz_time_limits() {
    bolero::check!().with_type::<(i32, u16, u8, Vec<i16>)>().for_each(
        |(start, days, more, off)| {
            // Half of them at the ends of the calendar, where a day has no next one.
            let start = if *more % 2 == 0 { day(*start) } else { day(-1 - i32::from(*days % 40)) };
            let days_off = off.iter().filter_map(|day| {
                NaiveDate::from_num_days_from_ce_opt(start.num_days_from_ce() + i32::from(*day))
            });
            let holidays = Holidays::new(days_off);
            for limit in [Days::Business as fn(u16) -> Days, Days::Calendar] {
                let days = *days % 600;
                let due = holidays.due_on(start, limit(days));
                assert!(due >= start);
                // Longer limits end no earlier, and the same event a day later neither.
                assert!(holidays.due_on(start, limit(days + u16::from(*more))) >= due);
                if let Some(later) = start.succ_opt() {
                    assert!(holidays.due_on(later, limit(days)) >= due);
                }
            }
            let days = *days % 600;
            let due = holidays.due_on(start, Days::Business(days));
            if due < NaiveDate::MAX {
                assert_eq!(holidays.business_days_until(start, due), i32::from(days));
                assert_eq!(holidays.business_days_until(due, start), -i32::from(days));
            }
        },
    );
}

#[test]
fn fuzz_deadlines() {
    bolero::check!().with_type::<(i32, bool)>().for_each(|(since, was_disputed)| {
        let since = day(*since);
        for edition in EditionId::ALL {
            for status in Status::ALL {
                for region in Region::ALL {
                    let holidays = region.holidays();
                    let found = deadline(edition.get(), status, since, *was_disputed, &holidays);
                    let plain =
                        deadline(edition.get(), status, since, *was_disputed, &Holidays::default());
                    let due = |found: Option<Deadline>| found.map(|found| found.due_on);
                    assert!(due(found).is_none_or(|due| due >= since));
                    // A holiday never shortens a time limit.
                    assert!(due(found) >= due(plain));
                }
            }
        }
    });
}
