//! `/v1/session`: signing in and out, and who one is.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod password;
pub(crate) mod post;

use crate::auth::End;
use crate::database::Connection;
use crate::repositories::audit::{self, Event};
use crate::repositories::history::Deed;
use crate::state::AppState;
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
