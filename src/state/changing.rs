//! Opening a claim that was handed in for what its status still lets one change.
//!
//! The draft on this device holds what is written, as in the wizard. The
//! comment of a draft that was opened for a dispute is its justification.

use super::AppState;
use super::actions::{self, SendError};
use super::draft::Opened;
use crate::routes::Purpose;
use crate::storage::drafts::{DraftPhase, Place, StoredDraft};
use crate::storage::owner::Whose;
use crate::storage::settings;
use cpor_protocol::{ClaimRecord, Feature};
use cpor_rules::life_cycle::{Refusal, Situation, transition};
use cpor_rules::{Acknowledgements, Action, Actor, Draft, Status};
use cpor_sync::OpKind;
use leptos::prelude::*;

/// Opens the claim; what was begun for the same purpose is gone on with.
pub fn open(app: AppState, record: &ClaimRecord, purpose: Purpose) {
    let before = match app.draft.open(&record.id) {
        Opened::Ready => app.draft.stored.get_untracked(),
        Opened::Missing | Opened::Unreadable => None,
    };
    let is_pending = app.sync.view.with_untracked(|view| view.is_pending(&record.id));
    match before {
        Some(stored) if is_begun(&stored, record, purpose, is_pending) => {
            if stored.phase == DraftPhase::Sent {
                // From now on it is not what was sent, and is not given up with it.
                let base = stored.base.unwrap_or_else(|| record.draft.clone());
                app.draft.set_phase(DraftPhase::Created, base);
            }
        }
        before => app.draft.open_claim(fresh(record, purpose, before.as_ref())),
    }
}

/// Whether something is written on this device that the server does not have.
pub fn has_begun(app: AppState, record: &ClaimRecord, purpose: Purpose) -> bool {
    let is_pending = app.sync.view.with(|view| view.is_pending(&record.id));
    !is_pending
        && actions::local_draft(app, &record.id)
            .is_some_and(|stored| is_begun(&stored, record, purpose, false))
}

/// Whether somebody else changed the claim after this was begun.
pub fn is_outdated(stored: &StoredDraft, record: &ClaimRecord) -> bool {
    stored.base_revision.is_some_and(|revision| revision < record.revision)
        && stored.base.as_ref().is_some_and(|base| *base != record.draft)
}

/// Whether it holds a claim that was handed in, and nothing was written in it.
pub fn is_unwritten(stored: &StoredDraft, record: &ClaimRecord) -> bool {
    record.status != Status::Draft
        && stored.phase == DraftPhase::Created
        && Purpose::ALL.into_iter().any(|purpose| {
            purpose.code() == stored.place.step && !is_begun(stored, record, purpose, false)
        })
}

fn is_begun(
    stored: &StoredDraft,
    record: &ClaimRecord,
    purpose: Purpose,
    is_pending: bool,
) -> bool {
    if stored.place.step != purpose.code() {
        return false;
    }
    match stored.phase {
        _ if is_pending => true,
        DraftPhase::Writing => true,
        DraftPhase::Created => {
            stored.base.as_ref().is_none_or(|base| differs(&stored.draft, base, purpose))
        }
        // Sent and not arrived: it was refused, and given up in the outbox.
        DraftPhase::Sent => differs(&stored.draft, &record.draft, purpose),
    }
}

/// Whether more was written than what opening itself changes.
fn differs(draft: &Draft, base: &Draft, purpose: Purpose) -> bool {
    let mut draft = draft.normalised();
    draft.acknowledgements = base.acknowledgements;
    if purpose == Purpose::Dispute && draft.comment.is_empty() {
        draft.comment.clone_from(&base.comment);
    }
    draft != base.normalised()
}

