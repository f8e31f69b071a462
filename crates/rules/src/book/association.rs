//! Solution area and partner role.

use super::{ALWAYS, RuleId, SINCE_2023, Written};
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::field::Field;
use crate::violation::{Problem, Severity};

const ROLE_TABLE: Cite = Cite {
    source: Source::Create2024,
    part: "Which partner role do I choose?",
    quote: "Claiming with an incorrect partner role might result in missed eligibility and incentive earnings.",
};

pub(super) const SOLUTION_AREA_CHOSEN: Written = Written {
    id: RuleId::SolutionAreaChosen,
    says: "Every claim belongs to one solution area.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::SolutionArea],
    cites: &[Cite {
        source: Source::Create2024,
        part: "Create a customer association, step 3",
        quote: "Select the Solution area - Modern Work and Security or Business Applications",
    }],
    disputes: &[],
    check: solution_area_chosen,
};

fn solution_area_chosen(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area.is_none() {
        find.at(Field::SolutionArea, Problem::Missing);
    }
}

pub(super) const PARTNER_ROLE_CHOSEN: Written = Written {
    id: RuleId::PartnerRoleChosen,
    says: "Every claim has exactly one partner role: what the partner did for the customer.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::PartnerRole],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, step 5",
            quote: "Select the partner role",
        },
        ROLE_TABLE,
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::Create2019,
            part: "step 4",
            quote: "If you select Business Applications, select either Usage and/or Pre-sales, or Revenue association",
        }],
        reading: "In 2019 one claim could combine usage and pre-sales. Since 2023 a claim has one role; file one claim for each.",
    }],
    check: partner_role_chosen,
};

fn partner_role_chosen(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.partner_role.is_none() {
        find.at(Field::PartnerRole, Problem::Missing);
    }
}

pub(super) const ROLE_FITS_AREA: Written = Written {
    id: RuleId::RoleFitsArea,
    says: "A partner role exists in one solution area only; there are four valid pairs.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::PartnerRole],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Which partner role do I choose?",
            quote: "The partner roles that are applicable to each solution area follow.",
        },
        ROLE_TABLE,
    ],
    disputes: &[],
    check: role_fits_area,
};

fn role_fits_area(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if let (Some(area), Some(role)) = (draft.solution_area, draft.partner_role)
        && role.area() != area
    {
        find.at(Field::PartnerRole, Problem::RoleOfOtherArea);
    }
}
