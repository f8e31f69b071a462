//! Adding a person from the command line.
//!
//! The password never stands in the arguments, where other users of the
//! machine could read it.

use crate::ServerError;
use crate::auth::{hash_password, refuse_weak};
use crate::clock::Clock;
use crate::config::NewAccount;
use crate::database::Database;
use crate::repositories::audit::{self, Event};
use crate::repositories::history::Deed;
use crate::repositories::{accounts, locations};
use chrono_tz::Tz;
use cpor_protocol::Account;
use cpor_rules::{Actor, Region, UserRole};

/// Adds a person, and the organisation if it is new.
///
/// Whether a region was given in vain: a known organisation keeps its own.
///
/// # Errors
/// The password is weak, the time zone unknown, or the address taken.
pub async fn add_account(new: NewAccount, password: &str) -> Result<bool, ServerError> {
    let known = [new.name.as_str(), &new.email, &new.organisation];
    refuse_weak(password, &known).map_err(ServerError::Account)?;
    if new.role == UserRole::Reviewer && !new.locations.is_empty() {
        return Err(ServerError::Account("reviewers work for no location"));
    }
    let zone: Tz = new
        .time_zone
        .parse()
        .map_err(|_| ServerError::Account("there is no time zone of this name"))?;
    let hash = hash_password(password).map_err(|_| ServerError::Account("hashing has failed"))?;
    tokio::fs::create_dir_all(&new.data).await?;
    let database = Database::open(&new.data, new.database.as_ref()).await?;
    let mut transaction = database.write().await?;
    accounts::lock_all(&mut transaction).await?;
    if accounts::credentials(&mut transaction, &new.email).await?.is_some() {
        return Err(ServerError::Account("there is an account with this address already"));
    }
    let known = accounts::organisation_named(&mut transaction, &new.organisation).await?;
    let is_region_ignored = known.is_some() && new.region != Region::None;
    let organisation_id = if let Some(id) = known {
        id
    } else {
        let id = uuid::Uuid::new_v4().to_string();
        accounts::add_organisation(&mut transaction, &id, &new.organisation, zone, new.region)
            .await?;
        id
    };
    let account = Account {
        id: uuid::Uuid::new_v4().to_string(),
        name: new.name,
        email: new.email.trim().to_owned(),
        role: new.role,
        organisation_id,
        organisation: new.organisation,
        time_zone: new.time_zone,
        region: new.region,
    };
    accounts::add_account(&mut transaction, &account, &hash).await?;
    for partner_id in &new.locations {
        locations::add(&mut transaction, &account.id, partner_id).await?;
    }
    let deed =
        Deed { at: Clock::system().now(), actor: Actor::System, account_id: None, operation: None };
    let organisation_id = &account.organisation_id;
    let event = Event { organisation_id, deed, what: "account-added", subject: &account.id };
    audit::note(&mut transaction, event).await?;
    transaction.commit().await?;
    database.close().await;
    Ok(is_region_ignored)
}
