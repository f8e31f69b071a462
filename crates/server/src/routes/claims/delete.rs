//! `DELETE /v1/claims/{id}`: delete a claim that was never submitted.

use crate::claims::{Act, Said, allowed, visible};
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::repositories::audit::{self, Event};
use crate::repositories::history::{self, Deed};
use crate::repositories::{changes, claims};
use crate::state::AppState;
use crate::web::{Answer, Operation};
use axum::extract::{Path, State};
use cpor_protocol::Problem;
use cpor_rules::Action;

/// Deletes a draft and leaves a tombstone in the changes.
#[utoipa::path(
    delete, path = "/v1/claims/{id}", tag = "claims",
    params(
        ("id" = String, Path, description = "UUID of the claim"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-Match" = String, Header, description = "ETag of the claim"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not a draft", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "The client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<()>,
) -> ApiResult<Answer> {
    let mut change = match Change::begin(&state, &operation).await? {
        Begun::Done(answer) => return Ok(answer),
        Begun::New(change) => change,
    };
    let who = &operation.who;
    let connection = &mut change.transaction;
    let claim = visible(connection, who, &id).await?;
    if !who.account.role.may(Action::Delete) {
        return Err(ApiError::not_allowed("this role does not delete claims"));
    }
    operation.expect_revision_of(&claim.record)?;
    let deed = Deed {
        at: change.now,
        actor: who.account.role.acts_for(),
        account_id: Some(&who.account.id),
        operation: Some(&operation.key),
    };
    allowed(&claim, Act { action: Action::Delete, deed, said: Said::default() })?;
    let id = &claim.record.id;
    let organisation_id = &claim.organisation_id;
    audit::note(connection, Event { organisation_id, deed, what: "deleted", subject: id }).await?;
    history::remove(connection, id).await?;
    claims::delete(connection, id).await?;
    changes::note(connection, &claim.organisation_id, id, true).await?;
    change.finish(Answer::empty()).await
}
