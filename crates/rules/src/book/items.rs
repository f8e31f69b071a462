//! What is claimed: workloads, or products with their subscriptions.

use super::details::guid_problem;
use super::{ALWAYS, MAX_NAME, RuleId, SINCE_2023, Written};
use crate::association::SolutionArea;
use crate::catalog;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::{Draft, PurchaseChannel};
use crate::facts::{Holder, SubscriptionState};
use crate::field::Field;
use crate::ids::{Guid, is_blank};
use crate::violation::{Problem, Severity, SubscriptionProblem};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const ONE_PARTNER: Cite = Cite {
    source: Source::Create2023,
    part: "You should also understand",
    quote: "A customer can have multiple partners, but each workload (for Modern Work and Security Usage) or subscription (for OSA-Sell or Microsoft Online Services Usage (OSU) - Business Applications or Microsoft Business Applications Revenue Recognition Association) can be associated with only one partner.",
};

/// One claimed item with the field at which to speak of it.
struct Item<'a> {
    code: &'a str,
    subscription: Option<Guid>,
    /// In the list of the draft, counted from 0.
    position: usize,
    field: Field,
}

/// The items of the draft's area. An entry of Business Applications without a
/// readable subscription is no item yet.
fn items(draft: &Draft) -> Vec<Item<'_>> {
    match draft.solution_area {
        Some(SolutionArea::ModernWorkAndSecurity) => draft
            .workloads
            .iter()
            .enumerate()
            .map(|(index, code)| Item {
                code,
                subscription: None,
                position: index,
                field: Field::at(Field::Workload, index),
            })
            .collect(),
        Some(SolutionArea::BusinessApplications) => draft
            .products
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| {
                Some(Item {
                    code: &entry.product,
                    subscription: Some(Guid::parse(&entry.subscription_id).ok()?),
                    position: index,
                    field: Field::at(Field::SubscriptionId, index),
                })
            })
            .collect(),
        None => Vec::new(),
    }
}

pub(super) const WORKLOADS_CHOSEN: Written = Written {
    id: RuleId::WorkloadsChosen,
    says: "A claim in Modern Work and Security names at least one workload; there is no upper limit.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::Workloads],
    cites: &[
        Cite {
            source: Source::Create2024,
            part: "Create a customer association, workloads",
            quote: "Select the Workloads associated with this customer. You're allowed to select more than four Workloads.",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Microsoft 365)",
            quote: "Only select workloads you are actively engaged with the customer on. Otherwise your association may be rejected or delayed.",
        },
    ],
    disputes: &[],
    check: workloads_chosen,
};

fn workloads_chosen(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::ModernWorkAndSecurity) {
        return;
    }
    if draft.workloads.is_empty() {
        find.at(Field::Workloads, Problem::Missing);
    }
    for (index, code) in draft.workloads.iter().enumerate() {
        check_code(code, &catalog::WORKLOADS, Field::at(Field::Workload, index), find);
    }
}

pub(super) const PRODUCTS_CHOSEN: Written = Written {
    id: RuleId::ProductsChosen,
    says: "A claim in Business Applications names at least one product.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::Products, Field::Product(0)],
    cites: &[
        Cite {
            source: Source::Create2023,
            part: "To complete a claim, you need",
            quote: "The Products or workloads you're claiming",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "Only select products you are actively engaged with the customer on. Otherwise your association may be rejected or delayed.",
        },
    ],
    disputes: &[],
    check: products_chosen,
};

fn products_chosen(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::BusinessApplications) {
        return;
    }
    if draft.products.is_empty() {
        find.at(Field::Products, Problem::Missing);
    }
    for (index, entry) in draft.products.iter().enumerate() {
        check_code(&entry.product, &catalog::PRODUCTS, Field::at(Field::Product, index), find);
    }
}

fn check_code(code: &str, list: &catalog::Catalog, field: Field, find: &mut Finder) {
    match catalog::other_name(code) {
        Some(name) if is_blank(name) => find.at(field, Problem::Missing),
        Some(name) if name.chars().count() > MAX_NAME => {
            find.at(field, Problem::TooLong { max: MAX_NAME });
        }
        None if code.is_empty() => find.at(field, Problem::Missing),
        None if list.get(code).is_none() => find.at(field, Problem::NotInCatalogue),
        Some(_) | None => {}
    }
}

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

pub(super) const ITEMS_DISTINCT: Written = Written {
    id: RuleId::ItemsDistinct,
    says: "No workload, and no subscription of a product, stands twice in a claim.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::Workloads, Field::SubscriptionId(0)],
    cites: &[ONE_PARTNER],
    disputes: &[],
    check: items_distinct,
};

