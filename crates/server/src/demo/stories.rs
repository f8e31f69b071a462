//! What became of each claim of the demonstration, as a table.

use cpor_rules::Action;
use cpor_rules::Action::{
    Approve, Decline, Disassociate, Dispute, Reject, RejectFinally, Reopen, RequestAction,
    StartReview, Submit,
};
use cpor_rules::PartnerRole::{self, PreSales, RevenueAssociation, UsageRecognition, UseOrConsume};

/// Whose claim it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Fabrikam,
    Northwind,
}

/// When the last thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// So many days ago.
    DaysAgo(u16),
    /// On the day from which the deadline is so many business days away;
    /// negative ones are over.
    DueIn(i32),
}

/// One claim.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) owner: Owner,
    /// Beginning of the customer's name.
    pub(super) customer: &'static str,
    pub(super) title: &'static str,
    pub(super) role: PartnerRole,
    /// Codes of workloads or products.
    pub(super) items: &'static [&'static str],
    /// What happened after the claim was created.
    pub(super) path: &'static [Action],
    pub(super) when: When,
    /// Reason of the last thing, where it has one.
    pub(super) reason: &'static str,
    /// What was said meanwhile: by the partner, by the reviewer.
    pub(super) comments: [&'static str; 2],
}

use Owner::{Fabrikam, Northwind};
use When::{DaysAgo, DueIn};

const fn story(
    owner: Owner,
    customer: &'static str,
    title: &'static str,
    role: PartnerRole,
    items: &'static [&'static str],
    path: &'static [Action],
    when: When,
) -> Story {
    Story { owner, customer, title, role, items, path, when, reason: "", comments: ["", ""] }
}

impl Story {
    const fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    const fn with(mut self, partner: &'static str, reviewer: &'static str) -> Self {
        self.comments = [partner, reviewer];
        self
    }
}

const DRAFT: &[Action] = &[];
const SUBMITTED: &[Action] = &[Submit];
const RESUBMITTED: &[Action] = &[Submit, StartReview, RequestAction, Submit];
const UNDER_REVIEW: &[Action] = &[Submit, StartReview];
const REOPENED: &[Action] = &[Submit, StartReview, Reject, Dispute, Reopen];
const ACTION_REQUIRED: &[Action] = &[Submit, StartReview, RequestAction];
const APPROVED: &[Action] = &[Submit, StartReview, Approve];
const APPROVED_AT_ONCE: &[Action] = &[Submit, Approve];
const REJECTED: &[Action] = &[Submit, StartReview, Reject];
const DISPUTED: &[Action] = &[Submit, StartReview, Reject, Dispute];
const LOST: &[Action] = &[Submit, StartReview, Reject, Dispute, RejectFinally];
const DISASSOCIATED: &[Action] = &[Submit, StartReview, Approve, Disassociate];
const DECLINED: &[Action] = &[Submit, StartReview, Approve, Decline];

pub(super) const NO_CONNECTION: &str =
    "The proof does not connect the claimed products with the work.";
pub(super) const NO_SIGNATURE: &str =
    "The customer's signature and its date are missing in the proof.";
pub(super) const OLD_PROOF: &str = "The acknowledgement is older than 12 months.";

