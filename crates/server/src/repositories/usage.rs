//! How associations are used, month by month.

use super::{signed, unsigned};
use crate::database::{Connection, query};
use chrono::NaiveDate;
use cpor_protocol::UsageMonth;

/// Usage of the items of a claim since the month of its approval, in months
/// that ended before a day; oldest first.
pub(crate) async fn of_claim(
    connection: &mut Connection,
    claim_id: &str,
    today: NaiveDate,
) -> Result<Vec<UsageMonth>, sqlx::Error> {
    let rows = query(
        "SELECT DISTINCT usage.month, usage.item, usage.seats, usage.active_users \
         FROM claim JOIN claim_item ON claim_item.claim_id = claim.id \
         JOIN usage ON usage.tenant_id = claim_item.tenant_id AND usage.item = claim_item.item \
         WHERE claim.id = $1 AND usage.month >= substr(claim.status_since, 1, 7) \
         AND usage.month < $2 ORDER BY usage.month, usage.item",
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
    connection: &mut Connection,
    tenant_id: &str,
    usage: &UsageMonth,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO usage (tenant_id, item, month, seats, active_users) VALUES ($1, $2, $3, $4, $5) \
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
