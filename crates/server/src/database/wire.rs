//! A word from process to process, through the database that they share.

use sqlx::postgres::{PgListener, PgPool};

/// What the word is sent on.
const CHANNEL: &str = "cpor_claims";

/// The line between the processes on one database. A word may be lost: whoever waits for
/// one looks by itself as well.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pool: PgPool,
    /// What this process calls itself.
    own: String,
}

/// Hears the others.
pub(crate) struct Ear {
    listener: PgListener,
    own: String,
}

impl Wire {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool, own: uuid::Uuid::new_v4().simple().to_string() }
    }

    /// A line to a database of which nothing else is used.
    #[cfg(test)]
    pub(crate) async fn to(url: &super::DatabaseUrl) -> Result<Self, sqlx::Error> {
        Ok(Self::new(PgPool::connect(url.text()).await?))
    }

    /// Says that something was committed. Not within the transaction: all commits that
    /// carry a word wait for each other.
    pub(crate) async fn say(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(&self.own)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins to listen.
    pub(crate) async fn listen(&self) -> Result<Ear, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Ear { listener, own: self.own.clone() })
    }
}

impl Ear {
    /// Ready when another process has said something.
    pub(crate) async fn hears(&mut self) -> Result<(), sqlx::Error> {
        while self.listener.recv().await?.payload() == self.own {}
        Ok(())
    }
}
