//! Claims between the tables and the endpoints: who sees which, which edits
//! are allowed, and how a status changes. Every rule is asked of `cpor_rules`.

mod acting;
mod edit;
mod notices;
mod transition;

pub(crate) use acting::{Acting, ActingBegun, Said};
pub(crate) use edit::{
    Case, changed_fields, file_events, judge, judge_disputed_items, judge_newer_proof,
    judge_submission, refuse_absurd, words,
};
pub(crate) use notices::{is_reminder_due, remind, tell_of_comment};
pub(crate) use transition::{Act, allowed, apply_transition, change_status};

use crate::auth::SignedIn;
use crate::database::Connection;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::repositories::changes::{self, REVIEW_FEED};
use crate::repositories::claims::{self, StoredClaim};
use cpor_rules::{Draft, Status};

/// The claim, if this person may know that it exists.
pub(crate) async fn visible(
    connection: &mut Connection,
    who: &SignedIn,
    id: &str,
) -> ApiResult<StoredClaim> {
    if mutant!(ForbidsForeign)
        && let Some(found) = claims::find(connection, &normal_id(id)).await?
        && !who.is_reviewer()
        && found.organisation_id != who.account.organisation_id
    {
        return Err(ApiError::not_allowed("the claim is another organisation's"));
    }
    find_visible(connection, who, id).await?.ok_or_else(ApiError::not_found)
}

/// The claim, or nothing if there is none or it is none of this person's business.
///
/// A partner sees the claims of its organisation, or of those of its locations for which
/// the person works; a reviewer those of all organisations once they were submitted.
pub(crate) async fn find_visible(
    connection: &mut Connection,
    who: &SignedIn,
    id: &str,
) -> ApiResult<Option<StoredClaim>> {
    let found = claims::find(connection, &normal_id(id)).await?;
    Ok(found.filter(|claim| {
        if who.is_reviewer() {
            claim.record.status != Status::Draft || mutant!(ShowsDrafts)
        } else {
            let is_own = claim.organisation_id == who.account.organisation_id;
            (is_own && works_for(who, &claim.record.draft)) || mutant!(LeaksClaim)
        }
    }))
}

/// Whether the person works for the location of a draft.
pub(crate) fn works_for(who: &SignedIn, draft: &Draft) -> bool {
    who.locations.hold(&draft.partner_id)
}

/// One id has one spelling: lower case with hyphens. Other texts stay as they
/// are and name no claim.
pub(crate) fn normal_id(id: &str) -> String {
    uuid::Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |id| id.hyphenated().to_string())
}

/// What tells the feed that a person sees from those that others see: who comes to
/// work for other locations reads it from its beginning.
pub(crate) fn view_of(who: &SignedIn) -> String {
    match who.locations.text() {
        locations if locations.is_empty() => feed_of(who).to_owned(),
        locations => format!("{}/{locations}", feed_of(who)),
    }
}

/// The feed that a person reads.
pub(crate) fn feed_of(who: &SignedIn) -> &str {
    if who.is_reviewer() { REVIEW_FEED } else { &who.account.organisation_id }
}

/// Tells everyone who can see the claim that it has changed.
pub(crate) async fn announce(connection: &mut Connection, claim: &StoredClaim) -> ApiResult<()> {
    let id = &claim.record.id;
    changes::note(connection, &claim.organisation_id, id, false).await?;
    #[cfg(feature = "mutants")]
    if mutant!(LeaksInChanges) {
        for feed in changes::feeds(connection).await? {
            changes::note(connection, &feed, id, false).await?;
        }
    }
    if claim.record.status != Status::Draft || mutant!(ShowsDrafts) {
        changes::note(connection, REVIEW_FEED, id, false).await?;
    }
    Ok(())
}
