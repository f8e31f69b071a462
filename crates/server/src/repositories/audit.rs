//! The audit log: written in the transaction of what it tells, and never changed.

use super::history::Deed;
use super::{code_of, signed, unsigned};
use crate::audit::{Entry, Line};
use crate::database::{Connection, Lock, query, query_scalar};
use chrono::SecondsFormat;
use sha2::{Digest, Sha256};

/// Something that happened to something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    /// In whose chain it is told.
    pub(crate) organisation_id: &'a str,
    pub(crate) deed: Deed<'a>,
    pub(crate) what: &'a str,
    /// Id of the claim or the account, or hash of the file.
    pub(crate) subject: &'a str,
}

/// Adds a line about a claim, which is written already.
pub(crate) async fn note_claim(
    connection: &mut Connection,
    claim_id: &str,
    deed: Deed<'_>,
    what: &str,
) -> Result<(), sqlx::Error> {
    let claim = query("SELECT organisation_id, revision, status, draft FROM claim WHERE id = $1")
        .bind(claim_id)
        .fetch_one(&mut *connection)
        .await?;
    let (revision, status): (i64, String) = (claim.try_get("revision")?, claim.try_get("status")?);
    let draft: String = claim.try_get("draft")?;
    let state = Sha256::new()
        .chain_update(revision.to_string())
        .chain_update([0])
        .chain_update(status)
        .chain_update([0])
        .chain_update(draft)
        .finalize();
    let organisation_id: String = claim.try_get("organisation_id")?;
    let event = Event { organisation_id: &organisation_id, deed, what, subject: claim_id };
    add(connection, event, Some(crate::audit::hex(&state))).await
}

/// Adds a line about something else.
pub(crate) async fn note(connection: &mut Connection, event: Event<'_>) -> Result<(), sqlx::Error> {
    add(connection, event, None).await
}

async fn add(
    connection: &mut Connection,
    event: Event<'_>,
    after: Option<String>,
) -> Result<(), sqlx::Error> {
    let Event { organisation_id, deed, what, subject } = event;
    connection.lock(Lock::Audit, organisation_id).await?;
    let last = query("SELECT seq, hash FROM audit WHERE chain = $1 ORDER BY seq DESC LIMIT 1")
        .bind(organisation_id)
        .fetch_optional(&mut *connection)
        .await?;
    let (seq, previous) = match &last {
        Some(row) => (unsigned(row.try_get("seq")?), row.try_get("hash")?),
        None => (0, String::new()),
    };
    let before: Option<Option<String>> = query_scalar(
        "SELECT state FROM audit WHERE subject = $1 AND chain = $2 ORDER BY seq DESC LIMIT 1",
    )
    .bind(subject)
    .bind(organisation_id)
    .fetch_optional(&mut *connection)
    .await?;
    let entry = Entry {
        chain: organisation_id.to_owned(),
        seq: seq + 1,
        at: deed.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        actor: code_of(&deed.actor)?,
        account: deed.account_id.map(str::to_owned),
        what: what.to_owned(),
        subject: subject.to_owned(),
        operation: deed.operation.map(operation_id),
        before: before.flatten(),
        after,
        previous,
    };
    let (hash, text) = entry.sealed().map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    query(
        "INSERT INTO audit (chain, seq, subject, state, entry, hash) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organisation_id)
    .bind(signed(entry.seq))
    .bind(subject)
    .bind(&entry.after)
    .bind(text)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// A key as it is told: one that is no UUID may hold anything that a client thought of.
fn operation_id(key: &str) -> String {
    match uuid::Uuid::try_parse(key) {
        Ok(id) => id.hyphenated().to_string(),
        Err(_) => crate::audit::hex(&Sha256::digest(key)),
    }
}

/// Lines behind this one, chain by chain.
pub(crate) async fn after(
    connection: &mut Connection,
    chain: &str,
    seq: u64,
    limit: u32,
) -> Result<Vec<Line>, sqlx::Error> {
    let rows = query(
        "SELECT entry, hash FROM audit WHERE (chain, seq) > ($1, $2) ORDER BY chain, seq LIMIT $3",
    )
    .bind(chain)
    .bind(signed(seq))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let entry: String = row.try_get("entry")?;
            Ok(Line {
                entry: serde_json::from_str(&entry)
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                hash: row.try_get("hash")?,
            })
        })
        .collect()
}
