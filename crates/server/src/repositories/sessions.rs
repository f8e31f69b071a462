//! Sessions, by the hash of their token.

use super::accounts::{account_columns, read_account};
use super::locations::{Locations, location_column};
use crate::clock::instant;
use crate::database::{Connection, query};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use cpor_protocol::Account;

/// A session that was found.
pub(crate) struct Session {
    pub(crate) account: Account,
    pub(crate) zone: Tz,
    pub(crate) locations: Locations,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) used_at: DateTime<Utc>,
}

/// Starts a session.
pub(crate) async fn start(
    connection: &mut Connection,
    token_hash: &[u8],
    account_id: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO session (token_hash, account_id, created_at, used_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash)
    .bind(account_id)
    .bind(now.timestamp_millis())
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// The session of this token, ended or not.
pub(crate) async fn find(
    connection: &mut Connection,
    token_hash: &[u8],
) -> Result<Option<Session>, sqlx::Error> {
    let row = query(concat!(
        "SELECT session.created_at, session.used_at, ",
        location_column!(),
        ", ",
        account_columns!(),
        " FROM session JOIN account ON account.id = session.account_id \
         JOIN organisation ON organisation.id = account.organisation_id \
         WHERE session.token_hash = $1"
    ))
    .bind(token_hash)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let (account, zone) = read_account(&row)?;
        Ok(Session {
            account,
            zone,
            locations: Locations::read(row.try_get("locations")?),
            created_at: instant(row.try_get("created_at")?),
            used_at: instant(row.try_get("used_at")?),
        })
    })
    .transpose()
}

/// Notes that the session was used. Of two servers one may know of a later use.
pub(crate) async fn note_use(
    connection: &mut Connection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("UPDATE session SET used_at = $1 WHERE token_hash = $2 AND used_at < $1")
        .bind(now.timestamp_millis())
        .bind(token_hash)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the session.
pub(crate) async fn end(connection: &mut Connection, token_hash: &[u8]) -> Result<(), sqlx::Error> {
    query("DELETE FROM session WHERE token_hash = $1").bind(token_hash).execute(connection).await?;
    Ok(())
}

/// Ends all sessions of an account.
pub(crate) async fn end_all(
    connection: &mut Connection,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    #[cfg(feature = "mutants")]
    if crate::mutants::mutant!(EverywhereIsHere) {
        let one = "DELETE FROM session WHERE token_hash = (SELECT token_hash FROM session \
                   WHERE account_id = $1 ORDER BY created_at DESC, used_at DESC LIMIT 1)";
        query(one).bind(account_id).execute(connection).await?;
        return Ok(());
    }
    query("DELETE FROM session WHERE account_id = $1").bind(account_id).execute(connection).await?;
    Ok(())
}

/// Removes sessions that were not used since.
pub(crate) async fn remove_unused(
    connection: &mut Connection,
    since: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM session WHERE used_at < $1")
        .bind(since.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Moves all sessions in time, as the clock of a demonstration moves.
pub(crate) async fn move_all(
    connection: &mut Connection,
    by: TimeDelta,
) -> Result<(), sqlx::Error> {
    query("UPDATE session SET created_at = created_at + $1, used_at = used_at + $2")
        .bind(by.num_milliseconds())
        .bind(by.num_milliseconds())
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Database, query_scalar};

    #[tokio::test]
    async fn of_two_uses_the_later_one_counts() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path(), None).await.unwrap();
        let mut transaction = database.write().await.unwrap();
        // The account does not matter here, and nothing is committed.
        query("PRAGMA defer_foreign_keys = ON").execute(&mut transaction).await.unwrap();
        start(&mut transaction, b"hash", "nobody", instant(1_000)).await.unwrap();
        for (now, expected) in [(3_000, 3_000), (2_000, 3_000), (4_000, 4_000)] {
            note_use(&mut transaction, b"hash", instant(now)).await.unwrap();
            let used_at: i64 = query_scalar("SELECT used_at FROM session")
                .fetch_one(&mut transaction)
                .await
                .unwrap();
            assert_eq!(used_at, expected);
        }
    }
}
