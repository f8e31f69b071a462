//! `DELETE /v1/sessions`: sign out everywhere.

use crate::auth::{Cookie, SignedIn};
use crate::error::ApiResult;
use crate::repositories::sessions;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use cpor_protocol::Problem;

/// Ends all sessions of the person, on every device, and this one with them.
#[utoipa::path(
    delete, path = "/v1/sessions", tag = "session",
    responses(
        (status = 204, description = "Signed out everywhere"),
        (status = 401, description = "Nobody is signed in, or another account", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    who: SignedIn,
) -> ApiResult<(StatusCode, [(HeaderName, HeaderValue); 1])> {
    let mut transaction = state.database.write().await?;
    sessions::end_all(&mut transaction, &who.account.id).await?;
    let now = state.clock.now();
    super::note(&mut transaction, &who.account, now, "signed-out-everywhere").await?;
    transaction.commit().await?;
    // Streams of events look whether their session goes on when there is news.
    state.news.tell();
    let cookie = Cookie::Session.removed(state.is_secure)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
