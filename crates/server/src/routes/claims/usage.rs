//! `GET /v1/claims/{id}/usage`: how an association is used.

use crate::auth::SignedIn;
use crate::claims::visible;
use crate::clock::day_in;
use crate::error::ApiResult;
use crate::repositories::usage;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use cpor_protocol::{Problem, UsageMonth};
use cpor_rules::Status;

/// Seats and active users of each claimed item, by month.
///
/// Months that are over, of an approved claim; an empty list while there are
/// none.
#[utoipa::path(
    get, path = "/v1/claims/{id}/usage", tag = "claims",
    params(("id" = String, Path, description = "UUID of the claim")),
    responses(
        (status = 200, description = "Oldest month first", body = Vec<UsageMonth>),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
) -> ApiResult<Json<Vec<UsageMonth>>> {
    let mut view = state.database.read().await?;
    let claim = visible(&mut view, &who, &id).await?;
    if claim.record.status != Status::Approved {
        return Ok(Json(Vec::new()));
    }
    let today = day_in(claim.zone, state.clock.now());
    Ok(Json(usage::of_claim(&mut view, &claim.record.id, today).await?))
}