/// The draft to begin with: the claim as the server has it. What was written
/// for another purpose and fits this one is taken along.
fn fresh(record: &ClaimRecord, purpose: Purpose, before: Option<&StoredDraft>) -> StoredDraft {
    let mut draft = record.draft.clone();
    match purpose {
        // Confirmed anew, since what they confirm is about to change.
        Purpose::Answer => draft.acknowledgements = Acknowledgements::default(),
        Purpose::Proof => {}
        Purpose::Dispute => draft.comment.clear(),
    }
    let unsent = before.filter(|stored| stored.phase == DraftPhase::Created);
    if let (Purpose::Dispute, Some(stored)) = (purpose, unsent) {
        if stored.draft.comment != record.draft.comment {
            draft.comment.clone_from(&stored.draft.comment);
        }
        let known = &record.draft.poe_files;
        let newer = stored
            .draft
            .poe_files
            .iter()
            .filter(|file| !known.iter().any(|known| known.sha256 == file.sha256));
        draft.poe_files.extend(newer.cloned());
    }
    StoredDraft {
        id: record.id.clone(),
        whose: Whose::default(),
        rev: 0,
        saved_at_ms: 0.0,
        phase: DraftPhase::Created,
        base: Some(record.draft.clone()),
        base_revision: Some(record.revision),
        confirmed: None,
        draft,
        place: Place { step: purpose.code().to_owned(), ..Place::default() },
    }
}

/// Why something cannot be done with a claim now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The life cycle does not let a partner do it.
    LifeCycle(Refusal),
    /// Another role can do it.
    Role,
    /// The backend does not do it.
    NotOffered,
}

/// Why the partner's person cannot do this now; tracked. That a reason or a
/// justification is still to be given stops nobody from beginning.
pub fn why_not(app: AppState, record: &ClaimRecord, action: Action) -> Option<WhyNot> {
    let situation = Situation {
        edition: record.draft.edition.get(),
        status: Some(record.status),
        since: record.status_since,
        today: app.clock.today.get(),
        holidays: &app.session.holidays(),
        was_disputed: record.was_disputed,
        reason: "-",
        has_newer_proof: true,
    };
    if let Err(refusal) = transition(&situation, action, Actor::Partner) {
        return Some(WhyNot::LifeCycle(refusal));
    }
    if !may(app, action) {
        return Some(WhyNot::Role);
    }
    let feature = match action {
        Action::Dispute => Feature::Dispute,
        Action::Disassociate => Feature::Disassociate,
        _ => return None,
    };
    (!app.session.offers(feature)).then_some(WhyNot::NotOffered)
}

/// Whether the role of the person allows it; tracked.
pub fn may(app: AppState, action: Action) -> bool {
    app.session.account.with(|account| account.as_ref().is_none_or(|known| known.role.may(action)))
}

/// The reason for ending an association as far as the account typed it.
pub fn reason(app: AppState, id: &str) -> String {
    let key = reason_key(app, id);
    // From before a reason named its account: the first one that comes has it.
    let old = format!("disassociate.{id}");
    if let Some(text) = settings::get(&old)
        && settings::set(&key, &text).is_ok()
    {
        settings::remove(&old);
    }
    settings::get(&key).unwrap_or_default()
}

/// Keeps the reason while it is typed. `false` where there is no room, and it is on
/// the screen only.
pub fn keep_reason(app: AppState, id: &str, text: &str) -> bool {
    let key = reason_key(app, id);
    if text.is_empty() {
        settings::remove(&key);
        return true;
    }
    let is_kept = settings::set(&key, text).is_ok();
    if !is_kept {
        app.settings.lacks(2 * (key.len() + text.encode_utf16().count()) as u64);
    }
    is_kept
}

fn reason_key(app: AppState, id: &str) -> String {
    let whose = untrack(|| app.session.whose()).unwrap_or_default();
    format!("disassociate.{}.{id}", whose.account)
}

/// All reasons that the account typed and did not send, each with its claim.
pub fn reasons(app: AppState) -> Vec<(String, String)> {
    let claims = settings::names(&reason_key(app, ""));
    claims.into_iter().map(|claim| (claim.clone(), reason(app, &claim))).collect()
}

