//! `GET /v1/changes?since=&limit=`: what is new, in one order.

use crate::claim::ClaimRecord;
use serde::{Deserialize, Serialize};

/// One page of changes.
///
/// Its cursor is opaque to the client. A cursor that the backend does not
/// know any more gets 410, and the client starts over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesPage {
    /// In the order in which they happened; a claim stands in a page once.
    pub changes: Vec<Change>,
    /// Cursor for the next page.
    pub next: String,
    /// Whether another page is waiting.
    pub more: bool,
}

/// A change of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The claim is new or changed; this is its present state.
    Upsert {
        /// The claim.
        claim: Box<ClaimRecord>,
    },
    /// The claim is gone.
    Tombstone {
        /// Id of the claim.
        id: String,
    },
}
