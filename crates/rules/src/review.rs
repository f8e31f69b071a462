//! On which grounds reviewers ask for more, and claims end.
//!
//! The documents publish them: *Reasons more information is needed* and
//! *Reasons a CPOR association claim is rejected*. A ground is data; the app
//! turns it into a sentence and leads from it to what the partner can mend.

use crate::field::Field;
use crate::life_cycle::Action;
use serde::{Deserialize, Serialize};

/// A ground of the documents, or one that follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// No proof at all, or a file that has nothing to do with the claim.
    MissingProof,
    /// The customer did not sign or acknowledge it otherwise.
    MissingAcknowledgement,
    /// Dates are missing or too old.
    MissingDates,
    /// The partner's solution or service is not described.
    MissingService,
    /// A claimed workload or product is not named.
    MissingItems,
    /// The proof does not show the engagement.
    InsufficientProof,
    /// The proof does not show the customer's consent.
    MissingConsent,
    /// The proof cannot be had any more.
    ProofUnavailable,
    /// The partner asked for it: there is no button to withdraw a claim.
    PartnerRequest,
    /// Another partner's proof decided the arbitration.
    CompetingClaim,
    /// Something else; the comment says what.
    Other,
    /// The partner did not answer in time.
    NoPartnerResponse,
    /// The customer declined.
    CustomerDeclined,
    /// The partner disassociated the customer.
    Disassociated,
}

impl Ground {
    /// All grounds.
    pub const ALL: [Self; 14] = [
        Self::MissingProof,
        Self::MissingAcknowledgement,
        Self::MissingDates,
        Self::MissingService,
        Self::MissingItems,
        Self::InsufficientProof,
        Self::MissingConsent,
        Self::ProofUnavailable,
        Self::PartnerRequest,
        Self::CompetingClaim,
        Self::Other,
        Self::NoPartnerResponse,
        Self::CustomerDeclined,
        Self::Disassociated,
    ];

    /// The grounds that can be given with an action, in the order in which
    /// they are offered; none where the action needs no ground.
    pub const fn of(action: Action) -> &'static [Self] {
        match action {
            Action::RequestAction => &[
                Self::MissingProof,
                Self::MissingAcknowledgement,
                Self::MissingDates,
                Self::MissingService,
                Self::MissingItems,
                Self::Other,
            ],
            Action::Reject => &[
                Self::InsufficientProof,
                Self::MissingItems,
                Self::MissingConsent,
                Self::ProofUnavailable,
                Self::PartnerRequest,
                Self::CompetingClaim,
                Self::Other,
            ],
            Action::RejectFinally => &[
                Self::InsufficientProof,
                Self::MissingItems,
                Self::MissingConsent,
                Self::ProofUnavailable,
                Self::CompetingClaim,
                Self::Other,
            ],
            Action::Expire => &[Self::NoPartnerResponse],
            Action::Decline => &[Self::CustomerDeclined],
            Action::Disassociate => &[Self::Disassociated],
            Action::AddCustomer
            | Action::Submit
            | Action::Delete
            | Action::StartReview
            | Action::Approve
            | Action::Dispute
            | Action::Reopen => &[],
        }
    }

    /// The ground that an action always has; [`None`] where somebody chooses.
    pub const fn given_by(action: Action) -> Option<Self> {
        match Self::of(action) {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Whether it is about one of the claimed items and should say which.
    pub const fn is_about_an_item(self) -> bool {
        matches!(self, Self::MissingItems | Self::MissingService)
    }

    /// What the partner can change to meet it.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::MissingProof | Self::InsufficientProof | Self::MissingService => {
                &[Field::PoeFiles]
            }
            Self::MissingAcknowledgement | Self::MissingConsent | Self::MissingDates => {
                &[Field::PoeFiles, Field::PoeAcknowledgedOn(0)]
            }
            Self::MissingItems | Self::ProofUnavailable => {
                &[Field::PoeFiles, Field::PoeNamesItems, Field::Workloads, Field::Products]
            }
            Self::PartnerRequest
            | Self::CompetingClaim
            | Self::Other
            | Self::NoPartnerResponse
            | Self::CustomerDeclined
            | Self::Disassociated => &[],
        }
    }
}

/// A ground as it was given, with the item it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewReason {
    /// The ground.
    pub ground: Ground,
    /// Code of the workload or product; [`None`] where it is about the whole claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

impl ReviewReason {
    /// A ground that is about the whole claim.
    pub const fn whole(ground: Ground) -> Self {
        Self { ground, item: None }
    }

    /// Whether it can be given with this action for a claim of these items.
    pub fn fits<'a>(&self, action: Action, items: impl IntoIterator<Item = &'a str>) -> bool {
        Ground::of(action).contains(&self.ground)
            && self.item.as_deref().is_none_or(|own| {
                self.ground.is_about_an_item() && items.into_iter().any(|item| item == own)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life_cycle::{Editable, Status};

    #[test]
    fn each_ground_comes_with_some_action() {
        for ground in Ground::ALL {
            assert!(
                Action::ALL.into_iter().any(|action| Ground::of(action).contains(&ground)),
                "{ground:?}"
            );
        }
    }

    #[test]
    fn what_a_ground_asks_to_change_can_be_changed() {
        let editable = Status::PartnerActionRequired.editable();
        assert!(matches!(editable, Editable::Only(_)));
        for ground in Ground::of(Action::RequestAction) {
            for field in ground.fields() {
                assert!(editable.allows(*field), "{ground:?} {field}");
            }
        }
    }

    #[test]
    fn a_reason_names_an_item_of_the_claim_or_none() {
        let about =
            |ground, item: Option<&str>| ReviewReason { ground, item: item.map(str::to_owned) };
        let fits = |reason: &ReviewReason| reason.fits(Action::RequestAction, ["teams", "intune"]);
        assert!(fits(&about(Ground::MissingItems, Some("teams"))));
        assert!(fits(&about(Ground::MissingItems, None)));
        assert!(!fits(&about(Ground::MissingItems, Some("sales"))));
        assert!(!fits(&about(Ground::MissingDates, Some("teams"))));
        assert!(!fits(&about(Ground::CustomerDeclined, None)));
    }
}
