//! `/v1/session`: signing in and out, and who one is.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod post;

use cpor_protocol::{Account, Session};

use crate::auth::End;
use crate::state::AppState;
use chrono::TimeDelta;

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
