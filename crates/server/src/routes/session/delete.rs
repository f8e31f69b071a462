//! `DELETE /v1/session`: sign out.

use crate::auth::{end_cookie, token_of};
use crate::error::ApiResult;
use crate::mutants::mutant;
use crate::repositories::sessions;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// Signs out. Succeeds as well when nobody was signed in.
///
/// Does not send `Clear-Site-Data`: it would take unsent work with it, and the
/// app asks about that itself.
#[utoipa::path(
    delete, path = "/v1/session", tag = "session",
    responses((status = 204, description = "Signed out"))
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> ApiResult<(StatusCode, [(HeaderName, HeaderValue); 1])> {
    if let Some(token) = token_of(&headers, state.is_secure)
        && !mutant!(SignOutForgotten)
    {
        let mut transaction = state.database.write().await?;
        sessions::end(&mut transaction, &token.hash()).await?;
        transaction.commit().await?;
    }
    let cookie = end_cookie(state.is_secure)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
