//! Claim details: name, Partner ID, tenant, domain, opt-out.

use super::{ALWAYS, BEFORE_2023, EVER, MAX_CLAIM_NAME, RuleId, Written, given};
use crate::association::SolutionArea;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::edition::Ask;
use crate::field::Field;
use crate::ids::{
    Domain, Guid, GuidProblem, PARTNER_ID_DIGITS, PartnerId, PartnerIdProblem, is_blank,
};
use crate::violation::{Problem, Severity};

const DETAILS_STEP: Cite = Cite {
    source: Source::Create2024,
    part: "Create a customer association, details",
    quote: "select the Partner ID of the partner location to be associated with the customer and then add the customer's tenant ID",
};

pub(super) const CLAIM_NAMED: Written = Written {
    id: RuleId::ClaimNamed,
    says: "Every claim has a name that the partner makes up, of at most 100 characters.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::ClaimName],
    cites: &[
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "A Name (that you create) for the claim",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association",
            quote: "Name your claim. This will help you easily identify the claim later.",
        },
        Cite { source: Source::House, part: "limit of 100 characters", quote: "" },
    ],
    disputes: &[],
    check: claim_named,
};

fn claim_named(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    given(find, Field::ClaimName, &draft.claim_name, MAX_CLAIM_NAME);
}

pub(super) const PARTNER_ID_NUMERIC: Written = Written {
    id: RuleId::PartnerIdNumeric,
    says: "The Partner ID is a number of 5 to 10 digits.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::PartnerId],
    cites: &[
        DETAILS_STEP,
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "The PartnerID for your entity that makes the claim",
        },
        Cite {
            source: Source::Create2019,
            part: "You'll need the following information",
            quote: "The MPN ID for your entity that makes the claim",
        },
        Cite {
            source: Source::House,
            part: "5 to 10 digits: examples have 6 and 7, no document gives a limit",
            quote: "",
        },
    ],
    disputes: &[],
    check: partner_id_numeric,
};

fn partner_id_numeric(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    let (min, max) = PARTNER_ID_DIGITS;
    match PartnerId::parse(&draft.partner_id) {
        Ok(_) => {}
        Err(PartnerIdProblem::Empty) => find.at(Field::PartnerId, Problem::Missing),
        Err(PartnerIdProblem::NotNumeric) => find.at(Field::PartnerId, Problem::NotNumeric),
        Err(PartnerIdProblem::Length) => {
            find.at(Field::PartnerId, Problem::DigitCount { min, max });
        }
    }
}

pub(super) const PARTNER_ID_KNOWN: Written = Written {
    id: RuleId::PartnerIdKnown,
    says: "The Partner ID should be one of your organisation's locations.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PartnerId],
    cites: &[Cite {
        source: Source::Issues2023,
        part: "Which Microsoft AI Cloud Partner Program do I choose?",
        quote: "It's important to select the correct Microsoft AI Cloud Partner Program to avoid having to reclaim in the future.",
    }],
    disputes: &[],
    check: partner_id_known,
};

fn partner_id_known(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if let Ok(id) = PartnerId::parse(&draft.partner_id)
        && ctx.facts.partner_locations.is_some()
        && ctx.facts.location(id.as_str()).is_none()
    {
        find.at(Field::PartnerId, Problem::UnknownLocation);
    }
}

pub(super) const PARTNER_ID_OF_LOCATION: Written = Written {
    id: RuleId::PartnerIdOfLocation,
    says: "The Partner ID should be that of a location, not of the global account.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PartnerId],
    cites: &[
        Cite {
            source: Source::Accounts2022,
            part: "Partner global account",
            quote: "The PGA is the parent of your company and is not used to associate for Incentives or Cloud Solution Provider programs.",
        },
        DETAILS_STEP,
    ],
    disputes: &[],
    check: partner_id_of_location,
};

fn partner_id_of_location(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if ctx.facts.location(&draft.partner_id).is_some_and(|known| known.is_global_account) {
        find.at(Field::PartnerId, Problem::GlobalAccount);
    }
}

pub(super) const PARTNER_ID_ENROLLED: Written = Written {
    id: RuleId::PartnerIdEnrolled,
    says: "The location should be enrolled in incentives, or the claim will not pay.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PartnerId],
    cites: &[Cite {
        source: Source::Issues2023,
        part: "Which Microsoft AI Cloud Partner Program do I choose?",
        quote: "The CPOR association claim flow identifies which are enrolled in an incentive program, but it doesn't tell you if it's a specific partner type.",
    }],
    disputes: &[],
    check: partner_id_enrolled,
};

fn partner_id_enrolled(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if ctx
        .facts
        .location(&draft.partner_id)
        .is_some_and(|known| !known.is_enrolled && !known.is_global_account)
    {
        find.at(Field::PartnerId, Problem::NotEnrolled);
    }
}

