//! `PostgreSQL`: many readers and writers, in several processes.

use super::wire::Wire;
use super::{ACQUIRE_LIMIT, DatabaseUrl};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Postgres, Transaction};
use std::time::Duration;

/// Most connections of this process for reading.
const READERS: u32 = 8;
/// Most connections of this process for writing. With one pool for both, requests that
/// wait for a lock would leave none to read with.
const WRITERS: u32 = 8;
/// What every connection is told. A lock that does not come is answered with "try
/// again", and a process that hangs does not keep the others from theirs for ever.
const SETTINGS: [(&str, &str); 2] =
    [("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")];

/// How often a migration is begun again that was in the way of those who work meanwhile.
const MIGRATION_ATTEMPTS: u32 = 10;
/// How long they are left to themselves before that.
const MIGRATION_PAUSE: Duration = Duration::from_millis(500);
/// PostgreSQL's code for having chosen one of several that wait for each other.
const DEADLOCK: &str = "40P01";
/// The same for a lock that did not come in time.
const NO_LOCK: &str = "55P03";

/// A migration that lets no older program go on begins with it: it waits until the
/// transactions that write have ended, and keeps others from beginning until it has.
#[cfg(test)]
pub(super) const FENCE: &str = "SELECT pg_advisory_xact_lock(1, 1);";

/// Brings the schema up to date while others work on the database. A migration of several
/// tables may meet somebody who has them the other way round: it is undone whole and begun
/// again, so that an upgrade does not depend on who happens to work.
///
/// Of several processes that start at once one does it, and the others wait.
async fn migrate(migrations: &Migrator, options: &PgConnectOptions) -> Result<(), MigrateError> {
    let mut attempt = 1;
    loop {
        // After a failure it still holds the lock by which others wait, until it is closed.
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_LIMIT);
        let pool = pool.connect_with(options.clone()).await?;
        let done = migrations.run(&pool).await;
        pool.close().await;
        match done {
            Err(error) if attempt < MIGRATION_ATTEMPTS && is_in_the_way(&error) => {
                tracing::warn!(%error, "the migration is begun again");
                tokio::time::sleep(MIGRATION_PAUSE).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

fn is_in_the_way(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == DEADLOCK || code == NO_LOCK)
}

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
        migrate(migrations, &options).await?;
        let writers = pool(WRITERS).connect_with(options.clone()).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::migrate::{Migration, MigrationType};
    use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqlSafeStr as _};

    /// An empty database of this cluster, which the caller drops by the first one.
    async fn empty_database() -> Option<(PgConnection, String, PgConnectOptions)> {
        let url = std::env::var("CPOR_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
        let options: PgConnectOptions = url.parse().unwrap();
        let mut cluster = PgConnection::connect_with(&options).await.unwrap();
        let name = format!("cpor_test_{}", uuid::Uuid::new_v4().simple());
        for sql in [
            format!("CREATE DATABASE {name} TEMPLATE template0"),
            // Long enough that whoever is to wait does by then.
            format!("ALTER DATABASE {name} SET deadlock_timeout = '3s'"),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut cluster).await.unwrap();
        }
        let options = options.database(&name);
        Some((cluster, name, options))
    }

    #[tokio::test]
    async fn a_migration_that_is_in_the_way_of_somebody_is_begun_again() {
        let Some((mut cluster, name, options)) = empty_database().await else { return };
        let mut worker = PgConnection::connect_with(&options).await.unwrap();
        for sql in [
            "CREATE TABLE a (id INT)",
            "CREATE TABLE b (id INT)",
            // The migration is the one to notice.
            "SET deadlock_timeout = '10min'",
            "BEGIN",
            "LOCK TABLE b",
        ] {
            sqlx::query(sql).execute(&mut worker).await.unwrap();
        }
        let sql = "ALTER TABLE a ADD COLUMN x INT; ALTER TABLE b ADD COLUMN x INT;";
        let kind = MigrationType::Simple;
        let step = Migration::new(
            1,
            "both".into(),
            kind,
            AssertSqlSafe(sql.to_owned()).into_sql_str(),
            false,
        );
        let migrator = Migrator::with_migrations(vec![step]);
        let migrating = tokio::spawn(async move { migrate(&migrator, &options).await });
        let waits = "SELECT EXISTS (SELECT FROM pg_locks \
                     WHERE relation = 'b'::regclass AND NOT granted)";
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut worker).await.unwrap() {
            tokio::task::yield_now().await;
        }
        sqlx::query("LOCK TABLE a").execute(&mut worker).await.unwrap();
        sqlx::query("COMMIT").execute(&mut worker).await.unwrap();
        migrating.await.unwrap().unwrap();
        sqlx::query("SELECT a.x, b.x FROM a, b").execute(&mut worker).await.unwrap();
        worker.close().await.unwrap();
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        sqlx::query(AssertSqlSafe(drop)).execute(&mut cluster).await.unwrap();
    }
}
