//! The draft being written, and its keeping.
//!
//! One draft is open at a time. Every change is in local storage within
//! [`SAVE_DELAY_MS`] and at once when the page is hidden. A save that fails
//! is told loudly, and the text stays here.
//!
//! Of several tabs on one draft one writes. Which one, the tabs
//! agree upon in [`super::tabs`], a module that comes after the first screen; the
//! fence of each save ([`drafts::save`]) needs none of that.

mod writer;

use super::clock::Clock;
use super::facts::FactsState;
use super::session::SessionState;
use super::sync::SyncState;
use crate::platform::clock::now_ms;
use crate::platform::local;
use crate::platform::timer::Timeout;
use crate::storage::drafts;
pub use crate::storage::drafts::{DraftPhase, Place, SaveError, StoredDraft};
use crate::storage::owner::Whose;
use cpor_rules::{
    Draft, Field, RuleContext, Severity, Stage, Step, Verdict, Violation, bounds, verdict,
};
use leptos::prelude::*;
use std::collections::BTreeSet;
pub(super) use writer::Desk;
pub use writer::{Because, Begin, Tabs};

/// Longest time between a keystroke and its save.
pub const SAVE_DELAY_MS: u32 = 300;
/// A timer that comes so much too late comes to a tab that slept.
const ASLEEP_MS: f64 = 700.0;
/// Time for a tab that wakes to hear what happened.
const WAKING_MS: u32 = 200;

thread_local! {
    /// The state of the app, for the panic hook, which has no owner to ask.
    static OPEN: std::cell::Cell<Option<DraftState>> = const { std::cell::Cell::new(None) };
}

/// Saves the open draft as far as it can still be read; answers whether nothing
/// that was typed is lost. Called when the app is about to end, so it must not
/// panic itself.
pub fn save_in_panic() -> bool {
    let Some(state) = OPEN.take() else { return true };
    if let Some(Some(mut stored)) = state.stored.try_get_untracked()
        && state.save_state.try_with_untracked(|state| *state == SaveState::Pending) == Some(true)
    {
        stored.rev = state.desk.try_with_value(|desk| desk.rev).unwrap_or(stored.rev) + 1;
        stored.saved_at_ms = now_ms();
        if let Err(error) = drafts::save(&stored) {
            leptos::logging::error!("the draft was not saved: {error:?}");
            return false;
        }
        return true;
    }
    state.save_state.try_with_untracked(|state| !matches!(state, SaveState::Failed(_)))
        == Some(true)
}

/// Whether what is on the screen is on the disk.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    /// Nothing was typed yet.
    Untouched,
    /// A save is due within [`SAVE_DELAY_MS`].
    Pending,
    /// Saved and read back at this time (milliseconds since 1970).
    Saved(f64),
    /// Not saved; the text is on the screen only.
    Failed(SaveError),
}

/// What the wizard finds when it opens a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Ready,
    /// There is none with this id on this device.
    Missing,
    /// It could not be read and went into quarantine.
    Unreadable,
}

/// The open draft.
#[derive(Clone, Copy)]
pub struct DraftState {
    /// The draft; `None` while none is open.
    pub stored: RwSignal<Option<StoredDraft>>,
    /// Whether it is saved.
    pub save_state: RwSignal<SaveState>,
    /// Everything that the rules find, for all stages.
    pub verdict: Memo<Verdict>,
    /// Fields that were left once: their errors show.
    left: RwSignal<BTreeSet<Field>>,
    /// Steps on which Continue was pressed: their errors show.
    pressed: RwSignal<BTreeSet<Step>>,
    /// Whether what was saved would not outlive a browser that is killed now.
    pub is_settling: RwSignal<bool>,
    /// Counts saves, so that lists of drafts know when to read again.
    pub saves: RwSignal<u32>,
    /// Drafts of which something is gone that files may have been kept for.
    pub let_go: RwSignal<Vec<String>>,
    /// Whether this tab only shows it, and does not write.
    pub is_reading: RwSignal<bool>,
    pub(super) desk: StoredValue<Desk, LocalStorage>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
    session: SessionState,
}

