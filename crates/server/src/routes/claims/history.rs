//! `GET /v1/claims/{id}/history`: who did what, when.

use crate::auth::SignedIn;
use crate::claims::visible;
use crate::error::ApiResult;
use crate::mutants::mutant;
use crate::repositories::history;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use cpor_protocol::{HistoryEntry, HistoryEvent, Problem};

/// The whole history of a claim, oldest first.
#[utoipa::path(
    get, path = "/v1/claims/{id}/history", tag = "claims",
    params(("id" = String, Path, description = "UUID of the claim")),
    responses(
        (status = 200, description = "The history, oldest first", body = Vec<HistoryEntry>),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
) -> ApiResult<Json<Vec<HistoryEntry>>> {
    let mut view = state.database.read().await?;
    let claim = visible(&mut view, &who, &id).await?;
    let mut entries = history::of_claim(&mut view, &claim.record.id).await?;
    if who.is_reviewer() && !mutant!(ShowsSetAside) {
        // What the partner typed and did not hand in is not for reviewers.
        entries.retain(|entry| !matches!(entry.event, HistoryEvent::Merged { .. }));
    }
    Ok(Json(entries))
}
