//! One file of `SQLite`: many readers, one writer.

use super::ACQUIRE_LIMIT;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;

/// Connections for reading that are kept open.
const READERS: u32 = 8;

/// The file.
///
/// Writers queue for the one writing connection, so none of them ever finds
/// the database locked by another.
#[derive(Clone, Debug)]
pub(crate) struct SqliteDatabase {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl SqliteDatabase {
    pub(super) async fn open(path: &Path, migrations: &Migrator) -> Result<Self, sqlx::Error> {
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
            .acquire_timeout(ACQUIRE_LIMIT)
            .connect_with(options.clone())
            .await?;
        migrations.run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE_LIMIT)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { readers, writer })
    }

    pub(super) async fn read(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.readers.begin().await
    }

    pub(super) async fn write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    pub(super) async fn forget_removed(&self) -> Result<(), sqlx::Error> {
        sqlx::query("VACUUM").execute(&self.writer).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        Ok(())
    }

    pub(super) fn connections(&self) -> [(&'static str, usize, usize); 2] {
        let (readers, writer) = (&self.readers, &self.writer);
        let size = |size| usize::try_from(size).unwrap_or(usize::MAX);
        [
            ("read", size(readers.size()), readers.num_idle()),
            ("write", size(writer.size()), writer.num_idle()),
        ]
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
        if let Err(error) = checkpoint.await {
            tracing::warn!(%error, "the database was closed with a log beside it");
        }
        self.writer.close().await;
    }
}
