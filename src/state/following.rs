//! Drafts on this device follow their claims: what somebody else changed comes
//! into a draft that was sent before, and what was written here since stays.
//! Compiled into the module that comes after the first screen.

use super::actions::readable_drafts;
use super::{AppState, tabs};
use crate::platform::locks;
use crate::storage::drafts::{self, DraftPhase, StoredDraft};
use cpor_protocol::ClaimRecord;
use cpor_rules::Status;
use cpor_sync::merge::merge;
use leptos::prelude::*;

/// Follows from now on.
pub fn follow(app: AppState) {
    Effect::new(move |_| {
        // Of the draft that is open the disk may lack the last words.
        let open = app.draft.stored.get_untracked();
        let as_it_is = |stored: StoredDraft| match &open {
            Some(open) if open.id == stored.id => open.clone(),
            _ => stored,
        };
        let behind: Vec<StoredDraft> = app.sync.view.with(|view| {
            untrack(|| readable_drafts(app))
                .into_iter()
                .map(as_it_is)
                // What is unsent is merged where it is sent.
                .filter(|stored| !view.is_pending(&stored.id))
                .filter_map(|stored| {
                    let record = view.claim(&stored.id)?;
                    caught_up(&stored, record)
                })
                .collect()
        });
        for stored in behind {
            keep(app, stored);
        }
    });
}

/// The draft on top of the claim as it is now; `None` where it is there already,
/// or where both changed the same: then it waits until it is sent, and the
/// person decides.
fn caught_up(stored: &StoredDraft, record: &ClaimRecord) -> Option<StoredDraft> {
    if stored.phase != DraftPhase::Created
        || record.status != Status::Draft
        || stored.base_revision == Some(record.revision)
    {
        return None;
    }
    if stored.base.as_ref() == Some(&record.draft) {
        return Some(StoredDraft {
            base_revision: Some(record.revision),
            confirmed: None,
            ..stored.clone()
        });
    }
    // What was sent and given up is no base: nobody else has it.
    let base = stored.confirmed.as_ref().or(stored.base.as_ref())?;
    let merged = merge(base, &stored.draft, &record.draft);
    merged.conflicts.is_empty().then(|| StoredDraft {
        draft: merged.draft,
        base: Some(record.draft.clone()),
        base_revision: Some(record.revision),
        confirmed: None,
        ..stored.clone()
    })
}

/// The tab that writes a draft takes it up; a draft that nobody writes is stored.
pub(super) fn keep(app: AppState, stored: StoredDraft) {
    if app.draft.is_attended(&stored.id) {
        if app.draft.may_write() {
            app.draft.take_up(stored);
        }
        return;
    }
    let name = tabs::lock_name(&stored.id);
    let save = move || {
        let id = stored.id.clone();
        // A draft that cannot be saved now is behind again at the next look.
        if drafts::save(&StoredDraft { rev: stored.rev + 1, ..stored }).is_ok()
            && app.draft.id().as_ref() == Some(&id)
        {
            app.draft.open(&id);
        }
    };
    if locks::are_supported() {
        locks::try_request(&name, move |lock| {
            if lock.is_some() {
                save();
            }
        });
    } else {
        save();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::owner::Whose;
    use cpor_rules::Draft;

    fn draft(name: &str, comment: &str) -> Draft {
        Draft { claim_name: name.into(), comment: comment.into(), ..Draft::default() }
    }

    fn stored(draft: Draft, base: Draft) -> StoredDraft {
        StoredDraft {
            id: "a".into(),
            whose: Whose::default(),
            rev: 3,
            saved_at_ms: 0.0,
            phase: DraftPhase::Created,
            base: Some(base),
            base_revision: Some(1),
            confirmed: None,
            draft,
            place: drafts::Place::default(),
        }
    }

    fn record(revision: u64, draft: Draft) -> ClaimRecord {
        let json = serde_json::json!({
            "id": "a", "reference": "", "revision": revision, "status": "draft", "draft": draft,
            "created_at": "2026-01-01T00:00:00Z", "created_by": "", "submitted_at": null,
            "updated_at": "2026-01-01T00:00:00Z", "status_since": "2026-01-01",
            "deadline": null, "was_disputed": false, "status_reason": "",
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_others_changed_comes_and_what_is_written_here_stays() {
        let before = stored(draft("mine", ""), draft("old", ""));
        let after = caught_up(&before, &record(2, draft("old", "theirs"))).unwrap();
        assert_eq!(after.draft, draft("mine", "theirs"));
        assert_eq!((after.base, after.base_revision), (Some(draft("old", "theirs")), Some(2)));
        assert_eq!(caught_up(&before, &record(1, draft("old", "theirs"))), None, "it was seen");
    }

    #[test]
    fn what_both_changed_is_left_for_a_decision() {
        let before = stored(draft("mine", ""), draft("old", ""));
        assert_eq!(caught_up(&before, &record(2, draft("theirs", ""))), None);
        let mut sent = before.clone();
        sent.phase = DraftPhase::Sent;
        assert_eq!(caught_up(&sent, &record(2, draft("old", "theirs"))), None);
    }
}
