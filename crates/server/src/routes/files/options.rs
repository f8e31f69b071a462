//! `OPTIONS /v1/files`: what of tus is spoken here.

use crate::files::ALGORITHMS;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cpor_protocol::headers::TUS_VERSION;
use cpor_rules::poe::MAX_FILE_BYTES;

/// What of tus is spoken here.
#[utoipa::path(
    options, path = "/v1/files", tag = "files", security(()),
    responses((status = 204, description = "See the headers Tus-Version, Tus-Extension, Tus-Checksum-Algorithm and Tus-Max-Size"))
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
