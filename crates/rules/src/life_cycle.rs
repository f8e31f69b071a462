//! The life of a claim, as a table of transitions.
//!
//! A server applies the table; the app shows from it what may be done next
//! and why not. There is no other place that knows which status follows which.

use crate::calendar::Holidays;
use crate::deadline::DeadlineKind;
use crate::edition::Edition;
use crate::field::Field;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a claim stands. Statuses of the documents; a draft that no backend
/// knows yet has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Created; the proof is missing or the claim not submitted.
    Draft,
    /// Handed in; the review has not started.
    Submitted,
    /// Reviewers look at the proof.
    UnderReview,
    /// Reviewers need more.
    PartnerActionRequired,
    /// The association exists. Not a payment status.
    Approved,
    /// Refused; can be disputed once.
    Rejected,
    /// The refusal is disputed.
    Dispute,
    /// Refused for good, or disassociated.
    RejectedFinal,
    /// The customer declined.
    CustomerConsentDenied,
}

impl Status {
    /// All statuses.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::UnderReview,
        Self::PartnerActionRequired,
        Self::Approved,
        Self::Rejected,
        Self::Dispute,
        Self::RejectedFinal,
        Self::CustomerConsentDenied,
    ];

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::UnderReview => "under-review",
            Self::PartnerActionRequired => "partner-action-required",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Dispute => "dispute",
            Self::RejectedFinal => "rejected-final",
            Self::CustomerConsentDenied => "customer-consent-denied",
        }
    }

    /// The status with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Nothing more can happen to the claim itself.
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::RejectedFinal | Self::CustomerConsentDenied => true,
            Self::Draft
            | Self::Submitted
            | Self::UnderReview
            | Self::PartnerActionRequired
            | Self::Approved
            | Self::Rejected
            | Self::Dispute => false,
        }
    }

    /// Who has to act for the claim to go on.
    pub const fn waits_for(self) -> Option<Actor> {
        match self {
            Self::Draft | Self::PartnerActionRequired => Some(Actor::Partner),
            Self::Submitted | Self::UnderReview | Self::Dispute => Some(Actor::Microsoft),
            Self::Approved | Self::Rejected | Self::RejectedFinal | Self::CustomerConsentDenied => {
                None
            }
        }
    }

    /// What the partner may edit in this status of a claim of today's edition.
    pub const fn editable(self) -> Editable {
        self.editable_in(&crate::edition::CURRENT)
    }

    /// What the partner may edit in this status of a claim of that edition.
    pub const fn editable_in(self, edition: &Edition) -> Editable {
        match self {
            Self::Draft => Editable::Everything,
            Self::Submitted => edition.editable_when_submitted,
            Self::PartnerActionRequired => edition.editable_on_request,
            Self::Approved => Editable::Only(EDITABLE_WHEN_APPROVED),
            Self::UnderReview
            | Self::Rejected
            | Self::Dispute
            | Self::RejectedFinal
            | Self::CustomerConsentDenied => Editable::Nothing,
        }
    }
}

/// Fields that may be edited in *Partner action required* (Manage customer
/// associations, 2023: "MPN, Products, Contact information, `PoE` and commentary").
pub const EDITABLE_ON_REQUEST: &[Field] = &[
    Field::PartnerId,
    Field::Workloads,
    Field::Workload(0),
    Field::Products,
    Field::Product(0),
    Field::SubscriptionId(0),
    // No field of Partner Center: it tells how the products were bought, and
    // goes with them.
    Field::PurchaseChannel,
    Field::CustomerContactName,
    Field::CustomerContactTitle,
    Field::CustomerContactEmail,
    Field::MailLanguage,
    Field::PartnerContactName,
    Field::PartnerContactEmail,
    Field::PublicSector,
    Field::PoeFiles,
    Field::PoeFile(0),
    Field::PoeFileComment(0),
    Field::PoeAcknowledgedOn(0),
    Field::PoeNamesItems,
    Field::Comment,
    Field::ProofIsGenuine,
    Field::CustomerIsInformed,
    Field::EditingEnds,
];

/// Fields that may be edited in *Approved*: since 2020 newer proof can be added
/// to an approved association, because the most recent proof decides when
/// another partner claims the item. The status stays.
pub const EDITABLE_WHEN_APPROVED: &[Field] = &[
    Field::PublicSector,
    Field::PoeFiles,
    Field::PoeFile(0),
    Field::PoeFileComment(0),
    Field::PoeAcknowledgedOn(0),
    Field::PoeNamesItems,
];

/// What may be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editable {
    /// Every field.
    Everything,
    /// These kinds of fields.
    Only(&'static [Field]),
    /// No field.
    Nothing,
}

