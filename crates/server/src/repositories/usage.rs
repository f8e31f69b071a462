//! How associations are used, month by month.

use super::{signed, unsigned};
use chrono::NaiveDate;
use cpor_protocol::UsageMonth;
use sqlx::{Row, SqliteConnection};

/// Usage of the items of a claim since the month of its approval, in months
/// that ended before a day; oldest first.
pub(crate) async fn of_claim(
    connection: &mut SqliteConnection,
    claim_id: &str,
    today: NaiveDate,
) -> Result<Vec<UsageMonth>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT usage.month, usage.item, usage.seats, usage.active_users \
         FROM claim JOIN claim_item ON claim_item.claim_id = claim.id \
         JOIN usage ON usage.tenant_id = claim_item.tenant_id AND usage.item = claim_item.item \
         WHERE claim.id = ? AND usage.month >= substr(claim.status_since, 1, 7) \
         AND usage.month < ? ORDER BY usage.month, usage.item",
    )
    .bind(claim_id)
    .bind(today.format("%Y-%m").to_string())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(UsageMonth {
                month: row.try_get("month")?,
                item: row.try_get("item")?,
                seats: unsigned(row.try_get("seats")?),
                active_users: unsigned(row.try_get("active_users")?),
            })
        })
        .collect()
}

/// Adds or replaces what is known of a month.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    tenant_id: &str,
    usage: &UsageMonth,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO usage (tenant_id, item, month, seats, active_users) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (tenant_id, item, month) DO UPDATE \
         SET seats = excluded.seats, active_users = excluded.active_users",
    )
    .bind(tenant_id)
    .bind(&usage.item)
    .bind(&usage.month)
    .bind(signed(usage.seats))
    .bind(signed(usage.active_users))
    .execute(connection)
    .await?;
    Ok(())
}
