//! `GET /v1/session/oidc/end`: out of the provider as well.

use super::{provider, to, to_sign_in};
use crate::auth::oidc::{Refusal, ReturnPath};
use crate::error::ApiResult;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use cpor_protocol::Problem;

/// Sends the browser to where the provider ends its own session.
///
/// Signing out here ends the session here alone: who shares a computer wants both.
#[utoipa::path(
    get, path = "/v1/session/oidc/end", tag = "session", security(()),
    responses(
        (status = 303, description = "To the provider, which asks the person; to `/sign-in` where it has no such page"),
        (status = 404, description = "People do not sign in at a provider here", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(State(state): State<AppState>) -> ApiResult<Response> {
    match provider(&state)?.sign_out_url().await {
        Some(url) => to(&url, []),
        None => to_sign_in(Refusal::NoSignOut, &ReturnPath::read(None)),
    }
}
