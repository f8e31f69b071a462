//! The documents of 2024 and later.

use super::names::{AREAS, ROLES};
use super::{ConsentEmail, Days, Edition, EditionId, Names, form};
use crate::association::PartnerRole;
use crate::catalog::{PRODUCTS, WORKLOADS};
use crate::life_cycle::{EDITABLE_ON_REQUEST, Editable};

/// The documents of 2024 and later. They name no time limits of their own, so
/// those of October 2023 go on.
pub static CURRENT: Edition = Edition {
    id: EditionId::Current,
    names: Names {
        areas: AREAS,
        roles: ROLES,
        engagements: [
            "Modern Work and Security Usage",
            "MCI BizApps Presales Advisor",
            "Usage Recognition - Biz Apps",
            "Microsoft Business Applications Revenue",
        ],
        partner_id: "Partner ID",
        role_question: "Partner role",
        usage_and_pre_sales: None,
        draft_status: "Draft",
    },
    form: form::SINCE_2023,
    paying_roles: &[PartnerRole::UseOrConsume, PartnerRole::PreSales],
    workloads: &WORKLOADS,
    products: &PRODUCTS,
    editable_when_submitted: Editable::Nothing,
    editable_on_request: Editable::Only(EDITABLE_ON_REQUEST),
    unknown_actions: &[],
    review_start: Some(Days::Business(5)),
    review: Days::Business(14),
    partner_action: Days::Business(14),
    decision: None,
    consent_window: Days::Calendar(7),
    dispute_right: Some(Days::Calendar(30)),
    dispute_answer: Some(Days::Business(5)),
    poe_max_age_months: 12,
    consent_email: ConsentEmail::OnSubmit,
    subscription_appears: Days::Calendar(7),
};
