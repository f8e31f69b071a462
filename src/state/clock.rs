//! Today, in the time zone of the organisation. The only place in the app
//! that tells pages the time.
//!
//! It is the clock of this device, and so far ahead of it as the server's
//! clock was moved in a demonstration.

use super::session::SessionState;
use crate::platform::{clock, task, timer};
use chrono::NaiveDate;
use leptos::prelude::*;

/// How often the date is looked at.
const TICK_MS: u32 = 60_000;

/// The clock.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Today.
    pub today: Memo<NaiveDate>,
    /// Milliseconds since 1970, to the minute.
    pub now_ms: RwSignal<f64>,
    /// IANA name of the time zone in which days are counted.
    pub zone: Memo<String>,
    /// Milliseconds that the server's clock was moved ahead.
    ahead_ms: StoredValue<f64>,
}

impl Clock {
    /// Starts ticking.
    pub fn start(session: SessionState) -> Self {
        let now_ms = RwSignal::new(clock::now_ms());
        let ahead_ms = StoredValue::new(0.0);
        tick(now_ms, ahead_ms);
        let zone = Memo::new(move |_| {
            session.account.with(|account| {
                account
                    .as_ref()
                    .map_or_else(clock::local_time_zone, |known| known.time_zone.clone())
            })
        });
        let today = Memo::new(move |_| zone.with(|zone| clock::date_at(now_ms.get(), zone)));
        Self { today, now_ms, zone, ahead_ms }
    }

    /// Follows a server whose clock was moved.
    #[expect(clippy::cast_precision_loss, reason = "days of a demonstration fit")]
    pub fn set_ahead(self, seconds: u64) {
        let ahead_ms = seconds as f64 * 1_000.0;
        self.ahead_ms.set_value(ahead_ms);
        self.now_ms.set(clock::now_ms() + ahead_ms);
    }
}

/// Ends by itself once the state is gone, as at the end of a test.
fn tick(now_ms: RwSignal<f64>, ahead_ms: StoredValue<f64>) {
    task::spawn(async move {
        loop {
            timer::sleep(TICK_MS).await;
            let ahead_ms = ahead_ms.try_get_value().unwrap_or_default();
            if now_ms.try_set(clock::now_ms() + ahead_ms).is_some() {
                break;
            }
        }
    });
}
