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
    let mut answer = SubscriptionAnswer {
        state: SubscriptionState::Refused { reason: SubscriptionProblem::NotASubscription },
        of_product: None,
    };
    let Ok(tenant) = Guid::parse(&question.tenant_id) else { return Ok(Json(answer)) };
    let product = question.product.trim();
    let mut view = state.database.read().await?;
    answer.of_product = directory::subscription_count(&mut view, tenant.as_str(), product).await?;
    if let Ok(subscription) = Guid::parse(&question.subscription_id) {
        let id = subscription.as_str();
        answer.state =
            directory::subscription_state(&mut view, tenant.as_str(), product, id).await?;
    }
    Ok(Json(answer))
}
