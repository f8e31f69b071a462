//! `OPTIONS /v1/files`: what of tus is spoken here.

use crate::files::ALGORITHMS;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cpor_protocol::headers::TUS_VERSION;
use cpor_rules::poe::MAX_FILE_BYTES;

/// What of tus is spoken here.
#[utoipa::path(
    options, path = "/v1/files", tag = "files", security(()),
    responses((status = 204, description = "What is spoken, by headers", headers(
        ("Tus-Version" = String, description = "The versions"),
        ("Tus-Extension" = String, description = "What is offered beyond the core"),
        ("Tus-Checksum-Algorithm" = String, description = "By which pieces can be checked"),
        ("Tus-Max-Size" = u64, description = "Most bytes of a file"),
    )))
)]
pub(crate) async fn options() -> Response {
    let headers = [
        (HeaderName::from_static("tus-version"), HeaderValue::from_static(TUS_VERSION)),
        (
            HeaderName::from_static("tus-extension"),
            HeaderValue::from_static("creation,checksum,expiration,termination"),
        ),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static(ALGORITHMS)),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(MAX_FILE_BYTES)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
