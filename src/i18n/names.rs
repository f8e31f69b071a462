//! Texts for the enums of the domain: labels, meanings, what acts.
//!
//! Names of statuses, roles and engagements are those of the documents and
//! stand in `cpor_rules`; here is what explains them.

use super::T;
use cpor_rules::{
    Actor, DeadlineKind, EditionId, Field, Ground, MailLanguage, PartnerRole, PurchaseChannel,
    SolutionArea, Status, Step, UserRole,
};

/// The name of a status, as the documents of today write it; a claim shows
/// that of its own edition.
pub const fn status(status: Status) -> &'static str {
    cpor_rules::edition::CURRENT.names.status(status)
}

/// What a status means.
pub const fn status_meaning(status: Status) -> T {
    match status {
        Status::Draft => T::MeaningDraft,
        Status::Submitted => T::MeaningSubmitted,
        Status::UnderReview => T::MeaningUnderReview,
        Status::PartnerActionRequired => T::MeaningPartnerActionRequired,
        Status::Approved => T::MeaningApproved,
        Status::Rejected => T::MeaningRejected,
        Status::Dispute => T::MeaningDispute,
        Status::RejectedFinal => T::MeaningRejectedFinal,
        Status::CustomerConsentDenied => T::MeaningCustomerConsentDenied,
    }
}

/// Who acts next.
pub const fn acts(status: Status) -> T {
    match status.waits_for() {
        Some(Actor::Partner) => T::ActsPartner,
        Some(Actor::Microsoft) => T::ActsMicrosoft,
        Some(Actor::Customer | Actor::System) | None => T::ActsNobody,
    }
}

/// The time whose rules an edition holds.
pub const fn edition(edition: EditionId) -> T {
    match edition {
        EditionId::Fy20 => T::EditionFy20,
        EditionId::Fy21 => T::EditionFy21,
        EditionId::Oct2023 => T::EditionOct2023,
        EditionId::Current => T::EditionCurrent,
    }
}

/// What a deadline is.
pub const fn deadline(kind: DeadlineKind) -> T {
    match kind {
        DeadlineKind::ReviewStart => T::DeadlineReviewStart,
        DeadlineKind::Review => T::DeadlineReview,
        DeadlineKind::PartnerAction => T::DeadlinePartnerAction,
        DeadlineKind::ConsentWindow => T::DeadlineConsentWindow,
        DeadlineKind::DisputeRight => T::DeadlineDisputeRight,
        DeadlineKind::DisputeAnswer => T::DeadlineDisputeAnswer,
    }
}

/// A ground of a decision, in words.
pub const fn ground(ground: Ground) -> T {
    match ground {
        Ground::MissingProof => T::GroundMissingProof,
        Ground::MissingAcknowledgement => T::GroundMissingAcknowledgement,
        Ground::MissingDates => T::GroundMissingDates,
        Ground::MissingService => T::GroundMissingService,
        Ground::MissingItems => T::GroundMissingItems,
        Ground::InsufficientProof => T::GroundInsufficientProof,
        Ground::MissingConsent => T::GroundMissingConsent,
        Ground::ProofUnavailable => T::GroundProofUnavailable,
        Ground::PartnerRequest => T::GroundPartnerRequest,
        Ground::CompetingClaim => T::GroundCompetingClaim,
        Ground::Other => T::GroundOther,
        Ground::NoPartnerResponse => T::GroundNoPartnerResponse,
        Ground::CustomerDeclined => T::GroundCustomerDeclined,
        Ground::Disassociated => T::GroundDisassociated,
    }
}

/// The name of a step.
pub const fn step(step: Step) -> T {
    match step {
        Step::Role => T::StepRole,
        Step::Details => T::StepDetails,
        Step::Workloads => T::StepWorkloads,
        Step::Products => T::StepProducts,
        Step::Revenue => T::StepRevenue,
        Step::Contacts => T::StepContacts,
        Step::Review => T::StepReview,
        Step::Proof => T::StepProof,
        Step::Submit => T::StepSubmit,
    }
}