pub(super) const TENANT_ID_GUID: Written = Written {
    id: RuleId::TenantIdGuid,
    says: "The customer's tenant ID (Directory ID) is a GUID.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::TenantId],
    cites: &[
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "The customer's Directory ID or Tenant ID",
        },
        Cite {
            source: Source::Create2019,
            part: "You'll need the following information",
            quote: "Customer's Directory ID or Tenant ID",
        },
        Cite {
            source: Source::FindIds2022,
            part: "Find the Microsoft Azure AD tenant ID and primary domain name",
            quote: "the tenant ID may be referred to as the directory ID, the Azure Active Directory (Azure AD) tenant, Microsoft ID, or for certain reports, the tenantguid",
        },
    ],
    disputes: &[],
    check: tenant_id_guid,
};

fn tenant_id_guid(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if let Err(problem) = Guid::parse(&draft.tenant_id) {
        find.at(Field::TenantId, guid_problem(problem));
    }
}

/// How a violation says what keeps a text from being a GUID.
pub(super) fn guid_problem(problem: GuidProblem) -> Problem {
    match problem {
        GuidProblem::Empty => Problem::Missing,
        GuidProblem::LooksLikeDomain => Problem::GuidIsDomain,
        GuidProblem::Several => Problem::GuidSeveral,
        GuidProblem::Digits(found) => Problem::GuidDigits { found },
        GuidProblem::Character(character) => Problem::GuidCharacter { character },
        GuidProblem::Zero => Problem::GuidZero,
    }
}

const DOMAIN_ASKED: Dispute = Dispute {
    against: &[
        Cite {
            source: Source::Issues2023,
            part: "Domain-tenant mismatch",
            quote: "In the CPOR association claim flow, you're asked to provide the customer tenant ID and subdomain.",
        },
        Cite {
            source: Source::Create2019,
            part: "You'll need the following information",
            quote: "Customer's domain name",
        },
    ],
    reading: "The lists of 2023 and 2024 ask for the tenant ID only, so the domain is optional; if it is given, it is checked.",
};

pub(super) const DOMAIN_GIVEN: Written = Written {
    id: RuleId::DomainGiven,
    says: "The domain name of the customer's tenant is given.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: BEFORE_2023,
    fields: &[Field::Domain],
    cites: &[
        Cite {
            source: Source::Create2019,
            part: "step 3",
            quote: "Select the MPN ID of the partner location to be associated with the customer, and then add the customer's domain name and Directory ID.",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association",
            quote: "Enter Customer domain name",
        },
        Cite {
            source: Source::Create2020,
            part: "step 4",
            quote: "Select the MPN ID of the partner location to be associated with the customer, and then add the customer's domain name and Directory ID.",
        },
    ],
    disputes: &[],
    check: domain_given,
};

fn domain_given(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if is_blank(&draft.domain) {
        find.at(Field::Domain, Problem::Missing);
    }
}

pub(super) const DOMAIN_WELL_FORMED: Written = Written {
    id: RuleId::DomainWellFormed,
    says: "A domain name, if given, has two or more parts, such as contoso.com.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::Domain],
    cites: &[Cite { source: Source::House, part: "shape of a domain name (RFC 1035)", quote: "" }],
    disputes: &[DOMAIN_ASKED],
    check: domain_well_formed,
};

fn domain_well_formed(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if !draft.domain.is_empty() && Domain::parse(&draft.domain).is_err() {
        find.at(Field::Domain, Problem::NotADomain);
    }
}

pub(super) const DOMAIN_OF_TENANT: Written = Written {
    id: RuleId::DomainOfTenant,
    says: "The domain name belongs to the tenant.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::Domain],
    cites: &[Cite {
        source: Source::Issues2023,
        part: "Domain-tenant mismatch",
        quote: "If you receive an error stating that they don't match, contact your customer to ensure you have the correct details.",
    }],
    disputes: &[DOMAIN_ASKED],
    check: domain_of_tenant,
};

fn domain_of_tenant(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let pair = (draft.tenant_id.clone(), draft.domain.clone());
    if ctx.facts.domain_of_tenant.get(&pair) == Some(&false) {
        find.at(Field::Domain, Problem::DomainOfOtherTenant);
    }
}

pub(super) const OPT_OUT_OFFERED: Written = Written {
    id: RuleId::OptOutOffered,
    says: "Incentive payments can be declined in Modern Work and Security only, and since 2023.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::OptOut],
    cites: &[Cite {
        source: Source::Create2024,
        part: "Create a customer association, details",
        quote: "For Modern Work and Security Usage, if you don't want to earn incentives, select the checkbox to opt out of incentive payments for this claim.",
    }],
    disputes: &[],
    check: opt_out_offered,
};

fn opt_out_offered(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let is_offered = ctx.edition.form.opt_out != Ask::No
        && draft.solution_area != Some(SolutionArea::BusinessApplications);
    if draft.opt_out && !is_offered {
        find.at(Field::OptOut, Problem::OptOutNotOffered);
    }
}
