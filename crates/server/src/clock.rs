//! The clock: the only place that asks what time it is.
//!
//! Everything else gets the time from here, so that tests can set it and a
//! demonstration can move it ahead.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Tells the time.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    ahead_millis: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum Source {
    /// The machine's time.
    System,
    /// A time that only moves when it is told to.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self { source: Source::System, ahead_millis: Arc::default() }
    }

    /// A clock that stands still at this time.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self { source: Source::Fixed(Arc::new(Mutex::new(now))), ahead_millis: Arc::default() }
    }

    /// The time, to the millisecond, which is what the database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.source {
            Source::System => Utc::now(),
            Source::Fixed(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        };
        instant(now.timestamp_millis().saturating_add(self.ahead().num_milliseconds()))
    }

    /// Moves a clock that stands still; the machine's time stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed(now) = &self.source {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now += by;
        }
    }

    /// How far a demonstration has moved the clock ahead.
    pub(crate) fn ahead(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.ahead_millis.load(Ordering::Relaxed))
    }

    /// Moves the clock so far ahead in all.
    pub(crate) fn set_ahead(&self, ahead: TimeDelta) {
        // It never goes back, in whatever order two threads come by.
        self.ahead_millis.fetch_max(ahead.num_milliseconds(), Ordering::Relaxed);
    }
}

/// The day of an instant in a time zone.
pub(crate) fn day_in(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The instant that the database keeps as this number.
pub(crate) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}
