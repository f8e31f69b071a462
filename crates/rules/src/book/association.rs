//! Solution area and partner role.

use super::{ALWAYS, EVER, RuleId, Written};
use crate::association::PartnerRole;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::edition::Ask;
use crate::field::Field;
use crate::violation::{Problem, Severity};

const ROLE_TABLE: Cite = Cite {
    source: Source::Create2024,
    part: "Which partner role do I choose?",
    quote: "Claiming with an incorrect partner role might result in missed eligibility and incentive earnings.",
};

const ACTIVITY: Cite = Cite {
    source: Source::Create2019,
    part: "You'll need the following information",
    quote: "The Activity you have performed and the type of claim you want to make, such as Pre-sales, Usage, or Revenue association",
};

pub(super) const SOLUTION_AREA_CHOSEN: Written = Written {
    id: RuleId::SolutionAreaChosen,
    says: "Every claim belongs to one solution area.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::SolutionArea],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, step 3",
            quote: "Select the Solution area - Modern Work and Security or Business Applications",
        },
        Cite {
            source: Source::Create2019,
            part: "You'll need the following information",
            quote: "The Solution area, such as Business Applications or Microsoft 365",
        },
    ],
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
    editions: EVER,
    fields: &[Field::PartnerRole],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, step 5",
            quote: "Select the partner role",
        },
        ROLE_TABLE,
        ACTIVITY,
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
    editions: EVER,
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

pub(super) const PRE_SALES_WITH_USAGE: Written = Written {
    id: RuleId::PreSalesWithUsage,
    says: "Pre-sales can be claimed together with usage of Business Applications, in claims of 2019 to 2021 only.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::AlsoPreSales],
    cites: &[
        Cite {
            source: Source::Create2019,
            part: "step 4, note",
            quote: "If you select Business Applications, select either Usage and/or Pre-sales, or Revenue association",
        },
        Cite {
            source: Source::Create2020,
            part: "step 6, note",
            quote: "If you select Business Applications, select either Usage and/or Pre-sales, or Revenue association",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "Do not select “Revenue association” if you also want to earn incentives for this customer association",
        },
    ],
    disputes: &[],
    check: pre_sales_with_usage,
};

fn pre_sales_with_usage(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let is_offered = ctx.edition.form.pre_sales_with_usage != Ask::No
        && draft.partner_role == Some(PartnerRole::UsageRecognition);
    if draft.also_pre_sales && !is_offered {
        find.at(Field::AlsoPreSales, Problem::NotCombined);
    }
}
