//! From a person of the provider to an account here, as the claims say it today.

use super::claims::Person;
use super::refusal::Refusal;
use crate::database::Connection;
use crate::repositories::audit::{self, Event};
use crate::repositories::history::Deed;
use crate::repositories::{accounts, identities, locations, sessions};
use chrono::{DateTime, Utc};
use cpor_protocol::Account;
use cpor_rules::Actor;
use sha2::{Digest, Sha256};

/// In whose chain of the audit log is told of who belongs to no organisation.
const NOBODYS_CHAIN: &str = "provider";

/// The account of the person, made or brought up to date; or why they may not come in,
/// which is written to the audit log and wants to be committed too.
///
/// Whoever lost a right, or has others than before, is signed out everywhere else.
pub(crate) async fn let_in(
    connection: &mut Connection,
    issuer: &str,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<Result<Account, Refusal>, sqlx::Error> {
    // Of two first sign-ins at once the second finds the account.
    accounts::lock_all(connection).await?;
    let account_id = identities::find(connection, issuer, &person.subject).await?;
    let organisation = accounts::organisation_called(connection, &person.organisation).await?;
    let deed = Deed { at: now, actor: Actor::System, account_id: None, operation: None };
    let rights = match (&organisation, person.role, &person.locations) {
        (None, _, _) => Err(Refusal::NoOrganisation),
        (Some(_), Err(why), _) => Err(why),
        (Some(_), Ok(_), Err(why)) => Err(*why),
        (Some(organisation), Ok(role), Ok(locations)) => Ok((organisation, role, locations)),
    };
    let (organisation_id, role, told) = match rights {
        Ok(rights) => rights,
        Err(why) => {
            let subject = match account_id {
                Some(id) => {
                    sessions::end_all(connection, &id).await?;
                    id
                }
                None => stranger(issuer, &person.subject),
            };
            let organisation_id = organisation.as_deref().unwrap_or(NOBODYS_CHAIN);
            let what = "sign-in-refused";
            audit::note(connection, Event { organisation_id, deed, what, subject: &subject })
                .await?;
            return Ok(Err(why));
        }
    };
    let id = account_id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let (name, email) = (person.name.clone(), person.email.clone());
    let account = Account {
        id,
        name,
        email,
        role,
        ..accounts::nobody_of(connection, organisation_id).await?
    };
    let mut chains = vec![account.organisation_id.clone()];
    let what = if account_id.is_some() {
        let (before, _) = accounts::find(connection, &account.id).await?;
        let had = locations::of(connection, &account.id).await?;
        let is_same = (&before.organisation_id, before.role, &had)
            == (&account.organisation_id, account.role, told);
        identities::update(connection, &account).await?;
        if is_same {
            return Ok(Ok(account));
        }
        if before.organisation_id != account.organisation_id {
            chains.push(before.organisation_id);
            chains.sort();
        }
        sessions::end_all(connection, &account.id).await?;
        "account-changed"
    } else {
        identities::add(connection, issuer, &person.subject, &account).await?;
        "account-added"
    };
    locations::replace(connection, &account.id, told).await?;
    for organisation_id in &chains {
        audit::note(connection, Event { organisation_id, deed, what, subject: &account.id })
            .await?;
    }
    Ok(Ok(account))
}

/// By what the audit log means who has no account, without telling who it is.
pub(crate) fn stranger(issuer: &str, subject: &str) -> String {
    let digest = Sha256::new().chain_update(issuer).chain_update([0]).chain_update(subject);
    crate::audit::hex(&digest.finalize())
}