/// The hint beside a solution area.
pub const fn area_hint(area: SolutionArea) -> T {
    match area {
        SolutionArea::ModernWorkAndSecurity => T::AreaModernWorkHint,
        SolutionArea::BusinessApplications => T::AreaBusinessHint,
    }
}

/// The "applicable for" text of a partner role.
pub const fn role_for(role: PartnerRole) -> T {
    match role {
        PartnerRole::UseOrConsume => T::RoleUseOrConsumeFor,
        PartnerRole::PreSales => T::RolePreSalesFor,
        PartnerRole::UsageRecognition => T::RoleUsageFor,
        PartnerRole::RevenueAssociation => T::RoleRevenueFor,
    }
}

/// What a claim in this role needs.
pub const fn role_needs(role: PartnerRole) -> T {
    match role {
        PartnerRole::UseOrConsume => T::NeedsWorkloads,
        PartnerRole::PreSales | PartnerRole::UsageRecognition => T::NeedsProducts,
        PartnerRole::RevenueAssociation => T::NeedsRevenue,
    }
}

/// How a product was bought.
pub const fn purchase_channel(channel: PurchaseChannel) -> T {
    match channel {
        PurchaseChannel::VolumeLicensing => T::PurchaseVolumeLicensing,
        PurchaseChannel::WebDirect => T::PurchaseWebDirect,
        PurchaseChannel::CloudSolutionProvider => T::PurchaseCsp,
        PurchaseChannel::Unknown => T::PurchaseUnknown,
    }
}

/// The name of a person's role.
pub const fn user_role(role: UserRole) -> T {
    match role {
        UserRole::IncentivesAdmin => T::RoleIncentivesAdmin,
        UserRole::IncentivesUser => T::RoleIncentivesUser,
        UserRole::Reviewer => T::RoleReviewer,
    }
}

/// A language, in itself.
pub const fn mail_language(language: MailLanguage) -> &'static str {
    match language {
        MailLanguage::English => "English",
        MailLanguage::TraditionalChinese => "繁體中文",
    }
}

/// The label of a field.
pub const fn field(field: Field) -> T {
    match field {
        Field::SolutionArea => T::SolutionAreaLabel,
        Field::PartnerRole => T::PartnerRoleLabel,
        Field::AlsoPreSales => T::PreSalesTick,
        Field::ClaimName => T::ClaimNameLabel,
        Field::PartnerId => T::PartnerIdLabel,
        Field::TenantId => T::TenantIdLabel,
        Field::Domain => T::DomainLabel,
        Field::OptOut => T::OptOutShort,
        Field::Workloads | Field::Workload(_) => T::StepWorkloads,
        Field::Products => T::StepProducts,
        Field::Product(_) => T::ProductLabel,
        Field::SubscriptionId(_) => T::SubscriptionIdLabel,
        Field::PurchaseChannel => T::PurchaseChannelLabel,
        Field::SellerName => T::SellerNameLabel,
        Field::CustomerName => T::CustomerNameLabel,
        Field::IsvSolution => T::IsvSolutionLabel,
        Field::CustomerContactName | Field::TechnicalContactName | Field::PartnerContactName => {
            T::ContactNameLabel
        }
        Field::CustomerContactTitle | Field::TechnicalContactTitle => T::ContactTitleLabel,
        Field::CustomerContactEmail | Field::TechnicalContactEmail | Field::PartnerContactEmail => {
            T::ContactEmailLabel
        }
        Field::MailLanguage => T::MailLanguageLabel,
        Field::PublicSector => T::PublicSectorLabel,
        Field::PoeFiles | Field::PoeFile(_) => T::StepProof,
        Field::PoeNamesItems => T::ProofNamesHeading,
        Field::PoeFileComment(_) | Field::Comment => T::CommentLabel,
        Field::PoeAcknowledgedOn(_) => T::ProofAcknowledgedShort,
        Field::ProofIsGenuine | Field::CustomerIsInformed | Field::EditingEnds => {
            T::AcknowledgementsHeading
        }
    }
}
