//! `PostgreSQL`: many readers and writers, in several processes.

use super::wire::Wire;
use super::{ACQUIRE_LIMIT, DatabaseUrl};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Postgres, Transaction};

/// Most connections of this process for reading.
const READERS: u32 = 8;
/// Most connections of this process for writing. With one pool for both, requests that
/// wait for a lock would leave none to read with.
const WRITERS: u32 = 8;
/// What every connection is told. A lock that does not come is answered with "try
/// again", and a process that hangs does not keep the others from theirs for ever.
const SETTINGS: [(&str, &str); 2] =
    [("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")];

/// A migration that lets no older program go on begins with it: it waits until the
/// transactions that write have ended, and keeps others from beginning until it has.
#[cfg(test)]
pub(super) const FENCE: &str = "SELECT pg_advisory_xact_lock(1, 1);";

/// The database.
#[derive(Clone, Debug)]
pub(crate) struct PostgresDatabase {
    readers: PgPool,
    writers: PgPool,
}

impl PostgresDatabase {
    pub(super) async fn open(
        url: &DatabaseUrl,
        migrations: &Migrator,
    ) -> Result<Self, sqlx::Error> {
        let options: PgConnectOptions = url.text().parse()?;
        let options = options.application_name("cpor-server").options(SETTINGS);
        let pool = |most| PgPoolOptions::new().max_connections(most).acquire_timeout(ACQUIRE_LIMIT);
        let writers = pool(WRITERS).connect_with(options.clone()).await?;
        // Of several processes that start at once one does it, and the others wait.
        migrations.run(&writers).await?;
        // One more, which listens to the other processes.
        let readers = pool(READERS + 1).connect_with(options).await?;
        Ok(Self { readers, writers })
    }

    /// Sees what was committed before its first query, whatever is committed meanwhile.
    pub(super) async fn read(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Each query sees what was committed before it: what is read after a lock was taken
    /// is what the one who had it before has left.
    ///
    /// Until it ends no migration that this program could not bear is made: such a one
    /// begins with `FENCE`.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
                             SELECT pg_advisory_xact_lock_shared(1, 1)";
        self.writers.begin_with(BEGIN).await
    }

    pub(super) fn wire(&self) -> Wire {
        Wire::new(self.readers.clone())
    }

    pub(super) fn connections(&self) -> [(&'static str, usize, usize); 2] {
        let (readers, writers) = (&self.readers, &self.writers);
        let size = |size| usize::try_from(size).unwrap_or(usize::MAX);
        [
            ("read", size(readers.size()), readers.num_idle()),
            ("write", size(writers.size()), writers.num_idle()),
        ]
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}
