//! Claims, and what is taken out of their drafts to be searched.

use super::{code_of, from_code, signed, unsigned};
use crate::clock::instant;
use crate::database::{Connection, Lock, Row, query, query_scalar};
use crate::mutants::mutant;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use cpor_protocol::ClaimRecord;
use cpor_rules::deadline::deadline;
use cpor_rules::{Draft, PartnerRole, Region, SolutionArea};
use serde::Deserialize;

/// A claim with what does not travel.
#[derive(Clone, Debug)]
pub(crate) struct StoredClaim {
    pub(crate) record: ClaimRecord,
    pub(crate) organisation_id: String,
    /// Time zone in which the organisation counts days.
    pub(crate) zone: Tz,
    /// Whose holidays it keeps.
    pub(crate) region: Region,
    pub(crate) created_by_id: String,
    /// Fingerprint of the rules at the last submission.
    pub(crate) ruleset: Option<String>,
}

impl StoredClaim {
    /// Works out the deadline of the present status again.
    pub(crate) fn set_deadline(&mut self) {
        let record = &mut self.record;
        record.deadline = deadline(
            record.draft.edition.get(),
            record.status,
            record.status_since,
            record.was_disputed,
            &self.region.holidays(),
        );
        if mutant!(DeadlineOffByOne)
            && let Some(deadline) = &mut record.deadline
        {
            deadline.due_on += chrono::TimeDelta::days(1);
        }
    }
}

/// The columns of a query that [`read`] reads, and the tables that they come from beside
/// `claim`. A claim has its account and its organisation always; where the query may find
/// none, they are missing with it.
macro_rules! claim_columns {
    () => {
        "claim.id, claim.reference, claim.revision, claim.status, claim.draft, \
         claim.created_at, claim.created_by, claim.updated_at, claim.submitted_at, \
         claim.status_since, claim.was_disputed, claim.status_reason, claim.status_grounds, \
         claim.organisation_id, claim.ruleset, \
         account.name AS created_by_name, organisation.time_zone, organisation.region, \
         organisation.name AS organisation_name"
    };
}
macro_rules! claim_joins {
    () => {
        "LEFT JOIN account ON account.id = claim.created_by \
         LEFT JOIN organisation ON organisation.id = claim.organisation_id"
    };
}
pub(super) use {claim_columns, claim_joins};

