//! A claim: what a draft means.
//!
//! No field is missing that the rules ask for, and no text is left that has
//! to be read again. [`Claim::try_from`] is the only way to one.

use crate::association::{PartnerRole, SolutionArea};
use crate::catalog;
use crate::check::{RuleContext, Stage, verdict};
use crate::draft::{Contact, Draft, MailLanguage, PartnerContact, ProductEntry, PurchaseChannel};
use crate::edition::{EditionId, SubscriptionNeed};
use crate::ids::{Domain, Email, Guid, GuidProblem, PartnerId};
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
    /// Whom customer and reviewers can ask; a revenue association of 2019 to
    /// 2021 names nobody.
    pub contacts: Option<Contacts>,
}

/// The people of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacts {
    /// Contact at the customer.
    pub customer: CustomerContact,
    /// Technical contact at the customer; Business Applications, 2019 to 2021.
    pub technical: Option<CustomerContact>,
    /// Contact at the partner.
    pub partner: OwnContact,
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
    /// Usage and pre-sales in one claim; 2019 to 2021.
    UsageAndPreSales(Products),
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
    /// At least one, each with its subscription; before 2023 a product of which
    /// the customer has one only needs none.
    pub entries: Vec<(Item, Option<Guid>)>,
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
        subject: read_subject(draft, ctx)?,
        contacts: if ctx.edition.form.asks_contacts(draft.partner_role) {
            Some(read_contacts(draft, ctx)?)
        } else {
            None
        },
    })
}

fn read_contacts(draft: &Draft, ctx: &RuleContext) -> Option<Contacts> {
    let at_customer = |contact: &Contact| {
        Some(CustomerContact {
            name: contact.name.clone(),
            title: contact.title.clone(),
            email: Email::parse(&contact.email).ok()?,
        })
    };
    let technical = if ctx.edition.form.asks_technical_contact(draft.partner_role) {
        Some(at_customer(&draft.technical_contact)?)
    } else {
        None
    };
    Some(Contacts {
        customer: at_customer(&draft.customer_contact)?,
        technical,
        partner: OwnContact {
            name: draft.partner_contact.name.clone(),
            email: Email::parse(&draft.partner_contact.email).ok()?,
        },
    })
}

fn read_subject(draft: &Draft, ctx: &RuleContext) -> Option<Subject> {
    Some(match draft.partner_role? {
        PartnerRole::UseOrConsume => Subject::UseOrConsume {
            opt_out: draft.opt_out,
            workloads: draft
                .workloads
                .iter()
                .map(|code| Item::read(code, ctx.edition.workloads))
                .collect::<Option<_>>()?,
        },
        PartnerRole::PreSales => Subject::PreSales(read_products(draft, ctx)?),
        PartnerRole::UsageRecognition if draft.also_pre_sales => {
            Subject::UsageAndPreSales(read_products(draft, ctx)?)
        }
        PartnerRole::UsageRecognition => Subject::UsageRecognition(read_products(draft, ctx)?),
        PartnerRole::RevenueAssociation => Subject::RevenueAssociation {
            products: read_products(draft, ctx)?,
            seller_name: draft.seller_name.clone(),
            customer_name: draft.customer_name.clone(),
            isv_solution: draft.isv_solution.clone(),
        },
    })
}

fn read_products(draft: &Draft, ctx: &RuleContext) -> Option<Products> {
    let entries = draft.products.iter().map(|entry| {
        let item = Item::read(&entry.product, ctx.edition.products)?;
        let may_be_left_out = ctx.edition.form.subscription == SubscriptionNeed::IfUnclear;
        let subscription = match Guid::parse(&entry.subscription_id) {
            Ok(id) => Some(id),
            Err(GuidProblem::Empty) if may_be_left_out => None,
            Err(_) => return None,
        };
        Some((item, subscription))
    });
    Some(Products {
        purchase_channel: draft.purchase_channel,
        entries: entries.collect::<Option<_>>()?,
    })
}

impl Subject {
    /// The partner role; of usage and pre-sales together it is usage.
    pub const fn role(&self) -> PartnerRole {
        match self {
            Self::UseOrConsume { .. } => PartnerRole::UseOrConsume,
            Self::PreSales(_) => PartnerRole::PreSales,
            Self::UsageRecognition(_) | Self::UsageAndPreSales(_) => PartnerRole::UsageRecognition,
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
    pub fn pays_incentive(&self) -> bool {
        let opted_out = matches!(&self.subject, Subject::UseOrConsume { opt_out: true, .. });
        !opted_out && self.edition.get().pays_incentive(self.subject.role())
    }

    /// Items with their subscriptions, by code.
    pub fn items(&self) -> Vec<(String, Option<&Guid>)> {
        match &self.subject {
            Subject::UseOrConsume { workloads, .. } => {
                workloads.iter().map(|item| (item.code(), None)).collect()
            }
            Subject::PreSales(products)
            | Subject::UsageRecognition(products)
            | Subject::UsageAndPreSales(products)
            | Subject::RevenueAssociation { products, .. } => {
                products.entries.iter().map(|(item, id)| (item.code(), id.as_ref())).collect()
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
            ..Self::default()
        };
        if let Some(contacts) = &claim.contacts {
            write_contacts(&mut draft, contacts);
        }
        match &claim.subject {
            Subject::UseOrConsume { opt_out, workloads } => {
                draft.opt_out = *opt_out;
                draft.workloads = workloads.iter().map(Item::code).collect();
            }
            Subject::PreSales(products) | Subject::UsageRecognition(products) => {
                write_products(&mut draft, products);
            }
            Subject::UsageAndPreSales(products) => {
                draft.also_pre_sales = true;
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

fn write_contacts(draft: &mut Draft, contacts: &Contacts) {
    let at_customer = |contact: &CustomerContact| Contact {
        name: contact.name.clone(),
        title: contact.title.clone(),
        email: contact.email.as_str().to_owned(),
    };
    draft.customer_contact = at_customer(&contacts.customer);
    if let Some(technical) = &contacts.technical {
        draft.technical_contact = at_customer(technical);
    }
    draft.partner_contact = PartnerContact {
        name: contacts.partner.name.clone(),
        email: contacts.partner.email.as_str().to_owned(),
    };
}

fn write_products(draft: &mut Draft, products: &Products) {
    draft.purchase_channel = products.purchase_channel;
    draft.products = products
        .entries
        .iter()
        .map(|(item, id)| ProductEntry {
            product: item.code(),
            subscription_id: id.as_ref().map_or_else(String::new, Guid::to_string),
        })
        .collect();
}

impl Draft {
    /// The draft with what belongs to the claim in normal form, and the proof,
    /// comment and acknowledgements as they are. This is what is sent.
    #[must_use]
    pub fn settled(&self, claim: &Claim) -> Self {
        let own = self.normalised();
        let sends_mail = claim.subject.role().sends_consent_email();
        Self {
            // No mail, no language: a choice made before the role changed is dropped.
            mail_language: if sends_mail { own.mail_language } else { MailLanguage::default() },
            public_sector: own.public_sector,
            poe_files: own.poe_files,
            poe_names_items: own.poe_names_items,
            comment: own.comment,
            acknowledgements: own.acknowledgements,
            ..Self::from(claim)
        }
    }
}
