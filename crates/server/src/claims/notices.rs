//! Whom each event of a claim is told to. Written in the transaction of the
//! event, so nobody is told of what did not happen.

use crate::clock::day_in;
use crate::database::Connection;
use crate::error::ApiResult;
use crate::mutants::mutant;
use crate::repositories::claims::StoredClaim;
use crate::repositories::history::Deed;
use crate::repositories::notifications::{self, Audience, Notice};
use chrono::{DateTime, Months, NaiveDate, Utc};
use cpor_protocol::NotificationKind;
use cpor_rules::calendar::parse_date;
use cpor_rules::{Action, Actor, DeadlineKind, Status};

/// So many business days before the end the partner is reminded.
const REMIND_BUSINESS_DAYS: i32 = 3;
/// Proof of an approved claim is worth renewing from this age on: the most
/// recent proof decides where two partners claim the same.
const PROOF_OLD_MONTHS: u32 = 11;
/// Proof older than this was spoken of when it was not; by now that notice may
/// have been removed, and it must not come twice.
const PROOF_FORGOTTEN_MONTHS: u32 = 23;

/// What a change of status tells the partner.
const fn told_to_partner(from: Status, action: Action) -> Option<NotificationKind> {
    let is_dispute = matches!(from, Status::Dispute);
    match action {
        Action::RequestAction => Some(NotificationKind::ActionRequired),
        Action::Approve if is_dispute => Some(NotificationKind::DisputeWon),
        Action::Approve => Some(NotificationKind::Approved),
        Action::Reject => Some(NotificationKind::Rejected),
        Action::RejectFinally => Some(NotificationKind::DisputeLost),
        Action::Reopen => Some(NotificationKind::DisputeReopened),
        Action::Expire => Some(NotificationKind::Expired),
        Action::Decline => Some(NotificationKind::CustomerDeclined),
        Action::AddCustomer
        | Action::Submit
        | Action::Delete
        | Action::StartReview
        | Action::Disassociate
        | Action::Dispute => None,
    }
}

/// What a change of status tells the reviewers.
const fn told_to_reviewers(action: Action) -> Option<NotificationKind> {
    match action {
        Action::Submit => Some(NotificationKind::Submitted),
        Action::Dispute => Some(NotificationKind::Disputed),
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
        | Action::Reopen => None,
    }
}

/// Tells of a change of status.
pub(super) async fn tell_of_transition(
    connection: &mut Connection,
    claim: &StoredClaim,
    from: Status,
    action: Action,
    deed: Deed<'_>,
) -> ApiResult<()> {
    let notice = |to, kind| Notice {
        to,
        kind,
        claim_id: &claim.record.id,
        at: deed.at,
        except: deed.account_id,
        once: None,
    };
    if mutant!(TellsWhoCausedIt) {
        let also =
            Notice { except: None, ..notice(Audience::Reviewers, NotificationKind::Approved) };
        notifications::add(connection, also).await?;
    }
    if let Some(kind) = told_to_partner(from, action) {
        let to = Audience::Partner(&claim.organisation_id);
        notifications::add(connection, notice(to, kind)).await?;
    }
    if let Some(kind) = told_to_reviewers(action) {
        notifications::add(connection, notice(Audience::Reviewers, kind)).await?;
    }
    if action == Action::Submit {
        tell_competitors(connection, claim, deed.at).await?;
    }
    Ok(())
}

/// Tells other partners that somebody asks for what they hold or ask for; not who.
async fn tell_competitors(
    connection: &mut Connection,
    claim: &StoredClaim,
    at: DateTime<Utc>,
) -> ApiResult<()> {
    let id = &claim.record.id;
    for other in notifications::competing(connection, id).await? {
        let notice = Notice {
            to: Audience::Partner(&other.organisation_id),
            kind: NotificationKind::CompetingClaim,
            claim_id: &other.claim_id,
            at,
            except: None,
            // A claim that is handed in again competes as it did before.
            once: Some(id),
        };
        notifications::add(connection, notice).await?;
    }
    Ok(())
}

/// Tells the other side of a comment.
pub(crate) async fn tell_of_comment(
    connection: &mut Connection,
    claim: &StoredClaim,
    deed: Deed<'_>,
) -> ApiResult<()> {
    let (to, kind) = match deed.actor {
        Actor::Microsoft => {
            (Audience::Partner(&claim.organisation_id), NotificationKind::ReviewerComment)
        }
        // Nobody reviews a draft yet.
        Actor::Partner if claim.record.status != Status::Draft => {
            (Audience::Reviewers, NotificationKind::PartnerComment)
        }
        Actor::Partner | Actor::Customer | Actor::System => return Ok(()),
    };
    let claim_id = &claim.record.id;
    let notice = Notice { to, kind, claim_id, at: deed.at, except: deed.account_id, once: None };
    notifications::add(connection, notice).await?;
    Ok(())
}

/// What the passing of time has to tell of a claim now, and the word that
/// makes it the same reminder the next time.
fn reminder(claim: &StoredClaim, today: NaiveDate) -> Option<(NotificationKind, String)> {
    let record = &claim.record;
    match record.status {
        Status::PartnerActionRequired => {
            let deadline = record.deadline?;
            let left = claim.region.holidays().business_days_until(today, deadline.due_on);
            let is_near = deadline.kind == DeadlineKind::PartnerAction
                && today <= deadline.due_on
                && left <= REMIND_BUSINESS_DAYS;
            let once = format!("{}/{}", record.status_since, deadline.due_on);
            is_near.then_some((NotificationKind::DeadlineNear, once))
        }
        Status::Approved => {
            let dates = record.draft.poe_files.iter().map(|file| parse_date(&file.acknowledged_on));
            let newest = dates.flatten().max()?;
            let older_than = |months| {
                today.checked_sub_months(Months::new(months)).is_some_and(|limit| newest < limit)
            };
            let is_due = older_than(PROOF_OLD_MONTHS) && !older_than(PROOF_FORGOTTEN_MONTHS);
            is_due.then_some((NotificationKind::ProofOld, newest.to_string()))
        }
        Status::Draft
        | Status::Submitted
        | Status::UnderReview
        | Status::Rejected
        | Status::Dispute
        | Status::RejectedFinal
        | Status::CustomerConsentDenied => None,
    }
}

/// Whether a claim has something to be reminded of.
pub(crate) fn is_reminder_due(claim: &StoredClaim, now: DateTime<Utc>) -> bool {
    reminder(claim, day_in(claim.zone, now)).is_some()
}

/// Reminds the partner of what is due, unless that was done. May run twice, and
/// in several processes at once.
pub(crate) async fn remind(
    connection: &mut Connection,
    claim: &StoredClaim,
    now: DateTime<Utc>,
) -> ApiResult<()> {
    let Some((kind, once)) = reminder(claim, day_in(claim.zone, now)) else { return Ok(()) };
    let notice = Notice {
        to: Audience::Partner(&claim.organisation_id),
        kind,
        claim_id: &claim.record.id,
        at: now,
        except: None,
        once: Some(&once),
    };
    notifications::add(connection, notice).await?;
    Ok(())
}
