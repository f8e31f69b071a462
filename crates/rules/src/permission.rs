//! Who in an organisation may do what.

use crate::life_cycle::{Action, Actor};
use serde::{Deserialize, Serialize};

/// A role that a person holds in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UserRole {
    /// Incentives admin of a partner: everything about claims.
    IncentivesAdmin,
    /// Incentives user of a partner: creates and prepares claims.
    IncentivesUser,
    /// Reviews claims for Microsoft.
    Reviewer,
}

impl UserRole {
    /// On whose side the person acts.
    pub const fn acts_for(self) -> Actor {
        match self {
            Self::IncentivesAdmin | Self::IncentivesUser => Actor::Partner,
            Self::Reviewer => Actor::Microsoft,
        }
    }

    /// Whether the role allows the action, in any status.
    ///
    /// The pages of 2023 and 2024 name only the Incentives admin for
    /// submitting; the training of FY20 names both. The stricter reading holds.
    pub const fn may(self, action: Action) -> bool {
        match action {
            Action::AddCustomer | Action::Delete => {
                matches!(self, Self::IncentivesAdmin | Self::IncentivesUser)
            }
            Action::Submit | Action::Disassociate | Action::Dispute => {
                matches!(self, Self::IncentivesAdmin)
            }
            Action::StartReview
            | Action::Approve
            | Action::RequestAction
            | Action::Reject
            | Action::RejectFinally
            | Action::Reopen => matches!(self, Self::Reviewer),
            Action::Expire | Action::Decline => false,
        }
    }
}
