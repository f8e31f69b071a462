//! Deadlines: by when somebody has to act, and what happens then.

use crate::calendar::Holidays;
use crate::cite::{Cite, Dispute, Source};
use crate::edition::{Days, Edition};
use crate::life_cycle::{Actor, Status};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A time limit of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// The review is expected to start.
    ReviewStart,
    /// A decision is expected.
    Review,
    /// The partner's answer is due; without it the claim is rejected.
    PartnerAction,
    /// After this day the association counts as official.
    ConsentWindow,
    /// Last day for a dispute.
    DisputeRight,
    /// An answer to the dispute is expected.
    DisputeAnswer,
}

impl DeadlineKind {
    /// All of them, in the order of a claim's life.
    pub const ALL: [Self; 6] = [
        Self::ReviewStart,
        Self::Review,
        Self::PartnerAction,
        Self::ConsentWindow,
        Self::DisputeRight,
        Self::DisputeAnswer,
    ];

    /// Where the length of today's edition comes from.
    pub const fn cites(self) -> &'static [Cite] {
        match self {
            Self::ReviewStart => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "Your claim can remain in the submitted state for up to five business days until Microsoft starts the approval process.",
            }],
            Self::Review => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "This review can take up to 14 business days.",
            }],
            Self::PartnerAction => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "You have 14 business days to provide the requested information and resubmit your claim, or it will be rejected.",
            }],
            Self::ConsentWindow => &[Cite {
                source: Source::TrainingFy20,
                part: "Status of an Association",
                quote: "The customer will then have seven days to opt out after Microsoft approval.",
            }],
            Self::DisputeRight => &[
                Cite {
                    source: Source::Manage2023,
                    part: "Dispute a rejection of a CPOR association claim",
                    quote: "You have 30 days to dispute a rejected CPOR association claim.",
                },
                Cite {
                    source: Source::Manage2023,
                    part: "Status of your CPOR association claim",
                    quote: "You're allowed to dispute a rejected claim only once.",
                },
            ],
            Self::DisputeAnswer => &[Cite {
                source: Source::Manage2023,
                part: "Dispute a rejection of a CPOR association claim",
                quote: "Reviewers should contact you with results within five working days.",
            }],
        }
    }

    /// Documents that give another length, and the reading chosen.
    pub const fn disputes(self) -> &'static [Dispute] {
        match self {
            Self::Review => &[Dispute {
                against: &[
                    Cite {
                        source: Source::Manage2023,
                        part: "Reasons a CPOR association claim is rejected",
                        quote: "After your CPOR association claim is submitted, Microsoft reviewers take up to five days to review your PoE.",
                    },
                    Cite {
                        source: Source::Issues2023,
                        part: "Competing claims",
                        quote: "Your CPOR association claim will still be reviewed within five business days, although its status might stay as _Under Review_ for a longer period of time.",
                    },
                ],
                reading: "The longer time of the status table is shown as what to expect. Nothing follows from it, and a contested claim may take longer still.",
            }],
            Self::PartnerAction => &[Dispute {
                against: &[Cite {
                    source: Source::TrainingFy20,
                    part: "Status of an Association",
                    quote: "If you do not respond within 30 days your claim will be Rejected.",
                }],
                reading: "The page of 2023 is newer, and the shorter time is the safe one.",
            }],
            Self::ConsentWindow => &[Dispute {
                against: &[
                    Cite {
                        source: Source::Intro2023,
                        part: "How do customer associations and CPOR relate to incentives?",
                        quote: "Customers have five business days to opt out.",
                    },
                    Cite {
                        source: Source::Create2024,
                        part: "Important",
                        quote: "Customers can decline the association any time.",
                    },
                ],
                reading: "The customer can decline at any time after the submission. The seven days after the approval are only shown: then the association counts as official.",
            }],
            Self::ReviewStart | Self::DisputeRight | Self::DisputeAnswer => &[],
        }
    }

    /// How long it is in this edition, if its documents give a time.
    pub const fn limit(self, edition: &Edition) -> Option<Days> {
        match self {
            Self::ReviewStart => edition.review_start,
            Self::Review => Some(edition.review),
            Self::PartnerAction => Some(edition.partner_action),
            Self::ConsentWindow => Some(edition.consent_window),
            Self::DisputeRight => edition.dispute_right,
            Self::DisputeAnswer => edition.dispute_answer,
        }
    }

    /// Who has to keep it.
    pub const fn keeper(self) -> Actor {
        match self {
            Self::ReviewStart | Self::Review | Self::DisputeAnswer => Actor::Microsoft,
            Self::PartnerAction | Self::DisputeRight => Actor::Partner,
            Self::ConsentWindow => Actor::Customer,
        }
    }

    /// Whether something is lost when it passes. The others only say what to expect.
    pub const fn is_binding(self) -> bool {
        match self {
            Self::PartnerAction | Self::DisputeRight => true,
            Self::ReviewStart | Self::Review | Self::ConsentWindow | Self::DisputeAnswer => false,
        }
    }
}

/// A deadline with its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deadline {
    /// Last day, to its end, in the time zone of the partner's organisation.
    pub due_on: NaiveDate,
    /// Which one.
    pub kind: DeadlineKind,
}

/// The deadline that runs in a status entered on `since`. `was_disputed`: a
/// rejection can be disputed once only, so a second one has no deadline.
pub fn deadline(
    edition: &Edition,
    status: Status,
    since: NaiveDate,
    was_disputed: bool,
    holidays: &Holidays,
) -> Option<Deadline> {
    let kind = match status {
        Status::Submitted => DeadlineKind::ReviewStart,
        Status::UnderReview => DeadlineKind::Review,
        Status::PartnerActionRequired => DeadlineKind::PartnerAction,
        Status::Approved => DeadlineKind::ConsentWindow,
        Status::Rejected if !was_disputed => DeadlineKind::DisputeRight,
        Status::Dispute => DeadlineKind::DisputeAnswer,
        Status::Draft
        | Status::Rejected
        | Status::RejectedFinal
        | Status::CustomerConsentDenied => return None,
    };
    let limit = kind.limit(edition)?;
    Some(Deadline { due_on: holidays.due_on(since, limit), kind })
}
