//! `/v1/consent/{token}`: the customer's side. Public: whoever has the link of
//! the mail may read and decline, and nobody else learns anything.

pub(crate) mod get;
pub(crate) mod post;

use crate::auth::Token;
use crate::database::Connection;
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::repositories::claims::{self, StoredClaim};
use crate::repositories::{accounts, mails};
use crate::state::AppState;
use cpor_protocol::{ConsentRequest, ConsentState};
use cpor_rules::life_cycle::TRANSITIONS;
use cpor_rules::{Action, Status};
use std::net::IpAddr;

/// The claim that the token leads to. One that leads nowhere is counted.
async fn claim_of(
    state: &AppState,
    connection: &mut Connection,
    token: &str,
    from: IpAddr,
) -> ApiResult<StoredClaim> {
    // First: a right link opens whoever else behind its address tries wrong ones.
    if let Some(token) = Token::read(token)
        && let Some(claim_id) = mails::claim_of_token(connection, &token.hash()).await?
        && let Some(claim) = claims::find(connection, &claim_id).await?
    {
        return Ok(claim);
    }
    let now = state.clock.now();
    if let Some(seconds) = state.throttle.wait_for_token(now, from) {
        return Err(ApiError::slow_down(seconds));
    }
    state.throttle.wrong_token(now, from);
    Err(ApiError::not_found())
}

/// What the customer is told.
async fn request_of(connection: &mut Connection, claim: &StoredClaim) -> ApiResult<ConsentRequest> {
    let draft = &claim.record.draft;
    Ok(ConsentRequest {
        language: draft.mail_language,
        partner: accounts::organisation_name(connection, &claim.organisation_id).await?,
        contact_name: draft.partner_contact.name.clone(),
        contact_email: draft.partner_contact.email.clone(),
        items: mail::item_names(draft),
        customer: mail::customer(draft),
        state: state_of(claim.record.status),
    })
}

fn state_of(status: Status) -> ConsentState {
    let can_decline =
        TRANSITIONS.iter().any(|row| row.action == Action::Decline && row.from == Some(status));
    match status {
        Status::CustomerConsentDenied => ConsentState::Declined,
        _ if can_decline => ConsentState::Open,
        _ => ConsentState::Ended,
    }
}
