//! What people are told of, newest first.

use super::claims::name_in;
use super::locations::works_for;
use super::{code_of, from_code, signed, unsigned};
use crate::clock::instant;
use crate::database::{Connection, query, query_scalar};
use chrono::{DateTime, Utc};
use cpor_protocol::{Notification, NotificationId, NotificationKind};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience<'a> {
    /// The people of the organisation with this id who work for the claim's location.
    Partner(&'a str),
    /// All reviewers.
    Reviewers,
}

/// Something to tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) to: Audience<'a>,
    pub(crate) kind: NotificationKind,
    pub(crate) claim_id: &'a str,
    pub(crate) at: DateTime<Utc>,
    /// Who caused it, and knows.
    pub(crate) except: Option<&'a str>,
    /// With the claim and the kind, what is told once only.
    pub(crate) once: Option<&'a str>,
}

/// Writes the notice for each person of the audience. Gives how many were told.
pub(crate) async fn add(
    connection: &mut Connection,
    notice: Notice<'_>,
) -> Result<u64, sqlx::Error> {
    let (organisation_id, is_for_reviewers) = match notice.to {
        Audience::Partner(organisation_id) => (organisation_id, false),
        Audience::Reviewers => ("", true),
    };
    let done = query(concat!(
        "INSERT INTO notification (account_id, claim_id, at, kind, once) \
         SELECT account.id, claim.id, $2, $3, $4 FROM account JOIN claim ON claim.id = $1 \
         WHERE CASE WHEN $5 = 1 THEN role = 'reviewer' \
         ELSE role <> 'reviewer' AND account.organisation_id = $6 AND ",
        works_for!("account.id", "claim.partner_id"),
        " END AND account.id IS DISTINCT FROM $7 \
         AND account.email NOT LIKE '%@erased.invalid' ON CONFLICT DO NOTHING",
    ))
    .bind(notice.claim_id)
    .bind(notice.at.timestamp_millis())
    .bind(code_of(&notice.kind)?)
    .bind(notice.once)
    .bind(is_for_reviewers)
    .bind(organisation_id)
    .bind(notice.except)
    .execute(connection)
    .await?;
    Ok(done)
}

/// A claim of another organisation that asks for the same item.
pub(crate) struct Competing {
    pub(crate) claim_id: String,
    pub(crate) organisation_id: String,
}

/// Claims of other organisations that hold or ask for an item of this claim.
pub(crate) async fn competing(
    connection: &mut Connection,
    claim_id: &str,
) -> Result<Vec<Competing>, sqlx::Error> {
    let rows = query(
        "SELECT DISTINCT other.id, other.organisation_id FROM claim AS own \
         JOIN claim_item AS item ON item.claim_id = own.id \
         JOIN claim_item AS same ON same.tenant_id = item.tenant_id AND same.item = item.item \
         AND same.subscription_id IS NOT DISTINCT FROM item.subscription_id \
         AND same.partner_role = item.partner_role \
         JOIN claim AS other ON other.id = same.claim_id \
         WHERE own.id = $1 AND other.organisation_id <> own.organisation_id AND other.status IN \
         ('submitted', 'under-review', 'partner-action-required', 'approved', 'dispute')",
    )
    .bind(claim_id)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Competing {
                claim_id: row.try_get("id")?,
                organisation_id: row.try_get("organisation_id")?,
            })
        })
        .collect()
}

/// What a person was told before a notification, newest first, one more than
/// `limit` if there is.
pub(crate) async fn page(
    connection: &mut Connection,
    account_id: &str,
    before: Option<NotificationId>,
    limit: u32,
) -> Result<Vec<Notification>, sqlx::Error> {
    let rows = query(
        "SELECT notification.id, notification.at, notification.kind, notification.is_read, \
         claim.id AS claim_id, claim.reference, claim.draft \
         FROM notification JOIN claim ON claim.id = notification.claim_id \
         WHERE notification.account_id = $1 AND ($2 IS NULL OR (notification.at, notification.id) < \
         (SELECT at, id FROM notification WHERE id = $2 AND account_id = $1)) \
         ORDER BY notification.at DESC, notification.id DESC LIMIT $3",
    )
    .bind(account_id)
    .bind(before.map(signed))
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Notification {
                id: unsigned(row.try_get("id")?),
                at: instant(row.try_get("at")?),
                kind: from_code(row.try_get("kind")?)?,
                claim_id: row.try_get("claim_id")?,
                claim_name: name_in(&row.try_get::<String>("draft")?),
                reference: row.try_get("reference")?,
                is_read: row.try_get("is_read")?,
            })
        })
        .collect()
}

/// How much a person has not read.
pub(crate) async fn unread(
    connection: &mut Connection,
    account_id: &str,
) -> Result<u64, sqlx::Error> {
    let count: i64 =
        query_scalar("SELECT COUNT(*) FROM notification WHERE account_id = $1 AND is_read = 0")
            .bind(account_id)
            .fetch_one(connection)
            .await?;
    Ok(unsigned(count))
}

/// The newest notification of a person; 0 where there is none.
pub(crate) async fn last_id(
    connection: &mut Connection,
    account_id: &str,
) -> Result<NotificationId, sqlx::Error> {
    let id: Option<i64> = query_scalar("SELECT MAX(id) FROM notification WHERE account_id = $1")
        .bind(account_id)
        .fetch_one(connection)
        .await?;
    Ok(id.map_or(0, unsigned))
}

/// Marks a notification and all before it as read. How many were not, before.
pub(crate) async fn read_up_to(
    connection: &mut Connection,
    account_id: &str,
    id: NotificationId,
) -> Result<u64, sqlx::Error> {
    let done = query(
        "UPDATE notification SET is_read = 1 WHERE account_id = $1 AND is_read = 0 \
         AND (at, id) <= (SELECT at, id FROM notification WHERE id = $2 AND account_id = $3)",
    )
    .bind(account_id)
    .bind(signed(id))
    .bind(account_id)
    .execute(connection)
    .await?;
    Ok(done)
}

/// Marks one notification as read, if it is this person's. How many were not, before.
pub(crate) async fn read_one(
    connection: &mut Connection,
    account_id: &str,
    id: NotificationId,
) -> Result<u64, sqlx::Error> {
    let done = query(
        "UPDATE notification SET is_read = 1 WHERE account_id = $1 AND id = $2 AND is_read = 0",
    )
    .bind(account_id)
    .bind(signed(id))
    .execute(connection)
    .await?;
    Ok(done)
}

/// Marks everybody's notifications of before an instant as read.
pub(crate) async fn read_older(
    connection: &mut Connection,
    before: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("UPDATE notification SET is_read = 1 WHERE at < $1")
        .bind(before.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes what was told before an instant.
pub(crate) async fn remove_older(
    connection: &mut Connection,
    before: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM notification WHERE at < $1")
        .bind(before.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
