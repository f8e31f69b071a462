//! What may be edited where an edition differs from today's.

use crate::field::Field;
use crate::life_cycle::Editable;

/// *Partner action required* from 2019 to 2021: today's fields and the
/// technical contact, without the acknowledgements.
pub(super) const BEFORE_2023: Editable = Editable::Only(&[
    Field::PartnerId,
    Field::Workloads,
    Field::Workload(0),
    Field::Products,
    Field::Product(0),
    Field::SubscriptionId(0),
    Field::PurchaseChannel,
    Field::CustomerContactName,
    Field::CustomerContactTitle,
    Field::CustomerContactEmail,
    Field::MailLanguage,
    Field::TechnicalContactName,
    Field::TechnicalContactTitle,
    Field::TechnicalContactEmail,
    Field::PartnerContactName,
    Field::PartnerContactEmail,
    Field::PublicSector,
    Field::PoeFiles,
    Field::PoeFile(0),
    Field::PoeFileComment(0),
    Field::PoeAcknowledgedOn(0),
    Field::PoeNamesItems,
    Field::Comment,
]);
