//! Mails that wait and mails that were sent.

use super::locations::works_for;
use crate::clock::instant;
use crate::database::{Connection, Row, query, query_scalar};
use chrono::{DateTime, TimeDelta, Utc};

/// Attempts after which a mail is given up.
pub(crate) const MAX_ATTEMPTS: i64 = 20;

/// A mail that was taken to be sent.
pub(crate) struct TakenMail {
    pub(crate) id: String,
    pub(crate) claim_id: String,
    pub(crate) letter: String,
    /// Including the one that now begins.
    pub(crate) attempts: i64,
}

/// A mail that was sent and may be shown.
pub(crate) struct ShownMail {
    pub(crate) id: String,
    pub(crate) claim_id: String,
    pub(crate) letter: String,
    pub(crate) sent_at: DateTime<Utc>,
    pub(crate) shown: String,
}

/// Whether the last mail about the claim said the same to the same person. One
/// that was given up said nothing.
pub(crate) async fn is_last(
    connection: &mut Connection,
    claim_id: &str,
    fingerprint: &[u8],
) -> Result<bool, sqlx::Error> {
    let last: Option<Option<Vec<u8>>> = query_scalar(
        "SELECT CASE WHEN sent_at IS NULL AND attempts >= $1 THEN NULL ELSE fingerprint END \
         FROM mail WHERE claim_id = $2 ORDER BY created_at DESC, rowid DESC LIMIT 1",
    )
    .bind(MAX_ATTEMPTS)
    .bind(claim_id)
    .fetch_optional(connection)
    .await?;
    Ok(last.flatten().is_some_and(|last| last == fingerprint))
}

/// Adds a mail. Earlier ones about the claim that still wait are not sent any
/// more, and their links end.
pub(crate) async fn add(
    connection: &mut Connection,
    id: &str,
    claim_id: &str,
    fingerprint: &[u8],
    letter: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM mail WHERE claim_id = $1 AND sent_at IS NULL")
        .bind(claim_id)
        .execute(&mut *connection)
        .await?;
    query("DELETE FROM consent_token WHERE claim_id = $1")
        .bind(claim_id)
        .execute(&mut *connection)
        .await?;
    query(
        "INSERT INTO mail (id, claim_id, fingerprint, letter, created_at, attempts, due_at) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
    )
    .bind(id)
    .bind(claim_id)
    .bind(fingerprint)
    .bind(letter)
    .bind(now.timestamp_millis())
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the mail that waits longest. Nobody else takes it before the lease ends.
pub(crate) async fn take(
    connection: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<TakenMail>, sqlx::Error> {
    /// Where there are several writers, one that is being taken is passed over.
    macro_rules! take {
        ($locking:literal) => {
            concat!(
                "UPDATE mail SET due_at = $1, attempts = attempts + 1 WHERE id = \
                 (SELECT id FROM mail WHERE sent_at IS NULL AND due_at <= $2 AND attempts < $3 \
                  ORDER BY due_at, rowid LIMIT 1",
                $locking,
                ") RETURNING id, claim_id, letter, attempts"
            )
        };
    }
    let row = query(connection.either(take!(""), take!(" FOR UPDATE SKIP LOCKED")))
        .bind((now + lease).timestamp_millis())
        .bind(now.timestamp_millis())
        .bind(MAX_ATTEMPTS)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(TakenMail {
            id: row.try_get("id")?,
            claim_id: row.try_get("claim_id")?,
            letter: row.try_get("letter")?,
            attempts: row.try_get("attempts")?,
        })
    })
    .transpose()
}

/// Notes that the mail was sent, and keeps its letter only where it is shown; `false` where that was noted before, or a
/// newer mail took its place meanwhile.
pub(crate) async fn sent(
    connection: &mut Connection,
    id: &str,
    now: DateTime<Utc>,
    shown: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let done = query(
        "UPDATE mail SET sent_at = $1, shown = $2, \
             letter = CASE WHEN $2 IS NULL THEN '' ELSE letter END \
             WHERE id = $3 AND sent_at IS NULL",
    )
    .bind(now.timestamp_millis())
    .bind(shown)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done > 0)
}

/// Notes when the mail is tried again.
pub(crate) async fn try_again(
    connection: &mut Connection,
    id: &str,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("UPDATE mail SET due_at = $1 WHERE id = $2 AND sent_at IS NULL")
        .bind(due_at.timestamp_millis())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The mails of the demonstration that were sent about an organisation's
/// claims, or all of them; newest first.
pub(crate) async fn shown(
    connection: &mut Connection,
    organisation_id: Option<&str>,
    account_id: &str,
    limit: i64,
) -> Result<Vec<ShownMail>, sqlx::Error> {
    let rows = query(concat!(
        "SELECT mail.id, mail.claim_id, mail.letter, mail.sent_at, mail.shown \
         FROM mail JOIN claim ON claim.id = mail.claim_id \
         WHERE mail.shown IS NOT NULL AND ($1 IS NULL OR claim.organisation_id = $1) AND ",
        works_for!("$3", "claim.partner_id"),
        " ORDER BY mail.sent_at DESC, mail.rowid DESC LIMIT $2",
    ))
    .bind(organisation_id)
    .bind(limit)
    .bind(account_id)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read_shown).collect()
}

fn read_shown(row: &Row) -> Result<ShownMail, sqlx::Error> {
    Ok(ShownMail {
        id: row.try_get("id")?,
        claim_id: row.try_get("claim_id")?,
        letter: row.try_get("letter")?,
        sent_at: instant(row.try_get("sent_at")?),
        shown: row.try_get("shown")?,
    })
}

/// Lets a link of a mail lead to its claim.
pub(crate) async fn add_token(
    connection: &mut Connection,
    token_hash: &[u8],
    claim_id: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("INSERT INTO consent_token (token_hash, claim_id, created_at) VALUES ($1, $2, $3)")
        .bind(token_hash)
        .bind(claim_id)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// The claim that this link leads to.
pub(crate) async fn claim_of_token(
    connection: &mut Connection,
    token_hash: &[u8],
) -> Result<Option<String>, sqlx::Error> {
    query_scalar("SELECT claim_id FROM consent_token WHERE token_hash = $1")
        .bind(token_hash)
        .fetch_optional(connection)
        .await
}
