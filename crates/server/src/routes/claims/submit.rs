//! `POST /v1/claims/{id}/submit`: hand a claim in, for the first time or again.

use crate::claims::{Acting, ActingBegun, Case, Said, allowed, judge_submission};
use crate::clock::day_in;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
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
        (status = 200, description = "Submitted", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
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
    let mut acting = match Acting::begin(&state, &operation, &id, Action::Submit).await? {
        ActingBegun::Done(answer) => return Ok(answer),
        ActingBegun::New(acting) => acting,
    };
    let input = &operation.body.0;
    if input.ruleset != ruleset_digest() && !mutant!(RulesetIgnored) {
        let title = "The rules of the client are not known here";
        return Err(ApiError::new(StatusCode::CONFLICT, ProblemCode::RulesetUnknown, title));
    }
    let said = Said::default();
    allowed(&acting.claim, acting.act(said))?;
    let draft = &acting.claim.record.draft;
    let named: BTreeSet<&str> = input.manifest.iter().map(String::as_str).collect();
    let held: BTreeSet<&str> = draft.poe_files.iter().map(|file| file.sha256.as_str()).collect();
    if named != held && !mutant!(ManifestIgnored) {
        return Err(ApiError::bad_request("the manifest names other files than the claim"));
    }
    let case = Case {
        is_scanned: state.scans.is_on(),
        organisation_id: &acting.claim.organisation_id,
        claim_id: &acting.claim.record.id,
        today: day_in(acting.claim.zone, acting.change.now),
    };
    judge_submission(&mut acting.change.transaction, case, draft).await?;
    acting.claim.ruleset = Some(input.ruleset.clone());
    acting.finish(said).await
}
