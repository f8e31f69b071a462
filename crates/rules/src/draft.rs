//! A draft: what was typed.
//!
//! Shaped like the screens and always storable: text stays as it was typed,
//! and nothing here refuses anything. What a draft means is a
//! [`Claim`](crate::Claim).

use crate::association::{PartnerRole, SolutionArea};
use crate::bounds;
use crate::catalog;
use crate::edition::EditionId;
use crate::field::Field;
use crate::ids;
use serde::{Deserialize, Serialize};

/// A claim as it is being written.
///
/// Also the form in which a claim travels: a claim that passed its checks is
/// written back as a draft in normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// The rules under which the claim is made.
    pub edition: EditionId,
    /// First choice.
    pub solution_area: Option<SolutionArea>,
    /// Second choice; depends on the first.
    pub partner_role: Option<PartnerRole>,
    /// Pre-sales as well as usage, in one claim; 2019 to 2021 only.
    ///
    /// Left out when empty, as the technical contact is: a draft that does not
    /// use them is stored as it was before they existed.
    #[serde(skip_serializing_if = "is_false")]
    pub also_pre_sales: bool,
    /// The partner's own name for the claim.
    pub claim_name: String,
    /// ID of the partner's location.
    pub partner_id: String,
    /// GUID of the customer's tenant.
    pub tenant_id: String,
    /// The tenant's domain name; optional since 2023, required before.
    pub domain: String,
    /// No incentive wanted; Modern Work and Security only.
    pub opt_out: bool,
    /// Codes of workloads (Modern Work and Security).
    pub workloads: Vec<String>,
    /// Products with their subscriptions (Business Applications).
    pub products: Vec<ProductEntry>,
    /// How the customer bought the products.
    pub purchase_channel: Option<PurchaseChannel>,
    /// Dynamics solution seller name (revenue association).
    pub seller_name: String,
    /// Customer name (revenue association).
    pub customer_name: String,
    /// Name of ISV product/solution (revenue association).
    pub isv_solution: String,
    /// Whom the consent mail goes to.
    pub customer_contact: Contact,
    /// Language of the mail to the customer. Left out where it is English, as
    /// it was before there was a choice.
    #[serde(skip_serializing_if = "MailLanguage::is_english")]
    pub mail_language: MailLanguage,
    /// The customer's technical contact (Business Applications, 2019 to 2021).
    #[serde(skip_serializing_if = "Contact::is_empty")]
    pub technical_contact: Contact,
    /// Whom the customer can ask.
    pub partner_contact: PartnerContact,
    /// Whether the customer belongs to the public sector.
    pub public_sector: Option<PublicSector>,
    /// Proof of execution.
    pub poe_files: Vec<PoeFile>,
    /// Claimed items (codes) that the proof names, as ticked in the checklist.
    pub poe_names_items: Vec<String>,
    /// Comment on the whole claim; reviewers read it.
    pub comment: String,
    /// What the submitter confirms.
    pub acknowledgements: Acknowledgements,
}

/// One product with the subscription that is claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProductEntry {
    /// Code of the product in the catalogue, or `other:` and its name.
    pub product: String,
    /// GUID of the customer's subscription.
    pub subscription_id: String,
}

/// A person at the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// Full name.
    pub name: String,
    /// Title: what the person does there.
    pub title: String,
    /// Email address.
    pub email: String,
}

impl Contact {
    /// Whether nothing was typed.
    pub const fn is_empty(&self) -> bool {
        self.name.is_empty() && self.title.is_empty() && self.email.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A person at the partner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PartnerContact {
    /// Full name.
    pub name: String,
    /// Email address; the customer sees it.
    pub email: String,
}

/// Language of the mail to the customer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MailLanguage {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Traditional Chinese as written in Taiwan.
    #[serde(rename = "zh-Hant-TW")]
    TraditionalChinese,
}

impl MailLanguage {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::TraditionalChinese];

    /// The tag of the language, which is also its code.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-Hant-TW",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    const fn is_english(&self) -> bool {
        matches!(self, Self::English)
    }
}

/// How the customer bought the claimed products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PurchaseChannel {
    /// Volume Licensing agreement.
    VolumeLicensing,
    /// Bought from Microsoft on the web.
    WebDirect,
    /// Through a Cloud Solution Provider: cannot be claimed.
    CloudSolutionProvider,
    /// Not known yet.
    Unknown,
}

/// Whether the customer belongs to the public sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PublicSector {
    /// It does not.
    No,
    /// It does, and the proof holds the Public Sector Disclosure.
    YesDisclosed,
    /// It does, and the disclosure is missing still.
    YesNotDisclosed,
}

/// One file of the proof of execution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PoeFile {
    /// SHA-256 of the content, lower-case hex. Names the file everywhere.
    pub sha256: String,
    /// Name that the file had on the partner's computer; for display only.
    pub name: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Media type by content.
    pub media_type: String,
    /// Comment on this file.
    pub comment: String,
    /// Date of the customer's acknowledgement in the document, `YYYY-MM-DD` as typed.
    pub acknowledged_on: String,
}

