//! Today, in the time zone of the organisation. The only place in the app
//! that tells pages the time.

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
}

impl Clock {
    /// Starts ticking.
    pub fn start(session: SessionState) -> Self {
        let now_ms = RwSignal::new(clock::now_ms());
        tick(now_ms);
        let zone = Memo::new(move |_| {
            session.account.with(|account| {
                account
                    .as_ref()
                    .map_or_else(clock::local_time_zone, |known| known.time_zone.clone())
            })
        });
        let today = Memo::new(move |_| {
            now_ms.track();
            zone.with(|zone| clock::today(zone))
        });
        Self { today, now_ms, zone }
    }
}

/// Ends by itself once the state is gone, as at the end of a test.
fn tick(now_ms: RwSignal<f64>) {
    task::spawn(async move {
        loop {
            timer::sleep(TICK_MS).await;
            if now_ms.try_set(clock::now_ms()).is_some() {
                break;
            }
        }
    });
}
