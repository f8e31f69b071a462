//! `DELETE /v1/files/{id}`: give an upload up.

use super::{expect_partner, expect_version};
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::uploads;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use cpor_protocol::Problem;

/// Gives an upload up. Contents that are complete stay.
#[utoipa::path(
    delete, path = "/v1/files/{id}", tag = "files",
    params(
        ("id" = String, Path, description = "Id of the upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 409, description = "The upload is being written", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such upload", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    expect_partner(&who)?;
    expect_version(&headers)?;
    let mut transaction = state.database.write().await?;
    let now = state.clock.now();
    let found = uploads::find(&mut transaction, &who.account.organisation_id, &id, now).await?;
    let upload = found.ok_or_else(ApiError::not_found)?;
    let Some(_sole) = state.running.enter("upload", &upload.id) else {
        return Err(ApiError::upload_conflict("the upload is being written").retry_after(1));
    };
    uploads::remove(&mut transaction, &upload.id).await?;
    transaction.commit().await?;
    state.files.remove_upload(&upload.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
