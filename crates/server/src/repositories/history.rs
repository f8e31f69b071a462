//! The history of claims: written once, never changed.

use super::{code_of, from_code};
use crate::clock::instant;
use chrono::{DateTime, Utc};
use cpor_protocol::{HistoryEntry, HistoryEvent};
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

/// The history of a claim, oldest first.
pub(crate) async fn of_claim(
    connection: &mut SqliteConnection,
    claim_id: &str,
) -> Result<Vec<HistoryEntry>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT history.at, history.actor, history.event, COALESCE(account.name, '') AS by_name \
         FROM history LEFT JOIN account ON account.id = history.account_id \
         WHERE history.claim_id = ? ORDER BY history.id",
    )
    .bind(claim_id)
    .fetch_all(connection)
    .await?;
    rows.iter()
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
