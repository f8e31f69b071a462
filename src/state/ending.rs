//! When the session ends, what the person is told before, and what counts as use.
//! Compiled into the module that comes after the first screen.
//!
//! The app asks the server by itself all day, so a request is no use of the
//! session: each one says how long ago a person last did something, in any tab,
//! and the server counts that ([decision 34](../../docs/adr/0034-what-counts-as-use.md)).
//! Shortly before the end the server is asked once more, and if the end is still
//! near, every tab shows the same dialog.

use super::AppState;
use super::session::{Ending, Phase, Why};
use super::sync::SyncPhase;
use crate::api::{Api, ApiError};
use crate::platform::channel::Channel;
use crate::platform::clock::now_ms;
use crate::platform::page::{self, Listener, PageEvent};
use crate::platform::timer::Timeout;
use crate::platform::{focus, task};
use cpor_protocol::Session;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// On which tabs tell each other of use, and of a new end.
const CHANNEL: &str = "cpor:session";
/// Where a backend does not say how early to tell.
const WARN_BEFORE_MS: f64 = 300_000.0;
/// Use is told to other tabs at most this often.
const TELL_EVERY_MS: f64 = 5_000.0;
/// Before the server is asked again that did not answer.
const AGAIN_MS: f64 = 30_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// Nobody is interrupted while they type, as long as there is time: their keys
/// would go into the dialog.
const PAUSE_MS: f64 = 3_000.0;
const LATEST_MS: f64 = 125_000.0;

/// The end as this tab knows it, by the clock of the device.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the unit belongs to the name")]
struct End {
    at_ms: f64,
    absolute_at_ms: f64,
    warn_ms: f64,
}

impl End {
    #[expect(clippy::cast_precision_loss, reason = "a week of seconds is exact")]
    fn of(session: &Session, now: f64) -> Self {
        let at = |seconds: u64| now + seconds as f64 * 1_000.0;
        Self {
            at_ms: at(session.expires_in_seconds),
            absolute_at_ms: session.absolute_in_seconds.map_or(f64::MAX, at),
            warn_ms: session.warn_before_seconds.map_or(WARN_BEFORE_MS, |s| s as f64 * 1_000.0),
        }
    }

    fn words(&self) -> String {
        format!("ends {} {} {}", self.at_ms, self.absolute_at_ms, self.warn_ms)
    }

    fn read(words: &str) -> Option<Self> {
        let mut numbers = words.split(' ').map(str::parse::<f64>);
        let mut next = || numbers.next()?.ok().filter(|number| number.is_finite());
        Some(Self { at_ms: next()?, absolute_at_ms: next()?, warn_ms: next()? })
    }

    /// Using the session does not help any more.
    fn is_absolute(&self, now: f64) -> bool {
        self.absolute_at_ms - now <= self.warn_ms
    }

    fn why(&self, now: f64) -> Why {
        if self.is_absolute(now) { Why::Absolute } else { Why::Idle }
    }
}

/// Watches the session of this tab.
pub struct Watch {
    this: Weak<Watch>,
    app: AppState,
    api: Api,
    channel: RefCell<Option<Channel>>,
    listeners: RefCell<Vec<Listener>>,
    timer: RefCell<Option<Timeout>>,
    /// When it is to be asked or told next.
    due_ms: Cell<f64>,
    end: Cell<Option<End>>,
    told_ms: Cell<f64>,
    /// The person knows of this end and lets it come.
    is_let_come: Cell<bool>,
    /// Somebody types, and is told when they pause.
    waits_for_pause: Cell<bool>,
    on_end: Box<dyn Fn()>,
}

