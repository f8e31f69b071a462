//! Failures of the database that are not its own fault, or pass by themselves.

use sqlx::Error;

/// Codes of `PostgreSQL` for what another attempt may not meet: a serialisation that
/// failed, a deadlock, a lock that did not come in time, a read-only standby, too many
/// connections, and a database that stops, starts or was taken from us.
const PASSING: [&str; 9] =
    ["40001", "40P01", "55P03", "25006", "25P03", "53300", "57P01", "57P02", "57P03"];
/// The class of codes for connections that broke.
const CONNECTION: &str = "08";
/// Codes of `SQLite`, in their lowest byte, for a file that somebody else holds.
const BUSY: [u32; 2] = [5, 6];

/// Codes of `PostgreSQL` for a text that it cannot keep: one with the character NUL.
const UNSTORABLE: [&str; 2] = ["22021", "22P05"];

/// Whether a text of the request cannot be kept. `SQLite` keeps any.
pub(crate) fn is_unstorable(error: &Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| UNSTORABLE.contains(&&*code))
}

/// Whether nothing is wrong with the request and the same one may go well in a moment.
/// The transaction was not committed, or its client does not know and asks again
/// under the same key.
pub(crate) fn is_passing(error: &Error) -> bool {
    match error {
        // `Migrate`: the database has outgrown this program, and another process knows it.
        Error::PoolTimedOut | Error::PoolClosed | Error::Io(_) | Error::Migrate(_) => true,
        Error::Database(error) => error.code().is_some_and(|code| {
            if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                code.parse::<u32>().is_ok_and(|code| BUSY.contains(&(code & 0xff)))
            } else {
                PASSING.contains(&&*code) || code.starts_with(CONNECTION)
            }
        }),
        _ => false,
    }
}
