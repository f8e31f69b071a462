//! Sign-ins that were begun at the provider and have not come back.

use crate::clock::instant;
use crate::database::{Connection, query};
use chrono::{DateTime, Utc};

/// A sign-in that was begun.
pub(crate) struct SignIn {
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) return_to: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Notes a sign-in.
pub(crate) async fn add(
    connection: &mut Connection,
    state_hash: &[u8],
    browser_hash: &[u8],
    sign_in: &SignIn,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO sign_in (state_hash, browser_hash, nonce, verifier, return_to, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(state_hash)
    .bind(browser_hash)
    .bind(&sign_in.nonce)
    .bind(&sign_in.verifier)
    .bind(&sign_in.return_to)
    .bind(sign_in.expires_at.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the sign-in that this browser has begun: of two that come, one gets it.
pub(crate) async fn take(
    connection: &mut Connection,
    state_hash: &[u8],
    browser_hash: &[u8],
) -> Result<Option<SignIn>, sqlx::Error> {
    let row = query(
        "DELETE FROM sign_in WHERE state_hash = $1 AND browser_hash = $2 \
         RETURNING nonce, verifier, return_to, expires_at",
    )
    .bind(state_hash)
    .bind(browser_hash)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(SignIn {
            nonce: row.try_get("nonce")?,
            verifier: row.try_get("verifier")?,
            return_to: row.try_get("return_to")?,
            expires_at: instant(row.try_get("expires_at")?),
        })
    })
    .transpose()
}

/// Removes what nobody can come back to.
pub(crate) async fn remove_expired(
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM sign_in WHERE expires_at <= $1")
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
