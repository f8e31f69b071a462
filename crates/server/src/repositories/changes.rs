//! Feeds of changes: each organisation reads its own, reviewers read one together.

use super::{signed, unsigned};
use sqlx::{Row, SqliteConnection};

/// The feed that all reviewers read.
pub(crate) const REVIEW_FEED: &str = "review";

/// One entry of a feed.
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) claim_id: String,
    pub(crate) is_tombstone: bool,
}

/// The value that tells this database from another one.
pub(crate) async fn epoch(connection: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM setting WHERE key = 'epoch'").fetch_one(connection).await
}

/// The number of the feed's last change.
pub(crate) async fn last(
    connection: &mut SqliteConnection,
    feed_id: &str,
) -> Result<u64, sqlx::Error> {
    let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM feed WHERE id = ?")
        .bind(feed_id)
        .fetch_optional(connection)
        .await?;
    Ok(seq.map_or(0, unsigned))
}

/// The feeds of all organisations, for a mutant that mixes them.
#[cfg(feature = "mutants")]
pub(crate) async fn feeds(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM organisation").fetch_all(connection).await
}

/// Puts a claim at the end of a feed.
pub(crate) async fn note(
    connection: &mut SqliteConnection,
    feed_id: &str,
    claim_id: &str,
    is_tombstone: bool,
) -> Result<(), sqlx::Error> {
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO feed (id, seq) VALUES (?, 1) \
         ON CONFLICT (id) DO UPDATE SET seq = seq + 1 RETURNING seq",
    )
    .bind(feed_id)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO change (feed_id, claim_id, seq, is_tombstone) VALUES (?, ?, ?, ?) \
         ON CONFLICT (feed_id, claim_id) \
         DO UPDATE SET seq = excluded.seq, is_tombstone = excluded.is_tombstone",
    )
    .bind(feed_id)
    .bind(claim_id)
    .bind(seq)
    .bind(is_tombstone)
    .execute(connection)
    .await?;
    Ok(())
}

/// Entries after a number, oldest first, one more than `limit` if there are.
pub(crate) async fn after(
    connection: &mut SqliteConnection,
    feed_id: &str,
    seq: u64,
    limit: u32,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT seq, claim_id, is_tombstone FROM change \
         WHERE feed_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    )
    .bind(feed_id)
    .bind(signed(seq))
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                seq: unsigned(row.try_get("seq")?),
                claim_id: row.try_get("claim_id")?,
                is_tombstone: row.try_get("is_tombstone")?,
            })
        })
        .collect()
}

/// Whether a claim with this id was deleted.
pub(crate) async fn is_tombstone(
    connection: &mut SqliteConnection,
    claim_id: &str,
) -> Result<bool, sqlx::Error> {
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM change WHERE claim_id = ? AND is_tombstone = 1")
            .bind(claim_id)
            .fetch_one(connection)
            .await?;
    Ok(count > 0)
}
