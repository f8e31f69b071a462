//! Objects in a bucket, and which upload or file each belongs to.
//!
//! An object is noted before it is written, and forgotten after it is removed: whatever
//! happens in between, it can be found again.

use super::{signed, unsigned};
use crate::database::{Connection, Row, query, query_scalar};
use chrono::{DateTime, Utc};

/// A part of an upload that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where in the upload it begins.
    pub(crate) start_bytes: u64,
    pub(crate) size_bytes: u64,
    pub(crate) object_id: String,
}

fn read(row: &Row) -> Result<Piece, sqlx::Error> {
    Ok(Piece {
        start_bytes: unsigned(row.try_get("start_bytes")?),
        size_bytes: unsigned(row.try_get("size_bytes")?),
        object_id: row.try_get("object_id")?,
    })
}

/// Notes an object that is about to be written.
pub(crate) async fn note(
    connection: &mut Connection,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("INSERT INTO stored_object (id, created_at) VALUES ($1, $2)")
        .bind(id)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// What has arrived of an upload, in order.
pub(crate) async fn pieces(
    connection: &mut Connection,
    upload_id: &str,
) -> Result<Vec<Piece>, sqlx::Error> {
    let all = "SELECT start_bytes, size_bytes, object_id FROM upload_piece \
               WHERE upload_id = $1 ORDER BY start_bytes";
    let rows = query(all).bind(upload_id).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The piece that came last.
pub(crate) async fn last_piece(
    connection: &mut Connection,
    upload_id: &str,
) -> Result<Option<Piece>, sqlx::Error> {
    let newest = "SELECT start_bytes, size_bytes, object_id FROM upload_piece \
                  WHERE upload_id = $1 ORDER BY start_bytes DESC LIMIT 1";
    query(newest).bind(upload_id).fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Adds a piece to an upload. One that begins where it does is replaced.
pub(crate) async fn add_piece(
    connection: &mut Connection,
    upload_id: &str,
    piece: &Piece,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO upload_piece (upload_id, start_bytes, size_bytes, object_id) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (upload_id, start_bytes) \
         DO UPDATE SET size_bytes = excluded.size_bytes, object_id = excluded.object_id",
    )
    .bind(upload_id)
    .bind(signed(piece.start_bytes))
    .bind(signed(piece.size_bytes))
    .bind(&piece.object_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Objects noted before, which nothing names.
pub(crate) async fn unnamed(
    connection: &mut Connection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(
        "SELECT id FROM stored_object WHERE created_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM upload_piece WHERE object_id = stored_object.id) \
         AND NOT EXISTS (SELECT 1 FROM file WHERE file.object_id = stored_object.id) \
         ORDER BY created_at LIMIT $2",
    )
    .bind(before.timestamp_millis())
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Forgets an object that was removed.
pub(crate) async fn forget(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    query("DELETE FROM stored_object WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}
