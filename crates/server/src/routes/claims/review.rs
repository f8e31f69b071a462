//! `POST /v1/claims/{id}/review`: a reviewer decides.

use crate::claims::{Act, apply_transition, visible};
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::repositories::history::Deed;
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cpor_protocol::{ClaimRecord, Problem, ReviewInput};
use cpor_rules::{Actor, UserRole};

/// Most characters of a reason.
const MAX_REASON: usize = 2000;

/// Takes a reviewer's decision: begin, approve, ask for more, reject.
#[utoipa::path(
    post, path = "/v1/claims/{id}/review", tag = "claims", request_body = ReviewInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 200, description = "Decided", body = ClaimRecord),
        (status = 403, description = "Only reviewers decide", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in this status, or without a reason", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "The client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<ReviewInput>>,
) -> ApiResult<Answer> {
    let mut change = match Change::begin(&state, &operation).await? {
        Begun::Done(answer) => return Ok(answer),
        Begun::New(change) => change,
    };
    let (who, input) = (&operation.who, &operation.body.0);
    let connection = &mut *change.transaction;
    let mut claim = visible(connection, who, &id).await?;
    let role = who.account.role;
    if role != UserRole::Reviewer || !role.may(input.action) {
        return Err(ApiError::not_allowed("this role does not decide that"));
    }
    operation.expect_revision_of(&claim.record)?;
    if input.reason.chars().count() > MAX_REASON {
        return Err(ApiError::bad_request("a reason has at most 2000 characters"));
    }
    let deed = Deed { at: change.now, actor: Actor::Microsoft, account_id: Some(&who.account.id) };
    let act = Act { action: input.action, deed, reason: &input.reason, has_newer_proof: false };
    apply_transition(connection, &mut claim, act).await?;
    change.finish(Answer::claim(StatusCode::OK, &claim.record)?).await
}
