//! What a virus scanner says of each content, and which contents wait for it.

use super::files::{self, StoredFile};
use crate::database::{Connection, Row, query, query_scalar};
use chrono::{DateTime, TimeDelta, Utc};

/// What a virus scanner says of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// None has seen it.
    Waiting,
    /// It knows nothing against it.
    Clean,
    /// It found something.
    Infected,
}

impl Scan {
    /// Reads it from a row of `file`.
    pub(super) fn read(row: &Row) -> Result<Self, sqlx::Error> {
        let state: String = row.try_get("scan_state")?;
        Ok(match state.as_str() {
            "clean" => Self::Clean,
            "infected" => Self::Infected,
            _ => Self::Waiting,
        })
    }

    /// As it is told in a header.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }
}

/// A content that somebody has taken to have it scanned.
pub(crate) struct TakenScan {
    pub(crate) file: StoredFile,
    /// How often it was taken, this time included.
    pub(crate) attempts: u32,
}

/// Whether a content waits whose time has come.
pub(crate) async fn is_due(
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let due = "SELECT 1 FROM file WHERE scan_state = 'waiting' AND scan_due_at <= $1 LIMIT 1";
    Ok(query(due).bind(now.timestamp_millis()).fetch_optional(connection).await?.is_some())
}

/// Takes the content that waits longest. Nobody else takes it before the lease ends.
pub(crate) async fn take(
    connection: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<TakenScan>, sqlx::Error> {
    /// Where there are several writers, one that is being taken is passed over.
    macro_rules! take {
        ($locking:literal) => {
            concat!(
                "UPDATE file SET scan_due_at = $1, scan_attempts = scan_attempts + 1 \
                 WHERE sha256 = (SELECT sha256 FROM file \
                  WHERE scan_state = 'waiting' AND scan_due_at <= $2 \
                  ORDER BY scan_due_at, sha256 LIMIT 1",
                $locking,
                ") RETURNING sha256, size_bytes, media_type, object_id, scan_state, \
                 scan_attempts, '' AS name"
            )
        };
    }
    let row = query(connection.either(take!(""), take!(" FOR UPDATE SKIP LOCKED")))
        .bind((now + lease).timestamp_millis())
        .bind(now.timestamp_millis())
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let attempts: i64 = row.try_get("scan_attempts")?;
        let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
        Ok(TakenScan { file: files::read(&row)?, attempts })
    })
    .transpose()
}

/// Notes when the content is tried again.
pub(crate) async fn try_again(
    connection: &mut Connection,
    sha256: &str,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("UPDATE file SET scan_due_at = $1 WHERE sha256 = $2 AND scan_state = 'waiting'")
        .bind(due_at.timestamp_millis())
        .bind(sha256)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes the verdict; whether nobody else did in the meantime.
pub(crate) async fn settle(
    connection: &mut Connection,
    sha256: &str,
    is_clean: bool,
    found: &str,
) -> Result<bool, sqlx::Error> {
    let changed = query(
        "UPDATE file SET scan_state = $1, scan_found = $2 \
         WHERE sha256 = $3 AND scan_state = 'waiting'",
    )
    .bind(if is_clean { "clean" } else { "infected" })
    .bind(found)
    .bind(sha256)
    .execute(connection)
    .await?;
    Ok(changed == 1)
}

/// The organisations that have sent the content.
pub(crate) async fn senders(
    connection: &mut Connection,
    sha256: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(
        "SELECT organisation_id FROM file_access WHERE sha256 = $1 ORDER BY organisation_id",
    )
    .bind(sha256)
    .fetch_all(connection)
    .await
}
