//! `POST /v1/claims/{id}/review`: a reviewer decides.

use crate::claims::{Acting, ActingBegun, Said, words};
use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use cpor_protocol::{ClaimRecord, Problem, ReviewInput};
use cpor_rules::UserRole;
use std::collections::BTreeSet;

/// Takes a reviewer's decision: begin, approve, ask for more, reject.
#[utoipa::path(
    post, path = "/v1/claims/{id}/review", tag = "claims", request_body = ReviewInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 200, description = "Decided", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
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
    let input = &operation.body.0;
    let acting = match Acting::begin(&state, &operation, &id, input.action).await? {
        ActingBegun::Done(answer) => return Ok(answer),
        ActingBegun::New(acting) => acting,
    };
    if !UserRole::Reviewer.may(input.action) {
        return Err(ApiError::not_allowed("that is not a reviewer's decision"));
    }
    let items = acting.claim.record.draft.claimed_items();
    if !input.grounds.iter().all(|given| given.fits(input.action, items.iter().copied())) {
        return Err(ApiError::bad_request("a ground does not fit the action or the claim"));
    }
    let named: BTreeSet<_> = input.grounds.iter().collect();
    if named.len() != input.grounds.len() {
        return Err(ApiError::bad_request("a ground is given twice"));
    }
    let reason = &words(&input.reason);
    let said = Said { reason, grounds: &input.grounds, has_newer_proof: false };
    acting.finish(said).await
}
