//! The database: one file of `SQLite`, many readers, one writer.

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;

/// A transaction that can write.
pub(crate) type WriteTransaction = Transaction<'static, Sqlite>;

/// Connections for reading that are kept open.
const READERS: u32 = 8;

/// The database.
///
/// Writers queue for the one writing connection, so none of them ever finds
/// the database locked by another.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Database {
    /// Opens the file, makes it if there is none, and brings its tables up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged change must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            // Others may hold the file for a moment: a backup, or a second process.
            .busy_timeout(Duration::from_secs(10));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { readers, writer })
    }

    /// A view of the database that stays the same until it is dropped.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.readers.begin().await
    }

    /// A transaction that writes. What is not committed never happened.
    pub(crate) async fn write(&self) -> Result<WriteTransaction, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Closes all connections. Everything is in the one file then: whoever copies it
    /// now has all of it.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
        if let Err(error) = checkpoint.await {
            tracing::warn!(%error, "the database was closed with a log beside it");
        }
        self.writer.close().await;
    }
}
