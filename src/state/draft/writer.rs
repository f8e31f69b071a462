//! Of several tabs on one draft one writes; this is what each has to know of it
//! from the start. How the tabs agree is in [`crate::state::tabs`], a module that
//! comes after the first screen.

use super::{DraftState, SaveState};
use cpor_rules::Draft;
use leptos::prelude::*;
use std::rc::Rc;

/// What a tab begins with when it is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// What is stored.
    Stored,
    /// What is on the screen; what is stored is set aside.
    Screen,
}

/// Why a tab only shows a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Another tab writes it.
    Elsewhere,
    /// Another tab was asked to go on, and this one let go.
    HandedOver,
    /// Another tab has saved it while this one slept. What was typed here and
    /// not saved is on the screen.
    Overtaken {
        /// Whether what is on the screen is kept on this device as well.
        is_kept: bool,
    },
    /// The other tab has words that it cannot save, so it does not let go.
    Busy,
    /// The other tab deleted it, or sent it.
    Gone,
    /// A newer version of the app wrote it.
    Newer,
}

/// The other tabs of this browser, as the open draft knows them.
pub trait Tabs {
    /// A page of this draft is open, or none.
    fn attend(&self, id: Option<&str>);
    /// The person wants to write here.
    fn take_over(&self, with: Begin);
    /// A save was refused: another tab has saved since this one read.
    fn overtaken(&self);
    /// The draft was sent from here, while another tab writes it by now.
    fn note_phase(&self);
    /// Why this tab only shows the draft; tracked.
    fn because(&self) -> Option<Because>;
}

/// What this tab knows of the open draft beside its content.
#[derive(Default)]
pub(in crate::state) struct Desk {
    /// Revision of what is stored.
    pub rev: u64,
    /// Its content, as this tab read or saved it last.
    pub draft: Option<Draft>,
    /// The draft whose page is open.
    pub attended: Option<String>,
    /// The tabs have not agreed yet who writes it.
    pub is_unsettled: bool,
    /// What speaks to the other tabs; `None` until it is there.
    pub tabs: Option<Rc<dyn Tabs>>,
    /// It is on its way.
    pub awaits_tabs: bool,
}

impl DraftState {
    /// Whether this tab may write the open draft, as far as is known.
    pub fn may_write(self) -> bool {
        !self.is_reading.get_untracked()
    }

    /// Whether a page of this draft is open here.
    pub fn is_attended(self, id: &str) -> bool {
        self.desk.with_value(|desk| desk.attended.as_deref() == Some(id))
    }

    /// What speaks to the other tabs, once it is there.
    pub fn tabs(self) -> Option<Rc<dyn Tabs>> {
        self.desk.try_with_value(|desk| desk.tabs.clone()).flatten()
    }

    pub(in crate::state) fn has_unsaved_words(self) -> bool {
        self.save_state
            .with_untracked(|state| matches!(state, SaveState::Pending | SaveState::Failed(_)))
    }

    /// A page of this draft is open, until it is left: this tab is to write it,
    /// unless another one does.
    pub fn attend(self, id: &str) {
        let id = id.to_owned();
        self.desk.update_value(|desk| {
            desk.attended = Some(id.clone());
            desk.is_unsettled = desk.awaits_tabs || desk.tabs.is_some();
        });
        if let Some(tabs) = self.tabs() {
            tabs.attend(Some(&id));
        }
        on_cleanup(move || {
            if self.desk.with_value(|desk| desk.attended.as_ref() == Some(&id)) {
                self.flush();
                self.desk.update_value(|desk| {
                    desk.attended = None;
                    desk.is_unsettled = false;
                });
                self.is_reading.set(false);
                if let Some(tabs) = self.tabs() {
                    tabs.attend(None);
                }
            }
        });
    }

    /// What speaks to the other tabs is on its way.
    pub fn await_tabs(self) {
        self.desk.update_value(|desk| desk.awaits_tabs = true);
    }

    /// It did not arrive; the fence of each save has to do.
    pub fn do_without_tabs(self) {
        self.desk.update_value(|desk| {
            desk.awaits_tabs = false;
            desk.is_unsettled = false;
        });
    }

    /// It is there. A function of its own, so that the compiler does not know in the
    /// first module what comes here, and leaves it in the one that comes later.
    pub fn meet_tabs(self, tabs: Rc<dyn Tabs>) {
        let attended = self.desk.try_update_value(|desk| {
            desk.tabs = Some(tabs.clone());
            desk.awaits_tabs = false;
            desk.is_unsettled = desk.attended.is_some();
            desk.attended.clone()
        });
        if let Some(Some(id)) = attended {
            tabs.attend(Some(&id));
        }
    }
}
