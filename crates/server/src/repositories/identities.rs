//! Who people are at a provider of identities: by issuer and subject, never by address.

use super::code_of;
use crate::database::{Connection, query, query_scalar};
use cpor_protocol::Account;

/// The account of a subject.
pub(crate) async fn find(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<String>, sqlx::Error> {
    query_scalar("SELECT account_id FROM identity WHERE issuer = $1 AND subject = $2")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(connection)
        .await
}

/// Issuer and subject of an account; `None` of one with a password here.
pub(crate) async fn of_account(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let row = query("SELECT issuer, subject FROM identity WHERE account_id = $1")
        .bind(account_id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.try_get("issuer")?, row.try_get("subject")?))).transpose()
}

/// Adds a person who has no password here. Their address is shown and nothing else: it is
/// taken from nobody, and nobody is found by it.
pub(crate) async fn add(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
    account: &Account,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO account \
         (id, organisation_id, name, email, shown_email, role, password_hash) \
         VALUES ($1, $2, $3, $1, $4, $5, '')",
    )
    .bind(&account.id)
    .bind(&account.organisation_id)
    .bind(&account.name)
    .bind(&account.email)
    .bind(code_of(&account.role)?)
    .execute(&mut *connection)
    .await?;
    query("INSERT INTO identity (issuer, subject, account_id) VALUES ($1, $2, $3)")
        .bind(issuer)
        .bind(subject)
        .bind(&account.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes what the provider says of the person now.
pub(crate) async fn update(
    connection: &mut Connection,
    account: &Account,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE account SET organisation_id = $2, name = $3, shown_email = $4, role = $5 \
         WHERE id = $1",
    )
    .bind(&account.id)
    .bind(&account.organisation_id)
    .bind(&account.name)
    .bind(&account.email)
    .bind(code_of(&account.role)?)
    .execute(connection)
    .await?;
    Ok(())
}
