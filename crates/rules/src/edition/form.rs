//! What the form of an edition asks for.

use crate::association::PartnerRole;

/// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// It has to be given.
    Required,
    /// It can be given.
    Optional,
    /// There is no place for it.
    No,
}

/// When a product needs the ID of the customer's subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionNeed {
    /// For each product.
    Always,
    /// If the customer has several subscriptions of the product, or the
    /// product is not on the tenant.
    IfUnclear,
}

/// What a subscription that somebody claimed already means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimedSubscription {
    /// An error: it cannot be claimed.
    Refused,
    /// A competing claim, which goes through arbitration.
    Competes,
}

/// What the form asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// The tenant's domain name.
    pub domain: Ask,
    /// The customer's technical contact, in Business Applications.
    pub technical_contact: Ask,
    /// Pre-sales together with usage, in one claim.
    pub pre_sales_with_usage: Ask,
    /// The box to decline incentive payments, in Modern Work and Security.
    pub opt_out: Ask,
    /// The acknowledgements before the submission.
    pub acknowledgements: Ask,
    /// Contacts, for revenue association.
    pub revenue_contacts: Ask,
    /// The proof of execution, for revenue association.
    pub revenue_proof: Ask,
    /// The ID of the customer's subscription.
    pub subscription: SubscriptionNeed,
    /// A subscription that is claimed already.
    pub claimed_subscription: ClaimedSubscription,
}

impl Form {
    /// Whether contacts are asked for; every claim needs them where no role is chosen yet.
    pub fn asks_contacts(&self, role: Option<PartnerRole>) -> bool {
        role != Some(PartnerRole::RevenueAssociation) || self.revenue_contacts == Ask::Required
    }

    /// Whether the technical contact is asked for.
    pub fn asks_technical_contact(&self, role: Option<PartnerRole>) -> bool {
        self.technical_contact == Ask::Required
            && self.asks_contacts(role)
            && role.is_some_and(|role| {
                role.area() == crate::association::SolutionArea::BusinessApplications
            })
    }

    /// Whether a claim in this role needs a proof.
    pub fn requires_proof(&self, role: Option<PartnerRole>) -> bool {
        role != Some(PartnerRole::RevenueAssociation) || self.revenue_proof == Ask::Required
    }
}

/// Since October 2023.
pub(super) const SINCE_2023: Form = Form {
    domain: Ask::Optional,
    technical_contact: Ask::No,
    pre_sales_with_usage: Ask::No,
    opt_out: Ask::Optional,
    acknowledgements: Ask::Required,
    revenue_contacts: Ask::Required,
    revenue_proof: Ask::Required,
    subscription: SubscriptionNeed::Always,
    claimed_subscription: ClaimedSubscription::Competes,
};

/// From 2019 to 2021; the proof of a revenue association is that of FY21.
pub(super) const BEFORE_2023: Form = Form {
    domain: Ask::Required,
    technical_contact: Ask::Required,
    pre_sales_with_usage: Ask::Optional,
    opt_out: Ask::No,
    acknowledgements: Ask::No,
    revenue_contacts: Ask::No,
    revenue_proof: Ask::Required,
    subscription: SubscriptionNeed::IfUnclear,
    claimed_subscription: ClaimedSubscription::Refused,
};
