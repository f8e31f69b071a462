//! Adding an organisation from the command line: whoever signs in at a provider comes into
//! one that is known, and makes none.

use crate::ServerError;
use crate::clock::Clock;
use crate::config::NewOrganisation;
use crate::database::Database;
use crate::repositories::accounts;
use crate::repositories::audit::{self, Event};
use crate::repositories::history::Deed;
use chrono_tz::Tz;
use cpor_rules::Actor;

/// Adds an organisation, or tells one that is known what a provider calls it.
///
/// # Errors
/// The time zone is unknown, or another organisation is called so already.
pub async fn add_organisation(new: NewOrganisation) -> Result<(), ServerError> {
    let zone: Tz = new
        .time_zone
        .parse()
        .map_err(|_| ServerError::Account("there is no time zone of this name"))?;
    tokio::fs::create_dir_all(&new.data).await?;
    let database = Database::open(&new.data, new.database.as_ref()).await?;
    let mut transaction = database.write().await?;
    accounts::lock_all(&mut transaction).await?;
    let known = accounts::organisation_named(&mut transaction, &new.name).await?;
    let called = new.claim.as_ref().unwrap_or(&new.name);
    let other = accounts::organisation_called(&mut transaction, called).await?;
    if other.is_some() && other != known {
        return Err(ServerError::Account("a provider calls another organisation so already"));
    }
    if known.is_some() && new.claim.is_none() {
        return Err(ServerError::Account(
            "the organisation is known already; --claim says what a provider calls it",
        ));
    }
    let (id, what) = if let Some(id) = known {
        (id, "organisation-changed")
    } else {
        let id = uuid::Uuid::new_v4().to_string();
        accounts::add_organisation(&mut transaction, &id, &new.name, zone, new.region).await?;
        (id, "organisation-added")
    };
    if let Some(value) = &new.claim {
        accounts::set_claim_value(&mut transaction, &id, value).await?;
    }
    let deed =
        Deed { at: Clock::system().now(), actor: Actor::System, account_id: None, operation: None };
    audit::note(&mut transaction, Event { organisation_id: &id, deed, what, subject: &id }).await?;
    transaction.commit().await?;
    database.close().await;
    Ok(())
}
