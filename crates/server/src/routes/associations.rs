//! `GET /v1/associations?tenant_id=`: what of a tenant is claimed already.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::directory;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use cpor_protocol::Problem;
use cpor_rules::facts::Association;
use cpor_rules::ids::Guid;
use serde::Deserialize;

/// Which tenant is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The customer's tenant: a GUID.
    tenant_id: String,
}

/// Items of a tenant that submitted claims hold or ask for.
///
/// Of other partners it is told that an item is held, never by whom or how often.
#[utoipa::path(
    get, path = "/v1/associations", tag = "look-ups", params(Wanted),
    responses(
        (status = 200, description = "Items that are held or asked for", body = Vec<Association>),
        (status = 400, description = "Not a tenant ID", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    query: Result<Query<Wanted>, QueryRejection>,
) -> ApiResult<Json<Vec<Association>>> {
    let Query(wanted) = query.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let tenant = Guid::parse(&wanted.tenant_id)
        .map_err(|_| ApiError::bad_request("tenant_id is not a GUID"))?;
    let organisation_id = &who.account.organisation_id;
    let mut view = state.database.read().await?;
    Ok(Json(directory::associations(&mut view, organisation_id, tenant.as_str()).await?))
}
