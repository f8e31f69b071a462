//! What tells a database from an older copy of itself.

use super::{signed, unsigned};
use crate::database::{Connection, Lock, query, query_scalar};
use serde::{Deserialize, Serialize};

const STAMP: &str = "stamp";
/// Revisions of new claims begin above it.
const FLOOR: &str = "revision_floor";

/// How far a database has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) epoch: String,
    /// Changes in all feeds.
    pub(crate) changes: u64,
    /// The highest revision of a claim.
    pub(crate) revision: u64,
    /// The last short name of a claim.
    pub(crate) reference: u64,
}

impl Progress {
    /// Whether a database that has come so far is behind this.
    pub(crate) fn is_ahead_of(&self, database: &Self) -> bool {
        self.epoch != database.epoch || self.changes > database.changes
    }
}

/// The highest revision, written once so that a test sees its plan.
macro_rules! highest_revision {
    () => {
        "SELECT COALESCE(MAX(revision), 0) FROM claim"
    };
}

/// How far it has come. `SQLite` looks the highest revision up, since it is asked after each
/// change; `PostgreSQL` is asked when an epoch begins, and reads all claims for it.
pub(crate) async fn progress(connection: &mut Connection) -> Result<Progress, sqlx::Error> {
    let epoch = super::changes::epoch(connection).await?;
    let number = |sql: &'static str| query_scalar::<i64>(sql);
    let changes = number("SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM feed")
        .fetch_one(&mut *connection);
    let changes = unsigned(changes.await?);
    let revision = number(highest_revision!());
    let revision = unsigned(revision.fetch_one(&mut *connection).await?);
    let revision = revision.max(first_revision(connection).await? - 1);
    let reference =
        number("SELECT CAST(value AS BIGINT) FROM setting WHERE key = 'last_reference'");
    let reference = unsigned(reference.fetch_one(connection).await?);
    Ok(Progress { epoch, changes, revision, reference })
}

/// Which stamp belongs to it; `None` until one was made.
pub(crate) async fn stamp(connection: &mut Connection) -> Result<Option<String>, sqlx::Error> {
    query_scalar("SELECT value FROM setting WHERE key = $1")
        .bind(STAMP)
        .fetch_optional(connection)
        .await
}

/// What the database has otherwise once it was restored, if it can tell: the cluster with
/// its timeline, which goes on to another one when the cluster is taken back to a moment,
/// and the table, which is made anew from a dump.
pub(crate) async fn identity(connection: &mut Connection) -> Result<Option<String>, sqlx::Error> {
    let tells = connection.either(
        "SELECT CAST(NULL AS TEXT)",
        "SELECT system_identifier || '.' || timeline_id || '.' || CAST('setting'::regclass AS OID) \
         FROM pg_control_system(), pg_control_checkpoint()",
    );
    query_scalar(tells).fetch_one(connection).await
}

/// Notes which stamp belongs to it.
pub(crate) async fn set_stamp(connection: &mut Connection, stamp: &str) -> Result<(), sqlx::Error> {
    set(connection, STAMP, stamp).await
}

/// Begins an epoch. Every claim gets a revision that no claim ever had, as far as
/// is known: above all that were given, and above the time, since the high water
/// may be lost. Short names go on where they were.
///
/// Whether it did: where the epoch is not the one that is known, somebody else began one.
pub(crate) async fn begin_epoch_after(
    connection: &mut Connection,
    known: &str,
    epoch: &str,
    high: &Progress,
    now_ms: u64,
) -> Result<bool, sqlx::Error> {
    connection.lock(Lock::Database, "epoch").await?;
    let here = progress(connection).await?;
    if here.epoch != known {
        return Ok(false);
    }
    query("UPDATE setting SET value = $1 WHERE key = 'epoch'")
        .bind(epoch)
        .execute(&mut *connection)
        .await?;
    let revision = now_ms.max(high.revision + 1).max(here.revision + 1);
    query("UPDATE claim SET revision = $1")
        .bind(signed(revision))
        .execute(&mut *connection)
        .await?;
    query("UPDATE setting SET value = $1 WHERE key = 'last_reference'")
        .bind(high.reference.max(here.reference).to_string())
        .execute(&mut *connection)
        .await?;
    set(connection, FLOOR, &revision.to_string()).await?;
    Ok(true)
}

/// The first revision of a new claim. After a restore it is none that the claim may
/// have had before, if it is made for the second time.
pub(crate) async fn first_revision(connection: &mut Connection) -> Result<u64, sqlx::Error> {
    let floor: Option<i64> =
        query_scalar("SELECT CAST(value AS BIGINT) FROM setting WHERE key = $1")
            .bind(FLOOR)
            .fetch_optional(connection)
            .await?;
    Ok(floor.map_or(0, unsigned) + 1)
}

async fn set(connection: &mut Connection, key: &str, value: &str) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO setting (key, value) VALUES ($1, $2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[tokio::test]
    async fn the_highest_revision_is_looked_up_and_not_searched_for() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path(), None).await.unwrap();
        let mut view = database.read().await.unwrap();
        let plan = query(concat!("EXPLAIN QUERY PLAN ", highest_revision!()));
        let plan: String = plan.fetch_one(&mut view).await.unwrap().try_get("detail").unwrap();
        assert!(plan.starts_with("SEARCH") && plan.contains("claim_by_revision"), "{plan}");
    }
}
