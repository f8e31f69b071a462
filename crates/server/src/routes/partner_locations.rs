//! `GET /v1/partner-locations`: the organisation's Partner IDs.

use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::repositories::directory;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use cpor_protocol::Problem;
use cpor_rules::facts::PartnerLocation;

/// The organisation's Partner IDs, the global account first.
#[utoipa::path(
    get, path = "/v1/partner-locations", tag = "look-ups",
    responses(
        (status = 200, description = "The locations", body = Vec<PartnerLocation>),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
) -> ApiResult<Json<Vec<PartnerLocation>>> {
    let mut view = state.database.read().await?;
    let mut known = directory::locations(&mut view, &who.account.organisation_id).await?;
    known.retain(|location| who.locations.hold(&location.partner_id));
    Ok(Json(known))
}
