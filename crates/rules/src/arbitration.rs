//! Arbitration: which claims want the same item, and whose proof is the newest.
//!
//! One partner holds an item. Since July 2020 the most recent proof decides
//! between two; this module says which one that is, and people decide.

use crate::association::{PartnerRole, SolutionArea};
use crate::draft::Draft;
use crate::edition::Edition;
use crate::ids::Guid;
use crate::life_cycle::Status;
use crate::poe::newest_acknowledgement;
use chrono::{Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What one partner alone can hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldItem {
    /// The customer's tenant.
    pub tenant: Guid,
    /// Code of the workload or product.
    pub item: String,
    /// For products: the subscription, and for what it is claimed.
    pub engagement: Option<(String, PartnerRole)>,
}

/// What a claim asks for. An item without a readable tenant, or a product
/// without a subscription, is held by nobody.
pub fn held_items(draft: &Draft) -> BTreeSet<HeldItem> {
    let Ok(tenant) = Guid::parse(&draft.tenant_id) else { return BTreeSet::new() };
    let roles = || {
        draft.partner_role.into_iter().chain(draft.also_pre_sales.then_some(PartnerRole::PreSales))
    };
    match draft.solution_area {
        Some(SolutionArea::ModernWorkAndSecurity) => draft
            .workloads
            .iter()
            .map(|item| HeldItem { tenant: tenant.clone(), item: item.clone(), engagement: None })
            .collect(),
        Some(SolutionArea::BusinessApplications) => draft
            .products
            .iter()
            .filter_map(|entry| Some((entry, Guid::parse(&entry.subscription_id).ok()?)))
            .flat_map(|(entry, subscription)| {
                let tenant = &tenant;
                roles().map(move |role| HeldItem {
                    tenant: tenant.clone(),
                    item: entry.product.clone(),
                    engagement: Some((subscription.as_str().to_owned(), role)),
                })
            })
            .collect(),
        None => BTreeSet::new(),
    }
}

impl Status {
    /// Whether a claim in this status holds its items, or may come to.
    pub const fn contends(self) -> bool {
        match self {
            Self::Submitted
            | Self::UnderReview
            | Self::PartnerActionRequired
            | Self::Approved
            | Self::Dispute => true,
            Self::Draft | Self::Rejected | Self::RejectedFinal | Self::CustomerConsentDenied => {
                false
            }
        }
    }
}

/// A claim as arbitration looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Contender<'a> {
    /// Id of the claim.
    pub id: &'a str,
    /// Where it stands.
    pub status: Status,
    /// Its content.
    pub draft: &'a Draft,
}

/// For each claim that shares an item with another one: the ids of the others,
/// with the codes of what they share.
pub fn rivals<'a>(
    claims: impl IntoIterator<Item = Contender<'a>>,
) -> BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>> {
    let mut wanted: BTreeMap<HeldItem, Vec<&str>> = BTreeMap::new();
    for claim in claims.into_iter().filter(|claim| claim.status.contends()) {
        for item in held_items(claim.draft) {
            wanted.entry(item).or_default().push(claim.id);
        }
    }
    let mut rivals: BTreeMap<&str, BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for (item, ids) in wanted.iter().filter(|(_, ids)| ids.len() > 1) {
        for own in ids {
            for other in ids.iter().filter(|other| *other != own) {
                let shared = rivals.entry(own).or_default().entry(other).or_default();
                shared.insert(item.item.clone());
            }
        }
    }
    rivals
}

/// The claims with the most recent proof on a day; several where two are of one
/// day, and none where no proof has a date. A date that is still to come is no
/// day on which somebody can have signed, so it wins nothing.
pub fn most_recent_proof<'a>(
    claims: impl IntoIterator<Item = (&'a str, &'a Draft)>,
    today: NaiveDate,
) -> BTreeSet<&'a str> {
    let dated: Vec<(&str, NaiveDate)> = claims
        .into_iter()
        .filter_map(|(id, draft)| Some((id, newest_acknowledgement(draft, today)?)))
        .collect();
    let newest = dated.iter().map(|(_, date)| *date).max();
    dated.into_iter().filter(|(_, date)| Some(*date) == newest).map(|(id, _)| id).collect()
}

/// How old an acknowledgement was when the claim was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofAge {
    /// Whole months, counted from day to day; 0 for one that is younger, or
    /// dated after the submission.
    pub months: u32,
    /// Older than the edition allows.
    pub is_too_old: bool,
}

