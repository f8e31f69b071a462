//! `POST /v1/notifications/read`: mark as read.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::repositories::notifications;
use crate::state::AppState;
use crate::web::JsonBody;
use axum::Json;
use axum::extract::State;
use cpor_protocol::limits::MAX_PAGE;
use cpor_protocol::{Problem, ReadInput, Unread};

/// Marks notifications as read.
///
/// Done twice it changes nothing more, so it needs no `Idempotency-Key`. Ids
/// that are not the person's are passed over.
#[utoipa::path(
    post, path = "/v1/notifications/read", tag = "notifications", request_body = ReadInput,
    responses(
        (status = 200, description = "Marked", body = Unread),
        (status = 400, description = "Neither or both of `up_to` and `ids`, or too many ids", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    who: SignedIn,
    JsonBody(input): JsonBody<ReadInput>,
) -> ApiResult<Json<Unread>> {
    if input.up_to.is_some() != input.ids.is_empty() {
        return Err(ApiError::bad_request("send either up_to or ids"));
    }
    if input.ids.len() > usize::try_from(MAX_PAGE).unwrap_or(usize::MAX) {
        return Err(ApiError::bad_request("at most 200 ids at once"));
    }
    let account_id = &who.account.id;
    let mut transaction = state.database.write().await?;
    let mut marked = 0;
    if let Some(id) = input.up_to {
        marked += notifications::read_up_to(&mut transaction, account_id, id).await?;
    }
    for id in input.ids {
        marked += notifications::read_one(&mut transaction, account_id, id).await?;
    }
    let unread = notifications::unread(&mut transaction, account_id).await?;
    transaction.commit().await?;
    // The person's other devices show the count as well.
    if marked > 0 {
        state.news.tell();
    }
    Ok(Json(Unread { unread }))
}
