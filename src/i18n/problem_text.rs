//! A violation becomes a sentence here, and nowhere else.

use super::format::{format_date, format_size};
use super::{T, t, tf};
use cpor_rules::violation::SubscriptionProblem;
use cpor_rules::{Field, Problem, Violation, catalog};

/// What to tell the user about a violation: what to do, in one sentence.
/// Reads the present language reactively.
pub fn problem_text(violation: &Violation) -> String {
    match &violation.problem {
        Problem::Missing => t(missing(violation.field)),
        Problem::TooLong { max } => tf(T::TooLong, &[("max", &max.to_string())]),
        Problem::RoleOfOtherArea => t(T::RoleOfOtherArea),
        Problem::NotCombined => t(T::NotCombined),
        Problem::GuidDigits { found } => tf(T::GuidDigits, &[("found", &found.to_string())]),
        Problem::GuidCharacter { character } => {
            tf(T::GuidCharacter, &[("character", &character.to_string())])
        }
        Problem::GuidIsDomain if violation.field == Field::TenantId => t(T::GuidIsDomainTenant),
        Problem::GuidIsDomain => t(T::GuidIsDomainSubscription),
        Problem::GuidSeveral => t(T::GuidSeveral),
        Problem::GuidZero => t(T::GuidZero),
        Problem::NotNumeric => t(T::NotNumeric),
        Problem::DigitCount { min, max } => {
            tf(T::DigitCount, &[("min", &min.to_string()), ("max", &max.to_string())])
        }
        Problem::GlobalAccount => t(T::GlobalAccount),
        Problem::NotEnrolled => t(T::NotEnrolled),
        Problem::UnknownLocation => t(T::UnknownLocation),
        Problem::NotADomain => t(T::NotADomain),
        Problem::DomainOfOtherTenant => t(T::DomainOfOtherTenant),
        Problem::OptOutNotOffered => t(T::OptOutNotOffered),
        Problem::NotInCatalogue => t(T::NotInCatalogue),
        Problem::Repeated { first } => {
            let text = match violation.field {
                Field::PoeFile(_) => T::RepeatedFile,
                _ => T::RepeatedItem,
            };
            tf(text, &[("first", &first.to_string())])
        }
        Problem::AlreadyOurs { claim_name } => tf(T::AlreadyOurs, &[("claim", claim_name)]),
        Problem::HeldByOtherPartner => t(T::HeldByOtherPartner),
        Problem::Subscription { reason } => t(subscription(*reason)),
        Problem::BoughtThroughCsp => t(T::BoughtThroughCsp),
        Problem::EmailWithoutAt => t(T::EmailWithoutAt),
        Problem::EmailDomain => t(T::EmailDomain),
        Problem::EmailCharacter => t(T::EmailCharacter),
        Problem::MailDomainDiffers { domain } => tf(T::MailDomainDiffers, &[("domain", domain)]),
        Problem::FileType => t(T::FileType),
        Problem::FileTooLarge { max_bytes } => {
            tf(T::FileTooLarge, &[("size", &format_size(*max_bytes))])
        }
        Problem::FileEmpty => t(T::FileEmpty),
        Problem::TooMany { max } => tf(T::TooManyFiles, &[("max", &max.to_string())]),
        Problem::NotADate => t(T::NotADate),
        Problem::DateTooEarly { earliest } => {
            tf(T::DateTooEarly, &[("date", &format_date(*earliest))])
        }
        Problem::DateInFuture { latest } => tf(T::DateInFuture, &[("date", &format_date(*latest))]),
        Problem::ItemNotNamed { item } => {
            tf(T::ItemNotNamed, &[("item", catalog::display_name(item))])
        }
        Problem::DisclosureMissing => t(T::DisclosureMissing),
        Problem::NotTicked => t(match violation.field {
            Field::CustomerIsInformed => T::TickInformed,
            Field::EditingEnds => T::TickEditing,
            _ => T::TickGenuine,
        }),
    }
}

const fn missing(field: Field) -> T {
    match field {
        Field::SolutionArea => T::MissingSolutionArea,
        Field::PartnerRole => T::MissingPartnerRole,
        Field::ClaimName => T::MissingClaimName,
        Field::PartnerId => T::MissingPartnerId,
        Field::TenantId => T::MissingTenantId,
        Field::Workloads => T::MissingWorkloads,
        Field::Workload(_) => T::MissingWorkload,
        Field::Products => T::MissingProducts,
        Field::Product(_) => T::MissingProduct,
        Field::SubscriptionId(_) => T::MissingSubscriptionId,
        Field::SellerName => T::MissingSellerName,
        Field::CustomerName => T::MissingCustomerName,
        Field::IsvSolution => T::MissingIsvSolution,
        Field::CustomerContactName => T::MissingCustomerContactName,
        Field::CustomerContactTitle => T::MissingCustomerContactTitle,
        Field::CustomerContactEmail => T::MissingCustomerContactEmail,
        Field::PartnerContactName => T::MissingPartnerContactName,
        Field::PartnerContactEmail => T::MissingPartnerContactEmail,
        Field::PoeFiles => T::MissingPoe,
        Field::AlsoPreSales
        | Field::Domain
        | Field::TechnicalContactName
        | Field::TechnicalContactTitle
        | Field::TechnicalContactEmail
        | Field::OptOut
        | Field::PurchaseChannel
        | Field::MailLanguage
        | Field::PublicSector
        | Field::PoeNamesItems
        | Field::Comment
        | Field::ProofIsGenuine
        | Field::CustomerIsInformed
        | Field::EditingEnds
        | Field::PoeFile(_)
        | Field::PoeFileComment(_) => T::MissingOther,
        Field::PoeAcknowledgedOn(_) => T::MissingAcknowledgedOn,
    }
}

/// Why a subscription cannot be claimed.
pub const fn subscription(reason: SubscriptionProblem) -> T {
    match reason {
        SubscriptionProblem::ProductNotOnTenant => T::SubProductNotOnTenant,
        SubscriptionProblem::NotDynamics => T::SubNotDynamics,
        SubscriptionProblem::Csp => T::SubCsp,
        SubscriptionProblem::NotProvisioned => T::SubNotProvisioned,
        SubscriptionProblem::AlreadyClaimed => T::SubAlreadyClaimed,
        SubscriptionProblem::NotASubscription => T::SubNotASubscription,
    }
}
