//! `GET /v1/session/oidc/callback`: back from the provider.

use super::{provider, to, to_sign_in};
use crate::auth::oidc::{CameBack, Refusal, ReturnPath, let_in};
use crate::auth::{Cookie, SignedIn, Token};
use crate::error::{ApiError, ApiResult};
use crate::repositories::sign_ins::{self, SignIn};
use crate::state::AppState;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use cpor_protocol::Problem;
use serde::Deserialize;

/// What the provider sends the browser back with. What it says in words is never shown.
#[derive(Default, Deserialize)]
pub(crate) struct Said {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Ends a sign-in: asks the provider who it is, and starts a session.
#[utoipa::path(
    get, path = "/v1/session/oidc/callback", tag = "session", security(()),
    params(
        ("state" = Option<String>, Query, description = "Which sign-in it is"),
        ("code" = Option<String>, Query, description = "What the server gets the tokens for"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
        ("iss" = Option<String>, Query, description = "Who answers"),
    ),
    responses(
        (status = 303, description = "Signed in, and back to where the person was; or to `/sign-in` with a `failure`"),
        (status = 404, description = "People do not sign in at a provider here", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: Result<SignedIn, ApiError>,
    headers: HeaderMap,
    said: Result<Query<Said>, QueryRejection>,
) -> ApiResult<Response> {
    let provider = provider(&state)?;
    // What says a thing twice says nothing.
    let Query(said) = said.unwrap_or_default();
    let now = state.clock.now();
    let Some(begun) = take(&state, &headers, said.state.as_deref()).await? else {
        let list = ReturnPath::read(None);
        return match who {
            // Back and Reload lead here again after it went well.
            Ok(_) => to(list.text(), []),
            Err(_) => to_sign_in(Refusal::Late, &list),
        };
    };
    let return_to = ReturnPath::read(Some(&begun.return_to));
    if begun.expires_at <= now {
        return to_sign_in(Refusal::Late, &return_to);
    }
    let came = CameBack {
        code: said.code.as_deref(),
        error: said.error.as_deref(),
        issuer: said.iss.as_deref(),
    };
    // Tokens are of the real time, wherever a demonstration is.
    let real_now = now - state.clock.ahead();
    let found = provider.finish(came, &begun.nonce, begun.verifier, real_now).await;
    let person = match found {
        Ok(person) => person,
        Err(why) => return to_sign_in(why, &return_to),
    };
    let mut transaction = state.database.write().await?;
    let account = match let_in(&mut transaction, provider.issuer(), &person, now).await? {
        Ok(account) => account,
        Err(why) => {
            // The refusal is told to the audit log.
            transaction.commit().await?;
            return to_sign_in(why, &return_to);
        }
    };
    let what = "signed-in-at-provider";
    let session = super::super::start(&state, &mut transaction, &headers, &account, what).await?;
    transaction.commit().await?;
    to(return_to.text(), [session, Cookie::SignIn.removed(state.is_secure)?])
}

/// Takes the sign-in of this state, which was begun in this browser. It is gone then,
/// whatever comes of it.
async fn take(
    state: &AppState,
    headers: &HeaderMap,
    of: Option<&str>,
) -> ApiResult<Option<SignIn>> {
    let browser = Cookie::SignIn.token(headers, state.is_secure);
    let (Some(of), Some(browser)) = (of.and_then(Token::read), browser) else { return Ok(None) };
    let mut transaction = state.database.write().await?;
    let taken = sign_ins::take(&mut transaction, &of.hash(), &browser.hash()).await?;
    transaction.commit().await?;
    Ok(taken)
}
