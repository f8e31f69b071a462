//! `GET /v1/notifications`: what the person is told of, newest first.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::notifications;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use cpor_protocol::limits::{DEFAULT_PAGE, MAX_PAGE};
use cpor_protocol::{NotificationId, NotificationsPage, Problem};
use serde::Deserialize;

/// Which page is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Id of the last notification of the page before; absent to begin.
    #[param(value_type = Option<u64>)]
    before: Option<NotificationId>,
    /// Most entries, at most 200.
    limit: Option<u32>,
}

/// What the person is told of, newest first.
///
/// They are the person's own: each colleague has others, and reads them alone.
#[utoipa::path(
    get, path = "/v1/notifications", tag = "notifications", params(Wanted),
    responses(
        (status = 200, description = "A page of notifications", body = NotificationsPage),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    query: Result<Query<Wanted>, QueryRejection>,
) -> ApiResult<Json<NotificationsPage>> {
    let Query(wanted) = query.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let limit = wanted.limit.unwrap_or(DEFAULT_PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(ApiError::bad_request("limit is a number from 1 to 200"));
    }
    let account_id = &who.account.id;
    let mut view = state.database.read().await?;
    let mut found = notifications::page(&mut view, account_id, wanted.before, limit).await?;
    let page_size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > page_size;
    found.truncate(page_size);
    let unread = notifications::unread(&mut view, account_id).await?;
    Ok(Json(NotificationsPage { notifications: found, unread, more }))
}
