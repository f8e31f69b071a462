//! `GET /v1/files/{sha256}`: read a file.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::files::{disposition, is_sha256};
use crate::mutants::mutant;
use crate::repositories::files;
use crate::repositories::locations::Locations;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cpor_protocol::Problem;

/// Reads a file, always as a download: nothing that somebody sent is ever
/// shown as a page of ours.
#[utoipa::path(
    get, path = "/v1/files/{id}", tag = "files",
    params(("id" = String, Path, description = "SHA-256 of the content")),
    responses(
        (status = 200, description = "The content", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("ETag" = String, description = "The SHA-256 in quotes"),
            ("Content-Disposition" = String, description = "Always a download"),
        )),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A virus scanner found something in it", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "A virus scanner has not seen it yet; see Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such file", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    Path(sha256): Path<String>,
) -> ApiResult<Response> {
    if !is_sha256(&sha256) {
        return Err(ApiError::not_found());
    }
    let mut view = state.database.read().await?;
    let found = if who.is_reviewer() {
        files::under_review(&mut view, &sha256).await?
    } else if who.locations == Locations::All {
        files::of_organisation(&mut view, &who.account.organisation_id, &sha256).await?
    } else {
        let (organisation_id, account_id) = (&who.account.organisation_id, &who.account.id);
        files::of_locations(&mut view, organisation_id, account_id, &sha256).await?
    };
    let file = found.ok_or_else(ApiError::not_found)?;
    drop(view);
    if let Some(obstacle) = state.scans.obstacle(&file) {
        return Err(obstacle);
    }
    let text = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::fault(&error));
    let shown = disposition(&file.name);
    let headers = [
        (header::CONTENT_TYPE, text(&file.info.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(file.info.size_bytes)),
        (
            header::CONTENT_DISPOSITION,
            text(if mutant!(ShowsFileInline) { "inline" } else { &shown })?,
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
        ),
        (header::ETAG, text(&format!("\"{sha256}\""))?),
    ];
    let content = state.files.content(&file).await?.ok_or_else(|| {
        // After a restore of one of the two; whoever has the file sends it again.
        tracing::error!(%sha256, "a content is not in the store");
        ApiError::not_found().detail("the content is gone from the store; send the file again")
    })?;
    Ok((headers, content).into_response())
}
