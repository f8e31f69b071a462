//! The rule book: one item for each rule, with the documents it comes from.
//!
//! The list [`RULES`] produces the checks, the "Why?" beside each field, the
//! violations in answers of a server, and the printed book.

mod association;
mod contacts;
mod details;
mod items;
mod proof;
mod revenue;
mod submission;
mod subscriptions;
mod technical;

use crate::check::{Finder, RuleContext, Stage};
use crate::cite::{Cite, Dispute, Source};
use crate::draft::Draft;
use crate::edition::EditionId;
use crate::field::Field;
use crate::ids;
use crate::violation::Severity;
use serde::{Deserialize, Serialize};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name on the wire and in the printed book.
    pub id: RuleId,
    /// When it is checked.
    pub stages: &'static [Stage],
    /// Whether it blocks.
    pub severity: Severity,
    /// Editions in which it holds.
    pub editions: &'static [EditionId],
    /// Fields beside which it is explained.
    pub fields: &'static [Field],
    /// The check itself. It sees the draft in normal form.
    pub check: fn(&RuleContext, &Draft, &mut Finder),
}

/// What a rule says in words, and what it stands on.
///
/// Not part of [`Rule`]: whoever only checks drafts does not have to carry the
/// documents, as the browser until somebody asks "Why?".
#[derive(Debug)]
pub struct Grounds {
    /// One sentence: what must hold.
    pub says: &'static str,
    /// Where it comes from.
    pub cites: &'static [Cite],
    /// Documents that say otherwise.
    pub disputes: &'static [Dispute],
}

/// A rule as it is written down in this module: check and grounds together.
struct Written {
    id: RuleId,
    says: &'static str,
    stages: &'static [Stage],
    severity: Severity,
    editions: &'static [EditionId],
    fields: &'static [Field],
    cites: &'static [Cite],
    disputes: &'static [Dispute],
    check: fn(&RuleContext, &Draft, &mut Finder),
}

impl Written {
    const fn rule(&self) -> Rule {
        Rule {
            id: self.id,
            stages: self.stages,
            severity: self.severity,
            editions: self.editions,
            fields: self.fields,
            check: self.check,
        }
    }

    const fn grounds(&self) -> Grounds {
        Grounds { says: self.says, cites: self.cites, disputes: self.disputes }
    }
}

impl Rule {
    /// Whether the rule holds in this edition.
    pub fn holds_in(&self, edition: EditionId) -> bool {
        self.editions.contains(&edition)
    }

    /// The rule with this id.
    pub fn get(id: RuleId) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.id == id)
    }

    /// What it says, and where that comes from.
    pub fn grounds(&self) -> &'static Grounds {
        self.id.grounds()
    }

    /// Rules of an edition explained beside this field.
    pub fn for_field(field: Field, edition: EditionId) -> impl Iterator<Item = &'static Self> {
        let kind = field.kind();
        RULES
            .iter()
            .copied()
            .filter(move |rule| rule.fields.contains(&kind) && rule.holds_in(edition))
    }
}

/// Most rules hold from the moment when a claim is created.
const ALWAYS: &[Stage] = &[Stage::AddCustomer, Stage::Submit];
/// Rules about the proof, the comment and the acknowledgements hold at
/// submission: their screens come after the claim is created.
const AT_SUBMIT: &[Stage] = &[Stage::Submit];
/// All editions.
const EVER: &[EditionId] = &EditionId::ALL;
/// Editions of 2019 to 2021.
const BEFORE_2023: &[EditionId] = &[EditionId::Fy20, EditionId::Fy21];
/// Editions since October 2023.
const SINCE_2023: &[EditionId] = &[EditionId::Oct2023, EditionId::Current];

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident = $code:literal => $rule:path,)*) => {
        /// Names a rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum RuleId {
            $($(#[$doc])* #[serde(rename = $code)] $id,)*
        }

        impl RuleId {
            /// The code on the wire and in the printed book.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$id => $code,)* }
            }

            /// What the rule says, and where that comes from.
            pub fn grounds(self) -> &'static Grounds {
                match self { $(Self::$id => const { &$rule.grounds() },)* }
            }
        }

        /// Every rule, in the order of the screens.
        pub static RULES: &[&Rule] = &[$(const { &$rule.rule() },)*];
    };
}

