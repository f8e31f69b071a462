//! A claim: what a draft means.
//!
//! No field is missing that the rules ask for, and no text is left that has
//! to be read again. [`Claim::try_from`] is the only way to one.

use crate::association::{PartnerRole, SolutionArea};
use crate::catalog;
use crate::check::{RuleContext, Stage, verdict};
use crate::draft::{Contact, Draft, PartnerContact, ProductEntry, PurchaseChannel};
use crate::edition::EditionId;
use crate::ids::{Domain, Email, Guid, PartnerId};
use crate::violation::Violation;

/// A claim that passed the rules of [`Stage::AddCustomer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The rules it was made by.
    pub edition: EditionId,
    /// The partner's name for it.
    pub name: String,
    /// The partner's location.
    pub partner_id: PartnerId,
    /// The customer's tenant.
    pub tenant_id: Guid,
    /// The tenant's domain, if known.
    pub domain: Option<Domain>,
    /// What is claimed.
    pub subject: Subject,
    /// Contact at the customer.
    pub customer_contact: CustomerContact,
    /// Contact at the partner.
    pub partner_contact: OwnContact,
}

/// What is claimed: by area and role, with what each needs and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// *Use or consume* of workloads.
    UseOrConsume {
        /// No incentive wanted.
        opt_out: bool,
        /// At least one.
        workloads: Vec<Item>,
    },
    /// Build intent: pre-sales.
    PreSales(Products),
    /// Usage recognition.
    UsageRecognition(Products),
    /// Influenced revenue recognition.
    RevenueAssociation {
        /// What is claimed.
        products: Products,
        /// Dynamics solution seller name.
        seller_name: String,
        /// Customer name.
        customer_name: String,
        /// Name of ISV product/solution.
        isv_solution: String,
    },
}

/// Products of Business Applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Products {
    /// How they were bought.
    pub purchase_channel: Option<PurchaseChannel>,
    /// At least one, each with its subscription.
    pub entries: Vec<(Item, Guid)>,
}

/// A workload or product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// In the catalogue.
    Listed(&'static catalog::Entry),
    /// Not in the catalogue: its name.
    Other(String),
}

impl Item {
    fn read(code: &str, list: &catalog::Catalog) -> Option<Self> {
        match catalog::other_name(code) {
            Some("") => None,
            Some(name) => Some(Self::Other(name.to_owned())),
            None => list.get(code).map(Self::Listed),
        }
    }

    /// The code that is stored and sent.
    pub fn code(&self) -> String {
        match self {
            Self::Listed(entry) => entry.code.to_owned(),
            Self::Other(name) => catalog::other_code(name),
        }
    }
}

/// A person at the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerContact {
    /// Full name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Email address.
    pub email: Email,
}

/// A person at the partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnContact {
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: Email,
}

