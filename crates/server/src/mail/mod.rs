//! The mail that tells a customer of a claim.
//!
//! A transition puts a [`Letter`] into the outbox, a table, in its own
//! transaction; a job sends it. The token of the link is made when the mail is
//! sent, so that it stands in the mail and nowhere else.

mod compose;
mod delivery;
mod letter;
mod outbox;

pub(crate) use delivery::Delivery;
pub(crate) use letter::{Letter, customer, item_names};
pub(crate) use outbox::{Post, Shown, run, send_due};

use crate::database::Connection;
use crate::error::ApiResult;
use crate::repositories::claims::StoredClaim;
use crate::repositories::{accounts, directory, mails};
use cpor_rules::Action;
use cpor_rules::edition::ConsentEmail;
use sha2::{Digest, Sha256};

/// Puts the mail into the outbox if this action is the one at which the
/// claim's edition tells the customer.
///
/// Never for revenue association, and not again while contact and items are
/// those of the last mail. The history tells of it once it was handed over.
pub(crate) async fn tell_customer(
    connection: &mut Connection,
    claim: &StoredClaim,
    action: Action,
    at: chrono::DateTime<chrono::Utc>,
) -> ApiResult<()> {
    let draft = &claim.record.draft;
    let moment = match draft.edition.get().consent_email {
        ConsentEmail::OnSubmit => Action::Submit,
        ConsentEmail::OnApproval => Action::Approve,
    };
    let sends_mail = draft.partner_role.is_some_and(cpor_rules::PartnerRole::sends_consent_email);
    if action != moment || !sends_mail {
        return Ok(());
    }
    let fingerprint = fingerprint(draft);
    if mails::is_last(connection, &claim.record.id, &fingerprint).await? {
        return Ok(());
    }
    let letter = Letter {
        partner: accounts::organisation_name(connection, &claim.organisation_id).await?,
        copy_to: directory::portal_administrator(connection, &draft.tenant_id).await?,
        ..Letter::about(draft)
    };
    if !compose::has_address(&letter) {
        // The rules take addresses that the mail system does not. Who it is stays out of the log.
        tracing::warn!("a customer's address cannot be written to");
        return Ok(());
    }
    let id = uuid::Uuid::new_v4().to_string();
    let text = serde_json::to_string(&letter)?;
    mails::add(connection, &id, &claim.record.id, &fingerprint, &text, at).await?;
    Ok(())
}

/// Of what makes a second mail worth sending: whom it goes to, and for what.
fn fingerprint(draft: &cpor_rules::Draft) -> Vec<u8> {
    let contact = &draft.customer_contact;
    let mut items = draft.claimed_items();
    items.sort_unstable();
    let mut hash = Sha256::new();
    for part in [contact.name.as_str(), contact.email.as_str()].into_iter().chain(items) {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().to_vec()
}
