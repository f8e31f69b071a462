//! `PUT /v1/session/password`: another password.

use crate::auth::{
    Cookie, End, SignedIn, Token, hashed_password, is_right_password, refuse_weak,
};
use crate::demo;
use crate::error::{ApiError, ApiResult};
use crate::repositories::{accounts, sessions};
use crate::state::AppState;
use crate::web::{ClientAddress, JsonBody};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use cpor_protocol::{PasswordInput, Problem, ProblemCode, Session};

/// Gives the account that is signed in another password, and ends all its sessions but
/// this one, which goes on under a new cookie.
///
/// Wrong passwords count as failures to sign in.
#[utoipa::path(
    put, path = "/v1/session/password", tag = "session", request_body = PasswordInput,
    responses(
        (status = 200, description = "The password is another one; the cookie is set anew", body = Session),
        (status = 400, description = "The new password is too short, too long or guessed easily", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The present password is another one, or everybody's in a demonstration", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put(
    State(state): State<AppState>,
    ClientAddress(from): ClientAddress,
    who: SignedIn,
    JsonBody(input): JsonBody<PasswordInput>,
) -> ApiResult<([(HeaderName, HeaderValue); 1], Json<Session>)> {
    let now = state.clock.now();
    let SignedIn { account, .. } = who;
    if state.is_demo && demo::accounts().iter().any(|told| told.email == account.email) {
        return Err(ApiError::not_allowed("what the demonstration offers to everyone stays"));
    }
    if let Some(seconds) = state.throttle.wait(now, &account.email, from) {
        return Err(ApiError::slow_down(seconds));
    }
    let known = accounts::credentials(&mut state.database.read().await?, &account.email).await?;
    let before = known.map(|known| known.password_hash);
    if !is_right_password(input.current.clone(), before.clone()).await? {
        state.throttle.failed(now, &account.email, from);
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            ProblemCode::WrongCredentials,
            "The present password is another one",
        ));
    }
    if input.new == input.current {
        return Err(ApiError::bad_request("the new password is the present one"));
    }
    let told = [account.name.as_str(), &account.email, &account.organisation];
    refuse_weak(&input.new, &told).map_err(ApiError::bad_request)?;
    let hash = hashed_password(input.new).await?;
    let token = Token::random()?;
    let mut transaction = state.database.write().await?;
    // Of two at a time one knew the password of before.
    let known = accounts::credentials(&mut transaction, &account.email).await?;
    if known.map(|known| known.password_hash) != before {
        return Err(ApiError::sign_in_needed());
    }
    accounts::set_password(&mut transaction, &account.id, &hash).await?;
    sessions::end_all(&mut transaction, &account.id).await?;
    sessions::start(&mut transaction, &token.hash(), &account.id, now).await?;
    super::note(&mut transaction, &account, now, "password-changed").await?;
    transaction.commit().await?;
    state.throttle.succeeded(&account.email);
    let cookie =
        Cookie::Session.set(&token, state.session.absolute_seconds.into(), state.is_secure)?;
    let session = super::session(&state, account, End::of_new(state.session));
    Ok(([(header::SET_COOKIE, cookie)], Json(session)))
}
