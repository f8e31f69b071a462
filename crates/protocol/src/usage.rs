//! `GET /v1/claims/{id}/usage`: how an official association is used.

use serde::{Deserialize, Serialize};

/// The usage of one claimed item in one month; the answer is a JSON list of
/// these, oldest first, and empty while there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageMonth {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Code of the workload or product.
    pub item: String,
    /// Paid available units: seats that the customer has bought.
    pub seats: u64,
    /// Monthly active users.
    pub active_users: u64,
}
