//! `GET /v1/consent/{token}`: what the customer is told.

use super::{claim_of, request_of};
use crate::error::ApiResult;
use crate::state::AppState;
use crate::web::ClientAddress;
use axum::Json;
use axum::extract::{Path, State};
use cpor_protocol::{ConsentRequest, Problem};

/// Who asks, for what, and whether it was declined. Reading changes nothing:
/// mail programs follow links by themselves.
#[utoipa::path(
    get, path = "/v1/consent/{token}", tag = "consent", security(()),
    params(("token" = String, Path, description = "Token of the link in the mail")),
    responses(
        (status = 200, description = "What the customer is told", body = ConsentRequest),
        (status = 404, description = "No such token", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong tokens", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    ClientAddress(from): ClientAddress,
    Path(token): Path<String>,
) -> ApiResult<Json<ConsentRequest>> {
    let mut view = state.database.read().await?;
    let claim = claim_of(&state, &mut view, &token, from).await?;
    Ok(Json(request_of(&mut view, &claim).await?))
}
