//! `POST /v1/claims/{id}/comments`: say something about a claim.

use crate::claims::{announce, tell_of_comment, visible, words};
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::mutants::mutant;
use crate::repositories::history::{self, Deed};
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cpor_protocol::limits::MAX_WORDS;
use cpor_protocol::{CommentInput, HistoryEntry, HistoryEvent, Problem};

/// Adds a comment to the history.
///
/// Needs no `If-Match` and leaves the claim's revision alone: a comment stands
/// beside the claim, and must not make anybody's edit stale. The claim appears
/// in the changes again, so that readers fetch its history.
#[utoipa::path(
    post, path = "/v1/claims/{id}/comments", tag = "claims", request_body = CommentInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
    ),
    responses(
        (status = 201, description = "Added", body = HistoryEntry),
        (status = 400, description = "Empty or too long", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<CommentInput>>,
) -> ApiResult<Answer> {
    let mut change = match Change::begin(&state, &operation).await? {
        Begun::Done(answer) => return Ok(answer),
        Begun::New(change) => change,
    };
    let who = &operation.who;
    let connection = &mut change.transaction;
    let claim = visible(connection, who, &id).await?;
    let text = words(&operation.body.0.text);
    if text.is_empty() || text.chars().count() > MAX_WORDS {
        return Err(ApiError::bad_request("a comment has 1 to 2000 characters"));
    }
    let actor = who.account.role.acts_for();
    let deed = Deed {
        at: change.now,
        actor,
        account_id: Some(&who.account.id),
        operation: Some(&operation.key),
    };
    let event = HistoryEvent::Comment { text };
    history::add(connection, &claim.record.id, deed, &event).await?;
    tell_of_comment(connection, &claim, deed).await?;
    if mutant!(CommentRaisesRevision) {
        let mut claim = claim.clone();
        claim.touch(change.now);
        crate::repositories::claims::save(connection, &claim).await?;
    }
    if !mutant!(CommentNotTold) {
        announce(connection, &claim).await?;
    }
    let entry = HistoryEntry { at: change.now, actor, by: who.account.name.clone(), event };
    change.finish(Answer::json(StatusCode::CREATED, &entry)?).await
}
