//! What the backend knows beyond the draft: locations, associations,
//! subscriptions. Asked when the draft gives reason to, remembered for the
//! visit, and left alone offline: the rules are silent about what they do not know.

use super::AppState;
use super::draft::DraftState;
use super::sync::SyncPhase;
use super::use_app;
use crate::platform::task;
use cpor_protocol::{Feature, SubscriptionQuestion};
use cpor_rules::edition::SubscriptionNeed;
use cpor_rules::facts::SubscriptionState;
use cpor_rules::ids::{Guid, GuidProblem};
use cpor_rules::{Facts, Field};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How far the check of a subscription is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionCheck {
    /// Product, tenant or subscription are not complete.
    NotAsked,
    /// The server is asked.
    Asking,
    /// It can be claimed.
    Usable,
    /// It cannot; the rules say why.
    Refused,
    /// The server could not be asked.
    Unreachable,
}

/// Facts.
#[derive(Clone, Copy)]
pub struct FactsState {
    /// What is known.
    pub known: RwSignal<Facts>,
    /// Tenants that were asked about.
    tenants: StoredValue<BTreeSet<String>>,
    /// Subscriptions that could not be asked about.
    unreachable: RwSignal<BTreeSet<SubscriptionQuestionKey>>,
    /// What was asked of each subscription last.
    asked: StoredValue<BTreeMap<String, SubscriptionQuestionKey>>,
}

impl Default for FactsState {
    fn default() -> Self {
        Self::new()
    }
}

impl FactsState {
    /// Nothing is known.
    pub fn new() -> Self {
        Self {
            known: RwSignal::new(Facts::default()),
            tenants: StoredValue::new(BTreeSet::new()),
            unreachable: RwSignal::new(BTreeSet::new()),
            asked: StoredValue::new(BTreeMap::new()),
        }
    }

    /// Forgets everything, as after a sign-out.
    pub fn forget(self) {
        self.known.set(Facts::default());
        self.tenants.set_value(BTreeSet::new());
        self.unreachable.set(BTreeSet::new());
        self.asked.set_value(BTreeMap::new());
    }

    /// Asks for the organisation's locations.
    pub fn load_locations(self, app: AppState) {
        let Some(server) = app.session.server() else { return };
        if !offers(app, Feature::PartnerLocations) {
            return;
        }
        task::spawn(async move {
            if let Some(locations) = server.partner_locations().await {
                let _ = self.known.try_update(|facts| facts.partner_locations = Some(locations));
            }
        });
    }

    /// Asks which items of the draft's tenant are held already, whenever the tenant changes.
    pub fn look_up_tenant(self, draft: DraftState) {
        let app = use_app();
        let tenant = Memo::new(move |_| draft.with(|draft| Guid::parse(&draft.tenant_id).ok()));
        Effect::new(move |_| {
            let Some(tenant) = tenant.get() else { return };
            app.session.phase.track();
            let Some(server) = app.session.server() else { return };
            if !offers(app, Feature::Associations)
                || app.session.account.with_untracked(Option::is_none)
            {
                return;
            }
            let tenant = tenant.to_string();
            let is_new = self
                .tenants
                .try_update_value(|asked| asked.insert(tenant.clone()))
                .unwrap_or(false);
            if !is_new {
                return;
            }
            task::spawn(async move {
                match server.associations(tenant.clone()).await {
                    Some(associations) => {
                        let _ = self.known.try_update(|facts| {
                            facts.associations.retain(|known| known.tenant_id != tenant);
                            facts.associations.extend(associations);
                        });
                    }
                    None => {
                        // Asked again the next time somebody looks at the step.
                        let _ = self.tenants.try_update_value(|asked| asked.remove(&tenant));
                    }
                }
            });
        });
    }