impl Watch {
    /// Watches nothing until [`Self::learn`]; `on_end` hears that the session is over.
    pub fn start(app: AppState, api: Api, on_end: Box<dyn Fn()>) -> Rc<Self> {
        let watch = Rc::new_cyclic(|this: &Weak<Self>| Self {
            this: this.clone(),
            app,
            api,
            channel: RefCell::default(),
            listeners: RefCell::default(),
            timer: RefCell::default(),
            due_ms: Cell::new(f64::MAX),
            end: Cell::default(),
            told_ms: Cell::default(),
            is_let_come: Cell::default(),
            waits_for_pause: Cell::default(),
            on_end,
        });
        // Opening the app is the deed of a person, unless the browser did it behind.
        if page::is_visible() {
            watch.api.used(now_ms());
        }
        let hear = watch.calling(|watch, text: String| watch.heard(&text));
        *watch.channel.borrow_mut() = Channel::open(CHANNEL, hear);
        let used = watch.calling(|watch, ()| watch.used());
        let seen = watch.calling(Self::page_event);
        let mut listeners = page::listen_to_use(move || used(()));
        listeners.extend(page::listen(seen));
        listeners.extend(page::listen_to_focus(move || {
            if let Some(field) = focus::field_of_page() {
                app.session.field.set_value(Some(field));
            }
        }));
        *watch.listeners.borrow_mut() = listeners;
        watch
    }

