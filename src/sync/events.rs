//! Keeps a stream of the server's events open while it is of use.
//!
//! The stream says that something is new and nothing else. It is an addition:
//! the pull goes on by the clock as it does without one, so a stream that
//! cannot be had makes news late, and loses nothing.

use crate::platform::event_stream::{OpenStream, Stream, StreamEvent};
use crate::platform::timer::Timeout;
use crate::platform::{clock, ids, task};
use cpor_sync::delay_ms;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// The event that is listened to.
const EVENT: &str = "changed";
/// A hidden tab keeps its stream for so long: people come back soon or late.
const LINGER_MS: u32 = 60_000;
/// Shortest time before the next try.
const SHORTEST_WAIT_MS: u64 = 1_000;
/// A stream that lasted so long was a good one, and its end is no failure more.
const GOOD_AFTER_MS: f64 = 30_000.0;

/// Whether a stream is of use now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Somebody looks at the app.
    Open,
    /// The tab is hidden: keep it for a while.
    Linger,
    /// Nobody is signed in, or another tab listens.
    Closed,
}

/// The stream, and what keeps it open.
pub struct Events {
    this: Weak<Events>,
    url: String,
    open: OpenStream,
    on_news: Box<dyn Fn()>,
    inner: RefCell<Inner>,
}

struct Inner {
    wish: Wish,
    stream: Option<Box<dyn Stream>>,
    opened_at_ms: Option<f64>,
    failures: u32,
    /// Until the next try.
    retry: Option<Timeout>,
    /// Until a hidden tab lets go.
    linger: Option<Timeout>,
}

impl Events {
    /// Opens nothing yet.
    pub fn new(url: String, open: OpenStream, on_news: Box<dyn Fn()>) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            url,
            open,
            on_news,
            inner: RefCell::new(Inner {
                wish: Wish::Closed,
                stream: None,
                opened_at_ms: None,
                failures: 0,
                retry: None,
                linger: None,
            }),
        })
    }

    /// Says whether a stream is of use now.
    pub fn set(&self, wish: Wish) {
        let before = std::mem::replace(&mut self.inner.borrow_mut().wish, wish);
        match wish {
            Wish::Open => {
                let mut inner = self.inner.borrow_mut();
                inner.linger = None;
                let is_under_way = inner.stream.is_some() || inner.retry.is_some();
                drop(inner);
                if !is_under_way {
                    self.connect();
                }
            }
            Wish::Linger if before == Wish::Open => {
                let this = self.this.clone();
                let linger = Timeout::new(LINGER_MS, move || {
                    if let Some(events) = this.upgrade() {
                        events.close();
                    }
                });
                self.inner.borrow_mut().linger = Some(linger);
            }
            Wish::Linger => {}
            Wish::Closed => self.close(),
        }
    }

    fn close(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.stream = None;
        inner.opened_at_ms = None;
        inner.failures = 0;
        inner.retry = None;
        // Dropped by its own call perhaps, so not before that is over.
        if let Some(linger) = inner.linger.take() {
            task::spawn(async move { drop(linger) });
        }
    }

    fn connect(&self) {
        let this = self.this.clone();
        let on_event = Rc::new(move |event| {
            if let Some(events) = this.upgrade() {
                events.take(event);
            }
        });
        // A browser without streams goes on by the clock.
        let stream = (self.open)(&self.url, EVENT, on_event);
        self.inner.borrow_mut().stream = stream;
    }

    fn take(&self, event: StreamEvent) {
        match event {
            StreamEvent::Opened => {
                self.inner.borrow_mut().opened_at_ms = Some(clock::now_ms());
                // What happened since the last pull was told to nobody.
                (self.on_news)();
            }
            StreamEvent::Heard => (self.on_news)(),
            StreamEvent::Ended => self.try_later(),
        }
    }

    fn try_later(&self) {
        let mut inner = self.inner.borrow_mut();
        // This may be its own call, which must end before it is dropped.
        if let Some(stream) = inner.stream.take() {
            task::spawn(async move { drop(stream) });
        }
        let was_good = inner
            .opened_at_ms
            .take()
            .is_some_and(|opened_at_ms| clock::now_ms() - opened_at_ms >= GOOD_AFTER_MS);
        inner.failures = if was_good { 1 } else { inner.failures.saturating_add(1) };
        let wait = delay_ms(inner.failures, ids::chance(), Some(SHORTEST_WAIT_MS));
        let this = self.this.clone();
        inner.retry = Some(Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
            if let Some(events) = this.upgrade() {
                events.retry();
            }
        }));
    }

    fn retry(&self) {
        let mut inner = self.inner.borrow_mut();
        if let Some(retry) = inner.retry.take() {
            task::spawn(async move { drop(retry) });
        }
        let is_wanted = inner.wish != Wish::Closed;
        drop(inner);
        if is_wanted {
            self.connect();
        }
    }
}
