//! Answers that were given to operations.

use super::{signed, unsigned};
use crate::web::Answer;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use sqlx::{Row, SqliteConnection};

/// An operation that was done, and its answer.
pub(crate) struct Kept {
    pub(crate) request_hash: Vec<u8>,
    pub(crate) answer: Answer,
}

/// What was done under this key.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    account_id: &str,
    key: &str,
) -> Result<Option<Kept>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT request_hash, status, revision, body FROM idempotency \
         WHERE account_id = ? AND key = ?",
    )
    .bind(account_id)
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let status = StatusCode::from_u16(row.try_get("status")?)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let revision: Option<i64> = row.try_get("revision")?;
        let answer =
            Answer { status, revision: revision.map(unsigned), body: row.try_get("body")? };
        Ok(Kept { request_hash: row.try_get("request_hash")?, answer })
    })
    .transpose()
}

/// Keeps an answer.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    account_id: &str,
    key: &str,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO idempotency \
         (account_id, key, request_hash, status, revision, body, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
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
    connection: &mut SqliteConnection,
    than: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM idempotency WHERE created_at < ?")
        .bind(than.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
