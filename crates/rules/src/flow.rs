//! The steps of the wizard, as data.
//!
//! Next, back, progress, the error summary and the test that walks every path
//! all read [`FLOW`].

use crate::association::{PartnerRole, SolutionArea};
use crate::check::Stage;
use crate::draft::Draft;
use crate::field::Field;
use serde::{Deserialize, Serialize};

/// One screen of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Solution area and partner role.
    Role,
    /// Name, Partner ID, tenant, opt-out.
    Details,
    /// Workloads (Modern Work and Security).
    Workloads,
    /// Products with subscriptions (Business Applications).
    Products,
    /// The three fields of revenue association.
    Revenue,
    /// Contacts at the customer and at the partner.
    Contacts,
    /// Everything once more; *Add customer*.
    Review,
    /// Proof of execution.
    Proof,
    /// Comment, acknowledgements; *Submit claim*.
    Submit,
}

/// One row of [`FLOW`].
#[derive(Debug)]
pub struct FlowStep {
    /// The screen.
    pub step: Step,
    /// Whether the draft needs it.
    pub shown_if: fn(&Draft) -> bool,
    /// Kinds of fields that stand on it.
    pub owns: &'static [Field],
    /// The stage whose rules the step leads up to.
    pub stage: Stage,
}

/// The steps in order.
pub static FLOW: &[FlowStep] = &[
    FlowStep {
        step: Step::Role,
        shown_if: always,
        owns: &[Field::SolutionArea, Field::PartnerRole, Field::AlsoPreSales],
        stage: Stage::AddCustomer,
    },
    FlowStep {
        step: Step::Details,
        shown_if: always,
        owns: &[Field::ClaimName, Field::PartnerId, Field::TenantId, Field::Domain, Field::OptOut],
        stage: Stage::AddCustomer,
    },
    FlowStep {
        step: Step::Workloads,
        shown_if: in_modern_work,
        owns: &[Field::Workloads, Field::Workload(0)],
        stage: Stage::AddCustomer,
    },
    FlowStep {
        step: Step::Products,
        shown_if: in_business_applications,
        owns: &[
            Field::Products,
            Field::Product(0),
            Field::SubscriptionId(0),
            Field::PurchaseChannel,
        ],
        stage: Stage::AddCustomer,
    },
    FlowStep {
        step: Step::Revenue,
        shown_if: is_revenue_association,
        owns: &[Field::SellerName, Field::CustomerName, Field::IsvSolution],
        stage: Stage::AddCustomer,
    },
    FlowStep {
        step: Step::Contacts,
        shown_if: asks_contacts,
        owns: &[
            Field::CustomerContactName,
            Field::CustomerContactTitle,
            Field::CustomerContactEmail,
            Field::MailLanguage,
            Field::TechnicalContactName,
            Field::TechnicalContactTitle,
            Field::TechnicalContactEmail,
            Field::PartnerContactName,
            Field::PartnerContactEmail,
        ],
        stage: Stage::AddCustomer,
    },
    FlowStep { step: Step::Review, shown_if: always, owns: &[], stage: Stage::AddCustomer },
    FlowStep {
        step: Step::Proof,
        shown_if: always,
        owns: &[
            Field::PoeFiles,
            Field::PoeFile(0),
            Field::PoeFileComment(0),
            Field::PoeAcknowledgedOn(0),
            Field::PoeNamesItems,
            Field::PublicSector,
        ],
        stage: Stage::Submit,
    },
    FlowStep {
        step: Step::Submit,
        shown_if: always,
        owns: &[
            Field::Comment,
            Field::ProofIsGenuine,
            Field::CustomerIsInformed,
            Field::EditingEnds,
        ],
        stage: Stage::Submit,
    },
];

fn always(_: &Draft) -> bool {
    true
}

fn in_modern_work(draft: &Draft) -> bool {
    draft.solution_area == Some(SolutionArea::ModernWorkAndSecurity)
}

fn in_business_applications(draft: &Draft) -> bool {
    draft.solution_area == Some(SolutionArea::BusinessApplications)
}

fn is_revenue_association(draft: &Draft) -> bool {
    in_business_applications(draft) && draft.partner_role == Some(PartnerRole::RevenueAssociation)
}

/// In 2019 and 2020 a revenue association was "prompted for slightly different
/// information": its three names instead of contacts.
fn asks_contacts(draft: &Draft) -> bool {
    !is_revenue_association(draft) || draft.edition.get().form.asks_contacts(draft.partner_role)
}

/// The steps that this draft needs, in order. Those of `stage` only: first
/// the claim is created, then its proof is added and it is submitted.
pub fn steps(draft: &Draft, stage: Stage) -> impl Iterator<Item = Step> {
    FLOW.iter().filter(move |row| row.stage == stage && (row.shown_if)(draft)).map(|row| row.step)
}

impl Step {
    /// The row of [`FLOW`] for this step.
    pub fn row(self) -> &'static FlowStep {
        // The walk over every path proves that each step has its row.
        FLOW.iter().find(|row| row.step == self).unwrap_or(&FLOW[0])
    }

    /// The step after this one, if there is one in the same stage.
    pub fn next(self, draft: &Draft) -> Option<Self> {
        let stage = self.row().stage;
        let mut later = steps(draft, stage).skip_while(move |step| *step <= self);
        later.next()
    }

    /// The step before this one, if there is one in the same stage.
    pub fn back(self, draft: &Draft) -> Option<Self> {
        steps(draft, self.row().stage).take_while(|step| *step < self).last()
    }

    /// The step on which a field stands.
    pub fn of(field: Field) -> Self {
        let kind = field.kind();
        FLOW.iter().find(|row| row.owns.contains(&kind)).map_or(Self::Review, |row| row.step)
    }

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Details => "details",
            Self::Workloads => "workloads",
            Self::Products => "products",
            Self::Revenue => "revenue",
            Self::Contacts => "contacts",
            Self::Review => "review",
            Self::Proof => "proof",
            Self::Submit => "submit",
        }
    }

    /// The step with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        FLOW.iter().map(|row| row.step).find(|step| step.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_exactly_one_step() {
        for field in Field::KINDS {
            let owners = FLOW.iter().filter(|row| row.owns.contains(field)).count();
            assert_eq!(owners, 1, "{field}");
        }
    }

    #[test]
    fn the_rows_stand_in_the_order_of_the_steps() {
        assert!(FLOW.windows(2).all(|pair| pair[0].step < pair[1].step));
        assert!(FLOW.windows(2).all(|pair| pair[0].stage <= pair[1].stage));
    }

    #[test]
    fn codes_name_their_steps() {
        for row in FLOW {
            assert_eq!(Step::from_code(row.step.code()), Some(row.step));
        }
    }
}
