//! Subscriptions of the claimed products, and how they were bought.

use super::details::guid_problem;
use super::items::items;
use super::{ALWAYS, BEFORE_2023, EVER, RuleId, SINCE_2023, Written};
use crate::association::SolutionArea;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::{Draft, PurchaseChannel};
use crate::edition::ClaimedSubscription;
use crate::facts::SubscriptionState;
use crate::field::Field;
use crate::ids::{Guid, GuidProblem};
use crate::violation::{Problem, Severity, SubscriptionProblem};
use std::collections::BTreeMap;

pub(super) const SUBSCRIPTION_GIVEN: Written = Written {
    id: RuleId::SubscriptionGiven,
    says: "Each product of Business Applications is claimed with the ID of the customer's subscription.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::SubscriptionId(0)],
    cites: &[Cite {
        source: Source::Create2024,
        part: "Create a customer association, note",
        quote: "If your product is Business Application, you must also select the subscription ID.",
    }],
    disputes: &[Dispute {
        against: &[
            Cite {
                source: Source::Create2019,
                part: "step 7, note",
                quote: "If your product is Dynamics 365, and the product you choose has multiple subscriptions for this particular customer, you'll also need to enter the subscription ID.",
            },
            Cite {
                source: Source::Issues2023,
                part: "Choosing a product vs entering a subscription",
                quote: "When a Dynamics product is being claimed, you might be asked to provide a subscription.",
            },
        ],
        reading: "The step itself says \"must\", so since 2023 each product needs its subscription ID.",
    }],
    check: subscription_given,
};

fn subscription_given(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::BusinessApplications) {
        return;
    }
    for (index, entry) in draft.products.iter().enumerate() {
        if let Err(problem) = Guid::parse(&entry.subscription_id) {
            find.at(Field::at(Field::SubscriptionId, index), guid_problem(problem));
        }
    }
}

pub(super) const SUBSCRIPTION_TOLD_APART: Written = Written {
    id: RuleId::SubscriptionToldApart,
    says: "The subscription ID is given if the customer has several subscriptions of the product, or the product is not on the tenant.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: BEFORE_2023,
    fields: &[Field::SubscriptionId(0)],
    cites: &[
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "Subscription ID is required if the customer has multiple subscriptions of a single product or the product(s) selected don’t exist on the Tenant ID provided.",
        },
        Cite {
            source: Source::Create2019,
            part: "step 7, note",
            quote: "If your product is Dynamics 365, and the product you choose has multiple subscriptions for this particular customer, you'll also need to enter the subscription ID.",
        },
        Cite {
            source: Source::Create2020,
            part: "step 9, note",
            quote: "If your product is Dynamics 365, and the product you choose has multiple subscriptions for this particular customer, you'll also need to enter the subscription ID.",
        },
        Cite {
            source: Source::House,
            part: "a product that stands twice in a claim has several subscriptions",
            quote: "",
        },
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::Issues2020,
            part: "Subscription errors in the CPOR association claim flow",
            quote: "In the CPOR association claim flow, you may be asked to provide a subscription for a product that you're trying to claim via Business Applications (Dynamics 365).",
        }],
        reading: "When it may be asked for is told by the pages on creating a claim. Where nobody knows how many subscriptions there are, it can be left out.",
    }],
    check: subscription_told_apart,
};

fn subscription_told_apart(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::BusinessApplications) {
        return;
    }
    let mut times = BTreeMap::new();
    for entry in &draft.products {
        *times.entry(entry.product.as_str()).or_insert(0_usize) += 1;
    }
    for (index, entry) in draft.products.iter().enumerate() {
        let field = Field::at(Field::SubscriptionId, index);
        match Guid::parse(&entry.subscription_id) {
            Ok(_) => {}
            Err(GuidProblem::Empty) => {
                let pair = (draft.tenant_id.clone(), entry.product.clone());
                let is_clear = times.get(entry.product.as_str()) == Some(&1)
                    && ctx.facts.subscription_counts.get(&pair).is_none_or(|count| *count == 1);
                if !is_clear {
                    find.at(field, Problem::Missing);
                }
            }
            Err(problem) => find.at(field, guid_problem(problem)),
        }
    }
}

pub(super) const SUBSCRIPTION_USABLE: Written = Written {
    id: RuleId::SubscriptionUsable,
    says: "The subscription belongs to the tenant and the product, is active, and was not bought through CSP.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::SubscriptionId(0)],
    cites: &[
        Cite {
            source: Source::Issues2023,
            part: "Subscription errors in the CPOR association claim flow",
            quote: "We ask for the subscription because we're dynamically checking that the product and subscription belong to the tenant being claimed for.",
        },
        Cite {
            source: Source::Issues2023,
            part: "When subscriptions are available to claim",
            quote: "Once the customer has completed the provisioning on their side, it can take up to seven days to reflect in the CPOR claiming flow.",
        },
    ],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "Please note you must wait 48hrs after subscription activation to claim.",
        }],
        reading: "The waiting time is shown as help (up to seven days); it blocks nothing by itself.",
    }],
    check: subscription_usable,
};

fn subscription_usable(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    let competes = ctx.edition.form.claimed_subscription == ClaimedSubscription::Competes;
    for item in items(ctx, draft) {
        let Some(id) = &item.subscription else { continue };
        match ctx.facts.subscriptions.get(id.as_str()) {
            // A competing claim since 2023, and no error: see `ITEM_UNCONTESTED`.
            Some(SubscriptionState::Refused { reason: SubscriptionProblem::AlreadyClaimed })
                if competes => {}
            Some(SubscriptionState::Usable) | None => {}
            Some(SubscriptionState::Refused { reason }) => {
                find.at(item.field, Problem::Subscription { reason: *reason });
            }
        }
    }
}

pub(super) const NOT_BOUGHT_THROUGH_CSP: Written = Written {
    id: RuleId::NotBoughtThroughCsp,
    says: "Products of Business Applications count only if bought by Volume Licensing or Web Direct.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: EVER,
    fields: &[Field::PurchaseChannel],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Which partner role do I choose?",
            quote: "This option is only applicable if the customer purchased these products via Volume Licensing agreement or Web-Direct.",
        },
        Cite {
            source: Source::Issues2023,
            part: "Subscription errors in the CPOR association claim flow",
            quote: "The subscription provided is for CSP",
        },
        Cite {
            source: Source::Issues2020,
            part: "Which activity do I choose?",
            quote: "This option is only applicable if the customer purchased these products via Volume Licensing agreement or Web-Direct.",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "The subscription provided is for CSP",
        },
    ],
    disputes: &[],
    check: not_bought_through_csp,
};

fn not_bought_through_csp(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area == Some(SolutionArea::BusinessApplications)
        && draft.purchase_channel == Some(PurchaseChannel::CloudSolutionProvider)
    {
        find.at(Field::PurchaseChannel, Problem::BoughtThroughCsp);
    }
}
