//! `/v1/demo`: what only a demonstration offers. Elsewhere it is not there.

pub(crate) mod clock;
pub(crate) mod mails;

use crate::error::{ApiError, ApiResult};
use crate::state::AppState;

fn only_in_demo(state: &AppState) -> ApiResult<()> {
    if state.is_demo { Ok(()) } else { Err(ApiError::not_found()) }
}
