//! `POST /v1/session`: sign in.

use crate::auth::{End, is_right_password};
use crate::error::{ApiError, ApiResult};
use crate::repositories::accounts;
use crate::state::AppState;
use crate::web::{ClientAddress, JsonBody};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use cpor_protocol::{Problem, ProblemCode, Session, SignInInput};

/// Signs in and sets the session's cookie.
///
/// Each sign-in makes a new token, so a token planted before is worth nothing.
#[utoipa::path(
    post, path = "/v1/session", tag = "session", request_body = SignInInput, security(()),
    responses(
        (status = 200, description = "Signed in; the cookie is set", body = Session, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 401, description = "Address or password are wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "People sign in at the provider alone, or the request is not the app's", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    JsonBody(input): JsonBody<SignInInput>,
) -> ApiResult<([(HeaderName, HeaderValue); 1], Json<Session>)> {
    if !state.has_local_accounts {
        return Err(ApiError::not_allowed("people sign in at the provider alone"));
    }
    let now = state.clock.now();
    if let Some(seconds) = state.throttle.wait(now, &input.email, from) {
        return Err(ApiError::slow_down(seconds));
    }
    let known = accounts::credentials(&mut state.database.read().await?, &input.email).await?;
    let (account_id, hash) = known.map(|known| (known.account_id, known.password_hash)).unzip();
    let is_right = is_right_password(input.password, hash).await?;
    let Some(account_id) = account_id.filter(|_| is_right) else {
        state.throttle.failed(now, &input.email, from);
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::WrongCredentials,
            "Address or password are wrong",
        ));
    };
    state.throttle.succeeded(&input.email);

    let mut transaction = state.database.write().await?;
    let (account, _) = accounts::find(&mut transaction, &account_id).await?;
    let cookie = super::start(&state, &mut transaction, &headers, &account, "signed-in").await?;
    transaction.commit().await?;
    let session = super::session(&state, account, End::of_new(state.session));
    Ok(([(header::SET_COOKIE, cookie)], Json(session)))
}
