//! `POST /v1/files`: begin an upload, or find the one begun before.

use super::append::settle;
use super::{
    UPLOAD_LENGTH, UPLOAD_METADATA, expect_partner, expect_version, number, upload_headers,
};
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::files::{is_sha256, safe_name};
use crate::repositories::files;
use crate::repositories::uploads::{self, MAX_KEPT_BYTES, MAX_UNFINISHED, Upload};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use cpor_protocol::Problem;
use cpor_rules::poe::{MAX_FILE_BYTES, kind_by_name};

/// Begins an upload. The answer tells its address in `Location` and how far it
/// has come in `Upload-Offset`: at the end, where the content is known already.
#[utoipa::path(
    post, path = "/v1/files", tag = "files",
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Size in bytes"),
        ("Upload-Metadata" = String, Header, description = "`filename` and `sha256` (lower-case hex), each in Base64"),
    ),
    responses(
        (status = 201, description = "Begun or found; see Location and Upload-Offset", headers(("Location" = String, description = "Where the upload goes on"), ("Upload-Offset" = u64, description = "How many bytes are there"), ("Upload-Length" = u64, description = "How many bytes there will be"), ("Upload-Expires" = String, description = "Until when an unfinished upload is kept"))),
        (status = 400, description = "Headers cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "All bytes are there, and are not the announced content", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Another version of tus", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "A kind of file that is not taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    who: SignedIn,
    headers: HeaderMap,
) -> ApiResult<(StatusCode, HeaderMap)> {
    expect_partner(&who)?;
    expect_version(&headers)?;
    let wanted = read(&who, &headers, state.clock.now())?;
    let organisation_id = &who.account.organisation_id;
    // The store is asked before the transaction: nobody should wait for it.
    let mut view = state.database.read().await?;
    let known = files::of_organisation(&mut view, organisation_id, &wanted.sha256).await?;
    drop(view);
    let is_gone = match &known {
        Some(file) => !state.files.has(file).await?,
        None => false,
    };
    let mut transaction = state.database.write().await?;
    uploads::lock_space(&mut transaction, organisation_id).await?;
    let known = files::of_organisation(&mut transaction, organisation_id, &wanted.sha256).await?;
    if known.is_some() && !is_gone {
        return answer(&wanted.sha256, &wanted, wanted.size_bytes);
    }
    if let Some(begun) = uploads::find_unfinished(&mut transaction, &wanted).await? {
        // Settling opens a transaction of its own.
        drop(transaction);
        let offset = settle(&state, &begun).await?;
        return answer(&begun.id, &begun, offset);
    }
    if uploads::count_unfinished(&mut transaction, organisation_id).await?
        >= i64::from(MAX_UNFINISHED)
    {
        return Err(ApiError::slow_down(60).detail("too many uploads are unfinished"));
    }
    let kept = files::kept_bytes(&mut transaction, organisation_id).await?;
    if kept + wanted.size_bytes > MAX_KEPT_BYTES {
        return Err(ApiError::too_large("the organisation's space is full"));
    }
    uploads::add(&mut transaction, &wanted).await?;
    transaction.commit().await?;
    answer(&wanted.id, &wanted, 0)
}

fn read(who: &SignedIn, headers: &HeaderMap, now: DateTime<Utc>) -> ApiResult<Upload> {
    let size_bytes = number(headers, &UPLOAD_LENGTH)?;
    if size_bytes == 0 {
        return Err(ApiError::bad_request("a file has at least one byte"));
    }
    if size_bytes > MAX_FILE_BYTES {
        return Err(ApiError::too_large("a file has at most 25 MB"));
    }
    let metadata =
        headers.get(UPLOAD_METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = safe_name(&metadata_value(metadata, "filename").unwrap_or_default());
    if kind_by_name(&name).is_none() {
        return Err(ApiError::wrong_type("files of this name are not taken as proof"));
    }
    let sha256 = metadata_value(metadata, "sha256")
        .filter(|text| is_sha256(text))
        .ok_or_else(|| ApiError::bad_request("Upload-Metadata holds no sha256"))?;
    Ok(Upload {
        id: uuid::Uuid::new_v4().to_string(),
        organisation_id: who.account.organisation_id.clone(),
        account_id: who.account.id.clone(),
        sha256,
        name,
        size_bytes,
        received_bytes: 0,
        is_complete: false,
        created_at: now,
    })
}

/// The value of a key in `Upload-Metadata`: pairs of key and Base64, by commas.
pub(super) fn metadata_value(metadata: &str, key: &str) -> Option<String> {
    let (_, value) = metadata
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '))
        .find(|(name, _)| *name == key)?;
    String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
}

fn answer(id: &str, wanted: &Upload, offset: u64) -> ApiResult<(StatusCode, HeaderMap)> {
    let location = HeaderValue::from_str(&format!("/v1/files/{id}"))
        .map_err(|error| ApiError::fault(&error))?;
    let mut headers = upload_headers(wanted, offset);
    headers.insert(header::LOCATION, location);
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(wanted.size_bytes));
    Ok((StatusCode::CREATED, headers))
}

#[cfg(test)]
mod tests {
    use super::metadata_value;

    #[test]
    fn metadata_is_read() {
        let metadata = "filename c293LnBkZg==,sha256 YWJj,empty";
        assert_eq!(metadata_value(metadata, "filename").as_deref(), Some("sow.pdf"));
        assert_eq!(metadata_value(metadata, "sha256").as_deref(), Some("abc"));
        assert_eq!(metadata_value(metadata, "empty"), None);
        assert_eq!(metadata_value("filename !", "filename"), None);
    }
}
