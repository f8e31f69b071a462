//! The history of claims: written once, never changed.

use super::{code_of, from_code};
use crate::clock::instant;
use chrono::{DateTime, Utc};
use cpor_protocol::{HistoryEntry, HistoryEvent, limits};
use cpor_rules::Actor;
use sqlx::{Row, SqliteConnection};

/// Who did something, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: Actor,
    /// The person; nobody where the system or a customer acts.
    pub(crate) account_id: Option<&'a str>,
}

/// Adds a line.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    claim_id: &str,
    deed: Deed<'_>,
    event: &HistoryEvent,
) -> Result<(), sqlx::Error> {
    let event =
        serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO history (claim_id, at, actor, account_id, event) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(claim_id)
    .bind(deed.at.timestamp_millis())
    .bind(code_of(&deed.actor)?)
    .bind(deed.account_id)
    .bind(event)
    .execute(connection)
    .await?;
    Ok(())
}

/// How lines begin that keep versions of a claim.
const MERGED: &str = r#"{"merged":%"#;

/// Adds a line with versions that were given up, unless it is kept already. Of one
/// claim they have a bound: the oldest make room, and the newest always stays.
pub(crate) async fn add_merged(
    connection: &mut SqliteConnection,
    claim_id: &str,
    deed: Deed<'_>,
    event: &HistoryEvent,
) -> Result<(), sqlx::Error> {
    let text =
        serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let known = sqlx::query("SELECT 1 FROM history WHERE claim_id = ? AND event = ?")
        .bind(claim_id)
        .bind(text)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    add(connection, claim_id, deed, event).await?;
    sqlx::query(
        "DELETE FROM history WHERE id IN (\
           SELECT id FROM (\
             SELECT id, \
               SUM(LENGTH(CAST(event AS BLOB))) OVER (ORDER BY id DESC) AS bytes, \
               ROW_NUMBER() OVER (ORDER BY id DESC) AS place \
             FROM history WHERE claim_id = ? AND event LIKE ?) \
           WHERE bytes > ? AND place > 1)",
    )
    .bind(claim_id)
    .bind(MERGED)
    .bind(limits::MAX_KEPT_VERSIONS_BYTES)
    .execute(connection)
    .await?;
    Ok(())
}

/// Which lines of a history are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    /// How many of the newest are left out.
    pub(crate) skip: u32,
    /// Most of them.
    pub(crate) limit: u32,
    /// Whether versions that were given up are among them.
    pub(crate) with_versions: bool,
}

/// The newest lines of a claim's history, oldest first.
pub(crate) async fn of_claim(
    connection: &mut SqliteConnection,
    claim_id: &str,
    lines: Lines,
) -> Result<Vec<HistoryEntry>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT history.at, history.actor, history.event, COALESCE(account.name, '') AS by_name \
         FROM history LEFT JOIN account ON account.id = history.account_id \
         WHERE history.claim_id = ? AND (? OR history.event NOT LIKE ?) \
         ORDER BY history.id DESC LIMIT ? OFFSET ?",
    )
    .bind(claim_id)
    .bind(lines.with_versions)
    .bind(MERGED)
    .bind(lines.limit)
    .bind(lines.skip)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .rev()
        .map(|row| {
            let event: String = row.try_get("event")?;
            Ok(HistoryEntry {
                at: instant(row.try_get("at")?),
                actor: from_code(row.try_get("actor")?)?,
                by: row.try_get("by_name")?,
                event: serde_json::from_str(&event)
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            })
        })
        .collect()
}

/// Removes the history of a claim that was deleted before anybody else saw it.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    claim_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM history WHERE claim_id = ?")
        .bind(claim_id)
        .execute(connection)
        .await?;
    Ok(())
}
