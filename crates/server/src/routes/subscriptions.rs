//! `POST /v1/subscriptions/check`: whether a subscription can be claimed.

use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::repositories::directory;
use crate::state::AppState;
use crate::web::JsonBody;
use axum::Json;
use axum::extract::State;
use cpor_protocol::{Problem, SubscriptionAnswer, SubscriptionQuestion};
use cpor_rules::facts::SubscriptionState;
use cpor_rules::ids::Guid;
use cpor_rules::violation::SubscriptionProblem;

/// Whether a subscription can be claimed. Changes nothing, so it needs no key.
#[utoipa::path(
    post, path = "/v1/subscriptions/check", tag = "look-ups", request_body = SubscriptionQuestion,
    responses(
        (status = 200, description = "The answer", body = SubscriptionAnswer),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(
    State(state): State<AppState>,
    _who: SignedIn,
    JsonBody(question): JsonBody<SubscriptionQuestion>,
) -> ApiResult<Json<SubscriptionAnswer>> {
    let ids = (Guid::parse(&question.tenant_id), Guid::parse(&question.subscription_id));
    let (Ok(tenant), Ok(subscription)) = ids else {
        let reason = SubscriptionProblem::NotASubscription;
        return Ok(Json(SubscriptionAnswer { state: SubscriptionState::Refused { reason } }));
    };
    let mut view = state.database.read().await?;
    let state = directory::subscription_state(
        &mut view,
        tenant.as_str(),
        question.product.trim(),
        subscription.as_str(),
    )
    .await?;
    Ok(Json(SubscriptionAnswer { state }))
}
