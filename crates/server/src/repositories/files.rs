//! Files: contents by their SHA-256, and which organisation may read them.

use super::scans::Scan;
use super::{signed, unsigned};
use crate::database::{Connection, Row, query, query_scalar};
use chrono::{DateTime, Utc};
use cpor_protocol::FileInfo;

/// A file that somebody may read.
pub(crate) struct StoredFile {
    pub(crate) info: FileInfo,
    /// The name under which it was sent.
    pub(crate) name: String,
    /// The object in the bucket; without one the content is in the folder of data.
    pub(crate) object_id: Option<String>,
    /// What a virus scanner says of it.
    pub(crate) scan: Scan,
}

/// The file, if this organisation has sent it.
pub(crate) async fn of_organisation(
    connection: &mut Connection,
    organisation_id: &str,
    sha256: &str,
) -> Result<Option<StoredFile>, sqlx::Error> {
    #[cfg(feature = "mutants")]
    if crate::mutants::mutant!(LeaksFile) {
        let all = "SELECT sha256, size_bytes, media_type, object_id, scan_state, name \
                   FROM file JOIN file_access USING (sha256) WHERE sha256 = $1";
        let row = query(all).bind(sha256).fetch_optional(connection).await?;
        return row.as_ref().map(read).transpose();
    }
    let row = query(
        "SELECT file.sha256, file.size_bytes, file.media_type, file.object_id, \
         file.scan_state, file_access.name \
         FROM file JOIN file_access ON file_access.sha256 = file.sha256 \
         WHERE file_access.organisation_id = $1 AND file.sha256 = $2",
    )
    .bind(organisation_id)
    .bind(sha256)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The file, if somebody who works for some locations alone has sent it, or a claim of
/// one of them names it.
pub(crate) async fn of_locations(
    connection: &mut Connection,
    organisation_id: &str,
    account_id: &str,
    sha256: &str,
) -> Result<Option<StoredFile>, sqlx::Error> {
    let may_read = query(
        "SELECT 1 FROM upload WHERE account_id = $1 AND sha256 = $2 AND is_complete = 1 \
         UNION ALL SELECT 1 FROM claim_file JOIN claim ON claim.id = claim_file.claim_id \
         JOIN account_location ON account_location.partner_id = claim.partner_id \
         WHERE account_location.account_id = $1 AND claim_file.sha256 = $2 \
         AND claim.organisation_id = $3 LIMIT 1",
    )
    .bind(account_id)
    .bind(sha256)
    .bind(organisation_id)
    .fetch_optional(&mut *connection)
    .await?;
    if may_read.is_none() {
        return Ok(None);
    }
    of_organisation(connection, organisation_id, sha256).await
}

/// The file, if it belongs to a claim that reviewers can see.
pub(crate) async fn under_review(
    connection: &mut Connection,
    sha256: &str,
) -> Result<Option<StoredFile>, sqlx::Error> {
    let row = query(
        "SELECT file.sha256, file.size_bytes, file.media_type, file.object_id, \
         file.scan_state, file_access.name \
         FROM file JOIN file_access ON file_access.sha256 = file.sha256 \
         JOIN claim_file ON claim_file.sha256 = file.sha256 \
         JOIN claim ON claim.id = claim_file.claim_id \
         AND claim.organisation_id = file_access.organisation_id \
         WHERE file.sha256 = $1 AND claim.status <> 'draft' LIMIT 1",
    )
    .bind(sha256)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) fn read(row: &Row) -> Result<StoredFile, sqlx::Error> {
    Ok(StoredFile {
        info: FileInfo {
            sha256: row.try_get("sha256")?,
            size_bytes: unsigned(row.try_get("size_bytes")?),
            media_type: row.try_get("media_type")?,
            is_complete: true,
        },
        name: row.try_get("name")?,
        object_id: row.try_get("object_id")?,
        scan: Scan::read(row)?,
    })
}

/// Notes a content, and that the organisation may read it.
pub(crate) async fn add(
    connection: &mut Connection,
    organisation_id: &str,
    file: &StoredFile,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query(
        // What was there is the same content, or is not there any more.
        "INSERT INTO file (sha256, size_bytes, media_type, created_at, object_id, scan_state) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (sha256) DO UPDATE SET object_id = excluded.object_id",
    )
    .bind(&file.info.sha256)
    .bind(signed(file.info.size_bytes))
    .bind(&file.info.media_type)
    .bind(now.timestamp_millis())
    .bind(&file.object_id)
    .bind(file.scan.code())
    .execute(&mut *connection)
    .await?;
    query(
        "INSERT INTO file_access (organisation_id, sha256, name, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (organisation_id, sha256) DO UPDATE SET name = excluded.name",
    )
    .bind(organisation_id)
    .bind(&file.info.sha256)
    .bind(&file.name)
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Bytes of all contents that the organisation has sent.
pub(crate) async fn kept_bytes(
    connection: &mut Connection,
    organisation_id: &str,
) -> Result<u64, sqlx::Error> {
    let bytes: i64 = query_scalar(
        "SELECT CAST(COALESCE(SUM(file.size_bytes), 0) AS BIGINT) FROM file_access \
         JOIN file ON file.sha256 = file_access.sha256 WHERE file_access.organisation_id = $1",
    )
    .bind(organisation_id)
    .fetch_one(connection)
    .await?;
    Ok(unsigned(bytes))
}
