//! FY20: the documents of July 2019 to June 2020.

use super::{Ask, ConsentEmail, Days, Edition, EditionId, Form, editing, form, names};
use crate::association::PartnerRole;
use crate::catalog::{PRODUCTS_FY20, WORKLOADS_FY20};
use crate::cite::{Cite, Dispute, Source};
use crate::life_cycle::{Action, Editable};

/// The documents of July 2019 to June 2020.
pub static FY20: Edition = Edition {
    id: EditionId::Fy20,
    names: names::BEFORE_2023,
    form: Form { revenue_proof: Ask::Optional, ..form::BEFORE_2023 },
    paying_roles: &[
        PartnerRole::UseOrConsume,
        PartnerRole::PreSales,
        PartnerRole::UsageRecognition,
    ],
    workloads: &WORKLOADS_FY20,
    products: &PRODUCTS_FY20,
    editable_when_submitted: Editable::Nothing,
    editable_on_request: editing::BEFORE_2023,
    unknown_actions: &[Action::Dispute, Action::Disassociate],
    review_start: None,
    review: Days::Business(5),
    partner_action: Days::Calendar(30),
    decision: None,
    consent_window: Days::Calendar(7),
    dispute_right: None,
    dispute_answer: None,
    poe_max_age_months: 12,
    consent_email: ConsentEmail::OnApproval,
    subscription_appears: Days::Calendar(2),
};

/// What the parameters rest on.
pub(super) const CITES: &[Cite] = &[
    Cite {
        source: Source::TrainingFy20,
        part: "Customer association process",
        quote: "CPOR applies to OSU-Microsoft 365, Dynamics 365 under OSU-Business Applications, and OSA Sell.",
    },
    Cite {
        source: Source::TrainingFy20,
        part: "Creating an association (Business Applications)",
        quote: "The revenue association option is only applicable under the OSA Sell incentive program.",
    },
    Cite {
        source: Source::TrainingFy20,
        part: "Status of an Association",
        quote: "You should expect a response from Microsoft within five business days after your claim status is changed to “Under Review”",
    },
    Cite {
        source: Source::TrainingFy20,
        part: "Status of an Association",
        quote: "If you do not respond within 30 days your claim will be Rejected.",
    },
    Cite {
        source: Source::TrainingFy20,
        part: "Creating an association (Business Applications)",
        quote: "Please note you must wait 48hrs after subscription activation to claim.",
    },
    Cite {
        source: Source::Manage2020June,
        part: "Dispute the status of a CPOR association claim",
        quote: "To dispute the status of a CPOR association claim, contact support",
    },
    Cite {
        source: Source::House,
        part: "age of the proof: no document of the time gives one, so that of the later template holds",
        quote: "",
    },
];

/// Documents that contradict them.
pub(super) const DISPUTES: &[Dispute] = &[
    Dispute {
        against: &[Cite {
            source: Source::TrainingFy20,
            part: "Status of an Association, Partner Action Required",
            quote: "You will be able to edit MPN selection, Product Selection (and Subscription when applicable), and upload additional POE.",
        }],
        reading: "The same training lists contact information among what can be edited on the page of a claim, so it can be edited as well.",
    },
    Dispute {
        against: &[
            Cite {
                source: Source::Create2019,
                part: "introduction",
                quote: "Customers have five business days to opt out.",
            },
            Cite {
                source: Source::Create2019,
                part: "step 9",
                quote: "We'll send an email to the customer requesting approval of your customer association.",
            },
        ],
        reading: "The training tells step by step that the mail follows the approval and leaves seven days; that is shown. The customer can decline at any time.",
    },
];
