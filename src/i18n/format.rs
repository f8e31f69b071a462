//! Dates, times and sizes as the language writes them, by the browser's `Intl`.

use super::locale;
use chrono::{Datelike as _, NaiveDate};
use js_sys::{Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// A date with its weekday: "Tuesday, 1 December 2026".
pub fn format_date(date: NaiveDate) -> String {
    // Midnight in UTC, shown in UTC: no time zone can move it to another day.
    let at = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "dates of the calendar fit")]
    let at = at as f64;
    with_options(
        at,
        &[
            ("timeZone", "UTC"),
            ("weekday", "short"),
            ("year", "numeric"),
            ("month", "short"),
            ("day", "numeric"),
        ],
    )
}

/// A date as one says it: "Tuesday 1 December", with the year unless it is the
/// present one.
pub fn format_day_in_words(date: NaiveDate, today: NaiveDate) -> String {
    let at = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "dates of the calendar fit")]
    let at = at as f64;
    let words = [("timeZone", "UTC"), ("weekday", "long"), ("month", "long"), ("day", "numeric")];
    if date.year() == today.year() {
        with_options(at, &words)
    } else {
        with_options(at, &[&words[..], &[("year", "numeric")]].concat())
    }
}

/// A month given as `YYYY-MM`: "October 2026"; as it is where it is none.
pub fn format_month(month: &str) -> String {
    let first_day = month.split_once('-').and_then(|(year, month)| {
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
    });
    let Some(day) = first_day else { return month.to_owned() };
    let at = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "dates of the calendar fit")]
    let at = at as f64;
    with_options(at, &[("timeZone", "UTC"), ("year", "numeric"), ("month", "short")])
}

/// An instant: date and time of day in the time zone of the browser.
pub fn format_instant(at_ms: f64) -> String {
    with_options(at_ms, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The day of an instant, in the time zone of the browser: "3 Nov 2026".
pub fn format_day(at_ms: f64) -> String {
    with_options(at_ms, &[("dateStyle", "medium")])
}

/// The time of day of an instant.
pub fn format_time(at_ms: f64) -> String {
    with_options(at_ms, &[("timeStyle", "short")])
}

fn with_options(at_ms: f64, options: &[(&str, &str)]) -> String {
    let bag = Object::new();
    for (name, value) in options {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&bag, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let tag = match locale() {
        // Day before month and 24 hours, as in most of the world.
        super::Locale::En | super::Locale::Pseudo => "en-GB",
        super::Locale::ZhHantTw => "zh-TW",
    };
    let locales = js_sys::Array::of1(&JsValue::from_str(tag));
    let format = Intl::DateTimeFormat::new(&locales, &bag);
    let date = Date::new(&JsValue::from_f64(at_ms));
    format
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// A size in kB or MB (powers of ten, as the limits are given).
pub fn format_size(bytes: u64) -> String {
    let (unit, divisor) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    // One digit after the point, rounded up: a file is never said to be smaller than it is.
    let tenths = bytes.div_ceil(divisor / 10);
    if tenths.is_multiple_of(10) {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::format_size;

    #[test]
    fn sizes_are_rounded_up_to_a_tenth() {
        assert_eq!(format_size(0), "0 B");
        assert_eq!(format_size(999), "999 B");
        assert_eq!(format_size(1_000), "1 kB");
        assert_eq!(format_size(1_234), "1.3 kB");
        assert_eq!(format_size(25_000_000), "25 MB");
        assert_eq!(format_size(25_000_001), "25.1 MB");
    }
}
