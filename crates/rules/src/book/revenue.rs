//! The three extra fields of revenue association.

use super::{ALWAYS, EVER, LENGTH_OF_NAMES, MAX_NAME, RuleId, Written, given};
use crate::association::{PartnerRole, SolutionArea};
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Source};
use crate::draft::Draft;
use crate::field::Field;
use crate::violation::Severity;

pub(super) const REVENUE_FIELDS_GIVEN: Written = Written {
    id: RuleId::RevenueFieldsGiven,
    says: "A revenue association names the Dynamics solution seller, the customer and the ISV product or solution.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::SellerName, Field::CustomerName, Field::IsvSolution],
    cites: &[
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "For partners claiming revenue association only, the Dynamics solution seller name, Customer name, and Name of ISV product/solution.",
        },
        LENGTH_OF_NAMES,
    ],
    disputes: &[],
    check: revenue_fields_given,
};

fn revenue_fields_given(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    // Where role and area do not go together these fields are on no screen.
    if draft.partner_role != Some(PartnerRole::RevenueAssociation)
        || draft.solution_area != Some(SolutionArea::BusinessApplications)
    {
        return;
    }
    given(find, Field::SellerName, &draft.seller_name, MAX_NAME);
    given(find, Field::CustomerName, &draft.customer_name, MAX_NAME);
    given(find, Field::IsvSolution, &draft.isv_solution, MAX_NAME);
}
