//! `POST /v1/claims/{id}/disassociate`: the partner ends an association.

use crate::claims::{Acting, ActingBegun, Said, words};
use crate::error::ApiResult;
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use cpor_protocol::{ClaimRecord, DisassociateInput, Problem};
use cpor_rules::Action;

/// Ends an association, with a reason. There is no way back but a new claim.
#[utoipa::path(
    post, path = "/v1/claims/{id}/disassociate", tag = "claims", request_body = DisassociateInput,
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 200, description = "Ended", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
        (status = 403, description = "The role does not disassociate", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not approved, or without a reason", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "The client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<DisassociateInput>>,
) -> ApiResult<Answer> {
    match Acting::begin(&state, &operation, &id, Action::Disassociate).await? {
        ActingBegun::Done(answer) => Ok(answer),
        ActingBegun::New(acting) => {
            let reason = &words(&operation.body.0.reason);
            acting.finish(Said { reason, ..Said::default() }).await
        }
    }
}
