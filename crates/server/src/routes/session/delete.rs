//! `DELETE /v1/session`: sign out.

use crate::auth::Cookie;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::repositories::sessions;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use cpor_protocol::Problem;
use cpor_protocol::headers::ACCOUNT;

/// Signs out. Succeeds as well when nobody was signed in.
///
/// Does not send `Clear-Site-Data`: it would take unsent work with it, and the
/// app asks about that itself.
#[utoipa::path(
    delete, path = "/v1/session", tag = "session", security((), ("session" = [])),
    responses(
        (status = 204, description = "Signed out", headers(("Set-Cookie" = String, description = "Ends the session's cookie"))),
        (status = 401, description = "The session is of another account, and goes on", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> ApiResult<(StatusCode, [(HeaderName, HeaderValue); 1])> {
    if let Some(token) = Cookie::Session.token(&headers, state.is_secure)
        && !mutant!(SignOutForgotten)
    {
        let mut transaction = state.database.write().await?;
        if let Some(session) = sessions::find(&mut transaction, &token.hash()).await? {
            // A tab that was left open must not end the session of whoever came next.
            let meant = headers.get(ACCOUNT);
            if meant.is_some_and(|meant| meant.as_bytes() != session.account.id.as_bytes()) {
                return Err(ApiError::of_another_account());
            }
            let now = state.clock.now();
            super::note(&mut transaction, &session.account, now, "signed-out").await?;
        }
        sessions::end(&mut transaction, &token.hash()).await?;
        transaction.commit().await?;
    }
    let cookie = Cookie::Session.removed(state.is_secure)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
