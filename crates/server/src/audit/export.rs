//! Writes the whole log to a file, one JSON object in each line.

use super::line::{Closing, Heads};
use crate::config::Place;
use crate::database::Database;
use crate::repositories::audit;
use std::io::{self, Write};

/// Lines that are read at a time.
const PAGE: u32 = 1_000;

/// Why the log cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// There is no database.
    #[error("there is no database in this folder of data")]
    NoDatabase,
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The database cannot be opened or read.
    #[error("the database cannot be read: {}", crate::database::told(.0))]
    Database(#[from] sqlx::Error),
    /// A line is not what was written.
    #[error("a line of the log cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// Writes all chains as they are at one moment, each from its beginning, and then how
/// much that was. Gives the head of all chains: whoever keeps it elsewhere can tell later
/// that nothing of it was changed.
///
/// # Errors
/// The database cannot be read, or the file cannot be written.
pub async fn audit_export(place: &Place, out: &mut impl Write) -> Result<String, AuditError> {
    let (data, url) = (&place.data, place.database.as_ref());
    if !Database::exists(data, url).await? {
        return Err(AuditError::NoDatabase);
    }
    let database = Database::open(data, url).await?;
    let mut view = database.read().await?;
    let mut heads = Heads::default();
    let mut place = (String::new(), 0);
    loop {
        let lines = audit::after(&mut view, &place.0, place.1, PAGE).await?;
        let Some(last) = lines.last() else { break };
        place = (last.entry.chain.clone(), last.entry.seq);
        for line in &lines {
            writeln!(out, "{}", serde_json::to_string(line)?)?;
            heads.add(&line.entry.chain, line.entry.seq, &line.hash);
        }
    }
    let end = heads.end();
    let head = end.head.clone();
    writeln!(out, "{}", serde_json::to_string(&Closing { end })?)?;
    out.flush()?;
    drop(view);
    database.close().await;
    Ok(head)
}