/// Ends an association.
pub fn disassociate(
    app: AppState,
    id: &str,
    reason: String,
    done: impl FnOnce(Result<(), SendError>) + 'static,
) {
    actions::enqueue(app, id.to_owned(), vec![OpKind::Disassociate { reason }], done);
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveDate};
    use cpor_rules::PoeFile;

    fn record(draft: Draft) -> ClaimRecord {
        ClaimRecord {
            id: "a".to_owned(),
            reference: String::new(),
            revision: 3,
            status: Status::PartnerActionRequired,
            draft,
            created_at: DateTime::UNIX_EPOCH,
            created_by: String::new(),
            updated_at: DateTime::UNIX_EPOCH,
            submitted_at: None,
            status_since: NaiveDate::MIN,
            deadline: None,
            was_disputed: false,
            status_reason: String::new(),
            status_grounds: Vec::new(),
            organisation: String::new(),
        }
    }

    fn claim() -> Draft {
        Draft {
            claim_name: "Contoso".to_owned(),
            comment: "First comment".to_owned(),
            poe_files: vec![PoeFile { sha256: "1".to_owned(), ..PoeFile::default() }],
            ..Draft::default()
        }
    }

    #[test]
    fn what_nobody_wrote_in_is_not_gone_on_with() {
        let record = record(claim());
        for purpose in Purpose::ALL {
            let stored = fresh(&record, purpose, None);
            assert!(!is_begun(&stored, &record, purpose, false), "{purpose:?}");
        }
    }

    #[test]
    fn only_what_nobody_wrote_in_is_given_up() {
        let mut record = record(claim());
        for purpose in Purpose::ALL {
            let mut stored = fresh(&record, purpose, None);
            assert!(is_unwritten(&stored, &record), "{purpose:?}");
            stored.draft.comment = "A word".to_owned();
            assert!(!is_unwritten(&stored, &record), "{purpose:?}");
        }
        // What was sent and refused, and what is written in the wizard.
        let mut stored = fresh(&record, Purpose::Answer, None);
        stored.phase = DraftPhase::Sent;
        assert!(!is_unwritten(&stored, &record));
        stored.phase = DraftPhase::Created;
        stored.place = Place::default();
        assert!(!is_unwritten(&stored, &record));
        record.status = Status::Draft;
        assert!(!is_unwritten(&fresh(&record, Purpose::Answer, None), &record));
    }

    #[test]
    fn a_letter_is_gone_on_with_for_its_own_purpose_only() {
        let record = record(claim());
        let mut stored = fresh(&record, Purpose::Answer, None);
        stored.draft.comment.push('x');
        assert!(is_begun(&stored, &record, Purpose::Answer, false));
        assert!(!is_begun(&stored, &record, Purpose::Dispute, false));
    }

    #[test]
    fn what_was_sent_and_has_arrived_is_over_and_what_was_refused_is_not() {
        let mut record = record(claim());
        let mut stored = fresh(&record, Purpose::Answer, None);
        stored.phase = DraftPhase::Sent;
        stored.draft.comment = "Second comment".to_owned();
        assert!(is_begun(&stored, &record, Purpose::Answer, false));
        record.draft.comment = "Second comment".to_owned();
        assert!(!is_begun(&stored, &record, Purpose::Answer, false));
        assert!(is_begun(&stored, &record, Purpose::Answer, true));
    }

    #[test]
    fn an_answer_that_came_too_late_is_of_use_in_the_dispute() {
        let record = record(claim());
        let mut answer = fresh(&record, Purpose::Answer, None);
        answer.draft.comment = "Here it is".to_owned();
        answer.draft.poe_files.push(PoeFile { sha256: "2".to_owned(), ..PoeFile::default() });
        let dispute = fresh(&record, Purpose::Dispute, Some(&answer)).draft;
        assert_eq!((dispute.comment.as_str(), dispute.poe_files.len()), ("Here it is", 2));
        assert_eq!(fresh(&record, Purpose::Dispute, None).draft.comment, "");
    }

    #[test]
    fn a_change_of_somebody_else_is_noticed() {
        let mut record = record(claim());
        let stored = fresh(&record, Purpose::Answer, None);
        record.revision += 1;
        assert!(!is_outdated(&stored, &record));
        record.draft.claim_name.push('s');
        assert!(is_outdated(&stored, &record));
    }
}
