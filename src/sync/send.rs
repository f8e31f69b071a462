//! One attempt: from an operation to an outcome.

use crate::api::{Api, ApiError, Change, Course, PutCondition, UploadFile};
use crate::platform::files;
use crate::storage::store::{Store, StoredFile};
use cpor_protocol::{ClaimInput, DisassociateInput, DisputeInput, ReviewInput, Revision, limits};
use cpor_rules::{Draft, bounds};
use cpor_sync::{Op, OpKind, Outcome, Passing, PullOutcome, WedgeReason};

/// Sends an operation on a revision.
pub(super) async fn send(api: &Api, op: &Op, revision: Option<Revision>) -> Outcome {
    let change = Change { op_id: &op.op_id, ruleset: &op.ruleset };
    let id = op.claim_id.as_str();
    let answer = match &op.kind {
        OpKind::Create { draft } => {
            api.put_claim(id, &input(op, draft), PutCondition::IsNew, change).await.map(Some)
        }
        OpKind::Change { draft } => {
            let condition = revision.map_or(PutCondition::IsNew, PutCondition::HasRevision);
            api.put_claim(id, &input(op, draft), condition, change).await.map(Some)
        }
        OpKind::Submit { manifest } => api.submit(id, manifest, revision, change).await.map(Some),
        OpKind::Comment { text } => api.comment(id, text, change).await.map(|_| None),
        OpKind::Delete => api.delete(id, revision, change).await.map(|()| None),
        OpKind::Dispute { justification, files } => {
            let input = DisputeInput { justification: justification.clone(), files: files.clone() };
            api.act(id, "dispute", &input, revision, change).await.map(Some)
        }
        OpKind::Disassociate { reason } => {
            let input = DisassociateInput { reason: reason.clone() };
            api.act(id, "disassociate", &input, revision, change).await.map(Some)
        }
        OpKind::Review { action, reason, grounds } => {
            let input =
                ReviewInput { action: *action, reason: reason.clone(), grounds: grounds.clone() };
            api.act(id, "review", &input, revision, change).await.map(Some)
        }
        OpKind::Upload { .. } => return stuck("a file goes up in pieces"),
    };
    match answer {
        Ok(claim) => Outcome::Applied { claim: claim.map(Box::new) },
        Err(error) => outcome_of(error),
    }
}

fn input(op: &Op, draft: &Draft) -> ClaimInput {
    // The newest are the likeliest to be missed.
    let first = op.set_aside.len().saturating_sub(limits::MAX_SET_ASIDE);
    let set_aside = op.set_aside[first..].iter().map(readable).collect();
    ClaimInput { draft: readable(draft), set_aside }
}

/// An earlier version of the app may have stored characters that no server takes.
fn readable(draft: &Draft) -> Draft {
    if bounds::absurd(draft).is_some() { draft.normalised() } else { draft.clone() }
}

/// Sends what the backend lacks of a file.
pub(super) async fn upload(
    api: &Api,
    store: &dyn Store,
    op: &Op,
    (sha256, name): (&str, &str),
    course: &dyn Course,
) -> Outcome {
    let file = match store.file(sha256.to_owned()).await {
        // What is damaged would be refused with its last byte, each time anew.
        Ok(Some(file)) if is_intact(&file).await => file,
        Ok(_) => return Outcome::Stuck(WedgeReason::FileMissing),
        Err(_) => return Outcome::Passing { why: Passing::Storage, retry_after_ms: None },
    };
    let change = Change { op_id: &op.op_id, ruleset: &op.ruleset };
    let upload = UploadFile { sha256, name, bytes: &file.bytes };
    match api.upload(upload, change, course).await {
        Ok(()) => Outcome::Applied { claim: None },
        Err(error) => outcome_of(error),
    }
}

/// Whether the content is still what it was when it was chosen.
async fn is_intact(file: &StoredFile) -> bool {
    files::sha256_hex(&file.bytes).await.is_none_or(|sha256| sha256 == file.sha256)
}

fn outcome_of(error: ApiError) -> Outcome {
    match error {
        ApiError::Offline => Outcome::Passing { why: Passing::Offline, retry_after_ms: None },
        ApiError::Retry { after_seconds } => {
            Outcome::Passing { why: Passing::Busy, retry_after_ms: after_seconds.map(in_ms) }
        }
        ApiError::Scanning { after_seconds } => {
            Outcome::Passing { why: Passing::Scanning, retry_after_ms: after_seconds.map(in_ms) }
        }
        ApiError::SignIn => Outcome::SignIn,
        ApiError::Conflict { current } => Outcome::Conflict { current },
        ApiError::Refused(problem) => Outcome::Refused(problem),
        ApiError::Gone => stuck("the backend answered 410 to a change"),
        ApiError::Bug(detail) => stuck(&detail),
    }
}

fn stuck(detail: &str) -> Outcome {
    Outcome::Stuck(WedgeReason::NotUnderstood { detail: detail.to_owned() })
}

/// Fetches a page of changes.
pub(super) async fn pull(api: &Api, cursor: Option<&str>, etag: Option<&str>) -> PullOutcome {
    match api.changes(cursor, etag).await {
        Ok(Some((page, etag))) => PullOutcome::Page { page, etag },
        Ok(None) => PullOutcome::NotModified,
        Err(ApiError::Gone) => PullOutcome::Gone,
        Err(ApiError::SignIn) => PullOutcome::SignIn,
        Err(ApiError::Offline) => {
            PullOutcome::Passing { why: Passing::Offline, retry_after_ms: None }
        }
        Err(ApiError::Retry { after_seconds } | ApiError::Scanning { after_seconds }) => {
            PullOutcome::Passing { why: Passing::Busy, retry_after_ms: after_seconds.map(in_ms) }
        }
        // A backend that refuses to tell the news, or tells them in another
        // language, may do better later; nothing of the person's is at stake.
        Err(ApiError::Conflict { .. } | ApiError::Refused(_) | ApiError::Bug(_)) => {
            PullOutcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) }
        }
    }
}

fn in_ms(seconds: u64) -> u64 {
    seconds.saturating_mul(1_000)
}
