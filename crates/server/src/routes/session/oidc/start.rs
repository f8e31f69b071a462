//! `GET /v1/session/oidc`: to the provider.

use super::{ask_for_a_press, provider, to, to_sign_in};
use crate::auth::oidc::{COOKIE_SECONDS, Refusal, ReturnPath};
use crate::auth::{Cookie, Token};
use crate::error::ApiResult;
use crate::repositories::sign_ins::{self, SignIn};
use crate::state::AppState;
use crate::web::{ClientAddress, is_of_own_site};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::TimeDelta;
use cpor_protocol::Problem;
use serde::Deserialize;

/// What is asked for.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "return")]
    return_to: Option<String>,
}

/// Begins a sign-in: notes it, gives the browser a cookie, and sends it to the provider.
///
/// Where a page of another site has led here nothing begins: the app asks for a press.
#[utoipa::path(
    get, path = "/v1/session/oidc", tag = "session", security(()),
    params(("return" = Option<String>, Query, description = "Path of the app to come back to; anything else leads to the list of claims")),
    responses(
        (status = 303, description = "To the provider, or to `/sign-in`, with a `failure` if it was not another site that led here"),
        (status = 404, description = "People do not sign in at a provider here", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> ApiResult<Response> {
    let provider = provider(&state)?;
    let Query(asked) = asked.unwrap_or_default();
    let return_to = ReturnPath::read(asked.return_to.as_deref());
    // A provider that knows the person may answer without asking them anything.
    if !is_of_own_site(&headers) {
        return ask_for_a_press(&return_to);
    }
    let now = state.clock.now();
    if !state.throttle.may_begin(now, from) {
        return to_sign_in(Refusal::SlowDown, &return_to);
    }
    let begun = match provider.begin().await? {
        Ok(begun) => begun,
        Err(why) => return to_sign_in(why, &return_to),
    };
    // One secret for all tabs of a browser: signing in in one does not end it in another.
    let browser = match Cookie::SignIn.token(&headers, state.is_secure) {
        Some(token) => token,
        None => Token::random()?,
    };
    let sign_in = SignIn {
        nonce: begun.nonce,
        verifier: begun.verifier,
        return_to: return_to.text().to_owned(),
        expires_at: now + TimeDelta::seconds(COOKIE_SECONDS),
    };
    let mut transaction = state.database.write().await?;
    sign_ins::remove_expired(&mut transaction, now).await?;
    sign_ins::add(&mut transaction, &begun.state.hash(), &browser.hash(), &sign_in).await?;
    transaction.commit().await?;
    let cookie = Cookie::SignIn.set(&browser, COOKIE_SECONDS, state.is_secure)?;
    to(&begun.url, [cookie])
}
