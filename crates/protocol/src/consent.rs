//! `/v1/consent/{token}`: what a customer is told, and declining. Public: the
//! token in the link of the mail is all it takes.

use cpor_rules::MailLanguage;
use serde::{Deserialize, Serialize};

/// What the customer is told of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRequest {
    /// Language of the mail that the link was in.
    pub language: MailLanguage,
    /// Name of the partner that asks.
    pub partner: String,
    /// Whom the customer can ask there.
    pub contact_name: String,
    /// Address of that person.
    pub contact_email: String,
    /// Names of the claimed items.
    pub items: Vec<String>,
    /// The customer's domain, or the beginning of the tenant ID where no domain is known.
    pub customer: String,
    /// What can be done.
    pub state: ConsentState,
}

/// What a customer can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Decline.
    Open,
    /// Nothing more: it was declined.
    Declined,
    /// Nothing: the claim has ended by itself.
    Ended,
}
