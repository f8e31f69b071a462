//! Reading and writing one field of a draft by its path.
//!
//! A screen binds a control to a [`Field`] and needs no code of its own for it.

use crate::draft::Draft;
use crate::field::Field;

impl Draft {
    /// The text of a text field; empty for fields that hold no text and for
    /// entries that do not exist.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::ClaimName => &self.claim_name,
            Field::PartnerId => &self.partner_id,
            Field::TenantId => &self.tenant_id,
            Field::Domain => &self.domain,
            Field::SellerName => &self.seller_name,
            Field::CustomerName => &self.customer_name,
            Field::IsvSolution => &self.isv_solution,
            Field::CustomerContactName => &self.customer_contact.name,
            Field::CustomerContactTitle => &self.customer_contact.title,
            Field::CustomerContactEmail => &self.customer_contact.email,
            Field::TechnicalContactName => &self.technical_contact.name,
            Field::TechnicalContactTitle => &self.technical_contact.title,
            Field::TechnicalContactEmail => &self.technical_contact.email,
            Field::PartnerContactName => &self.partner_contact.name,
            Field::PartnerContactEmail => &self.partner_contact.email,
            Field::Comment => &self.comment,
            Field::Workload(index) => {
                self.workloads.get(usize::from(index)).map_or("", String::as_str)
            }
            Field::Product(index) => {
                self.products.get(usize::from(index)).map_or("", |entry| &entry.product)
            }
            Field::SubscriptionId(index) => {
                self.products.get(usize::from(index)).map_or("", |entry| &entry.subscription_id)
            }
            Field::PoeFile(index) => {
                self.poe_files.get(usize::from(index)).map_or("", |file| &file.name)
            }
            Field::PoeFileComment(index) => {
                self.poe_files.get(usize::from(index)).map_or("", |file| &file.comment)
            }
            Field::PoeAcknowledgedOn(index) => {
                self.poe_files.get(usize::from(index)).map_or("", |file| &file.acknowledged_on)
            }
            Field::SolutionArea
            | Field::PartnerRole
            | Field::AlsoPreSales
            | Field::OptOut
            | Field::Workloads
            | Field::Products
            | Field::PurchaseChannel
            | Field::MailLanguage
            | Field::PublicSector
            | Field::PoeFiles
            | Field::PoeNamesItems
            | Field::ProofIsGenuine
            | Field::CustomerIsInformed
            | Field::EditingEnds => "",
        }
    }

    /// The place of a text that [`Self::text`] reads; `None` where it is no text.
    pub fn text_mut(&mut self, field: Field) -> Option<&mut String> {
        match field {
            Field::ClaimName => Some(&mut self.claim_name),
            Field::PartnerId => Some(&mut self.partner_id),
            Field::TenantId => Some(&mut self.tenant_id),
            Field::Domain => Some(&mut self.domain),
            Field::SellerName => Some(&mut self.seller_name),
            Field::CustomerName => Some(&mut self.customer_name),
            Field::IsvSolution => Some(&mut self.isv_solution),
            Field::CustomerContactName => Some(&mut self.customer_contact.name),
            Field::CustomerContactTitle => Some(&mut self.customer_contact.title),
            Field::CustomerContactEmail => Some(&mut self.customer_contact.email),
            Field::TechnicalContactName => Some(&mut self.technical_contact.name),
            Field::TechnicalContactTitle => Some(&mut self.technical_contact.title),
            Field::TechnicalContactEmail => Some(&mut self.technical_contact.email),
            Field::PartnerContactName => Some(&mut self.partner_contact.name),
            Field::PartnerContactEmail => Some(&mut self.partner_contact.email),
            Field::Comment => Some(&mut self.comment),
            Field::Workload(index) => self.workloads.get_mut(usize::from(index)),
            Field::Product(index) => {
                self.products.get_mut(usize::from(index)).map(|entry| &mut entry.product)
            }
            Field::SubscriptionId(index) => {
                self.products.get_mut(usize::from(index)).map(|entry| &mut entry.subscription_id)
            }
            Field::PoeFile(index) => {
                self.poe_files.get_mut(usize::from(index)).map(|file| &mut file.name)
            }
            Field::PoeFileComment(index) => {
                self.poe_files.get_mut(usize::from(index)).map(|file| &mut file.comment)
            }
            Field::PoeAcknowledgedOn(index) => {
                self.poe_files.get_mut(usize::from(index)).map(|file| &mut file.acknowledged_on)
            }
            Field::SolutionArea
            | Field::PartnerRole
            | Field::AlsoPreSales
            | Field::OptOut
            | Field::Workloads
            | Field::Products
            | Field::PurchaseChannel
            | Field::MailLanguage
            | Field::PublicSector
            | Field::PoeFiles
            | Field::PoeNamesItems
            | Field::ProofIsGenuine
            | Field::CustomerIsInformed
            | Field::EditingEnds => None,
        }
    }

    /// The box of a tick field; `None` where it is none.
    pub fn tick_mut(&mut self, field: Field) -> Option<&mut bool> {
        match field {
            Field::AlsoPreSales => Some(&mut self.also_pre_sales),
            Field::OptOut => Some(&mut self.opt_out),
            Field::ProofIsGenuine => Some(&mut self.acknowledgements.proof_is_genuine),
            Field::CustomerIsInformed => Some(&mut self.acknowledgements.customer_is_informed),
            Field::EditingEnds => Some(&mut self.acknowledgements.editing_ends),
            _ => None,
        }
    }

    /// Whether a tick field is ticked.
    pub fn is_ticked(&self, field: Field) -> bool {
        match field {
            Field::AlsoPreSales => self.also_pre_sales,
            Field::OptOut => self.opt_out,
            Field::ProofIsGenuine => self.acknowledgements.proof_is_genuine,
            Field::CustomerIsInformed => self.acknowledgements.customer_is_informed,
            Field::EditingEnds => self.acknowledgements.editing_ends,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{PoeFile, ProductEntry};

    #[test]
    fn what_is_written_to_a_field_is_read_from_it() {
        let mut draft = Draft {
            workloads: vec![String::new()],
            products: vec![ProductEntry::default()],
            poe_files: vec![PoeFile::default()],
            ..Draft::default()
        };
        for (number, field) in Field::KINDS.iter().enumerate() {
            if let Some(text) = draft.text_mut(*field) {
                *text = number.to_string();
            }
        }
        for (number, field) in Field::KINDS.iter().enumerate() {
            if draft.text_mut(*field).is_some() {
                assert_eq!(draft.text(*field), number.to_string(), "{field}");
            }
        }
    }

    #[test]
    fn an_entry_that_is_gone_reads_empty() {
        assert_eq!(Draft::default().text(Field::SubscriptionId(3)), "");
        assert!(Draft::default().text_mut(Field::SubscriptionId(3)).is_none());
    }
}
