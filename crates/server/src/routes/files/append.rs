//! `PATCH /v1/files/{id}`: add bytes to an upload.

use super::{
    UPLOAD_CHECKSUM, UPLOAD_OFFSET, expect_partner, expect_version, number, upload_headers,
};
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::files::{Appended, Checksum, Finished};
use crate::mutants::mutant;
use crate::repositories::audit::{self, Event};
use crate::repositories::files::{self, StoredFile};
use crate::repositories::history::Deed;
use crate::repositories::scans::Scan;
use crate::repositories::uploads::{self, Upload};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use cpor_protocol::{FileInfo, Problem};
use cpor_rules::Actor;
use cpor_rules::poe::kind_by_name;

/// Adds bytes at `Upload-Offset`, which must be where the upload ends. With
/// the last byte the content is checked: its hash, and its kind.
#[utoipa::path(
    patch, path = "/v1/files/{id}", tag = "files",
    params(
        ("id" = String, Path, description = "Id of the upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes belong"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha256` or `sha1` of the bytes, and its Base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Received; see Upload-Offset", headers(("Upload-Offset" = u64, description = "How many bytes are there"), ("Upload-Expires" = String, description = "Until when an unfinished upload is kept"))),
        (status = 404, description = "No such upload", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another offset, another content, or somebody else is sending", body = Problem, content_type = "application/problem+json"),
        (status = 460, description = "The bytes do not hash to Upload-Checksum, or broke off; none was kept", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not what its name says; the upload is gone", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn patch(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, HeaderMap)> {
    expect_partner(&who)?;
    expect_version(&headers)?;
    let is_stream = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/offset+octet-stream");
    if !is_stream {
        return Err(ApiError::wrong_type("bytes are sent as application/offset+octet-stream"));
    }
    let offset = number(&headers, &UPLOAD_OFFSET)?;
    let checksum = read_checksum(&headers)?;
    let organisation_id = &who.account.organisation_id;
    let now = state.clock.now();
    // Two senders at once would mix their bytes.
    let Some(_sole) = state.running.enter("upload", &id) else {
        return Err(ApiError::upload_conflict("the upload is being written").retry_after(1));
    };
    let found = uploads::find(&mut state.database.read().await?, organisation_id, &id, now).await?;
    let upload = found.ok_or_else(ApiError::not_found)?;
    let received =
        if upload.is_complete { upload.size_bytes } else { state.files.received(&upload).await? };
    if offset != received && !mutant!(OffsetIgnored) {
        return Err(ApiError::upload_conflict("the upload ends elsewhere; ask with HEAD"));
    }
    let mut end = received;
    if !upload.is_complete {
        let bytes = body.into_data_stream();
        let added = state.files.append(&upload, received, bytes, checksum.as_ref()).await?;
        end = match added {
            Appended::UpTo(end) => end,
            Appended::OtherPiece => return Err(ApiError::checksum_mismatch()),
            Appended::Elsewhere => {
                return Err(ApiError::upload_conflict("the upload ends elsewhere; ask with HEAD"));
            }
        };
        if end == upload.size_bytes {
            complete(&state, &upload).await?;
        }
    }
    Ok((StatusCode::NO_CONTENT, upload_headers(&upload, end)))
}

/// The checksum that came along, if one did.
fn read_checksum(headers: &HeaderMap) -> ApiResult<Option<Checksum>> {
    let Some(header) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    let checksum = header.to_str().ok().and_then(Checksum::read);
    let problem = || ApiError::bad_request("Upload-Checksum is sha1 or sha256 and its Base64");
    checksum.ok_or_else(problem).map(Some)
}

/// How far an upload has come. One whose bytes are all there but were not
/// checked, since the server stopped in between, is checked now.
pub(super) async fn settle(state: &AppState, upload: &Upload) -> ApiResult<u64> {
    if upload.is_complete {
        return Ok(upload.size_bytes);
    }
    let received = state.files.received(upload).await?;
    if received == upload.size_bytes
        && let Some(_sole) = state.running.enter("upload", &upload.id)
    {
        // Somebody may have finished it since it was read.
        let now = state.clock.now();
        let (organisation_id, id) = (&upload.organisation_id, &upload.id);
        let found =
            uploads::find(&mut state.database.read().await?, organisation_id, id, now).await?;
        if !found.ok_or_else(ApiError::not_found)?.is_complete {
            complete(state, upload).await?;
        }
    }
    Ok(received)
}

async fn complete(state: &AppState, upload: &Upload) -> ApiResult<()> {
    let kind = kind_by_name(&upload.name)
        .ok_or_else(|| ApiError::fault(&"an upload was begun under a name that is not taken"))?;
    let outcome = state.files.finish(upload, kind.media_type).await?;
    let mut transaction = state.database.write().await?;
    match &outcome {
        Finished::Kept(kept) => {
            if !uploads::complete(&mut transaction, &upload.id).await? {
                return Err(ApiError::upload_conflict("somebody else has ended the upload"));
            }
            let file = StoredFile {
                info: FileInfo {
                    sha256: upload.sha256.clone(),
                    size_bytes: upload.size_bytes,
                    media_type: kind.media_type.to_owned(),
                    is_complete: true,
                },
                name: upload.name.clone(),
                object_id: kept.object_id.clone(),
                scan: Scan::Waiting,
            };
            let now = state.clock.now();
            files::add(&mut transaction, &upload.organisation_id, &file, now).await?;
            let deed = Deed {
                at: now,
                actor: Actor::Partner,
                account_id: Some(&upload.account_id),
                operation: None,
            };
            let event = Event {
                organisation_id: &upload.organisation_id,
                deed,
                what: "file-received",
                subject: &upload.sha256,
            };
            audit::note(&mut transaction, event).await?;
        }
        Finished::OtherContent | Finished::OtherKind | Finished::Lost => {
            if !uploads::give_up(&mut transaction, &upload.id).await? {
                return Err(ApiError::upload_conflict("somebody else has ended the upload"));
            }
        }
    }
    transaction.commit().await?;
    match outcome {
        Finished::Kept(kept) => {
            state.scans.bell.notify_one();
            state.files.discard(&kept.left_over).await;
            Ok(())
        }
        Finished::OtherContent => {
            Err(ApiError::upload_conflict("the bytes do not hash to the announced sha256"))
        }
        Finished::OtherKind => Err(ApiError::wrong_type("the content is not what its name says")),
        Finished::Lost => Err(ApiError::upload_conflict(
            "bytes that had arrived are gone from the store; begin the upload anew",
        )),
    }
}
