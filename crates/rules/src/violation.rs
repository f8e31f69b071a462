//! A violation: what a rule found. Data, never a sentence.

use crate::book::RuleId;
use crate::field::Field;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whether a finding stops the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The step cannot be taken.
    Blocks,
    /// The step can be taken; the user is told what may follow.
    Warns,
}

/// What a rule found, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// The rule.
    pub rule: RuleId,
    /// Whether it blocks.
    pub severity: Severity,
    /// The field to repair.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field, with what is needed to say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
// The protocol has a `Problem` of its own.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FieldProblem))]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// Nothing was given.
    Missing,
    /// Longer than allowed.
    TooLong {
        /// Most characters.
        max: usize,
    },
    /// The role does not exist in the solution area.
    RoleOfOtherArea,
    /// Pre-sales goes together with usage only, and in 2019 to 2021 only.
    NotCombined,
    /// Not a GUID: the wrong number of hex digits.
    GuidDigits {
        /// Digits found; 32 are needed.
        found: usize,
    },
    /// Not a GUID: a character that is no hex digit.
    GuidCharacter {
        /// The character.
        character: char,
    },
    /// A domain name where a GUID is needed.
    GuidIsDomain,
    /// Several GUIDs in one field.
    GuidSeveral,
    /// The all-zero GUID.
    GuidZero,
    /// Something else than digits.
    NotNumeric,
    /// Digits, but too few or too many.
    DigitCount {
        /// Fewest digits.
        min: usize,
        /// Most digits.
        max: usize,
    },
    /// The Partner ID is that of the global account.
    GlobalAccount,
    /// The location is not enrolled in incentives.
    NotEnrolled,
    /// No location of the organisation has this ID.
    UnknownLocation,
    /// Not a domain name.
    NotADomain,
    /// The domain is not one of the tenant's.
    DomainOfOtherTenant,
    /// The opt-out exists in Modern Work and Security only.
    OptOutNotOffered,
    /// A code that the catalogue does not hold.
    NotInCatalogue,
    /// The same entry stands in the claim already.
    Repeated {
        /// Position of the first one, counted from 1.
        first: usize,
    },
    /// The item belongs to another claim of one's own organisation.
    AlreadyOurs {
        /// Name of that claim.
        claim_name: String,
    },
    /// Another partner holds the item.
    HeldByOtherPartner,
    /// The subscription cannot be claimed.
    Subscription {
        /// Why.
        reason: SubscriptionProblem,
    },
    /// Bought through a Cloud Solution Provider.
    BoughtThroughCsp,
    /// No `@` in the address.
    EmailWithoutAt,
    /// The part behind the `@` is not a domain name.
    EmailDomain,
    /// A character that an address cannot have.
    EmailCharacter,
    /// The address does not end in the customer's domain.
    MailDomainDiffers {
        /// The domain given for the tenant.
        domain: String,
    },
    /// A kind of file that is not accepted.
    FileType,
    /// A file that is too large.
    FileTooLarge {
        /// Most bytes.
        max_bytes: u64,
    },
    /// A file without content.
    FileEmpty,
    /// Too many files.
    TooMany {
        /// Most of them.
        max: usize,
    },
    /// Not a date.
    NotADate,
    /// A date too long ago.
    DateTooEarly {
        /// First date that would do.
        earliest: NaiveDate,
    },
    /// A date that is still to come.
    DateInFuture {
        /// Last date that would do.
        latest: NaiveDate,
    },
    /// The proof does not name a claimed item.
    ItemNotNamed {
        /// Code of the item.
        item: String,
    },
    /// The Public Sector Disclosure is missing.
    DisclosureMissing,
    /// A box that has to be ticked is not.
    NotTicked,
}

/// Why a subscription cannot be claimed; the reasons of the issues page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionProblem {
    /// The product does not exist on the customer's tenant.
    ProductNotOnTenant,
    /// The subscription is not for Dynamics.
    NotDynamics,
    /// The subscription is for CSP.
    Csp,
    /// The customer has not activated or provisioned it yet.
    NotProvisioned,
    /// It is claimed already (said until 2021).
    AlreadyClaimed,
    /// The identifier is not a subscription ID.
    NotASubscription,
}
