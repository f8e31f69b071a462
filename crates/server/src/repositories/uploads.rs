//! Uploads under way. How far one has come is the size of its file on disk.

use super::{signed, unsigned};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Row, SqliteConnection};

/// Uploads, finished or not, are forgotten after this time; contents stay.
pub(crate) const UPLOADS_KEPT: TimeDelta = TimeDelta::days(7);

/// An upload.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) organisation_id: String,
    pub(crate) account_id: String,
    /// What the content must hash to.
    pub(crate) sha256: String,
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    pub(crate) is_complete: bool,
    pub(crate) created_at: DateTime<Utc>,
}

impl Upload {
    /// From when on it may be gone. Contents that are complete stay.
    pub(crate) fn expires_at(&self) -> DateTime<Utc> {
        self.created_at + UPLOADS_KEPT
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        id: row.try_get("id")?,
        organisation_id: row.try_get("organisation_id")?,
        account_id: row.try_get("account_id")?,
        sha256: row.try_get("sha256")?,
        name: row.try_get("name")?,
        size_bytes: unsigned(row.try_get("size_bytes")?),
        is_complete: row.try_get("is_complete")?,
        created_at: DateTime::from_timestamp_millis(row.try_get("created_at")?).unwrap_or_default(),
    })
}

/// The organisation's upload with this id, unless its time is over.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    organisation_id: &str,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Upload>, sqlx::Error> {
    let query = "SELECT * FROM upload WHERE organisation_id = ? AND id = ? AND created_at > ?";
    let row = sqlx::query(query)
        .bind(organisation_id)
        .bind(id)
        .bind((now - UPLOADS_KEPT).timestamp_millis())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// An unfinished upload of the same content under the same name by the same person.
pub(crate) async fn find_unfinished(
    connection: &mut SqliteConnection,
    wanted: &Upload,
) -> Result<Option<Upload>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT * FROM upload WHERE organisation_id = ? AND account_id = ? AND sha256 = ? \
         AND name = ? AND size_bytes = ? AND is_complete = 0 AND created_at > ? LIMIT 1",
    )
    .bind(&wanted.organisation_id)
    .bind(&wanted.account_id)
    .bind(&wanted.sha256)
    .bind(&wanted.name)
    .bind(signed(wanted.size_bytes))
    .bind((wanted.created_at - UPLOADS_KEPT).timestamp_millis())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Uploads of the organisation that are not finished.
pub(crate) async fn count_unfinished(
    connection: &mut SqliteConnection,
    organisation_id: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM upload WHERE organisation_id = ? AND is_complete = 0")
        .bind(organisation_id)
        .fetch_one(connection)
        .await
}

/// Starts an upload.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    upload: &Upload,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO upload \
         (id, organisation_id, account_id, sha256, name, size_bytes, is_complete, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&upload.id)
    .bind(&upload.organisation_id)
    .bind(&upload.account_id)
    .bind(&upload.sha256)
    .bind(&upload.name)
    .bind(signed(upload.size_bytes))
    .bind(upload.is_complete)
    .bind(upload.created_at.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that all bytes are there.
pub(crate) async fn complete(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE upload SET is_complete = 1 WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends an upload.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM upload WHERE id = ?").bind(id).execute(connection).await?;
    Ok(())
}

/// Removes uploads begun before; gives the ids of those that left bytes behind.
pub(crate) async fn remove_older(
    connection: &mut SqliteConnection,
    than: DateTime<Utc>,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("DELETE FROM upload WHERE created_at < ? RETURNING id")
        .bind(than.timestamp_millis())
        .fetch_all(connection)
        .await
}
