//! Answers that were given to operations.

use super::{signed, unsigned};
use crate::database::{Connection, Lock, query};
use crate::web::Answer;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};

/// An operation that was done, and its answer.
pub(crate) struct Kept {
    pub(crate) request_hash: Vec<u8>,
    pub(crate) answer: Answer,
}

/// What was done under this key. In a transaction that writes, and in whatever process,
/// the second of two waits here for the first.
pub(crate) async fn find(
    connection: &mut Connection,
    account_id: &str,
    key: &str,
) -> Result<Option<Kept>, sqlx::Error> {
    connection.lock(Lock::Operation, &format!("{account_id} {key}")).await?;
    let row = query(
        "SELECT request_hash, status, revision, body FROM idempotency \
         WHERE account_id = $1 AND key = $2",
    )
    .bind(account_id)
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let status = row.try_get::<i64>("status")?;
        let status = u16::try_from(status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok())
            .ok_or_else(|| sqlx::Error::Decode("a status that HTTP does not have".into()))?;
        let revision: Option<i64> = row.try_get("revision")?;
        let answer =
            Answer { status, revision: revision.map(unsigned), body: row.try_get("body")? };
        Ok(Kept { request_hash: row.try_get("request_hash")?, answer })
    })
    .transpose()
}

/// Keeps an answer.
pub(crate) async fn keep(
    connection: &mut Connection,
    account_id: &str,
    key: &str,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO idempotency \
         (account_id, key, request_hash, status, revision, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(account_id)
    .bind(key)
    .bind(&kept.request_hash)
    .bind(kept.answer.status.as_u16())
    .bind(kept.answer.revision.map(signed))
    .bind(&kept.answer.body)
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets answers older than this.
pub(crate) async fn remove_older(
    connection: &mut Connection,
    than: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM idempotency WHERE created_at < $1")
        .bind(than.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
