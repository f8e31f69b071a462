//! `/v1/session`: signing in and out, and who one is.

pub(crate) mod delete;
pub(crate) mod everywhere;
pub(crate) mod get;
pub(crate) mod oidc;
pub(crate) mod password;
pub(crate) mod post;

use crate::auth::{Cookie, End, Token};
use crate::database::Connection;
use crate::error::ApiResult;
use crate::repositories::audit::{self, Event};
use crate::repositories::history::Deed;
use crate::repositories::sessions;
use crate::state::AppState;
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};
use cpor_protocol::{Account, Session};

fn session(state: &AppState, account: Account, end: End) -> Session {
    let seconds = |delta: TimeDelta| u64::try_from(delta.num_seconds()).unwrap_or(0);
    Session {
        account,
        expires_in_seconds: seconds(end.expires_in),
        absolute_in_seconds: Some(seconds(end.absolute_in)),
        warn_before_seconds: Some(state.session.warning_seconds.into()),
        clock_ahead_seconds: seconds(state.clock.ahead()),
    }
}

/// Starts a session in place of the one that the browser had; gives its cookie.
async fn start(
    state: &AppState,
    transaction: &mut Connection,
    headers: &HeaderMap,
    account: &Account,
    what: &str,
) -> ApiResult<HeaderValue> {
    let (token, now) = (Token::random()?, state.clock.now());
    if let Some(old) = Cookie::Session.token(headers, state.is_secure) {
        sessions::end(transaction, &old.hash()).await?;
    }
    sessions::start(transaction, &token.hash(), &account.id, now).await?;
    note(transaction, account, now, what).await?;
    Cookie::Session.set(&token, state.session.absolute_seconds.into(), state.is_secure)
}

/// Tells the audit log of a session.
async fn note(
    connection: &mut Connection,
    account: &Account,
    at: DateTime<Utc>,
    what: &str,
) -> Result<(), sqlx::Error> {
    let deed =
        Deed { at, actor: account.role.acts_for(), account_id: Some(&account.id), operation: None };
    let organisation_id = &account.organisation_id;
    audit::note(connection, Event { organisation_id, deed, what, subject: &account.id }).await
}
