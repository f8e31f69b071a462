//! The history of claims: written once, never changed.

use super::{audit, code_of, from_code};
use crate::clock::instant;
use crate::database::{Connection, query};
use chrono::{DateTime, Utc};
use cpor_protocol::{HistoryEntry, HistoryEvent, limits};
use cpor_rules::Actor;

/// Who did something, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: Actor,
    /// The person; nobody where the system or a customer acts.
    pub(crate) account_id: Option<&'a str>,
    /// The key under which it was asked for, where there is one.
    pub(crate) operation: Option<&'a str>,
}

/// Adds a line, and one to the audit log, which holds a hash of the claim as it is by then.
pub(crate) async fn add(
    connection: &mut Connection,
    claim_id: &str,
    deed: Deed<'_>,
    event: &HistoryEvent,
) -> Result<(), sqlx::Error> {
    let text =
        serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    audit::note_claim(connection, claim_id, deed, name_in(&text)).await?;
    query(
        "INSERT INTO history (claim_id, at, actor, account_id, event) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(claim_id)
    .bind(deed.at.timestamp_millis())
    .bind(code_of(&deed.actor)?)
    .bind(deed.account_id)
    .bind(text)
    .execute(connection)
    .await?;
    Ok(())
}

/// What kind of event it is: its JSON is a word, or an object whose first name it is.
fn name_in(event: &str) -> &str {
    event.split('"').nth(1).unwrap_or_default()
}

/// How lines begin that keep versions of a claim.
const MERGED: &str = r#"{"merged":%"#;

/// Adds a line with versions that were given up, unless it is kept already. Of one
/// claim they have a bound: the oldest make room, and the newest always stays.
pub(crate) async fn add_merged(
    connection: &mut Connection,
    claim_id: &str,
    deed: Deed<'_>,
    event: &HistoryEvent,
) -> Result<(), sqlx::Error> {
    let text =
        serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let known = query("SELECT 1 FROM history WHERE claim_id = $1 AND event = $2")
        .bind(claim_id)
        .bind(text)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    add(connection, claim_id, deed, event).await?;
    query(
        "DELETE FROM history WHERE id IN (\
           SELECT id FROM (\
             SELECT id, \
               SUM(octet_length(event)) OVER (ORDER BY id DESC) AS bytes, \
               ROW_NUMBER() OVER (ORDER BY id DESC) AS place \
             FROM history WHERE claim_id = $1 AND event LIKE $2) AS merged \
           WHERE bytes > $3 AND place > 1)",
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
    connection: &mut Connection,
    claim_id: &str,
    lines: Lines,
) -> Result<Vec<HistoryEntry>, sqlx::Error> {
    let rows = query(
        "SELECT history.at, history.actor, history.event, COALESCE(account.name, '') AS by_name \
         FROM history LEFT JOIN account ON account.id = history.account_id \
         WHERE history.claim_id = $1 AND ($2 = 1 OR history.event NOT LIKE $3) \
         ORDER BY history.id DESC LIMIT $4 OFFSET $5",
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
pub(crate) async fn remove(connection: &mut Connection, claim_id: &str) -> Result<(), sqlx::Error> {
    query("DELETE FROM history WHERE claim_id = $1").bind(claim_id).execute(connection).await?;
    Ok(())
}
