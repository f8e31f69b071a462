//! `GET /v1/session`: who is signed in.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cpor_protocol::Session;

/// Who is signed in, and when the session ends.
///
/// With `X-CPOR-Idle` this is also how a session is kept: `0` says that a person
/// wants to go on now.
#[utoipa::path(
    get, path = "/v1/session", tag = "session", security((), ("session" = [])),
    responses(
        (status = 200, description = "Who is signed in", body = Session),
        (status = 204, description = "Nobody is"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: Result<SignedIn, ApiError>,
) -> ApiResult<Response> {
    match who {
        Ok(who) => Ok(Json(super::session(&state, who.account, who.end)).into_response()),
        // Asking is no mistake: the app asks at each start, and a browser would
        // write an error into its console.
        Err(error) if error.is_sign_in_needed() => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => Err(error),
    }
}
