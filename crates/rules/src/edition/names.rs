//! Names that claims of an edition are shown under.

use crate::association::{PartnerRole, SolutionArea};
use crate::life_cycle::Status;

/// Names that a claim of this edition is shown under, never translated.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    pub(super) areas: [&'static str; 2],
    pub(super) roles: [&'static str; 4],
    pub(super) engagements: [&'static str; 4],
    /// The identifier of the partner's location.
    pub partner_id: &'static str,
    /// What the partner did: the question that the role answers.
    pub role_question: &'static str,
    /// The choice of usage together with pre-sales, where there is one.
    pub usage_and_pre_sales: Option<&'static str>,
    /// The status before the first submission.
    pub draft_status: &'static str,
}

impl Names {
    /// The name of a solution area.
    pub const fn area(&self, area: SolutionArea) -> &'static str {
        match area {
            SolutionArea::ModernWorkAndSecurity => self.areas[0],
            SolutionArea::BusinessApplications => self.areas[1],
        }
    }

    /// The name of a partner role.
    pub const fn role(&self, role: PartnerRole) -> &'static str {
        self.roles[role.index()]
    }

    /// The engagement that a role feeds.
    pub const fn engagement(&self, role: PartnerRole) -> &'static str {
        self.engagements[role.index()]
    }

    /// The name of a status.
    pub const fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Draft => self.draft_status,
            Status::Submitted => "Submitted",
            Status::UnderReview => "Under review",
            Status::PartnerActionRequired => "Partner action required",
            Status::Approved => "Approved",
            Status::Rejected => "Rejected",
            Status::Dispute => "Dispute",
            Status::RejectedFinal => "Rejected final",
            Status::CustomerConsentDenied => "Customer consent denied",
        }
    }
}

/// Areas since 2023.
pub(super) const AREAS: [&str; 2] = ["Modern Work and Security", "Business Applications"];
/// Roles since 2023.
pub(super) const ROLES: [&str; 4] = [
    "Use or consume",
    "Build intent - Advisor",
    "Usage recognition - Non-Incentivized",
    "Influenced Revenue recognition - Non-Incentivized",
];

/// Names of 2019 to 2021.
pub(super) const BEFORE_2023: Names = Names {
    areas: ["Microsoft 365", "Business Applications"],
    roles: ["Usage", "Pre-sales", "Usage", "Revenue association"],
    engagements: [
        "OSU - Microsoft 365",
        "Online Services Advisory (OSA) Sell",
        "OSU - Business Applications",
        // "The revenue association option is only applicable under the OSA
        // Sell incentive program."
        "Online Services Advisory (OSA) Sell",
    ],
    partner_id: "MPN ID",
    role_question: "Activity",
    usage_and_pre_sales: Some("Usage and/or Pre-sales"),
    // The training shows the page before the submission and names no status.
    draft_status: "Draft",
};
