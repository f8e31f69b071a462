//! Where the statuses come from, and where the documents disagree about them.

use crate::cite::{Cite, Dispute, Source};
use crate::life_cycle::Status;

impl Status {
    /// Where the status comes from.
    pub const fn cites(self) -> &'static [Cite] {
        match self {
            Self::Draft => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "Your claim remains in this state until you upload the proof of execution (PoE) document and submit the claim for approval.",
            }],
            Self::Submitted => &[
                Cite {
                    source: Source::Manage2023,
                    part: "Status of your CPOR association claim",
                    quote: "You have successfully submitted your CPOR association claim, but Microsoft hasn't started the review process yet.",
                },
                Cite {
                    source: Source::Create2024,
                    part: "Create a customer association, note",
                    quote: "You can't edit your customer association after you submit it.",
                },
            ],
            Self::UnderReview => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "Microsoft has started validating your PoE documentation.",
            }],
            Self::PartnerActionRequired => &[
                Cite {
                    source: Source::Manage2023,
                    part: "Status of your CPOR association claim",
                    quote: "Microsoft has reviewed your CPOR association claim PoE and needs more information about the products/workloads you've claimed.",
                },
                Cite {
                    source: Source::Manage2023,
                    part: "Edit your CPOR association claim",
                    quote: "To edit your CPOR association claim, it must be in the Partner action required state.",
                },
            ],
            Self::Approved => &[
                Cite {
                    source: Source::Manage2023,
                    part: "How your CPOR association claim relates to incentives",
                    quote: "However, that doesn't mean that the claim is approved for incentive earnings or payout.",
                },
                Cite {
                    source: Source::TrainingFy20,
                    part: "Status of an Association",
                    quote: "Approved indicates the status of the customer association, not the status of the payment.",
                },
            ],
            Self::Rejected => &[Cite {
                source: Source::Manage2023,
                part: "Status of your CPOR association claim",
                quote: "Your claim was rejected because PoE was insufficient, or you didn't respond to a request for more information within 14 business days.",
            }],
            Self::Dispute => &[
                Cite {
                    source: Source::Manage2023,
                    part: "Status of your CPOR association claim",
                    quote: "You can dispute a rejected claim. You're allowed to dispute a rejected claim only once.",
                },
                Cite {
                    source: Source::Manage2023,
                    part: "Dispute a rejection of a CPOR association claim",
                    quote: "Enter a business justification or an updated PoE explaining why the rejection should be reconsidered.",
                },
            ],
            Self::RejectedFinal => &[
                Cite {
                    source: Source::Manage2023,
                    part: "Status of your CPOR association claim",
                    quote: "Your claim was rejected because PoE was insufficient post dispute.",
                },
                Cite {
                    source: Source::Manage2023,
                    part: "Disassociate with a customer",
                    quote: "Disassociation with the customer is then complete, and the claim moves to Rejected final status.",
                },
            ],
            Self::CustomerConsentDenied => &[
                Cite {
                    source: Source::TrainingFy20,
                    part: "Customer Notification",
                    quote: "If the customer denies consent, the status of your customer association will change from Approved to Customer consent denied.",
                },
                Cite {
                    source: Source::Create2024,
                    part: "Important",
                    quote: "Customers can decline the association any time.",
                },
            ],
        }
    }

    /// Documents that say otherwise, and the reading chosen.
    pub const fn disputes(self) -> &'static [Dispute] {
        match self {
            Self::Submitted => &[Dispute {
                against: &[Cite {
                    source: Source::TrainingFy20,
                    part: "Status of an Association",
                    quote: "After your association is approved a notification will be sent to the customer giving them the opportunity to deny your association.",
                }],
                reading: "The steps of 2023 and 2024 send the mail to the customer on submission. It is an event of its own and changes no status.",
            }],
            Self::UnderReview => &[Dispute {
                against: &[Cite {
                    source: Source::TrainingFy20,
                    part: "Status of an Association",
                    quote: "If your claim is flagged for POE review your claim status will change to “Under Review”",
                }],
                reading: "A claim that is not flagged can go from Submitted to Approved without a review.",
            }],
            Self::CustomerConsentDenied => &[Dispute {
                against: &[Cite {
                    source: Source::Manage2023,
                    part: "Reasons a CPOR association claim is rejected",
                    quote: "If the customer denies consent, the association is rejected.",
                }],
                reading: "A status of its own tells a customer's no from a refusal of the proof. There is nothing to dispute, so it is final.",
            }],
            Self::Draft
            | Self::PartnerActionRequired
            | Self::Approved
            | Self::Rejected
            | Self::Dispute
            | Self::RejectedFinal => &[],
        }
    }
}