impl Editable {
    /// Whether this field may be edited.
    pub fn allows(self, field: Field) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(fields) => fields.contains(&field.kind()),
            Self::Nothing => false,
        }
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The claiming partner's people.
    Partner,
    /// Microsoft's reviewers.
    Microsoft,
    /// The customer.
    Customer,
    /// The passing of time.
    System,
}

/// What is done to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// *Add customer*: create the claim.
    AddCustomer,
    /// *Submit claim*, first time or again.
    Submit,
    /// Delete a claim that was never submitted.
    Delete,
    /// Begin the review.
    StartReview,
    /// Approve.
    Approve,
    /// Ask the partner for more.
    RequestAction,
    /// Refuse, with a reason.
    Reject,
    /// The partner did not answer in time.
    Expire,
    /// The customer declines.
    Decline,
    /// *Disassociate customer*.
    Disassociate,
    /// Contest a rejection.
    Dispute,
    /// Refuse for good after a dispute.
    RejectFinally,
    /// Take up the review again after a dispute.
    Reopen,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 13] = [
        Self::AddCustomer,
        Self::Submit,
        Self::Delete,
        Self::StartReview,
        Self::Approve,
        Self::RequestAction,
        Self::Reject,
        Self::Expire,
        Self::Decline,
        Self::Disassociate,
        Self::Dispute,
        Self::RejectFinally,
        Self::Reopen,
    ];
}

/// What must hold besides status and actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// The rules of this stage pass; checked with the draft by the caller.
    RulesPass(crate::check::Stage),
    /// The same, and the answer is not overdue.
    AnswerInTime(crate::check::Stage),
    /// A reason is given.
    Reason,
    /// A justification or newer proof is given, within the time limit, and
    /// the claim was never disputed before.
    DisputeOpen,
    /// The answer is overdue.
    Overdue,
}

/// One row of [`TRANSITIONS`].
#[derive(Debug, PartialEq, Eq)]
pub struct Transition {
    /// Its number.
    pub id: &'static str,
    /// From; `None` where no claim is yet.
    pub from: Option<Status>,
    /// To; `None` where the claim is gone.
    pub to: Option<Status>,
    /// By what.
    pub action: Action,
    /// By whom.
    pub by: Actor,
    /// On which condition.
    pub guard: Guard,
}

/// Shorthand for the table alone.
const fn row(
    id: &'static str,
    from: Status,
    to: Status,
    action: Action,
    by: Actor,
    guard: Guard,
) -> Transition {
    Transition { id, from: Some(from), to: Some(to), action, by, guard }
}

/// Every step that a claim can take. What is not here is illegal.
pub static TRANSITIONS: &[Transition] = {
    use crate::check::Stage;
    use Action::{
        AddCustomer, Approve, Decline, Delete, Disassociate, Expire, Reject, RejectFinally, Reopen,
        RequestAction, StartReview, Submit,
    };
    use Actor::{Customer, Microsoft, Partner, System};
    use Guard::{AnswerInTime, DisputeOpen, None as Free, Overdue, Reason, RulesPass};
    use Status::{
        Approved, CustomerConsentDenied, Dispute, Draft, PartnerActionRequired, Rejected,
        RejectedFinal, Submitted, UnderReview,
    };
    &[
        // No claim is there before.
        Transition {
            from: None,
            ..row("T1", Draft, Draft, AddCustomer, Partner, RulesPass(Stage::AddCustomer))
        },
        row("T2", Draft, Submitted, Submit, Partner, RulesPass(Stage::Submit)),
        row("T3", Submitted, UnderReview, StartReview, Microsoft, Free),
        // "If your claim is flagged for POE review": it need not be.
        row("T3b", Submitted, Approved, Approve, Microsoft, Free),
        row("T4", UnderReview, Approved, Approve, Microsoft, Free),
        row("T5", UnderReview, PartnerActionRequired, RequestAction, Microsoft, Reason),
        row("T6", UnderReview, Rejected, Reject, Microsoft, Reason),
        row("T7", PartnerActionRequired, Submitted, Submit, Partner, AnswerInTime(Stage::Submit)),
        row("T8", PartnerActionRequired, Rejected, Expire, System, Overdue),
        // The customer can decline at any time, so before an approval as well,
        // and while a rejection can still be disputed.
        row("T9", Approved, CustomerConsentDenied, Decline, Customer, Free),
        row("T9b", Submitted, CustomerConsentDenied, Decline, Customer, Free),
        row("T9c", UnderReview, CustomerConsentDenied, Decline, Customer, Free),
        row("T9d", PartnerActionRequired, CustomerConsentDenied, Decline, Customer, Free),
        row("T9e", Dispute, CustomerConsentDenied, Decline, Customer, Free),
        row("T9f", Rejected, CustomerConsentDenied, Decline, Customer, Free),
        row("T10", Approved, RejectedFinal, Disassociate, Partner, Reason),
        row("T11", Rejected, Dispute, Action::Dispute, Partner, DisputeOpen),
        row("T12", Dispute, Approved, Approve, Microsoft, Free),
        row("T13", Dispute, RejectedFinal, RejectFinally, Microsoft, Reason),
        row("T14", Dispute, UnderReview, Reopen, Microsoft, Free),
        row("T14b", Dispute, PartnerActionRequired, RequestAction, Microsoft, Reason),
        // On the partner's request; there is no button to withdraw.
        row("T15", Submitted, Rejected, Reject, Microsoft, Reason),
        row("T15b", PartnerActionRequired, Rejected, Reject, Microsoft, Reason),
        // And none behind this.
        Transition { to: None, ..row("T16", Draft, Draft, Delete, Partner, Free) },
        // Another partner won the arbitration.
        row("T17", Approved, Rejected, Reject, Microsoft, Reason),
    ]
};

