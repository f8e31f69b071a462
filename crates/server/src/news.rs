//! Tells open streams that something may have changed, and that the server stops.
//!
//! A nudge carries nothing: each stream looks into the database by itself what
//! is new for its reader. So a nudge too many costs one look, and one that is
//! missing, such as from another process on `SQLite`, costs the time to the next look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Most streams of one account in one process: tabs, devices, and some to spare.
const MAX_STREAMS: usize = 12;

/// What streams wait for.
#[derive(Clone, Debug)]
pub(crate) struct News(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    /// Sent at each change; `true` once the server stops.
    nudges: watch::Sender<bool>,
    /// Rung at each change of this process.
    own: Notify,
    streams: Mutex<HashMap<String, usize>>,
}

impl Default for News {
    fn default() -> Self {
        let nudges = watch::Sender::new(false);
        Self(Arc::new(Parts { nudges, own: Notify::new(), streams: Mutex::default() }))
    }
}

impl News {
    /// Something was committed here.
    pub(crate) fn tell(&self) {
        self.pass_on();
        self.0.own.notify_one();
    }

    /// Something was committed, here or elsewhere.
    pub(crate) fn pass_on(&self) {
        self.0.nudges.send_modify(|_| {});
    }

    /// Ready once something was committed here since the last time.
    pub(crate) async fn own_commit(&self) {
        self.0.own.notified().await;
    }

    /// Changes whenever something was committed.
    pub(crate) fn nudges(&self) -> watch::Receiver<bool> {
        self.0.nudges.subscribe()
    }

    /// All streams end, and no new ones begin.
    pub(crate) fn stop(&self) {
        self.0.nudges.send_replace(true);
    }

    /// Whether the server is about to end.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.0.nudges.borrow()
    }

    /// Streams that are open.
    pub(crate) fn open_streams(&self) -> usize {
        self.lock().values().sum()
    }

    /// Takes a place for a stream; `None` where the account has too many.
    pub(crate) fn enter(&self, account_id: &str) -> Option<Place> {
        let mut streams = self.lock();
        let count = streams.entry(account_id.to_owned()).or_default();
        if *count >= MAX_STREAMS {
            return None;
        }
        *count += 1;
        Some(Place {
            news: self.clone(),
            account_id: account_id.to_owned(),
            nudges: self.0.nudges.subscribe(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one stream; free again when it is dropped.
pub(crate) struct Place {
    news: News,
    account_id: String,
    nudges: watch::Receiver<bool>,
}

impl Place {
    /// Ready at the next nudge. Whether the stream goes on.
    pub(crate) async fn nudged(&mut self) -> bool {
        !*self.nudges.borrow() && self.nudges.changed().await.is_ok() && !*self.nudges.borrow()
    }
}

impl Place {
    /// Lets time go by without a look. Whether the stream goes on.
    pub(crate) async fn pauses(&mut self, time: Duration) -> bool {
        let stopped = self.nudges.wait_for(|stops| *stops);
        tokio::time::timeout(time, stopped).await.is_err()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.news.lock();
        if let Some(count) = streams.get_mut(&self.account_id) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.account_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_few_and_come_back() {
        let news = News::default();
        let mut places: Vec<_> = (0..MAX_STREAMS).map(|_| news.enter("a").unwrap()).collect();
        assert!(news.enter("a").is_none());
        assert_eq!(news.open_streams(), MAX_STREAMS);
        assert!(news.enter("b").is_some());
        places.pop();
        assert!(news.enter("a").is_some());
        drop(places);
        assert!(news.lock().is_empty());
    }

    #[tokio::test]
    async fn a_stop_ends_the_wait() {
        let news = News::default();
        let mut place = news.enter("a").unwrap();
        news.tell();
        assert!(place.nudged().await);
        news.stop();
        assert!(!place.nudged().await);
        assert!(!news.enter("a").unwrap().nudged().await);
    }

    #[tokio::test]
    async fn a_pause_takes_no_notice_of_nudges_and_ends_with_the_server() {
        let news = News::default();
        let mut place = news.enter("a").unwrap();
        news.tell();
        let (pause, begun) = (Duration::from_millis(50), std::time::Instant::now());
        assert!(place.pauses(pause).await);
        assert!(begun.elapsed() >= pause);
        news.stop();
        assert!(!place.pauses(Duration::from_hours(1)).await);
    }
}
