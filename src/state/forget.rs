//! What the server has is not kept here a second time. Compiled into the module
//! that comes after the first screen.

use super::changing::is_unwritten;
use super::{AppState, actions};
use crate::storage::drafts::{DraftPhase, StoredDraft};
use cpor_rules::Status;
use leptos::prelude::*;

/// Drafts whose submission has reached the server are the server's from then on,
/// and so are claims that were opened and in which nothing was written.
pub fn start(app: AppState) {
    // The module came without an owner. This lives as long as the app does.
    let owner = Owner::new();
    owner.with(|| follow(app));
    StoredValue::new_local(owner);
}

fn follow(app: AppState) {
    Effect::new(move |_| {
        let done: Vec<String> = app.sync.view.with(|view| {
            let open = app.draft.id();
            let is_over = |stored: &StoredDraft| {
                let Some(claim) = view.claim(&stored.id) else { return false };
                if stored.phase == DraftPhase::Sent {
                    !may_be_unsent(claim.status)
                } else {
                    // What is open may be written in the next moment.
                    open.as_ref() != Some(&stored.id) && is_unwritten(stored, claim)
                }
            };
            actions::readable_drafts(app)
                .into_iter()
                .filter(|stored| !view.is_pending(&stored.id) && is_over(stored))
                .map(|stored| stored.id)
                .collect()
        });
        for id in done {
            app.draft.discard(&id);
        }
    });
}

/// Whether a claim that stands there may lack what was sent: a submission, an
/// answer or a dispute that was refused and given up is not to be lost as well.
const fn may_be_unsent(status: Status) -> bool {
    matches!(status, Status::Draft | Status::PartnerActionRequired | Status::Rejected)
}
