//! Single values that the database keeps.

use crate::database::{Connection, query, query_scalar};
use chrono::TimeDelta;

const DEMO_AHEAD: &str = "demo_ahead_ms";
const DEMONSTRATION: &str = "demonstration";

/// Whether the database was filled as a demonstration.
pub(crate) async fn is_demonstration(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let value: Option<String> = query_scalar("SELECT value FROM setting WHERE key = $1")
        .bind(DEMONSTRATION)
        .fetch_optional(connection)
        .await?;
    Ok(value.is_some())
}

/// Notes that the database is filled as a demonstration.
pub(crate) async fn set_demonstration(connection: &mut Connection) -> Result<(), sqlx::Error> {
    query("INSERT INTO setting (key, value) VALUES ($1, '1') ON CONFLICT DO NOTHING")
        .bind(DEMONSTRATION)
        .execute(connection)
        .await?;
    Ok(())
}

/// How far the demonstration's clock was moved ahead.
pub(crate) async fn demo_ahead(connection: &mut Connection) -> Result<TimeDelta, sqlx::Error> {
    let value: Option<String> = query_scalar("SELECT value FROM setting WHERE key = $1")
        .bind(DEMO_AHEAD)
        .fetch_optional(connection)
        .await?;
    let millis = value.and_then(|value| value.parse().ok()).unwrap_or(0);
    Ok(TimeDelta::milliseconds(millis))
}

/// Notes how far the demonstration's clock is ahead.
pub(crate) async fn set_demo_ahead(
    connection: &mut Connection,
    ahead: TimeDelta,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO setting (key, value) VALUES ($1, $2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(DEMO_AHEAD)
    .bind(ahead.num_milliseconds().to_string())
    .execute(connection)
    .await?;
    Ok(())
}
