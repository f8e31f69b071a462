//! `GET /v1/claims/{id}`: one claim.

use crate::auth::SignedIn;
use crate::claims::visible;
use crate::error::ApiResult;
use crate::state::AppState;
use crate::web::Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cpor_protocol::{ClaimRecord, Problem};

/// One claim; its `ETag` is its revision.
#[utoipa::path(
    get, path = "/v1/claims/{id}", tag = "claims", params(("id" = String, Path, description = "UUID of the claim")),
    responses(
        (status = 200, description = "The claim", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
) -> ApiResult<Answer> {
    let claim = visible(&mut state.database.read().await?, &who, &id).await?;
    Ok(Answer::claim(StatusCode::OK, &claim.record)?)
}
