//! Feeds of changes: each organisation reads its own, reviewers read one together.

use super::claims::{self, StoredClaim, claim_columns, claim_joins};
use super::{signed, unsigned};
use crate::database::{Connection, query, query_scalar};

/// The feed that all reviewers read.
pub(crate) const REVIEW_FEED: &str = "review";

/// One entry of a feed.
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) claim_id: String,
    pub(crate) is_tombstone: bool,
    /// As it is now; none where it is gone for the readers of the feed.
    pub(crate) claim: Option<Box<StoredClaim>>,
}

/// The value that tells this database from another one.
pub(crate) async fn epoch(connection: &mut Connection) -> Result<String, sqlx::Error> {
    query_scalar("SELECT value FROM setting WHERE key = 'epoch'").fetch_one(connection).await
}

/// The number of the feed's last change.
pub(crate) async fn last(connection: &mut Connection, feed_id: &str) -> Result<u64, sqlx::Error> {
    let seq: Option<i64> = query_scalar("SELECT seq FROM feed WHERE id = $1")
        .bind(feed_id)
        .fetch_optional(connection)
        .await?;
    Ok(seq.map_or(0, unsigned))
}

/// The feeds of all organisations, for a mutant that mixes them.
#[cfg(feature = "mutants")]
pub(crate) async fn feeds(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT id FROM organisation").fetch_all(connection).await
}

/// Puts a claim at the end of a feed.
pub(crate) async fn note(
    connection: &mut Connection,
    feed_id: &str,
    claim_id: &str,
    is_tombstone: bool,
) -> Result<(), sqlx::Error> {
    let seq: i64 = query_scalar(
        "INSERT INTO feed (id, seq) VALUES ($1, 1) \
         ON CONFLICT (id) DO UPDATE SET seq = feed.seq + 1 RETURNING seq",
    )
    .bind(feed_id)
    .fetch_one(&mut *connection)
    .await?;
    query(
        "INSERT INTO change (feed_id, claim_id, seq, is_tombstone) VALUES ($1, $2, $3, $4) \
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

/// Entries after a number with their claims, written once so that a test sees its plan. All
/// at once: a page asks the database once, and not once for each claim.
macro_rules! entries {
    () => {
        concat!(
            "SELECT entry.seq, entry.claim_id, entry.is_tombstone, ",
            claim_columns!(),
            " FROM (SELECT seq, claim_id, is_tombstone FROM change \
             WHERE feed_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS entry \
             LEFT JOIN claim ON claim.id = entry.claim_id AND entry.is_tombstone = 0 ",
            claim_joins!(),
            " ORDER BY entry.seq"
        )
    };
}

/// Entries after a number, oldest first, one more than `limit` if there are.
pub(crate) async fn after(
    connection: &mut Connection,
    feed_id: &str,
    seq: u64,
    limit: u32,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = query(entries!())
        .bind(feed_id)
        .bind(signed(seq))
        .bind(limit + 1)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let found: Option<String> = row.try_get("id")?;
            Ok(Entry {
                seq: unsigned(row.try_get("seq")?),
                claim_id: row.try_get("claim_id")?,
                is_tombstone: row.try_get("is_tombstone")?,
                claim: found.map(|_| claims::read(row).map(Box::new)).transpose()?,
            })
        })
        .collect()
}

/// How many tombstones of a claim there are, written once so that a test sees its plan.
macro_rules! tombstones {
    () => {
        "SELECT COUNT(*) FROM change WHERE claim_id = $1 AND is_tombstone = 1"
    };
}

/// Whether a claim with this id was deleted.
pub(crate) async fn is_tombstone(
    connection: &mut Connection,
    claim_id: &str,
) -> Result<bool, sqlx::Error> {
    let count: i64 = query_scalar(tombstones!()).bind(claim_id).fetch_one(connection).await?;
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    async fn plan(sql: &'static str, values: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path(), None).await.unwrap();
        let mut view = database.read().await.unwrap();
        let asked = values.iter().fold(query(sql), |query, value| query.bind(*value));
        let rows = asked.fetch_all(&mut view).await.unwrap();
        rows.iter().map(|row| row.try_get("detail").unwrap()).collect()
    }

    #[tokio::test]
    async fn whether_an_id_is_used_up_is_looked_up_and_not_searched_for() {
        let plan = plan(concat!("EXPLAIN QUERY PLAN ", tombstones!()), &["an id"]).await;
        assert!(plan[0].starts_with("SEARCH") && plan[0].contains("change_gone"), "{plan:?}");
    }

    #[tokio::test]
    async fn a_page_reads_its_own_entries_and_claims_alone() {
        let plan = plan(concat!("EXPLAIN QUERY PLAN ", entries!()), &["a feed", "7", "101"]).await;
        for start in ["SEARCH change USING INDEX change_in_order", "SEARCH claim"] {
            assert!(plan.iter().any(|step| step.starts_with(start)), "{plan:?}");
        }
        assert!(
            plan.iter().all(|step| !step.starts_with("SCAN") || step == "SCAN entry"),
            "{plan:?}"
        );
    }
}