/// The age of an acknowledgement at submission, by the rule of the edition.
pub fn age_at_submission(
    acknowledged: NaiveDate,
    submitted: NaiveDate,
    edition: &Edition,
) -> ProofAge {
    let is_before = |months| {
        submitted.checked_sub_months(Months::new(months)).is_some_and(|day| acknowledged <= day)
    };
    // Proofs are a few years old at most; a century ends the search.
    let months = (1..1200).take_while(|months| is_before(*months)).last().unwrap_or(0);
    let earliest = submitted.checked_sub_months(Months::new(edition.poe_max_age_months));
    ProofAge { months, is_too_old: earliest.is_some_and(|earliest| acknowledged < earliest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;
    use crate::edition::CURRENT;
    use crate::testing::complete_draft;

    const TENANT: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn workloads(tenant: &str, items: &[&str]) -> Draft {
        Draft {
            tenant_id: tenant.to_owned(),
            workloads: items.iter().map(|item| (*item).to_owned()).collect(),
            ..complete_draft(PartnerRole::UseOrConsume)
        }
    }

    fn shared(a: &Draft, b: &Draft) -> Vec<String> {
        let claims = [("a", a), ("b", b)];
        let claims = claims.map(|(id, draft)| Contender { id, status: Status::UnderReview, draft });
        let rivals = rivals(claims);
        let of = |own: &str, other: &str| -> Vec<String> {
            let found = rivals.get(own).and_then(|others| others.get(other));
            found.into_iter().flatten().cloned().collect()
        };
        assert_eq!(of("a", "b"), of("b", "a"), "each is the other's rival");
        of("a", "b")
    }

    #[test]
    fn a_workload_of_a_tenant_is_one_item_however_the_tenant_was_typed() {
        let ours = workloads(TENANT, &["teams", "intune"]);
        let theirs =
            workloads(&format!("{{{}}}", TENANT.to_uppercase()), &["intune", "sharepoint"]);
        assert_eq!(shared(&ours, &theirs), ["intune"]);
        let elsewhere = workloads("9b1d0a44-1111-4222-8333-444455556666", &["teams", "intune"]);
        assert!(shared(&ours, &elsewhere).is_empty());
        assert!(shared(&ours, &workloads("contoso.com", &["teams"])).is_empty());
    }

    #[test]
    fn a_product_is_one_item_for_each_subscription_and_engagement() {
        let ours = complete_draft(PartnerRole::PreSales);
        assert_eq!(shared(&ours, &ours.clone()).len(), ours.products.len());
        let usage = Draft { partner_role: Some(PartnerRole::UsageRecognition), ..ours.clone() };
        assert!(shared(&ours, &usage).is_empty());
        let both = Draft { also_pre_sales: true, ..usage };
        assert_eq!(shared(&ours, &both).len(), ours.products.len());
        let mut renewed = ours.clone();
        for entry in &mut renewed.products {
            "0a0b0c0d-1111-4222-8333-444455556666".clone_into(&mut entry.subscription_id);
        }
        assert!(shared(&ours, &renewed).is_empty());
    }

    #[test]
    fn a_claim_that_has_ended_wants_nothing() {
        let draft = workloads(TENANT, &["teams"]);
        for status in Status::ALL {
            let claims = [("a", Status::Approved), ("b", status)].map(|(id, status)| Contender {
                id,
                status,
                draft: &draft,
            });
            assert_eq!(rivals(claims).contains_key("b"), status.contends(), "{status:?}");
        }
    }

    #[test]
    fn the_newest_acknowledgement_is_the_most_recent_proof() {
        let dated = |dates: &[&str]| {
            let mut draft = workloads(TENANT, &["teams"]);
            let file = draft.poe_files[0].clone();
            draft.poe_files = dates
                .iter()
                .map(|date| crate::PoeFile { acknowledged_on: (*date).to_owned(), ..file.clone() })
                .collect();
            draft
        };
        let (old, new, none) =
            (dated(&["2026-03-01"]), dated(&["", "2026-05-02", "2025-01-01"]), dated(&["soon"]));
        let later = day("2026-11-21");
        let newest = most_recent_proof([("old", &old), ("new", &new), ("none", &none)], later);
        assert_eq!(newest, BTreeSet::from(["new"]));
        let newest = most_recent_proof([("a", &new), ("b", &new), ("old", &old)], later);
        assert_eq!(newest, BTreeSet::from(["a", "b"]));
        assert!(most_recent_proof([("none", &none)], later).is_empty());
        // A day that is still to come wins nothing.
        let (day_before, that_day) = (day("2026-05-01"), day("2026-05-02"));
        let both = [("old", &old), ("new", &new)];
        assert_eq!(most_recent_proof(both, that_day), BTreeSet::from(["new"]));
        let only_early = dated(&["2026-05-02"]);
        let both = [("old", &old), ("early", &only_early)];
        assert_eq!(most_recent_proof(both, day_before), BTreeSet::from(["old"]));
    }

    #[test]
    fn an_age_counts_from_day_to_day_and_ends_at_the_rule() {
        let age = |acknowledged, submitted| {
            let age = age_at_submission(day(acknowledged), day(submitted), &CURRENT);
            (age.months, age.is_too_old)
        };
        assert_eq!(age("2023-04-30", "2024-05-01"), (12, true));
        assert_eq!(age("2023-05-01", "2024-05-01"), (12, false));
        // The last day of a month counts where it has no such day.
        assert_eq!(age("2023-02-28", "2024-02-29"), (12, false));
        assert_eq!(age("2024-04-02", "2024-05-01"), (0, false));
        assert_eq!(age("2024-06-01", "2024-05-01"), (0, false));
    }
}
