//! Uploads under way. How far one has come is the size of its file in the folder of data,
//! or, with a bucket, where the next piece belongs.

use super::{signed, unsigned};
use crate::database::{Connection, Lock, Row, query, query_scalar};
use chrono::{DateTime, TimeDelta, Utc};

/// Uploads, finished or not, are forgotten after this time; contents stay.
pub(crate) const UPLOADS_KEPT: TimeDelta = TimeDelta::days(7);

/// Most uploads of an organisation under way.
pub(crate) const MAX_UNFINISHED: u32 = 100;
/// Most bytes that an organisation keeps here: 10 GB.
pub(crate) const MAX_KEPT_BYTES: u64 = 10_000_000_000;

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
    /// What has arrived in the bucket.
    pub(crate) received_bytes: u64,
    pub(crate) is_complete: bool,
    pub(crate) created_at: DateTime<Utc>,
}

impl Upload {
    /// From when on it may be gone. Contents that are complete stay.
    pub(crate) fn expires_at(&self) -> DateTime<Utc> {
        self.created_at + UPLOADS_KEPT
    }
}

fn read(row: &Row) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        id: row.try_get("id")?,
        organisation_id: row.try_get("organisation_id")?,
        account_id: row.try_get("account_id")?,
        sha256: row.try_get("sha256")?,
        name: row.try_get("name")?,
        size_bytes: unsigned(row.try_get("size_bytes")?),
        received_bytes: unsigned(row.try_get("received_bytes")?),
        is_complete: row.try_get("is_complete")?,
        created_at: DateTime::from_timestamp_millis(row.try_get("created_at")?).unwrap_or_default(),
    })
}

/// The organisation's upload with this id, unless its time is over.
pub(crate) async fn find(
    connection: &mut Connection,
    organisation_id: &str,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Upload>, sqlx::Error> {
    let row =
        query("SELECT id, organisation_id, account_id, sha256, name, size_bytes, received_bytes, \
         is_complete, created_at FROM upload WHERE organisation_id = $1 AND id = $2 AND created_at > $3")
            .bind(organisation_id)
            .bind(id)
            .bind((now - UPLOADS_KEPT).timestamp_millis())
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(read).transpose()
}

/// An unfinished upload of the same content under the same name by the same person.
pub(crate) async fn find_unfinished(
    connection: &mut Connection,
    wanted: &Upload,
) -> Result<Option<Upload>, sqlx::Error> {
    let row = query(
        "SELECT id, organisation_id, account_id, sha256, name, size_bytes, received_bytes, \
         is_complete, created_at FROM upload \
         WHERE organisation_id = $1 AND account_id = $2 AND sha256 = $3 \
         AND name = $4 AND size_bytes = $5 AND is_complete = 0 AND created_at > $6 LIMIT 1",
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

/// Until the end of the transaction nobody else begins an upload for the organisation.
pub(crate) async fn lock_space(
    connection: &mut Connection,
    organisation_id: &str,
) -> Result<(), sqlx::Error> {
    connection.lock(Lock::Space, organisation_id).await
}

/// Uploads of the organisation that are not finished.
pub(crate) async fn count_unfinished(
    connection: &mut Connection,
    organisation_id: &str,
) -> Result<i64, sqlx::Error> {
    query_scalar("SELECT COUNT(*) FROM upload WHERE organisation_id = $1 AND is_complete = 0")
        .bind(organisation_id)
        .fetch_one(connection)
        .await
}

/// Starts an upload.
pub(crate) async fn add(connection: &mut Connection, upload: &Upload) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO upload \
         (id, organisation_id, account_id, sha256, name, size_bytes, is_complete, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
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

/// Notes that bytes have arrived behind those that had; whether nobody else noted others
/// there in the meantime, perhaps in another process.
pub(crate) async fn advance(
    connection: &mut Connection,
    id: &str,
    from: u64,
    to: u64,
) -> Result<bool, sqlx::Error> {
    let changed = query(
        "UPDATE upload SET received_bytes = $1 \
         WHERE id = $2 AND received_bytes = $3 AND is_complete = 0",
    )
    .bind(signed(to))
    .bind(id)
    .bind(signed(from))
    .execute(connection)
    .await?;
    Ok(changed == 1)
}

/// Notes that the content is kept; whether nobody else did in the meantime.
pub(crate) async fn complete(connection: &mut Connection, id: &str) -> Result<bool, sqlx::Error> {
    let changed = query("UPDATE upload SET is_complete = 1 WHERE id = $1 AND is_complete = 0")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    query("DELETE FROM upload_piece WHERE upload_id = $1").bind(id).execute(connection).await?;
    Ok(changed == 1)
}

/// Ends an upload.
pub(crate) async fn remove(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    query("DELETE FROM upload WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Ends an upload whose content is not kept; whether it was not complete already.
pub(crate) async fn give_up(connection: &mut Connection, id: &str) -> Result<bool, sqlx::Error> {
    let gone = query("DELETE FROM upload WHERE id = $1 AND is_complete = 0")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(gone == 1)
}

/// Removes uploads begun before; gives the ids of those that left bytes behind.
pub(crate) async fn remove_older(
    connection: &mut Connection,
    than: DateTime<Utc>,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("DELETE FROM upload WHERE created_at < $1 RETURNING id")
        .bind(than.timestamp_millis())
        .fetch_all(connection)
        .await
}