impl DraftState {
    /// No draft is open yet.
    pub fn new(clock: Clock, facts: FactsState, sync: SyncState, session: SessionState) -> Self {
        let stored = RwSignal::new(None::<StoredDraft>);
        let found = Memo::new(move |_| {
            let today = clock.today.get();
            facts.known.with(|facts| {
                stored.with(|stored| {
                    stored.as_ref().map_or_else(Verdict::default, |stored| {
                        let ctx =
                            RuleContext::of(&stored.draft, today, facts).with_claim_id(&stored.id);
                        verdict(&ctx, &stored.draft, Stage::Submit)
                    })
                })
            })
        });
        // What the server refused stands beside what the rules here find, until
        // the field is changed.
        let verdict = Memo::new(move |_| {
            let mut verdict = found.get();
            let refused = stored.with(|stored| {
                stored
                    .as_ref()
                    .map(|stored| sync.refused_violations(&stored.id))
                    .unwrap_or_default()
            });
            for violation in refused {
                // `base` is what was sent, so what the server judged.
                let is_unchanged = stored.with(|stored| {
                    stored.as_ref().is_some_and(|stored| {
                        stored.base.as_ref().is_some_and(|sent| {
                            sent.text(violation.field)
                                == stored.draft.normalised().text(violation.field)
                        })
                    })
                });
                if is_unchanged {
                    verdict.add(violation);
                }
            }
            verdict
        });
        let state = Self {
            stored,
            save_state: RwSignal::new(SaveState::Untouched),
            is_settling: RwSignal::new(false),
            verdict,
            left: RwSignal::new(BTreeSet::new()),
            pressed: RwSignal::new(BTreeSet::new()),
            saves: RwSignal::new(0),
            let_go: RwSignal::new(Vec::new()),
            is_reading: RwSignal::new(false),
            desk: StoredValue::new_local(Desk::default()),
            timer: StoredValue::new_local(None),
            session,
        };
        OPEN.set(Some(state));
        state
    }

    /// Opens the draft with this id, unless it is open already.
    pub fn open(self, id: &str) -> Opened {
        let may_see = |stored: &StoredDraft| untrack(|| self.session.may_see(stored));
        self.flush();
        let is_open = |stored: &StoredDraft| stored.id == id && may_see(stored);
        let is_open = self.stored.with_untracked(|stored| stored.as_ref().is_some_and(is_open));
        if is_open && self.has_unsaved_words() {
            return Opened::Ready;
        }
        let found = drafts::load_for(id, untrack(|| self.session.whose()).as_ref());
        let known = self.desk.with_value(|desk| desk.rev);
        // Another tab may have saved it meanwhile, but nothing takes it away from here.
        if is_open && matches!(&found, Ok(now) if now.as_ref().is_none_or(|now| now.rev == known)) {
            return Opened::Ready;
        }
        match found {
            Ok(Some(stored)) if !may_see(&stored) => Opened::Missing,
            Ok(Some(stored)) => {
                self.save_state.set(SaveState::Saved(stored.saved_at_ms));
                self.show(stored);
                Opened::Ready
            }
            Ok(None) => Opened::Missing,
            Err(unreadable) => match drafts::read_newer(&unreadable) {
                Some(stored) if may_see(&stored) => {
                    self.save_state.set(SaveState::Untouched);
                    self.show(stored);
                    self.is_reading.set(true);
                    Opened::Ready
                }
                _ => Opened::Unreadable,
            },
        }
    }

    /// Opens a new draft that starts from `draft`. Nothing is stored before
    /// something is typed, except for a copy, which is worth keeping at once.
    pub fn open_new(self, id: String, draft: Draft, single_page: bool) {
        self.flush();
        let is_copy = !draft.is_untouched();
        self.save_state.set(SaveState::Untouched);
        self.show(StoredDraft {
            id,
            whose: Whose::default(),
            rev: 0,
            saved_at_ms: 0.0,
            phase: DraftPhase::Writing,
            base: None,
            base_revision: None,
            confirmed: None,
            draft,
            place: Place { single_page, ..Place::default() },
        });
        if is_copy {
            self.save();
        }
    }

    /// Opens a claim that the server has. Nothing is stored before something is
    /// changed: to look at it leaves no copy behind.
    pub fn open_claim(self, mut stored: StoredDraft) {
        self.flush();
        self.save_state.set(SaveState::Untouched);
        self.own(&mut stored);
        self.show(stored);
    }

    /// Notes whose it is from now on.
    fn own(self, stored: &mut StoredDraft) {
        if let Some(whose) = untrack(|| self.session.whose()) {
            stored.whose = whose;
        }
    }