/// The claim with this id, whoever asks. In a transaction that writes nobody else
/// changes it, or makes one of this id, until the end.
pub(crate) async fn find(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<StoredClaim>, sqlx::Error> {
    connection.lock(Lock::Claim, id).await?;
    let row = query(concat!(
        "SELECT ",
        claim_columns!(),
        " FROM claim ",
        claim_joins!(),
        " WHERE claim.id = $1"
    ))
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Until the end of the transaction nobody else changes the claim. For those who write
/// about it before they read it: what they write must not be locked first.
pub(crate) async fn hold(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    connection.lock(Lock::Claim, id).await
}

/// The name of a claim, out of its stored draft. One that cannot be read has none.
pub(super) fn name_in(draft: &str) -> String {
    #[derive(Default, Deserialize)]
    struct Named {
        #[serde(default)]
        claim_name: String,
    }
    serde_json::from_str::<Named>(draft).unwrap_or_default().claim_name
}

/// Stored JSON that cannot be read. The error's own words may quote it, and end in a log.
fn unreadable(error: &serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(format!("stored JSON at {}:{}", error.line(), error.column()).into())
}

/// Reads the columns of `claim_columns!`.
pub(super) fn read(row: &Row) -> Result<StoredClaim, sqlx::Error> {
    let decode = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
    let draft: String = row.try_get("draft")?;
    let grounds: String = row.try_get("status_grounds")?;
    let since: String = row.try_get("status_since")?;
    let submitted_at: Option<i64> = row.try_get("submitted_at")?;
    let zone: String = row.try_get("time_zone")?;
    let mut claim = StoredClaim {
        record: ClaimRecord {
            id: row.try_get("id")?,
            reference: row.try_get("reference")?,
            revision: unsigned(row.try_get("revision")?),
            status: from_code(row.try_get("status")?)?,
            draft: serde_json::from_str(&draft).map_err(|error| unreadable(&error))?,
            created_at: instant(row.try_get("created_at")?),
            created_by: row.try_get("created_by_name")?,
            updated_at: instant(row.try_get("updated_at")?),
            submitted_at: submitted_at.map(instant),
            status_since: since
                .parse()
                .map_err(|error: chrono::ParseError| decode(error.into()))?,
            deadline: None,
            was_disputed: row.try_get("was_disputed")?,
            status_reason: row.try_get("status_reason")?,
            status_grounds: serde_json::from_str(&grounds).map_err(|error| unreadable(&error))?,
            organisation: row.try_get("organisation_name")?,
        },
        organisation_id: row.try_get("organisation_id")?,
        zone: zone.parse().unwrap_or(Tz::UTC),
        region: from_code(row.try_get("region")?)?,
        created_by_id: row.try_get("created_by")?,
        ruleset: row.try_get("ruleset")?,
    };
    claim.set_deadline();
    Ok(claim)
}

/// The next short name for people.
pub(crate) async fn next_reference(connection: &mut Connection) -> Result<String, sqlx::Error> {
    let number: String = query_scalar(
        "UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) \
         WHERE key = 'last_reference' RETURNING value",
    )
    .fetch_one(connection)
    .await?;
    Ok(format!("CPOR-{number:0>6}"))
}

/// Writes the claim, new or changed.
pub(crate) async fn save(
    connection: &mut Connection,
    claim: &StoredClaim,
) -> Result<(), sqlx::Error> {
    let record = &claim.record;
    let draft = serde_json::to_string(&record.draft)
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let grounds = serde_json::to_string(&record.status_grounds)
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    query(
        "INSERT INTO claim (id, organisation_id, reference, revision, status, draft, created_at, \
         created_by, updated_at, submitted_at, status_since, was_disputed, status_reason, \
         status_grounds, ruleset, partner_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, status = excluded.status, \
         draft = excluded.draft, updated_at = excluded.updated_at, \
         submitted_at = excluded.submitted_at, status_since = excluded.status_since, \
         was_disputed = excluded.was_disputed, status_reason = excluded.status_reason, \
         status_grounds = excluded.status_grounds, \
         ruleset = excluded.ruleset, partner_id = excluded.partner_id",
    )
    .bind(&record.id)
    .bind(&claim.organisation_id)
    .bind(&record.reference)
    .bind(signed(record.revision))
    .bind(record.status.code())
    .bind(draft)
    .bind(record.created_at.timestamp_millis())
    .bind(&claim.created_by_id)
    .bind(record.updated_at.timestamp_millis())
    .bind(record.submitted_at.map(|at| at.timestamp_millis()))
    .bind(record.status_since.to_string())
    .bind(record.was_disputed)
    .bind(&record.status_reason)
    .bind(grounds)
    .bind(&claim.ruleset)
    .bind(&record.draft.partner_id)
    .execute(&mut *connection)
    .await?;
    index(connection, &record.id, &record.draft).await
}

async fn index(connection: &mut Connection, id: &str, draft: &Draft) -> Result<(), sqlx::Error> {
    for statement in
        ["DELETE FROM claim_item WHERE claim_id = $1", "DELETE FROM claim_file WHERE claim_id = $1"]
    {
        query(statement).bind(id).execute(&mut *connection).await?;
    }
    let items: Vec<(&str, Option<&str>)> = match draft.solution_area {
        Some(SolutionArea::ModernWorkAndSecurity) => {
            draft.workloads.iter().map(|code| (code.as_str(), None)).collect()
        }
        Some(SolutionArea::BusinessApplications) => draft
            .products
            .iter()
            .map(|entry| {
                // A product of an earlier edition can do without its subscription.
                let id = entry.subscription_id.as_str();
                (entry.product.as_str(), (!id.is_empty()).then_some(id))
            })
            .collect(),
        None => Vec::new(),
    };
    let also = draft.also_pre_sales.then_some(PartnerRole::PreSales);
    for role in draft.partner_role.into_iter().chain(also) {
        for (item, subscription_id) in &items {
            query(
                "INSERT INTO claim_item \
                 (claim_id, tenant_id, item, subscription_id, partner_role) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(id)
            .bind(&draft.tenant_id)
            .bind(*item)
            .bind(*subscription_id)
            .bind(code_of(&role)?)
            .execute(&mut *connection)
            .await?;
        }
    }
    for file in &draft.poe_files {
        query("INSERT INTO claim_file (claim_id, sha256) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id)
            .bind(&file.sha256)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Removes a claim.
pub(crate) async fn delete(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    query("DELETE FROM claim WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Claims in this status that took it before a day.
pub(crate) async fn in_status_before(
    connection: &mut Connection,
    status: cpor_rules::Status,
    day: NaiveDate,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT id FROM claim WHERE status = $1 AND status_since < $2")
        .bind(status.code())
        .bind(day.to_string())
        .fetch_all(connection)
        .await
}

impl StoredClaim {
    /// Notes that the claim has changed once more.
    pub(crate) fn touch(&mut self, now: DateTime<Utc>) {
        self.record.revision += u64::from(!mutant!(RevisionNotRaised));
        self.record.updated_at = now;
    }
}
