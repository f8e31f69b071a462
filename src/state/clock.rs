//! Today, in the time zone of the organisation. The only place in the app
//! that tells pages the time.
//!
//! It is the clock of this device, and so far ahead of it as the server's
//! clock was moved in a demonstration. A clock that is wrong is corrected by the
//! server's: deadlines are counted there.

use super::session::SessionState;
use crate::platform::{clock, task, timer};
use chrono::NaiveDate;
use leptos::prelude::*;

/// How often the date is looked at.
const TICK_MS: u32 = 60_000;
/// By so much a clock may be wrong before anything is said.
const MOST_MS: f64 = 120_000.0;

/// The clock.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Today.
    pub today: Memo<NaiveDate>,
    /// Milliseconds since 1970, to the minute.
    pub now_ms: RwSignal<f64>,
    /// IANA name of the time zone in which days are counted.
    pub zone: Memo<String>,
    /// Milliseconds by which this device's clock is behind the server's; 0 where the
    /// two agree to two minutes.
    pub behind_ms: RwSignal<f64>,
    /// Milliseconds that the server's clock was moved ahead.
    ahead_ms: StoredValue<f64>,
}

impl Clock {
    /// Starts ticking.
    pub fn start(session: SessionState) -> Self {
        let now_ms = RwSignal::new(clock::now_ms());
        let ahead_ms = StoredValue::new(0.0);
        let behind_ms = RwSignal::new(0.0);
        tick(now_ms, behind_ms, ahead_ms);
        let zone = Memo::new(move |_| {
            session.account.with(|account| {
                account
                    .as_ref()
                    .map_or_else(clock::local_time_zone, |known| known.time_zone.clone())
            })
        });
        let today = Memo::new(move |_| zone.with(|zone| clock::date_at(now_ms.get(), zone)));
        Self { today, now_ms, zone, behind_ms, ahead_ms }
    }

    /// Follows a server whose clock was moved.
    #[expect(clippy::cast_precision_loss, reason = "days of a demonstration fit")]
    pub fn set_ahead(self, seconds: u64) {
        let ahead_ms = seconds as f64 * 1_000.0;
        self.ahead_ms.set_value(ahead_ms);
        self.now_ms.set(clock::now_ms() + self.behind_ms.get_untracked() + ahead_ms);
    }

    /// What this device's own clock shows now.
    pub fn device_now_ms(self) -> f64 {
        self.now_ms.track();
        clock::now_ms()
    }

    /// Notes how far the server's clock is ahead of this device's.
    pub fn compare(self, behind_ms: f64) {
        let now = if behind_ms.abs() > MOST_MS { behind_ms } else { 0.0 };
        // Answers say the time to the second; what is shown need not follow each.
        if (self.behind_ms.get_untracked() - now).abs() > MOST_MS / 4.0 {
            self.behind_ms.set(now);
            let ahead_ms = self.ahead_ms.get_value();
            self.now_ms.set(clock::now_ms() + now + ahead_ms);
        }
    }
}

/// Ends by itself once the state is gone, as at the end of a test.
fn tick(now_ms: RwSignal<f64>, behind_ms: RwSignal<f64>, ahead_ms: StoredValue<f64>) {
    task::spawn(async move {
        loop {
            timer::sleep(TICK_MS).await;
            let ahead_ms = ahead_ms.try_get_value().unwrap_or_default();
            let behind_ms = behind_ms.try_get_untracked().unwrap_or_default();
            if now_ms.try_set(clock::now_ms() + behind_ms + ahead_ms).is_some() {
                break;
            }
        }
    });
}
