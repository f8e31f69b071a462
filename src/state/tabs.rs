//! Which of several tabs writes a draft. Compiled into the module that comes
//! after the first screen.
//!
//! The tab with the Web Lock `cpor:writer:<draft>` writes, while a page of the
//! draft is open in it; the others show what it saves. A tab whose person wants
//! to write waits for the lock and asks for it by a channel. The writer then
//! saves, says which revision that made, and lets go. One that sleeps or hangs
//! does not answer, and after [`PATIENCE_MS`] its lock is taken by force. The new
//! writer then raises the revision at once, which is the fence: what the old one
//! still tries to save is refused ([`drafts::save`]), is set aside, and stays on
//! its screen.
//!
//! Local storage reaches another tab a moment later than a lock does, so a tab
//! that slept may see what was there before it slept and save over it. Therefore
//! the tab that holds the lock looks at what others store: what is not its own it
//! sets aside, and stores its own again.
//!
//! Without Web Locks each tab may write, and the fence alone keeps one from
//! overwriting the other.

use super::AppState;
use super::draft::{Because, Begin, DraftState, SaveError, SaveState, Tabs};
use crate::platform::channel::Channel;
use crate::platform::clock::now_whole_ms;
use crate::platform::locks::{self, Lock};
use crate::platform::page::{self, Listener, PageEvent};
use crate::platform::timer::Timeout;
use crate::storage::drafts::{self, StoredDraft};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// How long a tab may take to save and let go.
pub const PATIENCE_MS: u32 = 1_500;
/// A question that is older than this is not answered: whoever asked is about to
/// help itself, and would miss what is saved now.
const TOO_OLD_MS: u64 = 800;
/// How long a save of another tab may take to be seen here, in steps.
const SEEN_MS: u32 = 20;
const SEEN_STEPS: u32 = 30;
/// Time to hear that the lock is gone, before this tab insists on it.
const DOUBT_MS: u32 = 250;
/// Time for a lock to come free after its tab said so.
const FREE_MS: u32 = 300;
/// On which tabs speak of their drafts.
const CHANNEL: &str = "cpor:drafts";

/// The other tabs, as this one knows them.
struct Others {
    this: Weak<Self>,
    draft: DraftState,
    /// Why this tab only shows the draft. Empty also for a newer version's draft,
    /// which is nobody's to write.
    because: RwSignal<Option<Because>>,
    /// The draft whose page is open, with its lock.
    attended: RefCell<Option<String>>,
    lock: RefCell<Option<Lock>>,
    /// Grows with each change of the above, so that a late answer is known as one.
    epoch: Cell<u32>,
    /// What the writer said that it saved last.
    given: Cell<Option<u64>>,
    /// Until when the writer may answer, or its save may be seen.
    patience: RefCell<Option<Timeout>>,
    /// What is looked at again in a moment.
    again: RefCell<Option<Timeout>>,
    channel: RefCell<Option<Channel>>,
    listeners: RefCell<Vec<Listener>>,
}

/// Lets the open draft know the other tabs.
pub fn start(app: AppState) {
    let others = Rc::new_cyclic(|this: &Weak<Others>| Others {
        this: this.clone(),
        draft: app.draft,
        because: RwSignal::new(None),
        attended: RefCell::default(),
        lock: RefCell::default(),
        epoch: Cell::new(0),
        given: Cell::new(None),
        patience: RefCell::default(),
        again: RefCell::default(),
        channel: RefCell::default(),
        listeners: RefCell::default(),
    });
    let this = others.this.clone();
    *others.channel.borrow_mut() = Channel::open(CHANNEL, move |text| {
        let mut words = text.split(' ');
        if let (Some(others), Some(word), Some(id)) = (this.upgrade(), words.next(), words.next()) {
            let number = words.next().and_then(|number| number.parse().ok()).unwrap_or_default();
            others.heard(word, id, number);
        }
    });
    let this = others.this.clone();
    let mut listeners = page::listen(move |event| {
        if let Some(others) = this.upgrade() {
            others.page_event(event);
        }
    });
    let this = others.this.clone();
    listeners.extend(page::listen_to_storage(move |key| {
        if let Some(others) = this.upgrade()
            && key.is_none_or(|key| drafts::id_of_key(&key) == others.id().as_deref())
        {
            others.look();
        }
    }));
    others.listeners.replace(listeners);
    app.draft.meet_tabs(others);
}

