//! What a backend knows beyond the draft.
//!
//! Rules that need a fact stay silent while it is unknown, so a draft made
//! without a connection is judged by what it says alone.

use crate::ids::Guid;
use crate::violation::SubscriptionProblem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Facts at hand when a draft is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The organisation's Partner IDs; `None` while unknown.
    pub partner_locations: Option<Vec<PartnerLocation>>,
    /// Items that are associated or claimed, by tenant.
    pub associations: Vec<Association>,
    /// Answers to subscription checks, by subscription ID.
    pub subscriptions: BTreeMap<String, SubscriptionState>,
    /// How many subscriptions of a product the tenant has, by `(tenant, code)`.
    pub subscription_counts: BTreeMap<(String, String), usize>,
    /// Whether the domain belongs to the tenant, by `(tenant, domain)`.
    pub domain_of_tenant: BTreeMap<(String, String), bool>,
}

/// One Partner ID of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartnerLocation {
    /// The ID.
    pub partner_id: String,
    /// The organisation's own label for it.
    pub name: String,
    /// Global account (headquarters) or location.
    pub is_global_account: bool,
    /// Enrolled in incentives.
    pub is_enrolled: bool,
}

/// An item of a tenant that some claim holds or asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Association {
    /// The customer's tenant.
    pub tenant_id: String,
    /// Code of the workload or product.
    pub item: String,
    /// Subscription, for Business Applications.
    pub subscription_id: Option<String>,
    /// Partner role of the claim: for products each engagement is associated by itself.
    pub partner_role: crate::PartnerRole,
    /// Whose claim it is.
    pub holder: Holder,
}

/// Who holds an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// One's own organisation.
    Ours {
        /// The claim, so that a claim does not compete with itself.
        claim_id: String,
        /// Its name.
        claim_name: String,
    },
    /// Another partner; who it is stays secret.
    OtherPartner,
}

/// What a check of a subscription said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionState {
    /// Active or in grace: it can be claimed.
    Usable,
    /// It cannot be claimed.
    Refused {
        /// Why.
        reason: SubscriptionProblem,
    },
}

impl Facts {
    /// The organisation's location with this ID.
    pub fn location(&self, partner_id: &str) -> Option<&PartnerLocation> {
        self.partner_locations.as_deref()?.iter().find(|known| known.partner_id == partner_id)
    }

    /// Who holds this item of the tenant. An item is one workload of a tenant,
    /// or one subscription to a product under one partner role.
    pub fn holder(
        &self,
        tenant: &Guid,
        item: &str,
        subscription: Option<&Guid>,
        role: crate::PartnerRole,
    ) -> Option<&Holder> {
        self.associations
            .iter()
            .filter(|known| {
                known.tenant_id == tenant.as_str()
                    && known.item == item
                    && known.partner_role == role
                    && known.subscription_id.as_deref() == subscription.map(Guid::as_str)
            })
            .map(|known| &known.holder)
            // One's own claim comes first: it blocks, the other only warns.
            .min_by_key(|holder| matches!(holder, Holder::OtherPartner))
    }
}
