//! `GET /v1/claims/{id}/history` and `POST /v1/claims/{id}/comments`.

use chrono::{DateTime, Utc};
use cpor_rules::{Actor, Draft, Field, ReviewReason, Status};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/claims/{id}/comments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// The comment.
    pub text: String,
}

/// One line of a claim's history; the whole history is a JSON list, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// On whose side.
    pub actor: Actor,
    /// Name of who did it; empty for the system.
    pub by: String,
    /// What.
    pub event: HistoryEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum HistoryEvent {
    /// The claim was created.
    Created,
    /// Fields were changed.
    Changed {
        /// Which ones.
        fields: Vec<Field>,
    },
    /// Two changes were merged by a person's decision. Told to the partner alone.
    Merged {
        /// Versions that what the person gave up would have made.
        set_aside: Vec<Draft>,
        /// The version that was replaced.
        replaced: Box<Draft>,
        /// The version that came of it.
        result: Box<Draft>,
    },
    /// The status changed.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
        /// Reason given, or empty.
        reason: String,
        /// Published grounds given.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        grounds: Vec<ReviewReason>,
    },
    /// A file was added to the proof.
    FileAdded {
        /// Its name.
        name: String,
    },
    /// A file was taken out of the proof.
    FileRemoved {
        /// Its name.
        name: String,
    },
    /// A comment.
    Comment {
        /// Its text.
        text: String,
    },
    /// The customer was told of the association.
    ConsentEmailSent,
}
