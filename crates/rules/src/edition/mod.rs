//! Editions: the rules as they stood at a time, as data.
//!
//! A claim carries its edition for life. New claims take [`EditionId::Current`].
//! Each edition is one file; what its parameters rest on is cited in
//! [`EditionId::cites`], and in the rules and deadlines that read them.

mod current;
mod editing;
mod form;
mod fy20;
mod fy21;
mod names;
mod oct2023;

pub use current::CURRENT;
pub use form::{Ask, ClaimedSubscription, Form, SubscriptionNeed};
pub use fy20::FY20;
pub use fy21::FY21;
pub use names::Names;
pub use oct2023::OCT_2023;

use crate::association::PartnerRole;
use crate::catalog::Catalog;
use crate::cite::{Cite, Dispute};
use crate::life_cycle::{Action, Editable};
use serde::{Deserialize, Serialize};

/// Names an edition of the rules.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EditionId {
    /// Microsoft's fiscal year 2020: July 2019 to June 2020.
    Fy20,
    /// July 2020 to June 2021, and until the documents of 2023.
    Fy21,
    /// The documents of 10 October 2023.
    Oct2023,
    /// The documents of 2024 and later.
    #[default]
    Current,
}

impl EditionId {
    /// All editions, oldest first.
    pub const ALL: [Self; 4] = [Self::Fy20, Self::Fy21, Self::Oct2023, Self::Current];

    /// The parameters of this edition.
    pub const fn get(self) -> &'static Edition {
        match self {
            Self::Fy20 => &FY20,
            Self::Fy21 => &FY21,
            Self::Oct2023 => &OCT_2023,
            Self::Current => &CURRENT,
        }
    }

    /// What its parameters rest on, where no rule, status or deadline says it.
    ///
    /// No part of [`Edition`]: whoever only checks drafts does not have to
    /// carry the documents.
    pub const fn cites(self) -> &'static [Cite] {
        match self {
            Self::Fy20 => fy20::CITES,
            Self::Fy21 => fy21::CITES,
            Self::Oct2023 | Self::Current => &[],
        }
    }

    /// Documents that contradict its parameters, and the reading chosen.
    pub const fn disputes(self) -> &'static [Dispute] {
        match self {
            Self::Fy20 => fy20::DISPUTES,
            Self::Fy21 => fy21::DISPUTES,
            Self::Oct2023 | Self::Current => &[],
        }
    }

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fy20 => "fy20",
            Self::Fy21 => "fy21",
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

/// The parameters of one edition. `None` stands where its documents give no time.
#[derive(Debug, PartialEq, Eq)]
pub struct Edition {
    /// Which edition this is.
    pub id: EditionId,
    /// Names as the documents of the time write them.
    pub names: Names,
    /// What the form asks for.
    pub form: Form,
    /// Roles that can lead to an incentive payment.
    pub paying_roles: &'static [PartnerRole],
    /// Workloads that can be picked.
    pub workloads: &'static Catalog,
    /// Products that can be picked.
    pub products: &'static Catalog,
    /// What the partner may edit in *Submitted*.
    pub editable_when_submitted: Editable,
    /// What the partner may edit in *Partner action required*.
    pub editable_on_request: Editable,
    /// Actions that Partner Center did not have yet.
    pub unknown_actions: &'static [Action],
    /// Submitted → review expected to start. Informational.
    pub review_start: Option<Days>,
    /// Under review → decision expected. Informational: contested claims may take longer.
    pub review: Days,
    /// *Partner action required* → answer due; then the claim is rejected.
    pub partner_action: Days,
    /// Decision expected in all, besides the time that the partner takes to answer.
    pub decision: Option<Days>,
    /// Approved → the association counts as official. Informational: the
    /// customer can decline at any time.
    pub consent_window: Days,
    /// Rejected → last day for a dispute.
    pub dispute_right: Option<Days>,
    /// Dispute → answer expected. Informational.
    pub dispute_answer: Option<Days>,
    /// How old the customer's acknowledgement may be at submission, in months.
    pub poe_max_age_months: u32,
    /// When the customer is told.
    pub consent_email: ConsentEmail,
    /// How long a newly provisioned subscription may take to appear.
    pub subscription_appears: Days,
}

impl Edition {
    /// Whether an approved claim in this role can lead to an incentive payment.
    pub fn pays_incentive(&self, role: PartnerRole) -> bool {
        self.paying_roles.contains(&role)
    }

    /// What a workload or product was called at the time; a name of another
    /// time where this edition has none.
    pub fn item_name<'a>(&self, code: &'a str) -> &'a str {
        self.workloads
            .get(code)
            .or_else(|| self.products.get(code))
            .map_or_else(|| crate::catalog::display_name(code), |entry| entry.name)
    }

    /// What the partner did, in the words of the time: "Usage + Pre-sales".
    pub fn role_name(&self, role: PartnerRole, also_pre_sales: bool) -> String {
        let name = self.names.role(role);
        if also_pre_sales && role == PartnerRole::UsageRecognition {
            [name, " + ", self.names.role(PartnerRole::PreSales)].concat()
        } else {
            name.to_owned()
        }
    }

    /// Whether Partner Center had this action.
    pub fn knows(&self, action: Action) -> bool {
        !self.unknown_actions.contains(&action)
    }
}

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
    fn items_and_activities_have_the_names_of_their_time() {
        assert_eq!(FY20.item_name("viva-engage"), "Yammer");
        assert_eq!(CURRENT.item_name("viva-engage"), "Viva Engage");
        assert_eq!(CURRENT.item_name("skype-for-business"), "Skype for Business Online");
        assert_eq!(CURRENT.item_name("other: Loop"), "Loop");
        assert_eq!(FY20.role_name(PartnerRole::UsageRecognition, true), "Usage + Pre-sales");
        assert_eq!(FY20.role_name(PartnerRole::UsageRecognition, false), "Usage");
        assert_eq!(FY20.role_name(PartnerRole::RevenueAssociation, true), "Revenue association");
    }

    #[test]
    fn codes_are_what_serde_writes() {
        for id in EditionId::ALL {
            assert_eq!(serde_json::to_value(id).unwrap(), id.code());
            assert_eq!(id.get().id, id);
        }
    }

    #[test]
    fn a_dispute_has_its_time_limits_where_there_is_one() {
        for id in EditionId::ALL {
            let edition = id.get();
            let knows = edition.knows(Action::Dispute);
            assert_eq!(edition.dispute_right.is_some(), knows, "{id:?}");
            assert_eq!(edition.dispute_answer.is_some(), knows, "{id:?}");
        }
    }

    #[test]
    fn todays_payments_are_those_of_the_roles() {
        for role in PartnerRole::ALL {
            assert_eq!(CURRENT.pays_incentive(role), role.pays_incentive());
            assert_eq!(OCT_2023.pays_incentive(role), role.pays_incentive());
        }
    }
}