    /// Asks whether the subscription of an entry can be claimed, whenever the
    /// entry is complete and not asked about yet.
    pub fn check_subscription(self, draft: DraftState, index: u16) -> Memo<SubscriptionCheck> {
        let app = use_app();
        let question = Memo::new(move |_| question(draft, index));
        let is_offline =
            Memo::new(move |_| app.sync.view.with(|view| view.phase == SyncPhase::Offline));
        Effect::new(move |_| {
            let Some(question) = question.get() else { return };
            // Once signed in or back on line, what could not be asked is asked.
            if !is_offline.get() && can_ask(app) && !self.was_asked(&question) {
                self.ask(app, question);
            }
        });
        Memo::new(move |_| {
            let Some(question) = question.get().filter(|key| !key.subscription.is_empty()) else {
                return SubscriptionCheck::NotAsked;
            };
            if !can_ask(app) {
                return SubscriptionCheck::NotAsked;
            }
            let state =
                self.known.with(|facts| facts.subscriptions.get(&question.subscription).copied());
            match state {
                Some(SubscriptionState::Usable) => SubscriptionCheck::Usable,
                Some(SubscriptionState::Refused { .. }) => SubscriptionCheck::Refused,
                None if is_offline.get()
                    || self.unreachable.with(|set| set.contains(&question)) =>
                {
                    SubscriptionCheck::Unreachable
                }
                None => SubscriptionCheck::Asking,
            }
        })
    }

    /// Asks about the entry once more: the customer may have acted meanwhile.
    pub fn check_again(self, app: AppState, index: u16) {
        if let Some(question) = untrack(|| question(app.draft, index)) {
            self.ask(app, question);
        }
    }

    fn was_asked(self, question: &SubscriptionQuestionKey) -> bool {
        self.asked.with_value(|asked| asked.get(&question.subscription) == Some(question))
            || (question.subscription.is_empty()
                && self.known.with_untracked(|facts| {
                    facts.subscription_counts.contains_key(&question.pair())
                }))
    }

    fn ask(self, app: AppState, key: SubscriptionQuestionKey) {
        let Some(server) = app.session.server() else { return };
        if !untrack(|| can_ask(app)) {
            return;
        }
        self.asked.update_value(|asked| {
            asked.insert(key.subscription.clone(), key.clone());
        });
        let _ = self.unreachable.try_update(|set| set.remove(&key));
        // The answer to another product or tenant says nothing of this one.
        let _ = self.known.try_update(|facts| facts.subscriptions.remove(&key.subscription));
        task::spawn(async move {
            let answer = server
                .check_subscription(SubscriptionQuestion {
                    tenant_id: key.tenant.clone(),
                    product: key.product.clone(),
                    subscription_id: key.subscription.clone(),
                })
                .await;
            // Something else may have been asked of this subscription meanwhile.
            let is_latest =
                self.asked.try_with_value(|asked| asked.get(&key.subscription) == Some(&key));
            if is_latest != Some(true) {
                return;
            }
            let Some(answer) = answer else {
                self.asked.update_value(|asked| {
                    asked.remove(&key.subscription);
                });
                let _ = self.unreachable.try_update(|set| set.insert(key));
                return;
            };
            let _ = self.known.try_update(|facts| {
                if let Some(count) = answer.of_product {
                    facts.subscription_counts.insert(key.pair(), count);
                }
                if !key.subscription.is_empty() {
                    facts.subscriptions.insert(key.subscription, answer.state);
                }
            });
        });
    }
}

/// What to ask about an entry. Without a subscription it is asked how many
/// there are: the editions before 2023 need the ID only where there are several.
fn question(draft: DraftState, index: u16) -> Option<SubscriptionQuestionKey> {
    draft.with(|draft| {
        let product = draft.text(Field::Product(index)).to_owned();
        let subscription = match Guid::parse(draft.text(Field::SubscriptionId(index))) {
            Ok(subscription) => subscription.to_string(),
            Err(GuidProblem::Empty)
                if draft.edition.get().form.subscription == SubscriptionNeed::IfUnclear =>
            {
                String::new()
            }
            Err(_) => return None,
        };
        let tenant = Guid::parse(&draft.tenant_id).ok()?.to_string();
        (!product.is_empty()).then_some(SubscriptionQuestionKey { tenant, product, subscription })
    })
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SubscriptionQuestionKey {
    tenant: String,
    product: String,
    subscription: String,
}

impl SubscriptionQuestionKey {
    fn pair(&self) -> (String, String) {
        (self.tenant.clone(), self.product.clone())
    }
}

fn offers(app: AppState, feature: Feature) -> bool {
    app.session
        .backend
        .with_untracked(|backend| backend.as_ref().is_some_and(|backend| backend.has(feature)))
}

fn can_ask(app: AppState) -> bool {
    app.session.account.with(Option::is_some) && offers(app, Feature::SubscriptionCheck)
}