impl Tabs for Others {
    fn attend(&self, id: Option<&str>) {
        self.let_go();
        self.attended.replace(id.map(str::to_owned));
        self.because.set(None);
        if !self.is_newer() {
            self.take_if_free();
        }
    }

    fn take_over(&self, with: Begin) {
        let Some(id) = self.id() else { return };
        let name = lock_name(&id);
        let epoch = self.next_epoch();
        let (this, lost) = (self.this.clone(), self.this.clone());
        let is_asked = locks::request_until_lost(
            &name,
            move |lock| {
                if let Some(others) = this.upgrade().filter(|others| others.epoch.get() == epoch) {
                    others.lock.replace(Some(lock));
                    others.begin_when_seen(epoch, with, SEEN_STEPS);
                }
            },
            move || lose(&lost, epoch),
        );
        if !is_asked {
            return self.begin(with, false);
        }
        self.post(&format!("ask {id} {}", now_whole_ms()));
        self.be_patient(PATIENCE_MS, move |others| {
            if others.epoch.get() == epoch && others.lock.borrow().is_none() {
                others.take_by_force(&name, with);
            }
        });
    }

    fn overtaken(&self) {
        if self.lock.borrow().is_some() {
            self.look();
        } else if let (Some(screen), Some(now)) = self.versions()
            && (self.is_known(&now) || now.draft == screen.draft)
        {
            // Without locks another tab may have noted its place, and nothing else.
            self.know(&now);
            self.draft.save();
        } else {
            self.give_way(Because::Elsewhere);
        }
    }

    fn note_phase(&self) {
        let (Some(screen), Some(mut now)) = self.versions() else { return };
        now.rev += 1;
        (now.phase, now.base, now.whose) = (screen.phase, screen.base, screen.whose);
        if let Err(error) = drafts::save(&now) {
            self.draft.save_state.set(SaveState::Failed(error));
        }
    }

    fn because(&self) -> Option<Because> {
        let newer = self.draft.is_reading.get().then_some(Because::Newer);
        self.because.get().or(newer)
    }
}

impl Others {
    fn id(&self) -> Option<String> {
        self.attended.borrow().clone()
    }

    /// Ends what was asked before.
    fn next_epoch(&self) -> u32 {
        self.epoch.set(self.epoch.get().wrapping_add(1));
        self.given.set(None);
        self.patience.replace(None);
        self.again.replace(None);
        self.epoch.get()
    }

    fn later(&self, ms: u32, work: impl FnOnce(&Self) + 'static) -> Timeout {
        let this = self.this.clone();
        Timeout::new(ms, move || {
            if let Some(others) = this.upgrade() {
                work(&others);
            }
        })
    }

    fn be_patient(&self, ms: u32, work: impl FnOnce(&Self) + 'static) {
        self.patience.replace(Some(self.later(ms, work)));
    }

