//! What a backend can look up: partner locations, associations, subscriptions.
//!
//! `GET /v1/partner-locations` answers a list of
//! [`cpor_rules::facts::PartnerLocation`], `GET /v1/associations?tenant_id=` a
//! list of [`cpor_rules::facts::Association`].

use cpor_rules::facts::SubscriptionState;
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/subscriptions/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscriptionQuestion {
    /// The customer's tenant.
    pub tenant_id: String,
    /// Code of the product.
    pub product: String,
    /// The subscription.
    pub subscription_id: String,
}

/// Answer of `POST /v1/subscriptions/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionAnswer {
    /// Whether it can be claimed.
    pub state: SubscriptionState,
    /// How many subscriptions of the product the tenant has; left out where that
    /// is not known. Told without a subscription ID as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_product: Option<usize>,
}
