//! `/v1/session`: signing in and out, and who one is.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod post;

use cpor_protocol::{Account, Session};

fn session(account: Account, expires_in: chrono::TimeDelta) -> Session {
    Session { account, expires_in_seconds: u64::try_from(expires_in.num_seconds()).unwrap_or(0) }
}