/// All claims, oldest idea first.
pub(super) static STORIES: &[Story] = &[
    // Drafts.
    story(
        Fabrikam,
        "Contoso",
        "Contoso Teams Phone rollout",
        UseOrConsume,
        &["teams-phone", "teams-rooms"],
        DRAFT,
        DaysAgo(1),
    ),
    story(
        Fabrikam,
        "Adatum",
        "Adatum Sales pre-sales advice",
        PreSales,
        &["sales"],
        DRAFT,
        DaysAgo(3),
    ),
    story(
        Fabrikam,
        "Lucerne",
        "Lucerne Viva adoption",
        UseOrConsume,
        &["viva-engage", "viva-learning", "viva-insights"],
        DRAFT,
        DaysAgo(9),
    ),
    story(
        Fabrikam,
        "Coho",
        "Coho Business Central usage",
        UsageRecognition,
        &["business-central"],
        DRAFT,
        DaysAgo(16),
    ),
    story(
        Fabrikam,
        "Wingtip",
        "Wingtip Commerce with Field Planner",
        RevenueAssociation,
        &["commerce"],
        DRAFT,
        DaysAgo(0),
    ),
    story(Northwind, "Proseware", "Proseware Intune", UseOrConsume, &["intune"], DRAFT, DaysAgo(2)),
    // Submitted.
    story(
        Fabrikam,
        "Contoso",
        "Contoso Exchange and SharePoint FY27",
        UseOrConsume,
        &["exchange-online", "sharepoint-online"],
        SUBMITTED,
        DueIn(2),
    ),
    story(
        Fabrikam,
        "Tailspin",
        "Tailspin Customer Service",
        PreSales,
        &["customer-service"],
        SUBMITTED,
        DueIn(4),
    ),
    story(
        Fabrikam,
        "Fourth Coffee",
        "Fourth Coffee frontline",
        UseOrConsume,
        &["teams-frontline"],
        SUBMITTED,
        DueIn(-3),
    )
    .with("Is anything missing from our side?", ""),
    story(
        Fabrikam,
        "Humongous",
        "Humongous Power Apps usage",
        UsageRecognition,
        &["power-apps", "power-automate"],
        SUBMITTED,
        DueIn(5),
    ),
    story(
        Northwind,
        "Woodgrove",
        "Woodgrove Entra ID P2",
        UseOrConsume,
        &["entra-id-p2"],
        SUBMITTED,
        DueIn(3),
    ),
    story(
        Fabrikam,
        "Trey",
        "Trey Purview labels",
        UseOrConsume,
        &["purview-information-protection"],
        RESUBMITTED,
        DueIn(1),
    )
    .with("The signed page is now page 2 of the statement of work.", NO_SIGNATURE),
    // Under review.
    story(
        Fabrikam,
        "Woodgrove",
        "Woodgrove Defender suite",
        UseOrConsume,
        &["defender-endpoint", "defender-identity", "defender-office"],
        UNDER_REVIEW,
        DueIn(3),
    ),
    story(
        Fabrikam,
        "Alpine",
        "Alpine Field Service",
        PreSales,
        &["field-service"],
        UNDER_REVIEW,
        DueIn(8),
    ),
    story(
        Fabrikam,
        "Litware",
        "Litware insider risk",
        UseOrConsume,
        &["insider-risk"],
        UNDER_REVIEW,
        DueIn(-6),
    )
    .with("", "Another partner claims this workload as well. Both proofs are being compared."),
    story(
        Fabrikam,
        "Wide World",
        "Wide World supply chain usage",
        UsageRecognition,
        &["supply-chain"],
        UNDER_REVIEW,
        DueIn(11),
    ),
    story(
        Fabrikam,
        "Proseware",
        "Proseware ISV solution",
        RevenueAssociation,
        &["project-operations"],
        UNDER_REVIEW,
        DueIn(1),
    ),
    story(
        Northwind,
        "Litware",
        "Litware insider risk programme",
        UseOrConsume,
        &["insider-risk"],
        UNDER_REVIEW,
        DueIn(-2),
    )
    .with("", "Another partner claims this workload as well. Both proofs are being compared."),
    story(
        Fabrikam,
        "Blue Yonder",
        "Blue Yonder Guides",
        UsageRecognition,
        &["guides"],
        REOPENED,
        DueIn(9),
    )
    .with("The updated statement of work names the product.", ""),
    // Partner action required.
    story(
        Fabrikam,
        "Adatum",
        "Adatum Finance usage",
        UsageRecognition,
        &["finance"],
        ACTION_REQUIRED,
        DueIn(1),
    )
    .because(NO_CONNECTION)
    .with("", "Please name Dynamics 365 Finance in the scope of work."),
    story(
        Fabrikam,
        "City Power",
        "City Power Exchange migration",
        UseOrConsume,
        &["exchange-online", "microsoft-365-apps"],
        ACTION_REQUIRED,
        DueIn(2),
    )
    .because(NO_SIGNATURE)
    .with("The customer's legal department signs next week.", ""),
    story(
        Fabrikam,
        "Margie",
        "Margie's Sales advice",
        PreSales,
        &["sales"],
        ACTION_REQUIRED,
        DueIn(3),
    )
    .because(OLD_PROOF),
    story(
        Fabrikam,
        "School",
        "School of Fine Art Teams",
        UseOrConsume,
        &["teams", "teams-meetings"],
        ACTION_REQUIRED,
        DueIn(7),
    )
    .because("The Public Sector Disclosure is missing."),
    story(
        Northwind,
        "Contoso",
        "Contoso Viva Goals",
        UseOrConsume,
        &["viva-goals"],
        ACTION_REQUIRED,
        DueIn(2),
    )
    .because(NO_CONNECTION),
    // Approved.
    story(Fabrikam, "Contoso", "Contoso Intune", UseOrConsume, &["intune"], APPROVED, DueIn(2)),
    story(
        Fabrikam,
        "Woodgrove",
        "Woodgrove Teams Meetings",
        UseOrConsume,
        &["teams-meetings"],
        APPROVED_AT_ONCE,
        DaysAgo(40),
    ),
    story(Fabrikam, "Tailspin", "Tailspin Sales", PreSales, &["sales"], APPROVED, DaysAgo(75)),
    story(Fabrikam, "Wide World", "Wide World Finance", PreSales, &["finance"], APPROVED, DueIn(4)),
    story(
        Fabrikam,
        "Alpine",
        "Alpine Exchange",
        UseOrConsume,
        &["exchange-online"],
        APPROVED,
        DaysAgo(120),
    ),
    story(
        Fabrikam,
        "Humongous",
        "Humongous ISV solution",
        RevenueAssociation,
        &["customer-insights"],
        APPROVED,
        DaysAgo(28),
    ),
    story(
        Fabrikam,
        "Northwind",
        "Northwind Traders usage",
        UsageRecognition,
        &["business-central", "power-bi"],
        APPROVED,
        DaysAgo(200),
    ),
    story(
        Northwind,
        "Adatum",
        "Adatum Exchange Online",
        UseOrConsume,
        &["exchange-online"],
        APPROVED,
        DaysAgo(55),
    ),
    story(Northwind, "Contoso", "Contoso Teams", UseOrConsume, &["teams"], APPROVED, DaysAgo(20)),
    story(
        Northwind,
        "Alpine",
        "Alpine Customer Service",
        PreSales,
        &["customer-service"],
        APPROVED_AT_ONCE,
        DueIn(1),
    ),
    // Rejected.
    story(
        Fabrikam,
        "Lucerne",
        "Lucerne Marketing advice",
        PreSales,
        &["marketing"],
        REJECTED,
        DueIn(2),
    )
    .because(NO_CONNECTION),
    story(
        Fabrikam,
        "Consolidated",
        "Consolidated Field Service",
        UsageRecognition,
        &["field-service"],
        REJECTED,
        DaysAgo(12),
    )
    .because(NO_SIGNATURE),
    story(
        Fabrikam,
        "Wingtip",
        "Wingtip Entra ID",
        UseOrConsume,
        &["entra-id-p1"],
        REJECTED,
        DaysAgo(64),
    )
    .because("At the partner's request: claimed with the wrong Partner ID."),
    story(
        Northwind,
        "Fourth Coffee",
        "Fourth Coffee Power BI",
        UsageRecognition,
        &["power-bi"],
        REJECTED,
        DaysAgo(5),
    )
    .because(NO_CONNECTION),
    // Dispute.
    story(
        Fabrikam,
        "Trey",
        "Trey Project Operations",
        PreSales,
        &["project-operations"],
        DISPUTED,
        DueIn(3),
    )
    .because(
        "The statement of work names the product on page 4; the reviewer's copy had three pages.",
    ),
    story(
        Fabrikam,
        "Litware",
        "Litware Defender for Cloud Apps",
        UseOrConsume,
        &["defender-cloud-apps"],
        DISPUTED,
        DueIn(-1),
    )
    .because("The customer signed on 3 October; the signature page is attached."),
    story(
        Northwind,
        "Blue Yonder",
        "Blue Yonder Teams Apps",
        UseOrConsume,
        &["teams-apps"],
        DISPUTED,
        DueIn(4),
    )
    .because("The purchase order is attached."),
    // Rejected final.
    story(
        Fabrikam,
        "Margie",
        "Margie's HR usage",
        UsageRecognition,
        &["human-resources"],
        LOST,
        DaysAgo(33),
    )
    .because(NO_SIGNATURE),
    story(
        Fabrikam,
        "Coho",
        "Coho SharePoint",
        UseOrConsume,
        &["sharepoint-online"],
        DISASSOCIATED,
        DaysAgo(90),
    )
    .because("The customer has moved to another tenant."),
    story(
        Northwind,
        "Tailspin",
        "Tailspin Power Pages",
        PreSales,
        &["power-pages"],
        LOST,
        DaysAgo(18),
    )
    .because(NO_CONNECTION),
    // Customer consent denied.
    story(
        Fabrikam,
        "Consolidated",
        "Consolidated Teams Rooms",
        UseOrConsume,
        &["teams-rooms"],
        DECLINED,
        DaysAgo(25),
    ),
    story(
        Fabrikam,
        "Fourth Coffee",
        "Fourth Coffee Commerce",
        PreSales,
        &["commerce"],
        DECLINED,
        DaysAgo(110),
    ),
    story(
        Northwind,
        "Lucerne",
        "Lucerne Outlook Mobile",
        UseOrConsume,
        &["outlook-mobile"],
        DECLINED,
        DaysAgo(14),
    ),
];
