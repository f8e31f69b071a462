//! `POST /v1/claims/{id}/dispute`: contest a rejection, once.

use crate::claims::{
    Acting, ActingBegun, Case, Said, allowed, judge_disputed_items, judge_newer_proof,
    refuse_absurd, words,
};
use crate::clock::day_in;
use crate::error::ApiResult;
use crate::repositories::history;
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use cpor_protocol::{ClaimRecord, DisputeInput, HistoryEvent, Problem};
use cpor_rules::Action;

/// Contests a rejection with a justification, newer proof, or both.
///
/// Files are added to the proof and never replace any; their contents are
/// uploaded before.
#[utoipa::path(
    post, path = "/v1/claims/{id}/dispute", tag = "claims", request_body = DisputeInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 200, description = "In dispute", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
        (status = 403, description = "The role does not dispute", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not rejected, disputed before, too late, nothing new, or files missing", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "The client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The rules refuse a file, or another claim of the organisation holds an item by now", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<DisputeInput>>,
) -> ApiResult<Answer> {
    let mut acting = match Acting::begin(&state, &operation, &id, Action::Dispute).await? {
        ActingBegun::Done(answer) => return Ok(answer),
        ActingBegun::New(acting) => acting,
    };
    let input = &operation.body.0;
    let before = acting.claim.record.draft.clone();
    let mut draft = before.clone();
    for file in &input.files {
        if !draft.poe_files.iter().any(|known| known.sha256 == file.sha256) {
            draft.poe_files.push(file.clone());
        }
    }
    refuse_absurd(&draft)?;
    draft.poe_files = draft.normalised().poe_files;
    let newer = draft.poe_files[before.poe_files.len()..].to_vec();
    let justification = words(&input.justification);
    let said =
        Said { reason: &justification, has_newer_proof: !newer.is_empty(), ..Said::default() };
    let act = acting.act(said);
    allowed(&acting.claim, act)?;
    let connection = &mut acting.change.transaction;
    let claim = &mut acting.claim;
    let case = Case {
        is_scanned: state.scans.is_on(),
        organisation_id: &claim.organisation_id,
        claim_id: &claim.record.id,
        today: day_in(claim.zone, acting.change.now),
    };
    judge_disputed_items(connection, case, &draft).await?;
    if !newer.is_empty() {
        judge_newer_proof(connection, case, &before, &draft).await?;
    }
    claim.record.draft = draft;
    for file in newer {
        let event = HistoryEvent::FileAdded { name: file.name };
        history::add(connection, &claim.record.id, act.deed, &event).await?;
    }
    acting.finish(said).await
}
