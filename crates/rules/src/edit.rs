//! What a change to a claim may touch.
//!
//! A screen asks [`Editable`] which controls to open; a server, which gets the
//! whole draft again, asks [`Status::forbidden_changes`] what was changed that
//! must not be.
//!
//! The edition is no field: a claim keeps it for life, and who stores the
//! claim sees to that.

use crate::draft::Draft;
use crate::field::Field;
use crate::life_cycle::{Editable, Status};

impl Status {
    /// Fields that differ between the two drafts although this status keeps
    /// them; of a list only the list itself is named. Both drafts are compared
    /// in normal form, so a blank more or less is no change.
    ///
    /// In *Approved* files can be added, and none taken away or altered: they
    /// are what the approval rests on. The same holds in *Submitted* where an
    /// edition opens it: the documents say "add additional `PoE`".
    pub fn forbidden_changes(self, before: &Draft, after: &Draft) -> Vec<Field> {
        let editable = self.editable_in(before.edition.get());
        if editable == Editable::Everything {
            return Vec::new();
        }
        let (before, after) = (before.normalised(), after.normalised());
        let is_forbidden = |field: Field| {
            let adds_only = matches!(self, Self::Approved | Self::Submitted);
            if adds_only && field == Field::PoeFiles && editable.allows(field) {
                !after.poe_files.starts_with(&before.poe_files)
            } else {
                !editable.allows(field) && differs(field, &before, &after)
            }
        };
        Field::KINDS.iter().copied().filter(|field| is_forbidden(*field)).collect()
    }
}

/// Whether the drafts differ in this field. Entries of lists are compared with
/// their list.
fn differs(field: Field, before: &Draft, after: &Draft) -> bool {
    match field {
        Field::SolutionArea => before.solution_area != after.solution_area,
        Field::PartnerRole => before.partner_role != after.partner_role,
        Field::AlsoPreSales
        | Field::OptOut
        | Field::ProofIsGenuine
        | Field::CustomerIsInformed
        | Field::EditingEnds => before.is_ticked(field) != after.is_ticked(field),
        Field::Workloads => before.workloads != after.workloads,
        Field::Products => before.products != after.products,
        Field::MailLanguage => before.mail_language != after.mail_language,
        Field::PurchaseChannel => before.purchase_channel != after.purchase_channel,
        Field::PublicSector => before.public_sector != after.public_sector,
        Field::PoeFiles => before.poe_files != after.poe_files,
        Field::PoeNamesItems => before.poe_names_items != after.poe_names_items,
        Field::ClaimName
        | Field::PartnerId
        | Field::TenantId
        | Field::Domain
        | Field::SellerName
        | Field::CustomerName
        | Field::IsvSolution
        | Field::CustomerContactName
        | Field::CustomerContactTitle
        | Field::CustomerContactEmail
        | Field::TechnicalContactName
        | Field::TechnicalContactTitle
        | Field::TechnicalContactEmail
        | Field::PartnerContactName
        | Field::PartnerContactEmail
        | Field::Comment => before.text(field) != after.text(field),
        Field::Workload(_)
        | Field::Product(_)
        | Field::SubscriptionId(_)
        | Field::PoeFile(_)
        | Field::PoeFileComment(_)
        | Field::PoeAcknowledgedOn(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::PoeFile;

    fn with_file(names: &[&str]) -> Draft {
        Draft {
            poe_files: names
                .iter()
                .map(|name| PoeFile { name: (*name).into(), ..PoeFile::default() })
                .collect(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_submitted_claim_keeps_everything() {
        let after = Draft { claim_name: "Other".into(), ..Draft::default() };
        let found = Status::Submitted.forbidden_changes(&Draft::default(), &after);
        assert_eq!(found, [Field::ClaimName]);
        assert_eq!(Status::Draft.forbidden_changes(&Draft::default(), &after), []);
        let blanks = Draft { claim_name: "  ".into(), ..Draft::default() };
        assert_eq!(Status::Submitted.forbidden_changes(&Draft::default(), &blanks), []);
    }

    #[test]
    fn an_approved_claim_takes_newer_proof_and_loses_none() {
        let one = with_file(&["a.pdf"]);
        let two = with_file(&["a.pdf", "b.pdf"]);
        assert_eq!(Status::Approved.forbidden_changes(&one, &two), []);
        assert_eq!(Status::Approved.forbidden_changes(&two, &one), [Field::PoeFiles]);
        let other = with_file(&["c.pdf", "b.pdf"]);
        assert_eq!(Status::Approved.forbidden_changes(&one, &other), [Field::PoeFiles]);
        assert_eq!(Status::PartnerActionRequired.forbidden_changes(&two, &one), []);
    }
}
