//! Changing a status by the life-cycle table.

use super::notices::tell_of_transition;
use super::{Said, announce};
use crate::clock::day_in;
use crate::database::Connection;
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::mutants::mutant;
use crate::repositories::claims::{self, StoredClaim};
use crate::repositories::history::{self, Deed};
use cpor_protocol::HistoryEvent;
use cpor_rules::life_cycle::{Situation, transition};
use cpor_rules::{Action, Ground, ReviewReason, Status};

/// Something that is done to a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act<'a> {
    pub(crate) action: Action,
    /// Who does it, and when.
    pub(crate) deed: Deed<'a>,
    /// What comes with it.
    pub(crate) said: Said<'a>,
}

/// Whether the life cycle lets the act happen, and the status that follows.
/// [`None`] follows where the claim is gone.
pub(crate) fn allowed(claim: &StoredClaim, act: Act<'_>) -> ApiResult<Option<Status>> {
    let record = &claim.record;
    let situation = Situation {
        edition: record.draft.edition.get(),
        status: Some(record.status),
        since: record.status_since,
        today: day_in(claim.zone, act.deed.at),
        holidays: &claim.region.holidays(),
        was_disputed: record.was_disputed,
        reason: if mutant!(NeedsNoReason) { "none" } else { act.said.reason },
        has_newer_proof: act.said.has_newer_proof,
    };
    if mutant!(ApprovesAnything) && act.action == Action::Approve {
        return Ok(Some(Status::Approved));
    }
    transition(&situation, act.action, act.deed.actor)
        .map(|row| row.to)
        .map_err(ApiError::wrong_state)
}

/// Takes the claim to the status that follows, and tells the customer where
/// the claim's edition does so now. All of it is written to the open transaction.
pub(crate) async fn apply_transition(
    connection: &mut Connection,
    claim: &mut StoredClaim,
    act: Act<'_>,
) -> ApiResult<()> {
    change_status(connection, claim, act).await?;
    mail::tell_customer(connection, claim, act.action, act.deed.at).await
}

/// Takes the claim to the status that follows: the claim, its history, its
/// change and who is told of it are written to the open transaction. The caller has checked the role
/// of the person and, where the table asks for it, the rules.
pub(crate) async fn change_status(
    connection: &mut Connection,
    claim: &mut StoredClaim,
    act: Act<'_>,
) -> ApiResult<()> {
    let Some(to) = allowed(claim, act)? else {
        return Err(ApiError::wrong_state(cpor_rules::life_cycle::Refusal::WrongStatus));
    };
    let at = act.deed.at;
    let record = &mut claim.record;
    let from = std::mem::replace(&mut record.status, to);
    record.status_since = day_in(claim.zone, at);
    act.said.reason.trim().clone_into(&mut record.status_reason);
    record.status_grounds = match Ground::given_by(act.action) {
        Some(only) => vec![ReviewReason::whole(only)],
        None if mutant!(DropsGrounds) => Vec::new(),
        None => act.said.grounds.to_vec(),
    };
    match act.action {
        Action::Submit => record.submitted_at = Some(at),
        Action::Dispute => record.was_disputed = !mutant!(DisputesAgain),
        Action::AddCustomer
        | Action::Delete
        | Action::StartReview
        | Action::Approve
        | Action::RequestAction
        | Action::Reject
        | Action::Expire
        | Action::Decline
        | Action::Disassociate
        | Action::RejectFinally
        | Action::Reopen => {}
    }
    claim.touch(at);
    claim.set_deadline();
    claims::save(connection, claim).await?;
    let reason = claim.record.status_reason.clone();
    let grounds = claim.record.status_grounds.clone();
    let event = HistoryEvent::StatusChanged { from, to, reason, grounds };
    history::add(connection, &claim.record.id, act.deed, &event).await?;
    if !mutant!(NotificationMissing) {
        tell_of_transition(connection, claim, from, act.action, act.deed).await?;
    }
    announce(connection, claim).await
}
