//! `GET /v1/openapi.json`: the description of the protocol.

use crate::openapi::description;
use axum::Json;
use serde_json::Value;

/// The description of the protocol, generated from the code.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "backend", security(()),
    responses((status = 200, description = "This description", content_type = "application/json", body = Object))
)]
pub(crate) async fn get() -> Json<&'static Value> {
    Json(description())
}