/// What is known of a claim when somebody wants to act on it.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The edition of the claim.
    pub edition: &'static Edition,
    /// Its status; `None` before it exists.
    pub status: Option<Status>,
    /// Since which date it has this status.
    pub since: NaiveDate,
    /// Today, in the same time zone.
    pub today: NaiveDate,
    /// Holidays of the partner's region.
    pub holidays: &'a Holidays,
    /// Whether it was disputed before.
    pub was_disputed: bool,
    /// The reason, justification or comment that comes with the action.
    pub reason: &'a str,
    /// Whether newer proof comes with it.
    pub has_newer_proof: bool,
}

/// Why an action is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The status does not allow it, whoever asks.
    WrongStatus,
    /// The edition of the claim does not have this action.
    NotInEdition,
    /// Somebody else can do it.
    WrongActor {
        /// Who can.
        who: Actor,
    },
    /// A reason is needed.
    ReasonMissing,
    /// A justification or newer proof is needed.
    JustificationMissing,
    /// It was disputed once already.
    DisputedBefore,
    /// The time limit is over.
    TooLate {
        /// The last day on which it was possible.
        until: NaiveDate,
    },
    /// The time limit is not over yet.
    TooEarly {
        /// The last day of the time limit.
        until: NaiveDate,
    },
}

/// The transition that an action makes, or why it is refused.
///
/// That the rules pass is left to the caller, who has the draft.
///
/// # Errors
/// The reason why this actor cannot do this now.
pub fn transition(
    situation: &Situation,
    action: Action,
    by: Actor,
) -> Result<&'static Transition, Refusal> {
    let mut rows = TRANSITIONS
        .iter()
        .filter(|row| row.from == situation.status && row.action == action)
        .peekable();
    let Some(first) = rows.peek() else { return Err(Refusal::WrongStatus) };
    let who = first.by;
    let row = rows.find(|row| row.by == by).ok_or(Refusal::WrongActor { who })?;
    if !situation.edition.knows(action) {
        return Err(Refusal::NotInEdition);
    }
    guard(row.guard, situation)?;
    Ok(row)
}

fn guard(guard: Guard, situation: &Situation) -> Result<(), Refusal> {
    let has_reason = !situation.reason.trim().is_empty();
    let until = |kind: DeadlineKind| {
        let limit = kind.limit(situation.edition).ok_or(Refusal::NotInEdition)?;
        Ok(situation.holidays.due_on(situation.since, limit))
    };
    match guard {
        Guard::None | Guard::RulesPass(_) => Ok(()),
        Guard::AnswerInTime(_) => {
            let until = until(DeadlineKind::PartnerAction)?;
            if situation.today > until { Err(Refusal::TooLate { until }) } else { Ok(()) }
        }
        Guard::Reason if has_reason => Ok(()),
        Guard::Reason => Err(Refusal::ReasonMissing),
        Guard::DisputeOpen => {
            let until = until(DeadlineKind::DisputeRight)?;
            if situation.was_disputed {
                Err(Refusal::DisputedBefore)
            } else if situation.today > until {
                Err(Refusal::TooLate { until })
            } else if has_reason || situation.has_newer_proof {
                Ok(())
            } else {
                Err(Refusal::JustificationMissing)
            }
        }
        Guard::Overdue => {
            let until = until(DeadlineKind::PartnerAction)?;
            if situation.today > until { Ok(()) } else { Err(Refusal::TooEarly { until }) }
        }
    }
}
