//! `GET /v1/claims/{id}/history`: who did what, when.

use crate::auth::SignedIn;
use crate::claims::visible;
use crate::error::{ApiError, ApiResult};
use crate::repositories::history;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use cpor_protocol::{HistoryEntry, Problem, limits};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which lines are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistoryQuery {
    /// How many of the newest lines are left out.
    #[serde(default)]
    skip: u32,
}

/// The history of a claim, oldest first: the newest 500 lines, or those before them.
#[utoipa::path(
    get, path = "/v1/claims/{id}/history", tag = "claims",
    params(("id" = String, Path, description = "UUID of the claim"), HistoryQuery),
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
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> ApiResult<Json<Vec<HistoryEntry>>> {
    let Query(page) = query.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let mut view = state.database.read().await?;
    let claim = visible(&mut view, &who, &id).await?;
    let lines = history::Lines {
        skip: page.skip,
        limit: limits::MAX_HISTORY,
        // What the partner typed and did not hand in is not for reviewers.
        with_versions: !who.is_reviewer(),
    };
    Ok(Json(history::of_claim(&mut view, &claim.record.id, lines).await?))
}
