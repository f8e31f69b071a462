//! What is typed beside drafts, saved in a file of drafts and brought in again.
//!
//! Nothing is overwritten: where something else is here, or where it is another
//! account's, it stays in the file, to be read there.

use super::AppState;
use super::{changing, kept_aside};
use crate::platform::clock::now_ms;
use crate::storage::beside::{Beside, PackedNotes, PackedReason};
use crate::storage::reviews::{self, Notes};
use leptos::prelude::*;

/// How much of it there is, by what becomes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// Notes that are not here yet.
    pub notes: usize,
    /// Reasons that are not here yet.
    pub reasons: usize,
    /// Texts that are not kept aside here yet.
    pub aside: usize,
    /// Here as they are.
    pub same: usize,
    /// Only to be read in the file: something else is here, or it is somebody else's.
    pub only_read: usize,
    /// There was no room for them.
    pub no_room: usize,
}

impl Fates {
    /// How much can be brought in.
    pub fn to_bring_in(self) -> usize {
        self.notes + self.reasons + self.aside
    }
}

/// Everything of it that is here and belongs to whoever is here.
pub fn gather(app: AppState) -> Beside {
    untrack(|| {
        let account = account(app);
        let notes = account.iter().flat_map(|account| {
            reviews::of(account).into_iter().map(|(claim, notes)| PackedNotes {
                account: account.clone(),
                claim,
                notes,
            })
        });
        let reasons = changing::reasons(app)
            .into_iter()
            .filter(|(claim, _)| is_known(app, claim))
            .map(|(claim, text)| PackedReason { claim, text });
        Beside { notes: notes.collect(), reasons: reasons.collect(), aside: kept_aside::pack(app) }
    })
}

/// What would become of it, or, if it `is_taken` in, what did.
pub fn take_in(app: AppState, beside: &Beside, is_taken: bool) -> Fates {
    untrack(|| {
        let mut fates = Fates::default();
        let own = account(app);
        for packed in &beside.notes {
            let fate = notes_fate(own.as_deref(), packed);
            let fate = kept(fate, is_taken, || {
                reviews::save(&packed.account, &packed.claim, &packed.notes, now_ms()).is_ok()
            });
            count(&mut fates, fate, |fates| &mut fates.notes);
        }
        for packed in &beside.reasons {
            let fate = match changing::reason(app, &packed.claim) {
                _ if !is_known(app, &packed.claim) => Fate::OnlyRead,
                here if here == packed.text => Fate::Same,
                here if here.is_empty() => Fate::New,
                _ => Fate::OnlyRead,
            };
            let fate =
                kept(fate, is_taken, || changing::keep_reason(app, &packed.claim, &packed.text));
            count(&mut fates, fate, |fates| &mut fates.reasons);
        }
        for text in &beside.aside {
            let fate = match kept_aside::is_here(app, text) {
                Some(true) => Fate::Same,
                Some(false) => Fate::New,
                None => Fate::OnlyRead,
            };
            let fate = kept(fate, is_taken, || kept_aside::unpack(text));
            count(&mut fates, fate, |fates| &mut fates.aside);
        }
        fates
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    New,
    Same,
    OnlyRead,
    NoRoom,
}

fn notes_fate(own: Option<&str>, packed: &PackedNotes) -> Fate {
    let is_name = |id: &str| {
        !id.is_empty()
            && id.len() <= 64
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // Ids become part of a key, and the file comes from anybody.
    if own != Some(packed.account.as_str()) || !is_name(&packed.claim) {
        return Fate::OnlyRead;
    }
    match reviews::load(&packed.account, &packed.claim) {
        here if here == packed.notes => Fate::Same,
        here if here == Notes::default() => Fate::New,
        _ => Fate::OnlyRead,
    }
}

fn kept(fate: Fate, is_taken: bool, keep: impl FnOnce() -> bool) -> Fate {
    if fate == Fate::New && is_taken && !keep() { Fate::NoRoom } else { fate }
}

fn count(fates: &mut Fates, fate: Fate, new: impl FnOnce(&mut Fates) -> &mut usize) {
    *match fate {
        Fate::New => new(fates),
        Fate::Same => &mut fates.same,
        Fate::OnlyRead => &mut fates.only_read,
        Fate::NoRoom => &mut fates.no_room,
    } += 1;
}

fn account(app: AppState) -> Option<String> {
    app.session.account.with(|known| known.as_ref().map(|known| known.id.clone()))
}

/// A claim that this organisation has: a reason alone does not say whose it is.
fn is_known(app: AppState, claim: &str) -> bool {
    app.sync.view.with(|view| view.claim(claim).is_some())
}
