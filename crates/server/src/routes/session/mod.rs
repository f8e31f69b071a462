//! `/v1/session`: signing in and out, and who one is.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod post;

use cpor_protocol::{Account, Session};

use crate::state::AppState;
use chrono::TimeDelta;

fn session(state: &AppState, account: Account, expires_in: TimeDelta) -> Session {
    let seconds = |delta: TimeDelta| u64::try_from(delta.num_seconds()).unwrap_or(0);
    Session {
        account,
        expires_in_seconds: seconds(expires_in),
        clock_ahead_seconds: seconds(state.clock.ahead()),
    }
}
