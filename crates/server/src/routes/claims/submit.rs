//! `POST /v1/claims/{id}/submit`: hand a claim in, for the first time or again.

use crate::claims::{Act, Case, allowed, apply_transition, judge_submission, visible};
use crate::clock::day_in;
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::repositories::history::Deed;
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cpor_protocol::{ClaimRecord, Problem, ProblemCode, SubmitInput};
use cpor_rules::Action;
use cpor_rules::digest::ruleset_digest;
use std::collections::BTreeSet;

/// Hands the claim in. From then on it cannot be edited.
///
/// Refused while a file of the manifest is missing, and when the client judged
/// by rules that this server does not know.
#[utoipa::path(
    post, path = "/v1/claims/{id}/submit", tag = "claims", request_body = SubmitInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 200, description = "Submitted", body = ClaimRecord),
        (status = 403, description = "The role does not submit", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in this status, files missing, or unknown rules", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "The client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The rules refuse it", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<SubmitInput>>,
) -> ApiResult<Answer> {
    let mut change = match Change::begin(&state, &operation).await? {
        Begun::Done(answer) => return Ok(answer),
        Begun::New(change) => change,
    };
    let (who, input) = (&operation.who, &operation.body.0);
    let connection = &mut *change.transaction;
    let mut claim = visible(connection, who, &id).await?;
    if !who.account.role.may(Action::Submit) {
        return Err(ApiError::not_allowed("this role does not submit claims"));
    }
    operation.expect_revision_of(&claim.record)?;
    if input.ruleset != ruleset_digest() {
        let title = "The rules of the client are not known here";
        return Err(ApiError::new(StatusCode::CONFLICT, ProblemCode::RulesetUnknown, title));
    }
    let deed = Deed {
        at: change.now,
        actor: who.account.role.acts_for(),
        account_id: Some(&who.account.id),
    };
    let act = Act { action: Action::Submit, deed, reason: "", has_newer_proof: false };
    allowed(&claim, act)?;
    let named: BTreeSet<&str> = input.manifest.iter().map(String::as_str).collect();
    let held: BTreeSet<&str> =
        claim.record.draft.poe_files.iter().map(|file| file.sha256.as_str()).collect();
    if named != held {
        return Err(ApiError::bad_request("the manifest names other files than the claim"));
    }
    let case = Case {
        organisation_id: &claim.organisation_id,
        claim_id: &claim.record.id,
        today: day_in(claim.zone, change.now),
    };
    judge_submission(connection, case, &claim.record.draft).await?;
    claim.ruleset = Some(input.ruleset.clone());
    apply_transition(connection, &mut claim, act).await?;
    change.finish(Answer::claim(StatusCode::OK, &claim.record)?).await
}
