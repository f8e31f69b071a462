//! `HEAD /v1/files/{id}`: how far an upload has come.

use super::append::settle;
use super::{UPLOAD_LENGTH, UPLOAD_OFFSET, UPLOAD_SCAN, upload_headers};
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::files::is_sha256;
use crate::repositories::{files, uploads};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

/// How far an upload has come; with a SHA-256 for the id, whether the content is here.
#[utoipa::path(
    head, path = "/v1/files/{id}", tag = "files",
    params(("id" = String, Path, description = "Id of the upload, or SHA-256 of the content")),
    responses(
        (status = 200, description = "See Upload-Offset and Upload-Length; with a virus scanner Upload-Scan says waiting, clean or infected", headers(("Upload-Offset" = u64, description = "How many bytes are there"), ("Upload-Length" = u64, description = "How many bytes there will be"), ("Upload-Expires" = String, description = "Until when an unfinished upload is kept"))),
        (status = 404, description = "No such upload"),
        (status = 409, description = "All bytes are there, and are not the announced content"),
        (status = 415, description = "All bytes are there, and are not what the name says"),
    )
)]
pub(crate) async fn head(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
) -> ApiResult<(StatusCode, HeaderMap)> {
    let organisation_id = &who.account.organisation_id;
    let mut view = state.database.read().await?;
    let (mut headers, length) = if is_sha256(&id) {
        let file = files::of_organisation(&mut view, organisation_id, &id).await?;
        let file = file.ok_or_else(ApiError::not_found)?;
        drop(view);
        if !state.files.has(&file).await? {
            return Err(ApiError::not_found());
        }
        let length = file.info.size_bytes;
        let mut headers = HeaderMap::from_iter([(UPLOAD_OFFSET, HeaderValue::from(length))]);
        if let Some(scan) = state.scans.told(&file) {
            headers.insert(UPLOAD_SCAN, HeaderValue::from_static(scan));
        }
        (headers, length)
    } else {
        let now = state.clock.now();
        let upload = uploads::find(&mut view, organisation_id, &id, now).await?;
        let upload = upload.ok_or_else(ApiError::not_found)?;
        // Settling may write, which a reader must not stand in the way of.
        drop(view);
        let offset = settle(&state, &upload).await?;
        (upload_headers(&upload, offset), upload.size_bytes)
    };
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(length));
    Ok((StatusCode::OK, headers))
}
