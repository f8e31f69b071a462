//! `POST /v1/demo/clock`: moves the time of the demonstration.

use super::only_in_demo;
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::jobs;
use crate::mail;
use crate::repositories::{sessions, settings};
use crate::state::AppState;
use crate::web::JsonBody;
use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use cpor_protocol::demo::MAX_CLOCK_DAYS;
use cpor_protocol::{ClockInput, DemoClock, Problem};

/// How far the clock can be moved in all.
const MAX_AHEAD: TimeDelta = TimeDelta::days(3650);

/// Moves the clock forward and runs the jobs at once, so that a deadline can be
/// watched. Nobody is signed out by it.
#[utoipa::path(
    post, path = "/v1/demo/clock", tag = "demo", request_body = ClockInput,
    responses(
        (status = 200, description = "The new time", body = DemoClock),
        (status = 400, description = "Not 1 to 60 days, or more than 3650 in all", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No demonstration", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    _who: SignedIn,
    JsonBody(input): JsonBody<ClockInput>,
) -> ApiResult<Json<DemoClock>> {
    only_in_demo(&state)?;
    if !(1..=MAX_CLOCK_DAYS).contains(&input.days) {
        return Err(ApiError::bad_request("days is 1 to 60"));
    }
    let by = TimeDelta::days(input.days.into());
    let mut transaction = state.database.write().await?;
    let ahead = settings::demo_ahead(&mut transaction).await? + by;
    if ahead > MAX_AHEAD {
        return Err(ApiError::bad_request("the clock goes at most 3650 days ahead in all"));
    }
    settings::set_demo_ahead(&mut transaction, ahead).await?;
    sessions::move_all(&mut transaction, by).await?;
    transaction.commit().await?;
    state.clock.set_ahead(ahead);
    jobs::run_once(&state).await?;
    mail::send_due(&state).await?;
    let ahead_seconds = u64::try_from(ahead.num_seconds()).unwrap_or(0);
    Ok(Json(DemoClock { now: state.clock.now(), ahead_seconds }))
}