    fn post(&self, words: &str) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            channel.post(words);
        }
    }

    fn is_newer(&self) -> bool {
        self.draft.is_reading.get_untracked() && self.because.get_untracked().is_none()
    }

    /// The draft on the screen, and the one that is stored.
    fn versions(&self) -> (Option<StoredDraft>, Option<StoredDraft>) {
        let screen = self.draft.stored.get_untracked();
        let now = screen
            .as_ref()
            .and_then(|screen| drafts::load_for(&screen.id, Some(&screen.whose)).ok().flatten());
        (screen, now)
    }

    /// Whether it has the content that this tab read or saved last.
    fn is_known(&self, draft: &StoredDraft) -> bool {
        self.draft.desk.with_value(|desk| desk.draft.as_ref() == Some(&draft.draft))
    }

    fn known_rev(&self) -> u64 {
        self.draft.desk.with_value(|desk| desk.rev)
    }

    fn know(&self, now: &StoredDraft) {
        self.draft.desk.update_value(|desk| {
            desk.rev = now.rev;
            desk.draft = Some(now.draft.clone());
        });
    }

    /// Shows what is stored.
    fn show(&self, now: StoredDraft) {
        self.know(&now);
        self.draft.save_state.set(SaveState::Saved(now.saved_at_ms));
        self.draft.stored.set(Some(now));
    }

    fn write(&self) {
        self.draft.desk.update_value(|desk| desk.is_unsettled = false);
        self.because.set(None);
        self.draft.is_reading.set(false);
    }

    fn only_read(&self, because: Because) {
        self.draft.desk.update_value(|desk| desk.is_unsettled = false);
        self.because.set(Some(because));
        self.draft.is_reading.set(true);
    }

    /// Gives the lock back, and says so.
    fn let_go(&self) {
        self.next_epoch();
        if self.lock.replace(None).is_some()
            && let Some(id) = self.id()
        {
            self.post(&format!("free {id}"));
        }
    }

    /// Becomes the writer if nobody is.
    fn take_if_free(&self) {
        let Some(id) = self.id() else { return };
        let epoch = self.next_epoch();
        let (this, lost) = (self.this.clone(), self.this.clone());
        let is_asked = locks::try_request_until_lost(
            &lock_name(&id),
            move |lock| {
                let Some(others) = this.upgrade().filter(|others| others.epoch.get() == epoch)
                else {
                    return;
                };
                match lock {
                    Some(lock) => {
                        others.lock.replace(Some(lock));
                        others.settle();
                    }
                    // Whoever only reads knows why already, and better.
                    None if others.draft.is_reading.get_untracked() => {}
                    None => others.give_way(Because::Elsewhere),
                }
            },
            move || lose(&lost, epoch),
        );
        if !is_asked {
            self.write();
        }
    }

    /// The lock came at once: what was typed meanwhile is this tab's own.
    fn settle(&self) {
        if self.because.get_untracked().is_some() {
            return self.begin(Begin::Stored, false);
        }
        if self.is_newer() {
            return;
        }
        self.write();
        let (Some(screen), Some(now)) = self.versions() else { return };
        if now.rev != self.known_rev() {
            self.look();
        } else if screen.rev > 0 && now.place != screen.place && !self.draft.has_unsaved_words() {
            // Noted while it was not settled.
            self.draft.save();
        }
    }

    /// The writer let go; its last words are seen here in a moment.
    fn begin_when_seen(&self, epoch: u32, with: Begin, steps_left: u32) {
        if self.epoch.get() != epoch {
            return;
        }
        let stored = self.versions().1.map_or(0, |now| now.rev);
        if steps_left == 0 || self.given.get().is_some_and(|given| given <= stored) {
            self.patience.replace(None);
            return self.begin(with, false);
        }
        self.be_patient(SEEN_MS, move |others| {
            others.begin_when_seen(epoch, with, steps_left - 1);
        });
    }

    fn take_by_force(&self, name: &str, with: Begin) {
        let epoch = self.next_epoch();
        let (this, lost) = (self.this.clone(), self.this.clone());
        locks::steal(
            name,
            move |lock| {
                if let Some(others) = this.upgrade().filter(|others| others.epoch.get() == epoch) {
                    others.lock.replace(Some(lock));
                    others.begin(with, true);
                }
            },
            move || lose(&lost, epoch),
        );
    }

    /// Writes from now on. `is_fenced` says that a tab that still believes itself
    /// the writer is to be kept from saving.
    fn begin(&self, with: Begin, is_fenced: bool) {
        let (Some(screen), now) = self.versions() else { return };
        let Some(now) = now else {
            // Nothing is stored: what is on the screen is all there is.
            self.draft.desk.update_value(|desk| (desk.rev, desk.draft) = (0, None));
            self.write();
            if screen.rev > 0 {
                self.draft.save();
            }
            return;
        };
        let (other, is_kept) = match with {
            Begin::Screen => (&now, now.draft == screen.draft || self.is_known(&now)),
            Begin::Stored => (&screen, now.draft == screen.draft || self.is_known(&screen)),
        };
        if !is_kept && !drafts::set_aside(other) {
            return self.only_read(Because::Overtaken { is_kept: false });
        }
        self.write();
        match with {
            Begin::Screen => {
                self.know(&now);
                self.draft.save();
            }
            Begin::Stored => {
                self.show(now);
                if is_fenced {
                    self.draft.save();
                }
            }
        }
    }

    /// Stands back and shows what is stored, unless something was typed here that
    /// is not in it: that stays on the screen, and is kept beside it.
    fn give_way(&self, because: Because) {
        self.draft.stop_timer();
        let (Some(screen), Some(now)) = self.versions() else { return self.only_read(because) };
        if now.draft == screen.draft || self.is_known(&screen) {
            self.show(now);
            return self.only_read(because);
        }
        let is_kept = drafts::set_aside(&screen);
        self.draft.save_state.set(if is_kept {
            SaveState::Untouched
        } else {
            SaveState::Failed(SaveError::Overtaken)
        });
        self.only_read(Because::Overtaken { is_kept });
    }

    /// Another tab says something of a draft.
    fn heard(&self, word: &str, id: &str, number: u64) {
        if self.id().as_deref() != Some(id) {
            return;
        }
        match word {
            "ask"
                if self.lock.borrow().is_some()
                    && now_whole_ms().saturating_sub(number) <= TOO_OLD_MS =>
            {
                self.hand_over(id);
            }
            "gave" => self.given.set(Some(number)),
            "busy" if self.patience.borrow().is_some() => {
                self.next_epoch();
                self.only_read(Because::Busy);
            }
            "free" => {
                self.try_again();
                if self.draft.is_reading.get_untracked() {
                    self.again.replace(Some(self.later(FREE_MS, Self::try_again)));
                }
            }
            // A word for another tab, or of a newer version.
            _ => {}
        }
    }

    fn hand_over(&self, id: &str) {
        self.draft.flush();
        if self.draft.has_unsaved_words() {
            return self.post(&format!("busy {id}"));
        }
        self.post(&format!("gave {id} {}", self.known_rev()));
        self.next_epoch();
        self.lock.replace(None);
        self.give_way(Because::HandedOver);
    }

    /// A tab that only shows the draft becomes its writer if nobody else is.
    fn try_again(&self) {
        if matches!(
            self.because.get_untracked(),
            Some(Because::Elsewhere | Because::HandedOver | Because::Busy)
        ) && self.patience.borrow().is_none()
        {
            self.take_if_free();
        }
    }

    fn page_event(&self, event: PageEvent) {
        match event {
            // A lock would keep the page out of the back-forward cache, and others
            // waiting for a page that may never come back.
            PageEvent::Leaving => {
                if self.lock.borrow().is_some() {
                    self.draft.desk.update_value(|desk| desk.is_unsettled = true);
                }
                self.let_go();
            }
            PageEvent::Returned => {
                self.look();
                self.take_if_free();
            }
            PageEvent::Visible | PageEvent::Focus => {
                self.look();
                self.try_again();
            }
            PageEvent::Hidden | PageEvent::Online | PageEvent::Offline => {}
        }
    }

    /// Looks at what is stored: follows the writer, or defends what it wrote.
    fn look(&self) {
        let (Some(screen), now) = self.versions() else { return };
        if self.id().as_ref() != Some(&screen.id) || self.is_newer() {
            return;
        }
        let is_reading = self.draft.is_reading.get_untracked();
        let Some(now) = now else {
            // What this tab writes it stores again, sooner or later.
            if is_reading && self.known_rev() > 0 && !self.is_overtaken() {
                self.only_read(Because::Gone);
            }
            return;
        };
        if self.is_overtaken() || (now.rev == self.known_rev() && self.is_known(&now)) {
            return;
        }
        let has_words = !is_reading && self.draft.has_unsaved_words();
        if is_reading || (!has_words && now.rev > self.known_rev()) {
            self.show(now);
        } else if self.lock.borrow().is_some() {
            let epoch = self.epoch.get();
            self.again.replace(Some(self.later(DOUBT_MS, move |others| {
                if others.epoch.get() == epoch && others.lock.borrow().is_some() {
                    others.defend();
                }
            })));
        }
    }

    fn is_overtaken(&self) -> bool {
        matches!(self.because.get_untracked(), Some(Because::Overtaken { .. }))
    }

    /// Somebody without the lock has stored the draft: that is set aside, and what
    /// this tab wrote is stored again.
    fn defend(&self) {
        let (Some(mut screen), Some(now)) = self.versions() else { return };
        if now.rev == self.known_rev() && self.is_known(&now) {
            return self.draft.flush();
        }
        if self.is_known(&now) || now.draft == screen.draft {
            // The same words: only that they were sent may be news.
            (screen.phase, screen.base) = (now.phase, now.base.clone());
            screen.whose.clone_from(&now.whose);
            self.draft.stored.set(Some(screen));
        } else if !drafts::set_aside(&now) {
            return self.draft.save_state.set(SaveState::Failed(SaveError::Overtaken));
        }
        self.draft.save_over(now.rev);
    }
}

/// The lock of that time was taken by force.
fn lose(others: &Weak<Others>, epoch: u32) {
    if let Some(others) = others.upgrade().filter(|others| others.epoch.get() == epoch) {
        others.next_epoch();
        others.lock.replace(None);
        others.give_way(Because::HandedOver);
    }
}

/// The lock of the tab that writes a draft.
pub fn lock_name(id: &str) -> String {
    format!("cpor:writer:{id}")
}
