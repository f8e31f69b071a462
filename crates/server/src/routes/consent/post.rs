//! `POST /v1/consent/{token}`: the customer declines.

use super::{claim_of, request_of};
use crate::claims::{Act, Said, apply_transition};
use crate::error::ApiResult;
use crate::repositories::claims;
use crate::repositories::history::Deed;
use crate::state::AppState;
use crate::web::ClientAddress;
use axum::Json;
use axum::extract::{Path, State};
use cpor_protocol::{ConsentRequest, Problem};
use cpor_rules::{Action, Actor, Status};

/// The reason of the documents for a claim that the customer does not want.
const CUSTOMER_DECLINED: &str = "Customer declined";

/// Declines. Done twice it is still declined, and answers the same.
#[utoipa::path(
    post, path = "/v1/consent/{token}", tag = "consent", security(()),
    params(("token" = String, Path, description = "Token of the link in the mail")),
    responses(
        (status = 200, description = "Declined", body = ConsentRequest),
        (status = 404, description = "No such token", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The claim has ended", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong tokens", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    ClientAddress(from): ClientAddress,
    Path(token): Path<String>,
) -> ApiResult<Json<ConsentRequest>> {
    // Wrong tokens must not queue for the one connection that writes.
    let seen = claim_of(&state, &mut state.database.read().await?, &token, from).await?;
    let mut transaction = state.database.write().await?;
    // A newer mail may end the token meanwhile.
    claims::hold(&mut transaction, &seen.record.id).await?;
    let mut claim = claim_of(&state, &mut transaction, &token, from).await?;
    if claim.record.status != Status::CustomerConsentDenied {
        let deed = Deed {
            at: state.clock.now(),
            actor: Actor::Customer,
            account_id: None,
            operation: None,
        };
        let said = Said { reason: CUSTOMER_DECLINED, ..Said::default() };
        let act = Act { action: Action::Decline, deed, said };
        apply_transition(&mut transaction, &mut claim, act).await?;
    }
    let request = request_of(&mut transaction, &claim).await?;
    transaction.commit().await?;
    state.news.tell();
    Ok(Json(request))
}
