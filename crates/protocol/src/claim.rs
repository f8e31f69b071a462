//! `/v1/claims`: claims as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use cpor_rules::{Action, Deadline, Draft, PoeFile, ReviewReason, Status};
use serde::{Deserialize, Serialize};

/// The number of changes that a claim has seen; its `ETag` is this number in quotes.
pub type Revision = u64;

/// Body of `PUT /v1/claims/{id}`: create with `If-None-Match: *`, change with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimInput {
    /// The claim. The backend checks it again and keeps it in normal form.
    pub draft: Draft,
    /// What was typed and given up when this change was merged with others: the
    /// versions that it would have made. A backend keeps them in the claim's
    /// history, for the partner alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<Draft>,
}

/// Body of `POST /v1/claims/{id}/submit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitInput {
    /// Fingerprint of the rules that the client judged by.
    pub ruleset: String,
    /// SHA-256 of every file of the claim. The backend refuses while one is missing.
    pub manifest: Vec<String>,
}

/// Body of `POST /v1/claims/{id}/review`: a reviewer's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewInput {
    /// One of the actions that reviewers may take.
    pub action: Action,
    /// Comment for the partner, where the action needs one; else empty.
    #[serde(default)]
    pub reason: String,
    /// The published grounds of the decision; see [`cpor_rules::Ground::of`].
    #[serde(default)]
    pub grounds: Vec<ReviewReason>,
}

/// Body of `POST /v1/claims/{id}/dispute`: contest a rejection, once. A
/// justification, newer proof, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisputeInput {
    /// Why the rejection is wrong; empty where newer proof says it all.
    #[serde(default)]
    pub justification: String,
    /// Files that are added to the proof. Their contents are uploaded first.
    #[serde(default)]
    pub files: Vec<PoeFile>,
}

/// Body of `POST /v1/claims/{id}/disassociate`: end an association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisassociateInput {
    /// Why; never empty.
    pub reason: String,
}

/// A claim as a backend knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRecord {
    /// Made by the client: a UUID.
    pub id: String,
    /// Short name for people, such as `CPOR-000123`.
    pub reference: String,
    /// Grows with each change.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub revision: Revision,
    /// Where the claim stands.
    pub status: Status,
    /// Its content.
    pub draft: Draft,
    /// When the claim was created.
    pub created_at: DateTime<Utc>,
    /// Name of who created it.
    pub created_by: String,
    /// Last change of any kind.
    pub updated_at: DateTime<Utc>,
    /// When it was submitted last.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The day on which it took its present status, in the organisation's time zone.
    pub status_since: NaiveDate,
    /// The deadline that runs now.
    pub deadline: Option<Deadline>,
    /// Whether it was disputed before.
    pub was_disputed: bool,
    /// Reason that came with the present status.
    pub status_reason: String,
    /// Published grounds that came with the present status.
    #[serde(default)]
    pub status_grounds: Vec<ReviewReason>,
    /// Name of the claiming partner; empty where a backend does not tell it.
    #[serde(default)]
    pub organisation: String,
}

impl ClaimRecord {
    /// The claim's `ETag`.
    pub fn etag(&self) -> String {
        etag(self.revision)
    }
}

/// The `ETag` of a revision.
pub fn etag(revision: Revision) -> String {
    format!("\"{revision}\"")
}

/// The revision in an `ETag`; weak ones are taken as well, since proxies weaken them.
pub fn revision_of(etag: &str) -> Option<Revision> {
    let etag = etag.trim();
    let digits = etag.strip_prefix("W/").unwrap_or(etag).strip_prefix('"')?.strip_suffix('"')?;
    // A number is read with a plus sign as well, and no ETag has one.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_holds_its_revision() {
        assert_eq!(revision_of(&etag(42)), Some(42));
        assert_eq!(revision_of("W/\"7\""), Some(7));
        assert_eq!(revision_of("\"+7\""), None);
        assert_eq!(revision_of("7"), None);
        assert_eq!(revision_of("*"), None);
    }

    #[test]
    fn unknown_fields_are_refused() {
        let input = r#"{"draft":{"claim_nme":"x"}}"#;
        assert!(serde_json::from_str::<ClaimInput>(input).is_err());
    }
}
