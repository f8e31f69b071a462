//! What tells a database from an older copy of itself.

use super::{signed, unsigned};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

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

/// How far it has come.
pub(crate) async fn progress(connection: &mut SqliteConnection) -> Result<Progress, sqlx::Error> {
    let epoch = super::changes::epoch(connection).await?;
    let number = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql);
    let changes = number("SELECT COALESCE(SUM(seq), 0) FROM feed").fetch_one(&mut *connection);
    let changes = unsigned(changes.await?);
    let revision = number("SELECT COALESCE(MAX(revision), 0) FROM claim");
    let revision = unsigned(revision.fetch_one(&mut *connection).await?);
    let revision = revision.max(first_revision(connection).await? - 1);
    let reference =
        number("SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'last_reference'");
    let reference = unsigned(reference.fetch_one(connection).await?);
    Ok(Progress { epoch, changes, revision, reference })
}

/// Which stamp belongs to it; `None` until one was made.
pub(crate) async fn stamp(
    connection: &mut SqliteConnection,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM setting WHERE key = ?")
        .bind(STAMP)
        .fetch_optional(connection)
        .await
}

/// Notes which stamp belongs to it.
pub(crate) async fn set_stamp(
    connection: &mut SqliteConnection,
    stamp: &str,
) -> Result<(), sqlx::Error> {
    set(connection, STAMP, stamp).await
}

/// Begins an epoch. Every claim gets a revision that no claim ever had, as far as
/// is known: above all that were given, and above the time, since the high water
/// may be lost. Short names go on where they were.
pub(crate) async fn begin_epoch(
    connection: &mut SqliteConnection,
    epoch: &str,
    high: &Progress,
    now_ms: u64,
) -> Result<(), sqlx::Error> {
    let here = progress(connection).await?;
    sqlx::query("UPDATE setting SET value = ? WHERE key = 'epoch'")
        .bind(epoch)
        .execute(&mut *connection)
        .await?;
    let revision = now_ms.max(high.revision + 1).max(here.revision + 1);
    sqlx::query("UPDATE claim SET revision = ?")
        .bind(signed(revision))
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE setting SET value = ? WHERE key = 'last_reference'")
        .bind(high.reference.max(here.reference).to_string())
        .execute(&mut *connection)
        .await?;
    set(connection, FLOOR, &revision.to_string()).await
}

/// The first revision of a new claim. After a restore it is none that the claim may
/// have had before, if it is made for the second time.
pub(crate) async fn first_revision(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let floor: Option<i64> =
        sqlx::query_scalar("SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?")
            .bind(FLOOR)
            .fetch_optional(connection)
            .await?;
    Ok(floor.map_or(0, unsigned) + 1)
}

async fn set(connection: &mut SqliteConnection, key: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO setting (key, value) VALUES (?, ?) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
