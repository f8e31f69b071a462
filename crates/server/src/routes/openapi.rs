//! `GET /v1/openapi.json`: the description of the protocol.

use crate::openapi::ApiDescription;
use axum::Json;
use utoipa::OpenApi as _;

/// The description of the protocol, generated from the code.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "backend", security(()),
    responses((status = 200, description = "This description", content_type = "application/json", body = Object))
)]
pub(crate) async fn get() -> Json<utoipa::openapi::OpenApi> {
    Json(ApiDescription::openapi())
}
