//! `/v1/files`: resumable uploads by tus 1.0, and downloads.
//!
//! An upload is found again by its content: a client that lost the answer to
//! its `POST` sends it again and goes on where it was, so no key is needed.

pub(crate) mod append;
pub(crate) mod create;
pub(crate) mod download;
pub(crate) mod options;
pub(crate) mod remove;
pub(crate) mod status;

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::uploads::Upload;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use cpor_protocol::ProblemCode;
use cpor_protocol::headers::{TUS_RESUMABLE, TUS_VERSION};

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_SCAN: HeaderName = HeaderName::from_static("upload-scan");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// Every answer says which version of tus is spoken.
pub(crate) async fn say_version(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(TUS_VERSION));
    if response.status() == StatusCode::PRECONDITION_FAILED {
        let version = HeaderName::from_static("tus-version");
        response.headers_mut().insert(version, HeaderValue::from_static(TUS_VERSION));
    }
    response
}

/// Refuses a request in another version of tus.
fn expect_version(headers: &HeaderMap) -> ApiResult<()> {
    if headers.get(TUS_RESUMABLE).is_some_and(|version| version == TUS_VERSION) {
        return Ok(());
    }
    let status = StatusCode::PRECONDITION_FAILED;
    Err(ApiError::new(status, ProblemCode::BadRequest, "Another version of tus")
        .detail("send Tus-Resumable: 1.0.0"))
}

/// How far an upload has come, and how long one that is not complete is kept.
fn upload_headers(upload: &Upload, offset: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(offset));
    let until = upload.expires_at().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if offset < upload.size_bytes
        && let Ok(until) = HeaderValue::from_str(&until)
    {
        headers.insert(UPLOAD_EXPIRES, until);
    }
    headers
}

/// A header that holds a number of bytes.
fn number(headers: &HeaderMap, name: &HeaderName) -> ApiResult<u64> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| ApiError::bad_request(format!("{name} is a number of bytes")))
}

/// Reviewers read files and send none.
fn expect_partner(who: &SignedIn) -> ApiResult<()> {
    if who.is_reviewer() {
        return Err(ApiError::not_allowed("reviewers send no files"));
    }
    Ok(())
}
