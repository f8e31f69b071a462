//! The clock of this device.
//!
//! Good for showing and for waiting, never for deciding which change came first.

use chrono::NaiveDate;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970, in UTC.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// [`now_ms`] in whole milliseconds, as stored records and the outbox count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time after 1970 is positive, and fits for 285,000 years"
)]
pub fn now_whole_ms() -> u64 {
    now_ms() as u64
}

/// Milliseconds since 1970 of a date as HTTP writes it.
pub fn parse_http_date(text: &str) -> Option<f64> {
    Some(js_sys::Date::parse(text)).filter(|at| at.is_finite())
}

/// The date of an instant in a time zone, such as `Asia/Taipei`.
///
/// A zone that the browser does not know is read as UTC: a day may then be
/// off by one, but there is a day.
pub fn date_at(at_ms: f64, time_zone: &str) -> NaiveDate {
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms));
    let options = js_sys::Object::new();
    set(&options, "timeZone", time_zone);
    for field in ["year", "month", "day"] {
        set(&options, field, if field == "year" { "numeric" } else { "2-digit" });
    }
    // Swedish writes dates as ISO 8601 does.
    let written = format_date("sv-SE", &options, &date).or_else(|| {
        set(&options, "timeZone", "UTC");
        format_date("sv-SE", &options, &date)
    });
    written.and_then(|text| read_date(&text)).unwrap_or_default()
}

/// Of `2026-10-01`. The library's own reader knows many forms, and would weigh
/// on the first load.
fn read_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let mut part = || parts.next()?.parse().ok();
    NaiveDate::from_ymd_opt(year, part()?, part()?)
}

/// The time zone of this device, such as `Europe/Berlin`.
pub fn local_time_zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

fn set(object: &js_sys::Object, key: &str, value: &str) {
    // Setting a property of a plain object cannot fail.
    drop(js_sys::Reflect::set(object, &key.into(), &value.into()));
}

/// `None` for options that the browser refuses, such as an unknown zone.
///
/// Called by reflection, since the bound constructor would throw.
fn format_date(locale: &str, options: &js_sys::Object, date: &js_sys::Date) -> Option<String> {
    let method = js_sys::Reflect::get(date, &"toLocaleDateString".into()).ok()?;
    let method: js_sys::Function = wasm_bindgen::JsCast::dyn_into(method).ok()?;
    method.call2(date, &locale.into(), options).ok()?.as_string()
}
