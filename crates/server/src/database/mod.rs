//! The database: a file of `SQLite`, or `PostgreSQL`, which several processes share.
//!
//! Whoever works with it gets a [`Connection`], and sends it a [`query`] whose text
//! both databases understand. What differs between them stands in this folder: how
//! each is opened, how writers keep out of each other's way, and which failures pass.

mod connection;
mod failure;
mod migrations;
mod postgres;
mod query;
mod schema;
mod sqlite;
mod url;
mod wire;

use connection::Shared;
pub(crate) use connection::{Connection, Lock};
pub(crate) use failure::{is_passing, is_unstorable};
pub(crate) use query::{Row, query, query_scalar};
pub(crate) use schema::{Outgrown, told};
pub use url::DatabaseUrl;
pub(crate) use wire::Wire;

use postgres::PostgresDatabase;
use schema::Schema;
use sqlite::SqliteDatabase;
use std::path::Path;
use std::time::Duration;

/// A transaction that can write.
pub(crate) type WriteTransaction = Connection;

/// The database within the folder of data.
const DATABASE_FILE: &str = "claims.sqlite";
/// So long somebody waits for a connection at most.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(20);

/// The database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    kind: Kind,
    schema: Schema,
}

/// Which one it is.
#[derive(Clone, Debug)]
enum Kind {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

impl Database {
    /// Opens the database at the URL, or the file in the folder of data where no URL is
    /// given, which is made if there is none. Brings its tables up to date, and leaves
    /// those of a newer version as they are: where it cannot work on them it fails.
    pub(crate) async fn open(data: &Path, url: Option<&DatabaseUrl>) -> Result<Self, sqlx::Error> {
        let (kind, migrations) = if let Some(url) = url {
            let migrations = migrations::postgres();
            (Kind::Postgres(PostgresDatabase::open(url, &migrations).await?), migrations)
        } else {
            let (path, migrations) = (data.join(DATABASE_FILE), migrations::sqlite());
            (Kind::Sqlite(SqliteDatabase::open(&path, &migrations).await?), migrations)
        };
        let database = Self { kind, schema: Schema::of(&migrations) };
        database.schema.check(&mut database.view().await?).await?;
        Ok(database)
    }

    /// Whether there is a database already that could be opened.
    pub(crate) async fn exists(data: &Path, url: Option<&DatabaseUrl>) -> std::io::Result<bool> {
        Ok(url.is_some() || tokio::fs::try_exists(data.join(DATABASE_FILE)).await?)
    }

    /// Whether other processes may work on the database as well, on other machines.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.kind, Kind::Postgres(_))
    }

    /// The line to the other processes, if there may be any.
    pub(crate) fn wire(&self) -> Option<Wire> {
        match &self.kind {
            Kind::Sqlite(_) => None,
            Kind::Postgres(database) => Some(database.wire()),
        }
    }

    /// A view of the database that stays the same until it is dropped.
    /// None where the database has outgrown this program, as far as it knows.
    pub(crate) async fn read(&self) -> Result<Connection, sqlx::Error> {
        match self.schema.known_outgrown() {
            Some(outgrown) => Err(outgrown.into()),
            None => self.view().await,
        }
    }

    async fn view(&self) -> Result<Connection, sqlx::Error> {
        Ok(match &self.kind {
            Kind::Sqlite(database) => Connection::Sqlite(database.read().await?),
            Kind::Postgres(database) => Connection::Postgres(database.read().await?, Shared::Reads),
        })
    }

    /// A transaction that writes. What is not committed never happened. None where the
    /// database has outgrown this program, which cannot happen either until it ends.
    pub(crate) async fn write(&self) -> Result<WriteTransaction, sqlx::Error> {
        let mut transaction = match &self.kind {
            Kind::Sqlite(database) => Connection::Sqlite(database.write().await?),
            Kind::Postgres(database) => {
                Connection::Postgres(database.write().await?, Shared::Writes)
            }
        };
        self.schema.check(&mut transaction).await?;
        Ok(transaction)
    }

    /// Looks whether the database has outgrown this program.
    pub(crate) async fn look(&self) -> Result<Option<Outgrown>, sqlx::Error> {
        self.schema.look(&mut self.view().await?).await
    }

    /// Writes the file of `SQLite` anew, so that nothing is left in it of what was removed.
    /// `PostgreSQL` does so by itself in time (`autovacuum`).
    pub(crate) async fn forget_removed(&self) -> Result<(), sqlx::Error> {
        match &self.kind {
            Kind::Sqlite(database) => database.forget_removed().await,
            Kind::Postgres(_) => Ok(()),
        }
    }

    /// Each pool of connections of this process: its name, how many it has, and how many of
    /// them nobody uses.
    pub(crate) fn connections(&self) -> [(&'static str, usize, usize); 2] {
        match &self.kind {
            Kind::Sqlite(database) => database.connections(),
            Kind::Postgres(database) => database.connections(),
        }
    }

    /// Closes all connections. Of `SQLite` everything is in the one file then: whoever
    /// copies it now has all of it.
    pub(crate) async fn close(&self) {
        match &self.kind {
            Kind::Sqlite(database) => database.close().await,
            Kind::Postgres(database) => database.close().await,
        }
    }
}
