//! FY21: the documents of July 2020 to June 2021.

use super::{ConsentEmail, Days, Edition, EditionId, Names, editing, form, names};
use crate::association::PartnerRole;
use crate::catalog::{PRODUCTS_FY21, WORKLOADS_FY21};
use crate::cite::{Cite, Dispute, Source};
use crate::life_cycle::Action;

/// The documents of July 2020 to June 2021.
pub static FY21: Edition = Edition {
    id: EditionId::Fy21,
    names: Names { draft_status: "Editing", ..names::BEFORE_2023 },
    form: form::BEFORE_2023,
    paying_roles: &[
        PartnerRole::UseOrConsume,
        PartnerRole::PreSales,
        PartnerRole::UsageRecognition,
    ],
    workloads: &WORKLOADS_FY21,
    products: &PRODUCTS_FY21,
    editable_when_submitted: editing::BEFORE_2023,
    editable_on_request: editing::BEFORE_2023,
    unknown_actions: &[Action::Disassociate],
    review_start: Some(Days::Business(5)),
    review: Days::Business(5),
    partner_action: Days::Business(5),
    decision: Some(Days::Calendar(10)),
    consent_window: Days::Calendar(7),
    dispute_right: Some(Days::Calendar(30)),
    dispute_answer: Some(Days::Business(5)),
    poe_max_age_months: 12,
    consent_email: ConsentEmail::OnApproval,
    subscription_appears: Days::Calendar(2),
};

/// What the parameters rest on.
pub(super) const CITES: &[Cite] = &[
    Cite {
        source: Source::Manage2020,
        part: "View the status of your CPOR association claim",
        quote: "It stays in this state until you upload the proof of execution document and submit the claim for approval.",
    },
    Cite {
        source: Source::Manage2020,
        part: "CPOR association claims timeline",
        quote: "It will be in submitted state for up to five business days until Microsoft starts the approval process.",
    },
    Cite {
        source: Source::Manage2020,
        part: "CPOR association claims timeline",
        quote: "Microsoft has five business days to make a decision based on the proof of execution you provide.",
    },
    Cite {
        source: Source::Manage2020,
        part: "CPOR association claims timeline",
        quote: "A decision should be made on your CPOR association claim within 10 days based on the reviewer’s SLA, plus the amount of time it takes to provide proof of execution (PoE) reviewers with additional information.",
    },
    Cite {
        source: Source::Manage2020,
        part: "View the status of your CPOR association claim",
        quote: "You have five business days to provide requested info and resubmit your claim or it will be rejected.",
    },
    Cite {
        source: Source::Manage2020,
        part: "Dispute the status of a CPOR association claim",
        quote: "If your CPOR association claim is rejected, you have 30 days to dispute the rejection.",
    },
    Cite {
        source: Source::Manage2020,
        part: "To dispute a rejected claim",
        quote: "Our reviewers should contact you with results within five working days.",
    },
    Cite {
        source: Source::Manage2020,
        part: "Edit your CPOR association claim",
        quote: "In order to edit, your CPOR association claim must be in Submitted or Partner Action Required states.",
    },
    Cite {
        source: Source::Issues2020,
        part: "Which activity do I choose?",
        quote: "Select if you drive their adoption and usage of an eligible workload, and want to apply for usage incentives.",
    },
    Cite {
        source: Source::Issues2020,
        part: "Which activity do I choose?",
        quote: "This option is for revenue association only, not for incentive payments.",
    },
    Cite {
        source: Source::Manage2020,
        part: "Customer consent notification",
        quote: "After your CPOR association claim is approved, a notification will be sent to the customer giving them the opportunity to deny your association.",
    },
    Cite {
        source: Source::House,
        part: "how soon a subscription appears, and the age of the proof: no document of the time says it, so the times before and after it hold",
        quote: "",
    },
    Cite {
        source: Source::House,
        part: "one dispute for each claim, as in the documents of 2023: those of 2020 do not say",
        quote: "",
    },
];

/// Documents that contradict them.
pub(super) const DISPUTES: &[Dispute] = &[
    Dispute {
        against: &[Cite {
            source: Source::Create2020,
            part: "step 11, note",
            quote: "Once you submit your customer association, you can't edit it.",
        }],
        reading: "The page on managing claims is more exact: it names the two states and the fields, so these can be edited.",
    },
    Dispute {
        against: &[Cite {
            source: Source::Create2020,
            part: "step 11",
            quote: "We'll send an email to the customer requesting approval of your customer association.",
        }],
        reading: "The page on managing claims sends the mail after the approval and gives the seven days; that is shown.",
    },
    Dispute {
        against: &[Cite {
            source: Source::Manage2020,
            part: "Customer consent notification",
            quote: "If the customer denies consent, then the association will be rejected.",
        }],
        reading: "A status of its own tells a customer's no from a refusal of the proof, in every edition.",
    },
];