impl TryFrom<(&Draft, &RuleContext<'_>)> for Claim {
    type Error = Vec<Violation>;

    /// Reads the draft as a claim.
    ///
    /// # Errors
    /// Everything that blocks, in the order of the screens.
    fn try_from((draft, ctx): (&Draft, &RuleContext<'_>)) -> Result<Self, Vec<Violation>> {
        let verdict = verdict(ctx, draft, Stage::AddCustomer);
        let blocking = || verdict.blocking().cloned().collect::<Vec<_>>();
        if !verdict.passes() {
            return Err(blocking());
        }
        // Reading cannot fail where the rules passed; the property test
        // `a_draft_that_passes_is_a_claim` holds rules and reading together.
        read(&draft.normalised(), ctx).ok_or_else(blocking)
    }
}

fn read(draft: &Draft, ctx: &RuleContext) -> Option<Claim> {
    Some(Claim {
        edition: ctx.edition.id,
        name: draft.claim_name.clone(),
        partner_id: PartnerId::parse(&draft.partner_id).ok()?,
        tenant_id: Guid::parse(&draft.tenant_id).ok()?,
        domain: Domain::parse(&draft.domain).ok(),
        subject: read_subject(draft)?,
        customer_contact: CustomerContact {
            name: draft.customer_contact.name.clone(),
            title: draft.customer_contact.title.clone(),
            email: Email::parse(&draft.customer_contact.email).ok()?,
        },
        partner_contact: OwnContact {
            name: draft.partner_contact.name.clone(),
            email: Email::parse(&draft.partner_contact.email).ok()?,
        },
    })
}

fn read_subject(draft: &Draft) -> Option<Subject> {
    Some(match draft.partner_role? {
        PartnerRole::UseOrConsume => Subject::UseOrConsume {
            opt_out: draft.opt_out,
            workloads: draft
                .workloads
                .iter()
                .map(|code| Item::read(code, &catalog::WORKLOADS))
                .collect::<Option<_>>()?,
        },
        PartnerRole::PreSales => Subject::PreSales(read_products(draft)?),
        PartnerRole::UsageRecognition => Subject::UsageRecognition(read_products(draft)?),
        PartnerRole::RevenueAssociation => Subject::RevenueAssociation {
            products: read_products(draft)?,
            seller_name: draft.seller_name.clone(),
            customer_name: draft.customer_name.clone(),
            isv_solution: draft.isv_solution.clone(),
        },
    })
}

fn read_products(draft: &Draft) -> Option<Products> {
    let entries = draft.products.iter().map(|entry| {
        let item = Item::read(&entry.product, &catalog::PRODUCTS)?;
        Some((item, Guid::parse(&entry.subscription_id).ok()?))
    });
    Some(Products {
        purchase_channel: draft.purchase_channel,
        entries: entries.collect::<Option<_>>()?,
    })
}

impl Subject {
    /// The partner role.
    pub const fn role(&self) -> PartnerRole {
        match self {
            Self::UseOrConsume { .. } => PartnerRole::UseOrConsume,
            Self::PreSales(_) => PartnerRole::PreSales,
            Self::UsageRecognition(_) => PartnerRole::UsageRecognition,
            Self::RevenueAssociation { .. } => PartnerRole::RevenueAssociation,
        }
    }
}

impl Claim {
    /// The solution area.
    pub const fn area(&self) -> SolutionArea {
        self.subject.role().area()
    }

    /// Whether an approval can lead to an incentive payment.
    pub const fn pays_incentive(&self) -> bool {
        match &self.subject {
            Subject::UseOrConsume { opt_out, .. } => !*opt_out,
            other => other.role().pays_incentive(),
        }
    }

    /// Items with their subscriptions, by code.
    pub fn items(&self) -> Vec<(String, Option<&Guid>)> {
        match &self.subject {
            Subject::UseOrConsume { workloads, .. } => {
                workloads.iter().map(|item| (item.code(), None)).collect()
            }
            Subject::PreSales(products)
            | Subject::UsageRecognition(products)
            | Subject::RevenueAssociation { products, .. } => {
                products.entries.iter().map(|(item, id)| (item.code(), Some(id))).collect()
            }
        }
    }
}

impl From<&Claim> for Draft {
    /// The claim as a draft in normal form. What the claim does not use (a
    /// product left over from another solution area, say) is gone.
    fn from(claim: &Claim) -> Self {
        let mut draft = Self {
            edition: claim.edition,
            solution_area: Some(claim.area()),
            partner_role: Some(claim.subject.role()),
            claim_name: claim.name.clone(),
            partner_id: claim.partner_id.as_str().to_owned(),
            tenant_id: claim.tenant_id.to_string(),
            domain: claim.domain.as_ref().map_or_else(String::new, |d| d.as_str().to_owned()),
            customer_contact: Contact {
                name: claim.customer_contact.name.clone(),
                title: claim.customer_contact.title.clone(),
                email: claim.customer_contact.email.as_str().to_owned(),
            },
            partner_contact: PartnerContact {
                name: claim.partner_contact.name.clone(),
                email: claim.partner_contact.email.as_str().to_owned(),
            },
            ..Self::default()
        };
        match &claim.subject {
            Subject::UseOrConsume { opt_out, workloads } => {
                draft.opt_out = *opt_out;
                draft.workloads = workloads.iter().map(Item::code).collect();
            }
            Subject::PreSales(products) | Subject::UsageRecognition(products) => {
                write_products(&mut draft, products);
            }
            Subject::RevenueAssociation { products, seller_name, customer_name, isv_solution } => {
                write_products(&mut draft, products);
                draft.seller_name.clone_from(seller_name);
                draft.customer_name.clone_from(customer_name);
                draft.isv_solution.clone_from(isv_solution);
            }
        }
        draft
    }
}

fn write_products(draft: &mut Draft, products: &Products) {
    draft.purchase_channel = products.purchase_channel;
    draft.products = products
        .entries
        .iter()
        .map(|(item, id)| ProductEntry { product: item.code(), subscription_id: id.to_string() })
        .collect();
}

impl Draft {
    /// The draft with what belongs to the claim in normal form, and the proof,
    /// comment and acknowledgements as they are. This is what is sent.
    #[must_use]
    pub fn settled(&self, claim: &Claim) -> Self {
        let own = self.normalised();
        Self {
            public_sector: own.public_sector,
            poe_files: own.poe_files,
            poe_names_items: own.poe_names_items,
            comment: own.comment,
            acknowledgements: own.acknowledgements,
            ..Self::from(claim)
        }
    }
}