fn items_distinct(_: &RuleContext, draft: &Draft, find: &mut Finder) {
    // A map, not a search: a list can be long, for no document limits it.
    let mut first_of = BTreeMap::new();
    for item in items(draft) {
        match first_of.entry((item.code, item.subscription)) {
            Entry::Vacant(place) => {
                place.insert(item.position);
            }
            Entry::Occupied(first) => {
                find.at(item.field, Problem::Repeated { first: first.get() + 1 });
            }
        }
    }
}

pub(super) const SUBSCRIPTION_USABLE: Written = Written {
    id: RuleId::SubscriptionUsable,
    says: "The subscription belongs to the tenant and the product, is active, and was not bought through CSP.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
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
    for item in items(draft) {
        let Some(id) = &item.subscription else { continue };
        match ctx.facts.subscriptions.get(id.as_str()) {
            // A competing claim since 2023, and no error: see `ITEM_UNCONTESTED`.
            Some(
                SubscriptionState::Refused { reason: SubscriptionProblem::AlreadyClaimed }
                | SubscriptionState::Usable,
            )
            | None => {}
            Some(SubscriptionState::Refused { reason }) => {
                find.at(item.field, Problem::Subscription { reason: *reason });
            }
        }
    }
}

pub(super) const ITEM_NOT_OURS: Written = Written {
    id: RuleId::ItemNotOurs,
    says: "An item that your own organisation holds already cannot be claimed again.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: SINCE_2023,
    fields: &[Field::Workloads, Field::Products, Field::SubscriptionId(0)],
    cites: &[
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association",
            quote: "Workloads already associated with your organization, will be grayed out and unavailable for selection.",
        },
        Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "Products already associated with your organization, will be grayed out and unavailable for selection.",
        },
        ONE_PARTNER,
    ],
    disputes: &[],
    check: item_not_ours,
};

fn item_not_ours(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    for item in items(draft) {
        match holder(ctx, draft, &item) {
            Some(Holder::Ours { claim_id, claim_name }) if ctx.claim_id != Some(claim_id) => {
                find.at(item.field, Problem::AlreadyOurs { claim_name: claim_name.clone() });
            }
            Some(Holder::Ours { .. } | Holder::OtherPartner) | None => {}
        }
    }
}

pub(super) const ITEM_UNCONTESTED: Written = Written {
    id: RuleId::ItemUncontested,
    says: "An item that another partner holds can be claimed, but goes through arbitration.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: SINCE_2023,
    fields: &[Field::Workloads, Field::Products, Field::SubscriptionId(0)],
    cites: &[Cite {
        source: Source::Issues2023,
        part: "Competing claims",
        quote: "If you're creating a CPOR association claim for a customer, and there are products that are already associated with another partner, your claim goes through arbitration",
    }],
    disputes: &[Dispute {
        against: &[Cite {
            source: Source::TrainingFy20,
            part: "Creating an association (Business Applications)",
            quote: "The subscription has already been claimed",
        }],
        reading: "Until 2021 this was an error. The page of 2023 no longer lists it among the errors, so it is a competing claim.",
    }],
    check: item_uncontested,
};

fn item_uncontested(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    for item in items(draft) {
        let is_contested = match holder(ctx, draft, &item) {
            Some(Holder::OtherPartner) => true,
            // One's own claim blocks by itself; `ITEM_NOT_OURS` says so.
            Some(Holder::Ours { .. }) => false,
            None => item.subscription.as_ref().is_some_and(|id| {
                ctx.facts.subscriptions.get(id.as_str())
                    == Some(&SubscriptionState::Refused {
                        reason: SubscriptionProblem::AlreadyClaimed,
                    })
            }),
        };
        if is_contested {
            find.at(item.field, Problem::HeldByOtherPartner);
        }
    }
}

fn holder<'a>(ctx: &RuleContext<'a>, draft: &Draft, item: &Item) -> Option<&'a Holder> {
    let tenant = Guid::parse(&draft.tenant_id).ok()?;
    ctx.facts.holder(&tenant, item.code, item.subscription.as_ref(), draft.partner_role?)
}

pub(super) const NOT_BOUGHT_THROUGH_CSP: Written = Written {
    id: RuleId::NotBoughtThroughCsp,
    says: "Products of Business Applications count only if bought by Volume Licensing or Web Direct.",
    stages: ALWAYS,
    severity: Severity::Warns,
    editions: SINCE_2023,
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
