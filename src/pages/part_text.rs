//! What a draft holds in one part of it, in words: for versions beside each other.

use crate::i18n::{T, names, t, tf};
use crate::state::conflict::Part;
use cpor_rules::{Draft, PublicSector};

/// The name of a part.
pub fn part_name(part: Part) -> String {
    t(match part {
        Part::Association => T::PartAssociation,
        Part::CustomerContact => T::CustomerContactHeading,
        Part::TechnicalContact => T::TechnicalContactHeading,
        Part::PartnerContact => T::PartnerContactHeading,
        Part::Workloads => T::StepWorkloads,
        Part::Products => T::StepProducts,
        Part::PurchaseChannel => T::PurchaseChannelLabel,
        Part::MailLanguage => T::MailLanguageLabel,
        Part::OptOut => T::OptOutShort,
        Part::PoeFiles => T::StepProof,
        Part::Acknowledgements => T::AcknowledgementsHeading,
        Part::ClaimName
        | Part::PartnerId
        | Part::TenantId
        | Part::Domain
        | Part::SellerName
        | Part::CustomerName
        | Part::IsvSolution
        | Part::PublicSector
        | Part::PoeNamesItems
        | Part::Comment => names::field(part.field()),
    })
}

/// What a draft holds there, line by line; "not given" where that is nothing.
pub fn part_value(part: Part, draft: &Draft) -> String {
    let edition = draft.edition.get();
    let lines: Vec<String> = match part {
        Part::Association => {
            let area = draft.solution_area.map(|area| edition.names.area(area).to_owned());
            let role = draft.partner_role.map(|role| edition.role_name(role, draft.also_pre_sales));
            area.into_iter().chain(role).collect()
        }
        Part::Workloads => items(draft, &draft.workloads),
        Part::PoeNamesItems => items(draft, &draft.poe_names_items),
        Part::Products => draft
            .products
            .iter()
            .map(|entry| format!("{} {}", edition.item_name(&entry.product), entry.subscription_id))
            .collect(),
        Part::CustomerContact => person(&draft.customer_contact),
        Part::TechnicalContact => person(&draft.technical_contact),
        Part::PartnerContact => {
            vec![draft.partner_contact.name.clone(), draft.partner_contact.email.clone()]
        }
        Part::OptOut => vec![t(if draft.opt_out { T::Yes } else { T::No })],
        Part::MailLanguage => vec![names::mail_language(draft.mail_language).to_owned()],
        Part::PurchaseChannel => draft
            .purchase_channel
            .map(|channel| t(names::purchase_channel(channel)))
            .into_iter()
            .collect(),
        Part::PublicSector => draft
            .public_sector
            .map(|answer| {
                t(match answer {
                    PublicSector::No => T::PublicSectorNo,
                    PublicSector::YesDisclosed => T::PublicSectorYes,
                    PublicSector::YesNotDisclosed => T::PublicSectorMissing,
                })
            })
            .into_iter()
            .collect(),
        Part::PoeFiles => draft
            .poe_files
            .iter()
            .map(|file| {
                [&file.name, &file.acknowledged_on, &file.comment]
                    .into_iter()
                    .filter(|text| !text.trim().is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" · ")
            })
            .collect(),
        Part::Acknowledgements => {
            let given = draft.acknowledgements;
            let count = [given.proof_is_genuine, given.customer_is_informed, given.editing_ends]
                .into_iter()
                .filter(|given| *given)
                .count();
            vec![tf(T::PartAcknowledged, &[("n", &count.to_string())])]
        }
        Part::ClaimName
        | Part::PartnerId
        | Part::TenantId
        | Part::Domain
        | Part::SellerName
        | Part::CustomerName
        | Part::IsvSolution
        | Part::Comment => vec![draft.text(part.field()).to_owned()],
    };
    let text =
        lines.into_iter().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    if text.is_empty() { t(T::NotGiven) } else { text }
}

fn items(draft: &Draft, codes: &[String]) -> Vec<String> {
    let edition = draft.edition.get();
    codes.iter().map(|code| edition.item_name(code).to_owned()).collect()
}

fn person(contact: &cpor_rules::Contact) -> Vec<String> {
    vec![contact.name.clone(), contact.title.clone(), contact.email.clone()]
}
