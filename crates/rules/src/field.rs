//! Paths of fields: where in a draft something is.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

macro_rules! fields {
    (
        plain { $($(#[$doc:meta])* $plain:ident = $text:literal,)* }
        indexed { $($(#[$idoc:meta])* $indexed:ident = $head:literal $tail:literal,)* }
    ) => {
        /// One field of a draft. As text (`products.2.subscription_id`) it is
        /// the path in a violation on the wire and the stem of ids on a page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $plain,)*
            $($(#[$idoc])* $indexed(u16),)*
        }

        impl fmt::Display for Field {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$plain => f.write_str($text),)*
                    $(Self::$indexed(index) => write!(f, concat!($head, ".{}", $tail), index),)*
                }
            }
        }

        impl FromStr for Field {
            type Err = UnknownField;

            fn from_str(path: &str) -> Result<Self, UnknownField> {
                match path {
                    $($text => return Ok(Self::$plain),)*
                    _ => {}
                }
                $(
                    if let Some(index) = index_between(path, $head, $tail) {
                        return Ok(Self::$indexed(index));
                    }
                )*
                Err(UnknownField)
            }
        }

        impl Field {
            /// Each field once; of the indexed ones the first.
            pub const KINDS: &[Self] = &[$(Self::$plain,)* $(Self::$indexed(0),)*];

            /// The same field with index 0: what kind of field it is.
            #[must_use]
            pub const fn kind(self) -> Self {
                match self {
                    $(Self::$plain => Self::$plain,)*
                    $(Self::$indexed(_) => Self::$indexed(0),)*
                }
            }
        }
    };
}

fields! {
    plain {
        /// Solution area.
        SolutionArea = "solution_area",
        /// Partner role.
        PartnerRole = "partner_role",
        /// Pre-sales as well as usage.
        AlsoPreSales = "also_pre_sales",
        /// Claim name.
        ClaimName = "claim_name",
        /// Partner ID.
        PartnerId = "partner_id",
        /// Customer tenant ID.
        TenantId = "tenant_id",
        /// Customer domain name.
        Domain = "domain",
        /// Opt out of incentive payments.
        OptOut = "opt_out",
        /// The list of workloads.
        Workloads = "workloads",
        /// The list of products.
        Products = "products",
        /// How the customer bought the products.
        PurchaseChannel = "purchase_channel",
        /// Dynamics solution seller name.
        SellerName = "seller_name",
        /// Customer name.
        CustomerName = "customer_name",
        /// Name of ISV product/solution.
        IsvSolution = "isv_solution",
        /// Customer contact: name.
        CustomerContactName = "customer_contact.name",
        /// Customer contact: title.
        CustomerContactTitle = "customer_contact.title",
        /// Customer contact: email.
        CustomerContactEmail = "customer_contact.email",
        /// Language of the mail to the customer.
        MailLanguage = "mail_language",
        /// Technical contact: name.
        TechnicalContactName = "technical_contact.name",
        /// Technical contact: title.
        TechnicalContactTitle = "technical_contact.title",
        /// Technical contact: email.
        TechnicalContactEmail = "technical_contact.email",
        /// Partner contact: name.
        PartnerContactName = "partner_contact.name",
        /// Partner contact: email.
        PartnerContactEmail = "partner_contact.email",
        /// Public sector.
        PublicSector = "public_sector",
        /// The list of files.
        PoeFiles = "poe_files",
        /// Items that the proof names.
        PoeNamesItems = "poe_names_items",
        /// Comment on the claim.
        Comment = "comment",
        /// First acknowledgement.
        ProofIsGenuine = "acknowledgements.proof_is_genuine",
        /// Second acknowledgement.
        CustomerIsInformed = "acknowledgements.customer_is_informed",
        /// Third acknowledgement.
        EditingEnds = "acknowledgements.editing_ends",
    }
    indexed {
        /// One workload.
        Workload = "workloads" "",
        /// The product of an entry.
        Product = "products" ".product",
        /// The subscription ID of an entry.
        SubscriptionId = "products" ".subscription_id",
        /// One file.
        PoeFile = "poe_files" "",
        /// Comment on a file.
        PoeFileComment = "poe_files" ".comment",
        /// Date of the customer's acknowledgement in a file.
        PoeAcknowledgedOn = "poe_files" ".acknowledged_on",
    }
}

impl Field {
    /// Where the field stands on the screens. Violations are listed in this order.
    pub fn position(self) -> (usize, u16, usize) {
        // The list itself comes before its entries; a path may carry any number.
        let after_list = |index: u16| index.saturating_add(1);
        let (list, index) = match self {
            Self::Workload(index) => (Self::Workloads, after_list(index)),
            Self::Product(index) | Self::SubscriptionId(index) => {
                (Self::Products, after_list(index))
            }
            Self::PoeFile(index) | Self::PoeFileComment(index) | Self::PoeAcknowledgedOn(index) => {
                (Self::PoeFiles, after_list(index))
            }
            plain => (plain, 0),
        };
        let rank = |field: Self| {
            Self::KINDS.iter().position(|kind| *kind == field).unwrap_or(Self::KINDS.len())
        };
        (rank(list), index, rank(self.kind()))
    }

    /// The indexed field for the entry with this position in its list.
    pub(crate) fn at(make: fn(u16) -> Self, index: usize) -> Self {
        make(u16::try_from(index).unwrap_or(u16::MAX - 1))
    }
}

fn index_between(path: &str, head: &str, tail: &str) -> Option<u16> {
    let digits = path.strip_prefix(head)?.strip_prefix('.')?.strip_suffix(tail)?;
    let index = digits.parse::<u16>().ok()?;
    // `+1` and `007` are numbers too, but each field has one path only.
    (index.to_string() == digits).then_some(index)
}

/// A path that names no field of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField;

impl fmt::Display for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such field")
    }
}

impl std::error::Error for UnknownField {}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        path.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Field {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Field {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_survives_its_text_form() {
        for field in Field::KINDS {
            assert_eq!(field.to_string().parse(), Ok(*field));
        }
        assert_eq!("products.12.subscription_id".parse(), Ok(Field::SubscriptionId(12)));
        assert_eq!("products.x.product".parse::<Field>(), Err(UnknownField));
        assert_eq!("nothing".parse::<Field>(), Err(UnknownField));
        for other_spelling in ["workloads.+1", "workloads.01", "workloads.65536", "workloads."] {
            assert_eq!(other_spelling.parse::<Field>(), Err(UnknownField), "{other_spelling}");
        }
    }

    #[test]
    fn entries_stand_together_in_screen_order() {
        let mut fields = vec![
            Field::SubscriptionId(1),
            Field::Product(1),
            Field::ClaimName,
            Field::SubscriptionId(0),
            Field::Products,
        ];
        fields.sort_by_key(|field| field.position());
        assert_eq!(
            fields,
            [
                Field::ClaimName,
                Field::Products,
                Field::SubscriptionId(0),
                Field::Product(1),
                Field::SubscriptionId(1),
            ]
        );
    }
}
