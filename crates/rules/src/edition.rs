//! Editions: the rules as they stood at a time, as data.
//!
//! A claim carries its edition for life. New claims take [`EditionId::Current`].

use crate::association::{PartnerRole, SolutionArea};
use serde::{Deserialize, Serialize};

/// Names an edition of the rules.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EditionId {
    /// The documents of 10 October 2023.
    Oct2023,
    /// The documents of 2024 and later.
    #[default]
    Current,
}

impl EditionId {
    /// All editions, oldest first.
    pub const ALL: [Self; 2] = [Self::Oct2023, Self::Current];

    /// The parameters of this edition.
    pub const fn get(self) -> &'static Edition {
        match self {
            Self::Oct2023 => &OCT_2023,
            Self::Current => &CURRENT,
        }
    }

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Oct2023 => "oct2023",
            Self::Current => "current",
        }
    }
}

/// How a time limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Monday to Friday, without holidays.
    Business(u16),
    /// Every day.
    Calendar(u16),
}

/// When the customer is told of the association.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentEmail {
    /// With the submission.
    OnSubmit,
    /// With the approval.
    OnApproval,
}

/// The parameters of one edition.
#[derive(Debug, PartialEq, Eq)]
pub struct Edition {
    /// Which edition this is.
    pub id: EditionId,
    /// Names as the documents of the time write them.
    pub names: Names,
    /// Submitted → review expected to start. Informational.
    pub review_start: Days,
    /// Under review → decision expected. Informational: contested claims may take longer.
    pub review: Days,
    /// *Partner action required* → answer due; then the claim is rejected.
    pub partner_action: Days,
    /// Approved → the association counts as official. Informational: the
    /// customer can decline at any time.
    pub consent_window: Days,
    /// Rejected → last day for a dispute.
    pub dispute_right: Days,
    /// Dispute → answer expected. Informational.
    pub dispute_answer: Days,
    /// How old the customer's acknowledgement may be at submission, in months.
    pub poe_max_age_months: u32,
    /// When the customer is told.
    pub consent_email: ConsentEmail,
    /// How long a newly provisioned subscription may take to appear.
    pub subscription_appears: Days,
}

/// Names that a claim of this edition is shown under, never translated.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    areas: [&'static str; 2],
    roles: [&'static str; 4],
    engagements: [&'static str; 4],
    /// The identifier of the partner's location.
    pub partner_id: &'static str,
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
}

const AREAS: [&str; 2] = ["Modern Work and Security", "Business Applications"];
const ROLES: [&str; 4] = [
    "Use or consume",
    "Build intent - Advisor",
    "Usage recognition - Non-Incentivized",
    "Influenced Revenue recognition - Non-Incentivized",
];

/// The documents of 10 October 2023.
pub static OCT_2023: Edition = Edition {
    id: EditionId::Oct2023,
    names: Names {
        areas: AREAS,
        roles: ROLES,
        engagements: [
            "Modern Work and Security Usage",
            "Microsoft Online Service Advisor (OSA)",
            "Microsoft Online Services Usage (OSU) - Business Applications",
            "Microsoft Business Applications Revenue Recognition Association",
        ],
        partner_id: "PartnerID",
    },
    review_start: Days::Business(5),
    review: Days::Business(14),
    partner_action: Days::Business(14),
    consent_window: Days::Calendar(7),
    dispute_right: Days::Calendar(30),
    dispute_answer: Days::Business(5),
    poe_max_age_months: 12,
    consent_email: ConsentEmail::OnSubmit,
    subscription_appears: Days::Calendar(7),
};

/// The documents of 2024 and later. They name no time limits of their own, so
/// those of October 2023 go on.
pub static CURRENT: Edition = Edition {
    id: EditionId::Current,
    names: Names {
        areas: AREAS,
        roles: ROLES,
        engagements: [
            "Modern Work and Security Usage",
            "MCI BizApps Presales Advisor",
            "Usage Recognition - Biz Apps",
            "Microsoft Business Applications Revenue",
        ],
        partner_id: "Partner ID",
    },
    review_start: Days::Business(5),
    review: Days::Business(14),
    partner_action: Days::Business(14),
    consent_window: Days::Calendar(7),
    dispute_right: Days::Calendar(30),
    dispute_answer: Days::Business(5),
    poe_max_age_months: 12,
    consent_email: ConsentEmail::OnSubmit,
    subscription_appears: Days::Calendar(7),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_edition_keeps_its_names() {
        let role = PartnerRole::PreSales;
        assert_eq!(OCT_2023.names.engagement(role), "Microsoft Online Service Advisor (OSA)");
        assert_eq!(CURRENT.names.engagement(role), "MCI BizApps Presales Advisor");
        assert_ne!(OCT_2023.names.partner_id, CURRENT.names.partner_id);
    }

    #[test]
    fn codes_are_what_serde_writes() {
        for id in EditionId::ALL {
            assert_eq!(serde_json::to_value(id).unwrap(), id.code());
            assert_eq!(id.get().id, id);
        }
    }
}