rules! {
    /// A solution area is chosen.
    SolutionAreaChosen = "solution-area-chosen" => association::SOLUTION_AREA_CHOSEN,
    /// A partner role is chosen.
    PartnerRoleChosen = "partner-role-chosen" => association::PARTNER_ROLE_CHOSEN,
    /// The role exists in the area.
    RoleFitsArea = "role-fits-area" => association::ROLE_FITS_AREA,
    /// Pre-sales goes together with usage, or stands alone.
    PreSalesWithUsage = "pre-sales-with-usage" => association::PRE_SALES_WITH_USAGE,
    /// The claim has a name.
    ClaimNamed = "claim-named" => details::CLAIM_NAMED,
    /// The Partner ID is digits.
    PartnerIdNumeric = "partner-id-numeric" => details::PARTNER_ID_NUMERIC,
    /// The Partner ID is one of the organisation's.
    PartnerIdKnown = "partner-id-known" => details::PARTNER_ID_KNOWN,
    /// The Partner ID is that of a location.
    PartnerIdOfLocation = "partner-id-of-location" => details::PARTNER_ID_OF_LOCATION,
    /// The location is enrolled in incentives.
    PartnerIdEnrolled = "partner-id-enrolled" => details::PARTNER_ID_ENROLLED,
    /// The tenant ID is a GUID.
    TenantIdGuid = "tenant-id-guid" => details::TENANT_ID_GUID,
    /// The domain is given.
    DomainGiven = "domain-given" => details::DOMAIN_GIVEN,
    /// The domain is well formed.
    DomainWellFormed = "domain-well-formed" => details::DOMAIN_WELL_FORMED,
    /// The domain belongs to the tenant.
    DomainOfTenant = "domain-of-tenant" => details::DOMAIN_OF_TENANT,
    /// The opt-out is used where it exists.
    OptOutOffered = "opt-out-offered" => details::OPT_OUT_OFFERED,
    /// A workload is chosen.
    WorkloadsChosen = "workloads-chosen" => items::WORKLOADS_CHOSEN,
    /// A product is chosen.
    ProductsChosen = "products-chosen" => items::PRODUCTS_CHOSEN,
    /// Each product has its subscription.
    SubscriptionGiven = "subscription-given" => subscriptions::SUBSCRIPTION_GIVEN,
    /// A product with several subscriptions has its own.
    SubscriptionToldApart = "subscription-told-apart" => subscriptions::SUBSCRIPTION_TOLD_APART,
    /// No item stands twice in a claim.
    ItemsDistinct = "items-distinct" => items::ITEMS_DISTINCT,
    /// The subscription can be claimed.
    SubscriptionUsable = "subscription-usable" => subscriptions::SUBSCRIPTION_USABLE,
    /// The item is not one's own already.
    ItemNotOurs = "item-not-ours" => items::ITEM_NOT_OURS,
    /// No other partner holds the item.
    ItemUncontested = "item-uncontested" => items::ITEM_UNCONTESTED,
    /// Not bought through CSP.
    NotBoughtThroughCsp = "not-bought-through-csp" => subscriptions::NOT_BOUGHT_THROUGH_CSP,
    /// The three extra fields of revenue association.
    RevenueFieldsGiven = "revenue-fields-given" => revenue::REVENUE_FIELDS_GIVEN,
    /// The customer contact is complete.
    CustomerContactGiven = "customer-contact-given" => contacts::CUSTOMER_CONTACT_GIVEN,
    /// The technical contact is complete.
    TechnicalContactGiven = "technical-contact-given" => technical::TECHNICAL_CONTACT_GIVEN,
    /// The partner contact is complete.
    PartnerContactGiven = "partner-contact-given" => contacts::PARTNER_CONTACT_GIVEN,
    /// The customer contact's address is in the customer's domain.
    ContactInCustomerDomain = "contact-in-customer-domain" => contacts::CONTACT_IN_CUSTOMER_DOMAIN,
    /// Proof is there.
    PoeGiven = "poe-given" => proof::POE_GIVEN,
    /// The files can be taken.
    PoeFilesAccepted = "poe-files-accepted" => proof::POE_FILES_ACCEPTED,
    /// Dates are dates, and not to come.
    PoeDateReadable = "poe-date-readable" => proof::POE_DATE_READABLE,
    /// The acknowledgement is recent.
    PoeNotTooOld = "poe-not-too-old" => proof::POE_NOT_TOO_OLD,
    /// The proof names each item.
    PoeNamesItems = "poe-names-items" => proof::POE_NAMES_ITEMS,
    /// The Public Sector Disclosure is there.
    PublicSectorDisclosed = "public-sector-disclosed" => proof::PUBLIC_SECTOR_DISCLOSED,
    /// Comments are short enough.
    CommentLength = "comment-length" => submission::COMMENT_LENGTH,
    /// All boxes are ticked.
    AcknowledgementsTicked = "acknowledgements-ticked" => submission::ACKNOWLEDGEMENTS_TICKED,
}

/// Most characters of a claim name; no document gives a limit.
pub const MAX_CLAIM_NAME: usize = 100;
/// Most characters of a person's name, a title or a company's name.
pub const MAX_NAME: usize = 200;
/// Most characters of a comment.
pub const MAX_COMMENT: usize = 4000;

/// Where the limit [`MAX_NAME`] comes from.
const LENGTH_OF_NAMES: Cite = Cite {
    source: Source::House,
    part: "at most 200 characters in a name or title: no document gives a limit",
    quote: "",
};

/// Notes `Missing` for a blank text and `TooLong` for one over the limit.
fn given(find: &mut Finder, field: Field, text: &str, max: usize) {
    use crate::violation::Problem;
    if ids::is_blank(text) {
        find.at(field, Problem::Missing);
    } else if text.chars().count() > max {
        find.at(field, Problem::TooLong { max });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_listed_once_and_has_a_source() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(RULES.iter().position(|other| other.id == rule.id), Some(index));
            assert!(!rule.grounds().cites.is_empty(), "{:?}", rule.id);
            assert!(!rule.editions.is_empty() && !rule.stages.is_empty());
            assert!(!rule.fields.is_empty(), "{:?} is explained nowhere", rule.id);
            assert!(rule.grounds().says.ends_with('.'));
        }
    }

    #[test]
    fn fields_of_rules_are_kinds() {
        for rule in RULES {
            assert!(rule.fields.iter().all(|field| field.kind() == *field), "{:?}", rule.id);
        }
    }
}