/// The boxes ticked before a claim is submitted.
///
/// The documents ask to "complete Acknowledgements" and do not give the
/// texts; these three are ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Acknowledgements {
    /// The information is right and the proof is genuine.
    pub proof_is_genuine: bool,
    /// The customer will be told, may decline, and knows of the claim.
    pub customer_is_informed: bool,
    /// The claim cannot be edited once it is submitted.
    pub editing_ends: bool,
}

impl Draft {
    /// The text as the rules read it: ids in normal form where they can be
    /// read, blanks trimmed, nothing that cannot be seen. What cannot be read stays
    /// as it was typed.
    ///
    /// Doing it twice changes nothing more.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let mut draft = self.clone();
        draft.clear_unseen();
        for text in [
            &mut draft.claim_name,
            &mut draft.seller_name,
            &mut draft.customer_name,
            &mut draft.isv_solution,
            &mut draft.customer_contact.name,
            &mut draft.customer_contact.title,
            &mut draft.technical_contact.name,
            &mut draft.technical_contact.title,
            &mut draft.partner_contact.name,
            &mut draft.comment,
        ] {
            *text = text.trim().to_owned();
        }
        draft.partner_id = ids::normal_partner_id(&draft.partner_id);
        draft.tenant_id = ids::normal_guid(&draft.tenant_id);
        draft.domain = ids::normal_domain(&draft.domain);
        for email in [
            &mut draft.customer_contact.email,
            &mut draft.technical_contact.email,
            &mut draft.partner_contact.email,
        ] {
            *email = ids::normal_email(email);
        }
        for code in draft.workloads.iter_mut().chain(&mut draft.poe_names_items) {
            *code = catalog::normal_code(code);
        }
        for entry in &mut draft.products {
            entry.product = catalog::normal_code(&entry.product);
            entry.subscription_id = ids::normal_guid(&entry.subscription_id);
        }
        for file in &mut draft.poe_files {
            file.comment = file.comment.trim().to_owned();
            file.acknowledged_on = file.acknowledged_on.trim().to_owned();
        }
        draft
    }

    fn clear_unseen(&mut self) {
        for field in Field::KINDS {
            if let Some(text) = self.text_mut(*field) {
                bounds::clear(text, bounds::has_lines(*field));
            }
        }
        for code in self.workloads.iter_mut().chain(&mut self.poe_names_items) {
            bounds::clear(code, false);
        }
        for entry in &mut self.products {
            bounds::clear(&mut entry.product, false);
            bounds::clear(&mut entry.subscription_id, false);
        }
        for file in &mut self.poe_files {
            bounds::clear(&mut file.name, false);
            bounds::clear(&mut file.comment, true);
            bounds::clear(&mut file.acknowledged_on, false);
        }
    }

    /// Codes of the items that the draft claims in its present area.
    pub fn claimed_items(&self) -> Vec<&str> {
        match self.solution_area {
            Some(SolutionArea::ModernWorkAndSecurity) => {
                self.workloads.iter().map(String::as_str).collect()
            }
            Some(SolutionArea::BusinessApplications) => {
                self.products.iter().map(|entry| entry.product.as_str()).collect()
            }
            None => Vec::new(),
        }
    }

    /// Whether anything was typed at all.
    pub fn is_untouched(&self) -> bool {
        *self == Self { edition: self.edition, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_without_the_newer_fields_is_stored_as_before_them() {
        let keys = |draft: &Draft| -> Vec<String> {
            let stored = serde_json::to_value(draft).unwrap();
            stored.as_object().unwrap().keys().cloned().collect()
        };
        let newer = ["also_pre_sales", "technical_contact", "mail_language"];
        assert_eq!(keys(&Draft::default()).len(), 21);
        assert!(!keys(&Draft::default()).iter().any(|key| newer.contains(&key.as_str())));
        let with_all = Draft {
            also_pre_sales: true,
            mail_language: MailLanguage::TraditionalChinese,
            technical_contact: Contact { email: "x".into(), ..Contact::default() },
            ..Draft::default()
        };
        assert!(newer.iter().all(|key| keys(&with_all).iter().any(|other| other == key)));
        let stored = serde_json::to_string(&with_all).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&stored).unwrap(), with_all);
    }

    #[test]
    fn the_language_of_the_mail_is_stored_by_its_tag() {
        for language in MailLanguage::ALL {
            assert_eq!(serde_json::to_value(language).unwrap(), language.tag());
            assert_eq!(MailLanguage::from_tag(language.tag()), Some(language));
        }
        let old: Draft = serde_json::from_str("{}").unwrap();
        assert_eq!(old.mail_language, MailLanguage::English);
        assert_eq!(MailLanguage::from_tag("fr"), None);
    }
}
