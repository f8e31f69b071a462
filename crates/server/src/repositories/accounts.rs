//! Organisations and their people.

use super::{code_of, from_code};
use crate::database::{Connection, Lock, Row, query, query_scalar};
use chrono_tz::Tz;
use cpor_protocol::Account;
use cpor_rules::{Region, UserRole};

/// A person with what is needed to let the person in.
pub(crate) struct Credentials {
    pub(crate) account_id: String,
    pub(crate) password_hash: String,
}

/// Columns that [`read_account`] reads; the tables are named `account` and `organisation`.
macro_rules! account_columns {
    () => {
        "account.id AS account_id, account.name AS account_name, \
         COALESCE(account.shown_email, account.email) AS email, account.role, \
         organisation.id AS organisation_id, organisation.name AS organisation_name, \
         organisation.time_zone, organisation.region"
    };
}
pub(crate) use account_columns;

/// Reads [`account_columns`].
pub(crate) fn read_account(row: &Row) -> Result<(Account, Tz), sqlx::Error> {
    let time_zone: String = row.try_get("time_zone")?;
    let zone = time_zone.parse().unwrap_or(Tz::UTC);
    let account = Account {
        id: row.try_get("account_id")?,
        name: row.try_get("account_name")?,
        email: row.try_get("email")?,
        role: from_code(row.try_get("role")?)?,
        organisation_id: row.try_get("organisation_id")?,
        organisation: row.try_get("organisation_name")?,
        time_zone,
        region: from_code(row.try_get("region")?)?,
    };
    Ok((account, zone))
}

/// The person who signs in here with this email address.
pub(crate) async fn credentials(
    connection: &mut Connection,
    email: &str,
) -> Result<Option<Credentials>, sqlx::Error> {
    let row = query(connection.either(
        "SELECT id, password_hash FROM account WHERE email = $1 AND password_hash <> ''",
        "SELECT id, password_hash FROM account \
         WHERE lower(email COLLATE \"C\") = lower($1 COLLATE \"C\") AND password_hash <> ''",
    ))
    .bind(email.trim())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Credentials {
            account_id: row.try_get("id")?,
            password_hash: row.try_get("password_hash")?,
        })
    })
    .transpose()
}

/// Gives a person another password.
pub(crate) async fn set_password(
    connection: &mut Connection,
    account_id: &str,
    password_hash: &str,
) -> Result<(), sqlx::Error> {
    query("UPDATE account SET password_hash = $1 WHERE id = $2")
        .bind(password_hash)
        .bind(account_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The person with this id, with the organisation's time zone.
pub(crate) async fn find(
    connection: &mut Connection,
    account_id: &str,
) -> Result<(Account, Tz), sqlx::Error> {
    let row = query(concat!(
        "SELECT ",
        account_columns!(),
        " FROM account JOIN organisation ON organisation.id = account.organisation_id \
         WHERE account.id = $1"
    ))
    .bind(account_id)
    .fetch_one(connection)
    .await?;
    read_account(&row)
}

/// Until the end of the transaction nobody else adds organisations or people.
pub(crate) async fn lock_all(connection: &mut Connection) -> Result<(), sqlx::Error> {
    connection.lock(Lock::Database, "accounts").await
}

/// Whether nobody is known yet.
pub(crate) async fn is_empty(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let count: i64 =
        query_scalar("SELECT COUNT(*) FROM organisation").fetch_one(connection).await?;
    Ok(count == 0)
}

/// The id of the organisation with this name.
pub(crate) async fn organisation_named(
    connection: &mut Connection,
    name: &str,
) -> Result<Option<String>, sqlx::Error> {
    query_scalar("SELECT id FROM organisation WHERE name = $1")
        .bind(name)
        .fetch_optional(connection)
        .await
}

/// The id of the organisation that a provider calls so: by what was told for that, or by
/// its name where nothing was.
pub(crate) async fn organisation_called(
    connection: &mut Connection,
    value: &str,
) -> Result<Option<String>, sqlx::Error> {
    query_scalar(
        "SELECT id FROM organisation WHERE COALESCE(claim_value, name) = $1 \
         ORDER BY CASE WHEN claim_value IS NULL THEN 1 ELSE 0 END, id LIMIT 1",
    )
    .bind(value)
    .fetch_optional(connection)
    .await
}

/// Notes what a provider calls an organisation.
pub(crate) async fn set_claim_value(
    connection: &mut Connection,
    id: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    query("UPDATE organisation SET claim_value = $2 WHERE id = $1")
        .bind(id)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}

/// A person of the organisation of whom nothing else is known yet.
pub(crate) async fn nobody_of(
    connection: &mut Connection,
    organisation_id: &str,
) -> Result<Account, sqlx::Error> {
    let row = query("SELECT name, time_zone, region FROM organisation WHERE id = $1")
        .bind(organisation_id)
        .fetch_one(connection)
        .await?;
    Ok(Account {
        id: String::new(),
        name: String::new(),
        email: String::new(),
        role: UserRole::IncentivesUser,
        organisation_id: organisation_id.to_owned(),
        organisation: row.try_get("name")?,
        time_zone: row.try_get("time_zone")?,
        region: from_code(row.try_get("region")?)?,
    })
}

/// The name of an organisation.
pub(crate) async fn organisation_name(
    connection: &mut Connection,
    id: &str,
) -> Result<String, sqlx::Error> {
    query_scalar("SELECT name FROM organisation WHERE id = $1").bind(id).fetch_one(connection).await
}

/// Adds an organisation.
pub(crate) async fn add_organisation(
    connection: &mut Connection,
    id: &str,
    name: &str,
    zone: Tz,
    region: Region,
) -> Result<(), sqlx::Error> {
    query("INSERT INTO organisation (id, name, time_zone, region) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(name)
        .bind(zone.name())
        .bind(region.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds a person to an organisation.
pub(crate) async fn add_account(
    connection: &mut Connection,
    account: &Account,
    password_hash: &str,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO account (id, organisation_id, name, email, role, password_hash) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&account.id)
    .bind(&account.organisation_id)
    .bind(&account.name)
    .bind(&account.email)
    .bind(code_of(&account.role)?)
    .bind(password_hash)
    .execute(connection)
    .await?;
    Ok(())
}
