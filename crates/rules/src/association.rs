//! Solution areas and partner roles: what a claim is about.
//!
//! The variants name what the partner did, not what a programme calls it:
//! names change from year to year and live in [`crate::edition`].

use serde::{Deserialize, Serialize};

/// The first choice of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SolutionArea {
    /// Microsoft 365 workloads; claimed for a tenant and a workload.
    ModernWorkAndSecurity,
    /// Dynamics 365 products; claimed for a tenant, a product and a subscription.
    BusinessApplications,
}

impl SolutionArea {
    /// Both areas, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::ModernWorkAndSecurity, Self::BusinessApplications];

    /// The partner roles that go with this area; no other pair is valid.
    pub const fn roles(self) -> &'static [PartnerRole] {
        match self {
            Self::ModernWorkAndSecurity => &[PartnerRole::UseOrConsume],
            Self::BusinessApplications => &[
                PartnerRole::PreSales,
                PartnerRole::UsageRecognition,
                PartnerRole::RevenueAssociation,
            ],
        }
    }

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ModernWorkAndSecurity => "modern-work-and-security",
            Self::BusinessApplications => "business-applications",
        }
    }

    /// The area with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.code() == code)
    }
}

/// What the partner did for the customer; until 2021 called *Activity*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PartnerRole {
    /// Drives adoption and use of a workload. *Use or consume*.
    UseOrConsume,
    /// Influenced the purchase. *Build intent – Advisor*, in 2019 *Pre-sales*.
    PreSales,
    /// Drives adoption and use of a product. *Usage recognition*.
    UsageRecognition,
    /// Influenced the choice as a Business Influencer. *Influenced Revenue
    /// recognition*, in 2019 *Revenue association*.
    RevenueAssociation,
}

impl PartnerRole {
    /// All roles, in the order in which they are offered.
    pub const ALL: [Self; 4] =
        [Self::UseOrConsume, Self::PreSales, Self::UsageRecognition, Self::RevenueAssociation];

    /// The one solution area in which this role exists.
    pub const fn area(self) -> SolutionArea {
        match self {
            Self::UseOrConsume => SolutionArea::ModernWorkAndSecurity,
            Self::PreSales | Self::UsageRecognition | Self::RevenueAssociation => {
                SolutionArea::BusinessApplications
            }
        }
    }

    /// Whether an approved claim can lead to an incentive payment today; see
    /// [`crate::Edition::pays_incentive`] for a claim of another edition.
    ///
    /// *Usage recognition* does not pay although the page of October 2023
    /// still says "apply for usage incentives": the later text drops the
    /// phrase and the role is named Non-Incentivized.
    pub const fn pays_incentive(self) -> bool {
        match self {
            Self::UseOrConsume | Self::PreSales => true,
            Self::UsageRecognition | Self::RevenueAssociation => false,
        }
    }

    /// Whether the customer is asked by mail; never for revenue association.
    pub const fn sends_consent_email(self) -> bool {
        match self {
            Self::UseOrConsume | Self::PreSales | Self::UsageRecognition => true,
            Self::RevenueAssociation => false,
        }
    }

    /// The code that is stored and sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UseOrConsume => "use-or-consume",
            Self::PreSales => "pre-sales",
            Self::UsageRecognition => "usage-recognition",
            Self::RevenueAssociation => "revenue-association",
        }
    }

    /// The role with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::UseOrConsume => 0,
            Self::PreSales => 1,
            Self::UsageRecognition => 2,
            Self::RevenueAssociation => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_exactly_four_valid_pairs() {
        let pairs: Vec<_> = SolutionArea::ALL
            .into_iter()
            .flat_map(|area| area.roles().iter().map(move |role| (area, *role)))
            .collect();
        assert_eq!(pairs.len(), 4);
        assert!(pairs.iter().all(|(area, role)| role.area() == *area));
    }

    #[test]
    fn codes_are_what_serde_writes() {
        for role in PartnerRole::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
            assert_eq!(PartnerRole::from_code(role.code()), Some(role));
        }
        for area in SolutionArea::ALL {
            assert_eq!(serde_json::to_value(area).unwrap(), area.code());
            assert_eq!(SolutionArea::from_code(area.code()), Some(area));
        }
    }
}