    /// A call that ends with the watch.
    fn calling<T>(
        &self,
        call: impl Fn(&Self, T) + Clone + 'static,
    ) -> impl Fn(T) + Clone + 'static {
        let this = self.this.clone();
        move |value| {
            if let Some(watch) = this.upgrade() {
                call(&watch, value);
            }
        }
    }

    /// The server has said when the session ends.
    pub fn learn(&self, session: &Session) {
        let end = End::of(session, now_ms());
        self.tell(&end.words());
        self.take(end);
    }

    /// Nobody is signed in any more.
    pub fn stop(&self) {
        self.end.set(None);
        self.wait(None);
        self.show(None);
    }

    /// The person wants to go on, or to be left alone where that needs a password.
    pub fn answer(&self) {
        let shown = self.app.session.ending.get_untracked();
        self.show(None);
        match shown.map(|ending| ending.why) {
            Some(Why::Idle) => {
                self.api.used(now_ms());
                self.ask();
            }
            Some(Why::Absolute) => {
                self.is_let_come.set(true);
                self.wait(self.end.get().map(|end| end.at_ms));
            }
            Some(Why::Over) | None => {}
        }
    }

    fn take(&self, end: End) {
        if self
            .end
            .get()
            .is_none_or(|before| before.absolute_at_ms + MINUTE_MS < end.absolute_at_ms)
        {
            self.is_let_come.set(false);
        }
        self.end.set(Some(end));
        self.look();
    }

    /// Shows what is to be shown now, and waits for what comes next.
    fn look(&self) {
        let Some(end) = self.end.get() else { return };
        let now = now_ms();
        let left = end.at_ms - now;
        let warns = left <= end.warn_ms && !self.is_let_come.get();
        if !warns || left <= 0.0 {
            self.show(None);
            let next =
                if warns || self.is_let_come.get() { end.at_ms } else { end.at_ms - end.warn_ms };
            return self.wait(Some(next));
        }
        let is_typing = now - self.api.last_use_ms() < PAUSE_MS;
        self.waits_for_pause.set(is_typing && left > LATEST_MS && !self.is_shown());
        if self.waits_for_pause.get() {
            return self.wait(Some(now + 1_000.0));
        }
        let minutes = (left / MINUTE_MS).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few minutes"
        )]
        let minutes_left = minutes as u32;
        self.show(Some(Ending { why: end.why(now), minutes_left }));
        self.wait(Some(end.at_ms - (minutes - 1.0) * MINUTE_MS));
    }

    fn is_shown(&self) -> bool {
        self.app.session.ending.get_untracked().is_some()
    }

    fn show(&self, ending: Option<Ending>) {
        if self.app.session.ending.try_get_untracked() != Some(ending) {
            let _ = self.app.session.ending.try_set(ending);
        }
    }

    fn wait(&self, until_ms: Option<f64>) {
        let Some(until_ms) = until_ms else {
            self.due_ms.set(f64::MAX);
            self.timer.replace(None);
            return;
        };
        self.due_ms.set(until_ms);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let wait_ms = (until_ms - now_ms()).clamp(0.0, f64::from(i32::MAX)) as u32;
        let this = self.this.clone();
        let timer = Timeout::new(wait_ms, move || {
            if let Some(watch) = this.upgrade() {
                watch.due();
            }
        });
        // Its own call may be the present one, which must end before it is dropped.
        if let Some(before) = self.timer.replace(Some(timer)) {
            task::spawn(async move { drop(before) });
        }
    }

    /// The time has come to tell, to count, or to hear that it is over.
    fn due(&self) {
        let Some(end) = self.end.get() else { return };
        if (self.is_shown() || self.waits_for_pause.get()) && end.at_ms > now_ms() {
            self.look();
        } else {
            self.ask();
        }
    }

    /// Asks the server, which alone knows what happened elsewhere.
    fn ask(&self) {
        // Nothing else is due until there is an answer.
        self.wait(Some(now_ms() + AGAIN_MS));
        let this = self.this.clone();
        let api = self.api.clone();
        task::spawn(async move {
            let answer = api.session().await;
            let Some(watch) = this.upgrade().filter(|watch| watch.end.get().is_some()) else {
                return;
            };
            match answer {
                Ok(session) if watch.is_ours(&session) => watch.learn(&session),
                // Without a network nobody can be asked, and nothing can be kept.
                Err(ApiError::Offline | ApiError::Retry { .. }) => watch.show(None),
                Ok(_) => watch.stop(),
                Err(_) => watch.over(),
            }
        });
    }

    fn is_ours(&self, session: &Session) -> bool {
        let own = self.app.session.account;
        own.with_untracked(|own| own.as_ref().is_some_and(|own| own.id == session.account.id))
    }

    fn over(&self) {
        let is_known = self.is_let_come.get()
            || self.app.sync.view.with_untracked(|view| view.phase == SyncPhase::NeedsSignIn);
        let tells = self.is_shown() || !is_known;
        self.end.set(None);
        self.wait(None);
        (self.on_end)();
        self.show(tells.then_some(Ending { why: Why::Over, minutes_left: 0 }));
    }

    fn used(&self) {
        let now = now_ms();
        self.api.used(now);
        if now - self.told_ms.get() >= TELL_EVERY_MS {
            self.told_ms.set(now);
            self.tell(&format!("used {now}"));
        }
    }

    fn tell(&self, words: &str) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            channel.post(words);
        }
    }

    fn heard(&self, text: &str) {
        match text.split_once(' ') {
            Some(("used", at)) => {
                if let Ok(at) = at.parse() {
                    self.api.used(at);
                }
            }
            Some(("ends", numbers)) if self.is_signed_in() => {
                if let Some(end) = End::read(numbers) {
                    self.take(end);
                }
            }
            // A word of another version.
            _ => {}
        }
    }

    /// As far as this device knows. Where another tab has signed in somebody else, the
    /// next question finds that out.
    fn is_signed_in(&self) -> bool {
        self.app.session.phase.get_untracked() == Phase::SignedIn
    }

    /// Timers stand still while a device sleeps.
    fn page_event(&self, event: PageEvent) {
        let comes_back = matches!(
            event,
            PageEvent::Visible | PageEvent::Focus | PageEvent::Returned | PageEvent::Online
        );
        if comes_back && now_ms() >= self.due_ms.get() {
            self.due();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_tab_says_another_reads() {
        let end = End { at_ms: 5.5, absolute_at_ms: f64::MAX, warn_ms: 300_000.0 };
        let words = end.words();
        assert_eq!(End::read(words.strip_prefix("ends ").unwrap()), Some(end));
        assert_eq!(End::read("1 2"), None);
        assert_eq!(End::read("1 2 NaN"), None);
    }

    #[test]
    fn use_does_not_help_when_the_last_limit_is_near() {
        let end = End { at_ms: 100.0, absolute_at_ms: 1_000.0, warn_ms: 300.0 };
        assert_eq!(end.why(699.0), Why::Idle);
        assert_eq!(end.why(700.0), Why::Absolute);
    }
}