    fn show(self, stored: StoredDraft) {
        self.left.update_untracked(BTreeSet::clear);
        self.pressed.update_untracked(BTreeSet::clear);
        // A claim may be begun anew over what was stored of it.
        let load = || drafts::load_for(&stored.id, Some(&stored.whose)).ok().flatten();
        let before = if stored.rev > 0 { None } else { load() };
        let known = before.as_ref().or((stored.rev > 0).then_some(&stored));
        let is_other = self.desk.try_update_value(|desk| {
            desk.rev = known.map_or(0, |known| known.rev);
            desk.draft = known.map(|known| known.draft.clone());
            desk.attended.as_ref() != Some(&stored.id)
        });
        // Who writes a draft whose page is open already is settled there.
        if is_other == Some(true) {
            self.is_reading.set(false);
        }
        self.stored.set(Some(stored));
    }

    /// Changes the draft; saved soon. A tab that only shows it changes nothing.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        if !self.may_write() {
            return;
        }
        self.stored.update(|stored| {
            if let Some(stored) = stored {
                change(&mut stored.draft);
                // From now on it is not what was sent, and does not go with it.
                if stored.phase == DraftPhase::Sent {
                    stored.phase = DraftPhase::Created;
                }
            }
        });
        self.save_soon();
    }

    /// Changes a text field.
    pub fn set_text(self, field: Field, mut text: String) {
        // Nobody sees it, and no server takes it.
        bounds::clear(&mut text, bounds::has_lines(field));
        self.edit(|draft| {
            // The screen shows an entry before the draft has one.
            if let Field::Product(index) | Field::SubscriptionId(index) = field {
                let needed = usize::from(index) + 1;
                if draft.products.len() < needed {
                    draft.products.resize(needed, cpor_rules::ProductEntry::default());
                }
            }
            if let Some(place) = draft.text_mut(field) {
                *place = text;
            }
        });
    }

    /// The text of a field, tracked.
    pub fn text(self, field: Field) -> String {
        self.with(|draft| draft.text(field).to_owned())
    }

    /// Reads the draft, tracked; an empty one while none is open.
    pub fn with<R>(self, read: impl FnOnce(&Draft) -> R) -> R {
        self.stored.with(|stored| match stored {
            Some(stored) => read(&stored.draft),
            None => read(&Draft::default()),
        })
    }

    /// The id of the open draft, untracked.
    pub fn id(self) -> Option<String> {
        self.stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.id.clone()))
    }

    /// Remembers where the user is, to come back there after a reload.
    pub fn set_place(self, change: impl FnOnce(&mut Place)) {
        let has_changed = self
            .stored
            .try_update_untracked(|stored| {
                stored.as_mut().is_some_and(|stored| {
                    let before = stored.place.clone();
                    change(&mut stored.place);
                    // A draft that is not stored, or not any more, is not worth storing
                    // for its place.
                    stored.place != before && stored.rev > 0 && drafts::is_there(&stored.id)
                })
            })
            .unwrap_or(false);
        // Which tab writes it is not settled for a place.
        if has_changed && self.may_write() && !self.desk.with_value(|desk| desk.is_unsettled) {
            self.save_soon();
        }
    }

    /// Moves the draft to its next phase and saves it at once.
    pub fn set_phase(self, phase: DraftPhase, sent: Draft) {
        self.stored.update(|stored| {
            if let Some(stored) = stored {
                stored.phase = phase;
                let before = stored.base.replace(sent);
                if stored.confirmed.is_none() && stored.base_revision.is_some() {
                    stored.confirmed = before;
                }
                self.own(stored);
            }
        });
        if self.desk.with_value(|desk| desk.is_unsettled) {
            self.save_soon();
        } else if self.may_write() {
            self.save();
        } else if let Some(tabs) = self.tabs() {
            tabs.note_phase();
        }
    }

    fn save_soon(self) {
        self.save_state.set(SaveState::Pending);
        // The first change starts the timer and later ones do not put it
        // off, so no keystroke waits longer than the delay.
        if self.timer.with_value(Option::is_none) {
            self.save_after(SAVE_DELAY_MS);
        }
    }

    fn save_after(self, delay_ms: u32) {
        let due_ms = now_ms() + f64::from(delay_ms);
        let timer = Timeout::new(delay_ms, move || {
            if now_ms() > due_ms + ASLEEP_MS {
                // Other tabs may have written meanwhile; that is heard first.
                self.save_after(WAKING_MS);
            } else {
                self.save();
            }
        });
        self.timer.set_value(Some(timer));
    }

    /// Saves what is not saved yet. Safe in `pagehide`: it does not wait.
    pub fn flush(self) {
        if self.has_unsaved_words() {
            self.save();
        }
    }

    pub(super) fn stop_timer(self) {
        self.timer.set_value(None);
    }

    /// Saves now, if this tab may.
    pub fn save(self) {
        self.save_over(self.desk.with_value(|desk| desk.rev));
    }

    /// Saves now over this revision, whatever this tab knew.
    pub(super) fn save_over(self, over: u64) {
        self.stop_timer();
        if !self.may_write() {
            return;
        }
        let Some(mut stored) = self.stored.get_untracked() else { return };
        // What was begun while nobody was signed in is taken over with the first save.
        if stored.whose.account.is_empty() {
            self.own(&mut stored);
        }
        stored.saved_at_ms = now_ms();
        stored.rev = over.max(self.desk.with_value(|desk| desk.rev)) + 1;
        match drafts::save_over(&stored, over) {
            Ok(()) => {
                let (rev, saved_at_ms) = (stored.rev, stored.saved_at_ms);
                let whose = stored.whose;
                self.desk.update_value(|desk| {
                    desk.rev = rev;
                    desk.draft = Some(stored.draft);
                });
                self.stored.update_untracked(|open| {
                    if let Some(open) = open {
                        open.rev = rev;
                        open.saved_at_ms = saved_at_ms;
                        open.whose = whose;
                    }
                });
                self.is_settling.set(local::is_copied_later());
                self.save_state.set(SaveState::Saved(saved_at_ms));
                self.saves.update(|count| *count = count.wrapping_add(1));
            }
            Err(error) => match self.tabs().filter(|_| error == SaveError::Overtaken) {
                Some(tabs) => tabs.overtaken(),
                None => self.save_state.set(SaveState::Failed(error)),
            },
        }
    }

    /// Goes on with the same draft as it has become elsewhere, and saves it.
    pub fn take_up(self, stored: StoredDraft) {
        self.stored.set(Some(stored));
        self.save();
    }

    /// Whether everything is on the disk.
    pub fn is_saved(self) -> bool {
        self.save_state.with_untracked(|state| matches!(state, SaveState::Saved(_)))
    }

    /// Closes the draft and forgets what was not saved of it.
    pub fn forget(self) {
        self.stop_timer();
        self.save_state.set(SaveState::Untouched);
        self.desk.update_value(|desk| (desk.rev, desk.draft) = (0, None));
        self.stored.set(None);
    }

    /// Closes the draft and removes it from this device.
    pub fn discard(self, id: &str) {
        if self.id().as_deref() == Some(id) {
            self.forget();
        }
        drafts::remove_for(id, untrack(|| self.session.whose()).as_ref());
        self.let_go.update(|ids| ids.push(id.to_owned()));
        self.saves.update(|count| *count = count.wrapping_add(1));
    }

    /// Notes that a field was left: from now on its errors show.
    pub fn leave(self, field: Field) {
        if !self.left.with_untracked(|left| left.contains(&field)) {
            self.left.update(|left| {
                left.insert(field);
            });
        }
    }

    /// Notes that Continue was pressed on these steps.
    pub fn press(self, steps: impl IntoIterator<Item = Step>) {
        self.pressed.update(|pressed| pressed.extend(steps));
    }

    /// Whether Continue was pressed on the step.
    pub fn is_pressed(self, step: Step) -> bool {
        self.pressed.with(|pressed| pressed.contains(&step))
    }

    /// What to say at a field, if its errors show already.
    pub fn shown(self, field: Field, severity: Severity) -> Option<Violation> {
        let violation = self.verdict.with(|verdict| {
            verdict
                .violations
                .iter()
                .find(|found| found.field == field && found.severity == severity)
                .cloned()
        })?;
        let is_shown = self.left.with(|left| left.contains(&field))
            || self.is_pressed(Step::of(field))
            // Warnings come from what was typed, never from what is missing.
            || (severity == Severity::Warns && Step::of(field) != Step::Proof);
        is_shown.then_some(violation)
    }

    /// What blocks on a step, in the order of the screen; tracked.
    pub fn blocking(self, step: Step) -> Vec<Violation> {
        self.verdict.with(|verdict| {
            verdict.blocking().filter(|found| Step::of(found.field) == step).cloned().collect()
        })
    }

    /// Warnings of a step; tracked.
    pub fn warnings(self, step: Step) -> Vec<Violation> {
        self.verdict.with(|verdict| {
            verdict.warnings().filter(|found| Step::of(found.field) == step).cloned().collect()
        })
    }

    /// Everything that blocks a stage, in the order of the screens; tracked.
    pub fn blocking_stage(self, stage: Stage) -> Vec<Violation> {
        self.verdict.with(|verdict| {
            verdict
                .blocking()
                .filter(|found| Step::of(found.field).row().stage <= stage)
                .cloned()
                .collect()
        })
    }
}
