//! A transaction of either database.

use super::query;
use sqlx::{Postgres, Sqlite, Transaction};

/// A transaction under way, which reads or writes. Dropped, it never happened.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>, Shared),
}

/// What a transaction does in a database with several writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    Reads,
    Writes,
}

impl Connection {
    /// Makes what was written true.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction, _) => transaction.commit().await,
        }
    }

    /// The text that this database understands, for the few queries that have two.
    pub(crate) fn either(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(..) => postgres,
        }
    }

    /// Until this transaction ends, no other one that writes has the same lock. What is
    /// read behind it stays true until the commit, there or not yet there.
    ///
    /// Locks are taken in the order of [`Lock`], so that nobody waits in a circle.
    /// `SQLite` has one writer, and readers change nothing: there is nothing to lock.
    pub(crate) async fn lock(&mut self, lock: Lock, id: &str) -> Result<(), sqlx::Error> {
        if matches!(self, Self::Postgres(_, Shared::Writes)) {
            // A lock for what two names have in common by chance makes one of them wait.
            query("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))")
                .bind(id)
                .bind(lock as i64)
                .execute(self)
                .await?;
        }
        Ok(())
    }
}

/// What is locked, in the order in which locks are taken. Rows that every change writes
/// come after all of them: the last short name, the feed of the organisation, the feed
/// of the reviewers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// What is done once in the life of a database: filling it, or a new epoch.
    Database = 1,
    /// An operation, by account and key: the second of two gets the answer of the first.
    Operation = 2,
    /// A claim, there or not yet there.
    Claim = 3,
    /// What an organisation may keep.
    Space = 4,
    /// Who holds what of a customer's tenant.
    Tenant = 5,
    /// The end of an organisation's audit log.
    Audit = 6,
}
