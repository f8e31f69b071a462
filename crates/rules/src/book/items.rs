//! What is claimed: workloads, or products with their subscriptions.

use super::{ALWAYS, EVER, MAX_NAME, RuleId, Written};
use crate::association::{PartnerRole, SolutionArea};
use crate::catalog;
use crate::check::{Finder, RuleContext};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::edition::{ClaimedSubscription, SubscriptionNeed};
use crate::facts::{Holder, SubscriptionState};
use crate::field::Field;
use crate::ids::{Guid, GuidProblem, is_blank};
use crate::violation::{Problem, Severity, SubscriptionProblem};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const ONE_PARTNER: Cite = Cite {
    source: Source::Create2023,
    part: "You should also understand",
    quote: "A customer can have multiple partners, but each workload (for Modern Work and Security Usage) or subscription (for OSA-Sell or Microsoft Online Services Usage (OSU) - Business Applications or Microsoft Business Applications Revenue Recognition Association) can be associated with only one partner.",
};

const ONE_PARTNER_2019: Cite = Cite {
    source: Source::Create2019,
    part: "You should also understand",
    quote: "A customer can have multiple partners, but each workload (for OSU-Microsoft 365) or subscription (for OSA-Sell and OSU-Business Applications) can only be associated with one partner.",
};

/// One claimed item with the field at which to speak of it.
pub(super) struct Item<'a> {
    pub(super) code: &'a str,
    pub(super) subscription: Option<Guid>,
    /// In the list of the draft, counted from 0.
    position: usize,
    pub(super) field: Field,
}

/// The items of the draft's area. An entry of Business Applications without a
/// readable subscription is no item yet, unless the edition lets it be left out.
pub(super) fn items<'a>(ctx: &RuleContext, draft: &'a Draft) -> Vec<Item<'a>> {
    let may_be_left_out = ctx.edition.form.subscription == SubscriptionNeed::IfUnclear;
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
                let subscription = match Guid::parse(&entry.subscription_id) {
                    Ok(id) => Some(id),
                    Err(GuidProblem::Empty) if may_be_left_out => None,
                    Err(_) => return None,
                };
                Some(Item {
                    code: &entry.product,
                    subscription,
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
    editions: EVER,
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

fn workloads_chosen(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::ModernWorkAndSecurity) {
        return;
    }
    if draft.workloads.is_empty() {
        find.at(Field::Workloads, Problem::Missing);
    }
    for (index, code) in draft.workloads.iter().enumerate() {
        check_code(code, ctx.edition.workloads, Field::at(Field::Workload, index), find);
    }
}

pub(super) const PRODUCTS_CHOSEN: Written = Written {
    id: RuleId::ProductsChosen,
    says: "A claim in Business Applications names at least one product.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
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

fn products_chosen(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    if draft.solution_area != Some(SolutionArea::BusinessApplications) {
        return;
    }
    if draft.products.is_empty() {
        find.at(Field::Products, Problem::Missing);
    }
    for (index, entry) in draft.products.iter().enumerate() {
        check_code(&entry.product, ctx.edition.products, Field::at(Field::Product, index), find);
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

pub(super) const ITEMS_DISTINCT: Written = Written {
    id: RuleId::ItemsDistinct,
    says: "No workload, and no subscription of a product, stands twice in a claim.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
    fields: &[Field::Workloads, Field::SubscriptionId(0)],
    cites: &[ONE_PARTNER, ONE_PARTNER_2019],
    disputes: &[],
    check: items_distinct,
};

fn items_distinct(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    // A map, not a search: a list can be long, for no document limits it.
    let mut first_of = BTreeMap::new();
    for item in items(ctx, draft) {
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

pub(super) const ITEM_NOT_OURS: Written = Written {
    id: RuleId::ItemNotOurs,
    says: "An item that your own organisation holds already cannot be claimed again.",
    stages: ALWAYS,
    severity: Severity::Blocks,
    editions: EVER,
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
        ONE_PARTNER_2019,
    ],
    disputes: &[],
    check: item_not_ours,
};

fn item_not_ours(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    for item in items(ctx, draft) {
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
    editions: EVER,
    fields: &[Field::Workloads, Field::Products, Field::SubscriptionId(0)],
    cites: &[Cite {
        source: Source::Issues2023,
        part: "Competing claims",
        quote: "If you're creating a CPOR association claim for a customer, and there are products that are already associated with another partner, your claim goes through arbitration",
    }],
    disputes: &[Dispute {
        against: &[
            Cite {
                source: Source::TrainingFy20,
                part: "Creating an association (Business Applications)",
                quote: "The subscription has already been claimed",
            },
            Cite {
                source: Source::Issues2020,
                part: "Subscription errors in the CPOR association claim flow",
                quote: "The subscription has already been claimed",
            },
        ],
        reading: "Until 2021 this was an error. The page of 2023 no longer lists it among the errors, so it is a competing claim.",
    }],
    check: item_uncontested,
};

fn item_uncontested(ctx: &RuleContext, draft: &Draft, find: &mut Finder) {
    for item in items(ctx, draft) {
        let is_contested = match holder(ctx, draft, &item) {
            Some(Holder::OtherPartner) => true,
            // One's own claim blocks by itself; `ITEM_NOT_OURS` says so.
            Some(Holder::Ours { .. }) => false,
            None if ctx.edition.form.claimed_subscription == ClaimedSubscription::Refused => false,
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
    let holder = |role| ctx.facts.holder(&tenant, item.code, item.subscription.as_ref(), role);
    let also = draft.also_pre_sales.then(|| holder(PartnerRole::PreSales)).flatten();
    match holder(draft.partner_role?) {
        // One's own claim blocks, so it comes before another's.
        Some(ours @ Holder::Ours { .. }) => Some(ours),
        other => match also {
            Some(ours @ Holder::Ours { .. }) => Some(ours),
            also => other.or(also),
        },
    }
}
