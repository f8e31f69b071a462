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
mod sqlite;
mod url;
mod wire;

use connection::Shared;
pub(crate) use connection::{Connection, Lock};
pub(crate) use failure::{is_passing, is_unstorable};
pub(crate) use query::{Row, query, query_scalar};
pub use url::DatabaseUrl;
pub(crate) use wire::Wire;

use postgres::PostgresDatabase;
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
pub(crate) enum Database {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

impl Database {
    /// Opens the database at the URL, or the file in the folder of data where no URL is
    /// given, which is made if there is none. Brings its tables up to date.
    pub(crate) async fn open(data: &Path, url: Option<&DatabaseUrl>) -> Result<Self, sqlx::Error> {
        Ok(match url {
            Some(url) => Self::Postgres(PostgresDatabase::open(url).await?),
            None => Self::Sqlite(SqliteDatabase::open(&data.join(DATABASE_FILE)).await?),
        })
    }

    /// Whether there is a database already that could be opened.
    pub(crate) async fn exists(data: &Path, url: Option<&DatabaseUrl>) -> std::io::Result<bool> {
        Ok(url.is_some() || tokio::fs::try_exists(data.join(DATABASE_FILE)).await?)
    }

    /// Whether other processes may work on the database as well, on other machines.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The line to the other processes, if there may be any.
    pub(crate) fn wire(&self) -> Option<Wire> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.wire()),
        }
    }

    /// A view of the database that stays the same until it is dropped.
    pub(crate) async fn read(&self) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(database) => Connection::Sqlite(database.read().await?),
            Self::Postgres(database) => Connection::Postgres(database.read().await?, Shared::Reads),
        })
    }

    /// A transaction that writes. What is not committed never happened.
    pub(crate) async fn write(&self) -> Result<WriteTransaction, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(database) => Connection::Sqlite(database.write().await?),
            Self::Postgres(database) => {
                Connection::Postgres(database.write().await?, Shared::Writes)
            }
        })
    }

    /// Writes the file of `SQLite` anew, so that nothing is left in it of what was removed.
    /// `PostgreSQL` does so by itself in time (`autovacuum`).
    pub(crate) async fn forget_removed(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(database) => database.forget_removed().await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Each pool of connections of this process: its name, how many it has, and how many of
    /// them nobody uses.
    pub(crate) fn connections(&self) -> [(&'static str, usize, usize); 2] {
        match self {
            Self::Sqlite(database) => database.connections(),
            Self::Postgres(database) => database.connections(),
        }
    }

    /// Closes all connections. Of `SQLite` everything is in the one file then: whoever
    /// copies it now has all of it.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(database) => database.close().await,
            Self::Postgres(database) => database.close().await,
        }
    }
}
