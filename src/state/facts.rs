//! What the backend knows beyond the draft: locations, associations,
//! subscriptions. Asked when the draft gives reason to, remembered for the
//! visit, and left alone offline: the rules are silent about what they do not know.

use super::AppState;
use super::draft::DraftState;
use super::use_app;
use crate::platform::task;
use cpor_protocol::{Feature, SubscriptionQuestion};
use cpor_rules::facts::SubscriptionState;
use cpor_rules::ids::Guid;
use cpor_rules::{Facts, Field};
use leptos::prelude::*;
use std::collections::BTreeSet;

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
    unreachable: RwSignal<BTreeSet<String>>,
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
        }
    }

    /// Forgets everything, as after a sign-out.
    pub fn forget(self) {
        self.known.set(Facts::default());
        self.tenants.set_value(BTreeSet::new());
        self.unreachable.set(BTreeSet::new());
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
        let question = Memo::new(move |_| {
            draft.with(|draft| {
                let product = draft.text(Field::Product(index)).to_owned();
                let subscription = Guid::parse(draft.text(Field::SubscriptionId(index))).ok()?;
                let tenant = Guid::parse(&draft.tenant_id).ok()?;
                (!product.is_empty()).then(|| SubscriptionQuestionKey {
                    tenant: tenant.to_string(),
                    product,
                    subscription: subscription.to_string(),
                })
            })
        });
        Effect::new(move |_| {
            let Some(question) = question.get() else { return };
            let is_known = self
                .known
                .with_untracked(|facts| facts.subscriptions.contains_key(&question.subscription));
            if !is_known {
                self.ask(app, question);
            }
        });
        Memo::new(move |_| {
            let Some(question) = question.get() else { return SubscriptionCheck::NotAsked };
            if !can_ask(app) {
                return SubscriptionCheck::NotAsked;
            }
            let state =
                self.known.with(|facts| facts.subscriptions.get(&question.subscription).copied());
            match state {
                Some(SubscriptionState::Usable) => SubscriptionCheck::Usable,
                Some(SubscriptionState::Refused { .. }) => SubscriptionCheck::Refused,
                None if self.unreachable.with(|set| set.contains(&question.subscription)) => {
                    SubscriptionCheck::Unreachable
                }
                None => SubscriptionCheck::Asking,
            }
        })
    }

    fn ask(self, app: AppState, key: SubscriptionQuestionKey) {
        let Some(server) = app.session.server() else { return };
        if !can_ask(app) {
            return;
        }
        let _ = self.unreachable.try_update(|set| set.remove(&key.subscription));
        task::spawn(async move {
            let question = SubscriptionQuestion {
                tenant_id: key.tenant,
                product: key.product,
                subscription_id: key.subscription.clone(),
            };
            match server.check_subscription(question).await {
                Some(state) => {
                    let _ = self.known.try_update(|facts| {
                        facts.subscriptions.insert(key.subscription, state);
                    });
                }
                None => {
                    let _ = self.unreachable.try_update(|set| set.insert(key.subscription));
                }
            }
        });
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SubscriptionQuestionKey {
    tenant: String,
    product: String,
    subscription: String,
}

fn offers(app: AppState, feature: Feature) -> bool {
    app.session
        .backend
        .with_untracked(|backend| backend.as_ref().is_some_and(|backend| backend.has(feature)))
}

fn can_ask(app: AppState) -> bool {
    app.session.account.with(Option::is_some) && offers(app, Feature::SubscriptionCheck)
}
