//! What the server has is not kept here a second time. Compiled into the module
//! that comes after the first screen.

use super::changing::is_unwritten;
use super::{AppState, actions};
use crate::routes::Purpose;
use crate::storage::drafts::{self, DraftPhase, StoredDraft};
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
        let done: Vec<(StoredDraft, bool)> = app.sync.view.with(|view| {
            let open = app.draft.id();
            let fate = |stored: StoredDraft| {
                let claim = view.claim(&stored.id)?;
                let is_over = !may_be_unsent(claim.status);
                let is_open = open.as_ref() == Some(&stored.id);
                if stored.phase == DraftPhase::Sent {
                    return is_over.then_some((stored, false));
                }
                // What is open may be written in the next moment.
                if is_open {
                    return None;
                }
                if is_unwritten(&stored, claim) {
                    return Some((stored, false));
                }
                // Written in the wizard after the submission was made, which went
                // without it.
                let is_late = is_over
                    && stored.phase == DraftPhase::Created
                    && Purpose::ALL.into_iter().all(|it| it.code() != stored.place.step);
                is_late.then(|| {
                    let is_different = stored.draft.normalised() != claim.draft.normalised();
                    (stored, is_different)
                })
            };
            actions::readable_drafts(app)
                .into_iter()
                .filter(|stored| !view.is_pending(&stored.id))
                .filter_map(fate)
                .collect()
        });
        for (stored, is_worth_keeping) in done {
            if !is_worth_keeping || drafts::set_aside(&stored) {
                app.draft.discard(&stored.id);
            }
        }
    });
}

/// Whether a claim that stands there may lack what was sent: a submission, an
/// answer or a dispute that was refused and given up is not to be lost as well.
const fn may_be_unsent(status: Status) -> bool {
    matches!(status, Status::Draft | Status::PartnerActionRequired | Status::Rejected)
}
