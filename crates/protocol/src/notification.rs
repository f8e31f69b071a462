//! `GET /v1/notifications` and `POST /v1/notifications/read`: what a person is told.
//!
//! A notification names a kind of event and a claim. It holds no sentence, no
//! reason and no name of a competitor: whoever wants to know more opens the claim.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Id of a notification; later ones have higher numbers.
pub type NotificationId = u64;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// Reviewers need more of the partner.
    ActionRequired,
    /// The day by which the partner must answer is near.
    DeadlineNear,
    /// The claim was approved.
    Approved,
    /// The claim was refused.
    Rejected,
    /// The claim was refused because the partner did not answer in time.
    Expired,
    /// The dispute was decided for the partner.
    DisputeWon,
    /// The dispute was decided against the partner.
    DisputeLost,
    /// The dispute led to a new review.
    DisputeReopened,
    /// The customer declined the association.
    CustomerDeclined,
    /// Another partner asks for an item of the claim.
    CompetingClaim,
    /// The proof of an approved claim is about to be too old.
    ProofOld,
    /// A reviewer commented.
    ReviewerComment,
    /// To reviewers: a claim was handed in.
    Submitted,
    /// To reviewers: a rejection is disputed.
    Disputed,
    /// To reviewers: a partner commented.
    PartnerComment,
    /// Something that this client does not know yet.
    #[serde(other)]
    Unknown,
}

/// One thing that a person is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub id: NotificationId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: NotificationKind,
    /// The claim that it is about.
    pub claim_id: String,
    /// Name of the claim.
    pub claim_name: String,
    /// Short name of the claim, such as `CPOR-000123`.
    pub reference: String,
    /// Whether the person has read it.
    pub is_read: bool,
}

/// A page of notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationsPage {
    /// Newest first.
    pub notifications: Vec<Notification>,
    /// How many of all are not read, on this page or not.
    pub unread: u64,
    /// Whether there are older ones.
    pub more: bool,
}

/// Body of `POST /v1/notifications/read`: one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadInput {
    /// This one and all before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub up_to: Option<NotificationId>,
    /// These; ids of others' notifications are passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<u64>))]
    pub ids: Vec<NotificationId>,
}

/// Answer of `POST /v1/notifications/read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// How many are left.
    pub unread: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_tomorrow_is_read_today() {
        let read = |text: &str| serde_json::from_str::<NotificationKind>(text).unwrap();
        assert_eq!(read("\"action-required\""), NotificationKind::ActionRequired);
        assert_eq!(read("\"sent-to-the-moon\""), NotificationKind::Unknown);
    }
}
