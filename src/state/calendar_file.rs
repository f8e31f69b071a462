//! A day to remember, as a file for calendars (iCalendar, RFC 5545).

use crate::platform::{clock, files};
use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike};
use ics::parameters::Value;
use ics::properties::{Description, DtEnd, DtStart, Summary, URL};
use ics::{Event, ICalendar, escape_text};

/// The day, and what it is about.
pub struct Entry<'a> {
    /// The same for the same day of the same claim, so that a calendar that has
    /// it already puts the new one in its place.
    pub id: &'a str,
    /// The day; the entry lasts all of it.
    pub day: NaiveDate,
    /// What stands in the calendar.
    pub title: &'a str,
    /// What stands in the entry.
    pub text: &'a str,
    /// Where there is more; a path of the app.
    pub path: &'a str,
}

/// Hands the entry to the person as a file.
pub fn download(name: &str, entry: &Entry) {
    let origin = leptos::prelude::window().location().origin().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let made = DateTime::from_timestamp_millis(clock::now_ms() as i64).unwrap_or_default();
    files::download_text(name, "text/calendar", &written(entry, &origin, made));
}

fn written<Z: chrono::TimeZone>(entry: &Entry, origin: &str, made: DateTime<Z>) -> String {
    let made = made.naive_utc();
    let stamp = format!(
        "{}T{:02}{:02}{:02}Z",
        date(made.date()),
        made.hour(),
        made.minute(),
        made.second()
    );
    let mut event = Event::new(format!("{}@cpor-claims", entry.id), stamp);
    // An entry of one day ends where the next day begins.
    let next = entry.day.checked_add_days(Days::new(1)).unwrap_or(entry.day);
    let mut start = DtStart::new(date(entry.day));
    start.add(Value::DATE);
    let mut end = DtEnd::new(date(next));
    end.add(Value::DATE);
    event.push(start);
    event.push(end);
    event.push(Summary::new(escape_text(entry.title)));
    event.push(Description::new(escape_text(entry.text)));
    event.push(URL::new(format!("{origin}{}", entry.path)));
    let mut calendar = ICalendar::new("2.0", "-//CPOR Claims//CPOR Claims//EN");
    calendar.add_event(event);
    calendar.to_string()
}

/// `20261127`.
fn date(day: NaiveDate) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_calendars_read_it() {
        let entry = Entry {
            id: "3c7a4f0e-review-start",
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            title: "Review starts: Contoso, Ltd; phase 1",
            text: "The review should start.",
            path: "/claims/3c7a4f0e",
        };
        let made = DateTime::from_timestamp_millis(1_795_269_600_000).unwrap();
        let text = written(&entry, "https://claims.example.com", made);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "BEGIN:VCALENDAR");
        for line in [
            "UID:3c7a4f0e-review-start@cpor-claims",
            "DTSTAMP:20261121T140000Z",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "SUMMARY:Review starts: Contoso\\, Ltd\\; phase 1",
            "URL:https://claims.example.com/claims/3c7a4f0e",
            "END:VCALENDAR",
        ] {
            assert!(lines.contains(&line), "{line} is missing in {text}");
        }
    }
}
