//! The documents of 10 October 2023.

use super::names::{AREAS, ROLES};
use super::{ConsentEmail, Days, Edition, EditionId, Names, form};
use crate::association::PartnerRole;
use crate::catalog::{PRODUCTS, WORKLOADS};
use crate::life_cycle::{EDITABLE_ON_REQUEST, Editable};

/// The documents of 10 October 2023.
pub static OCT_2023: Edition = EDITION;

/// A constant beside it, from which later editions take what they leave as it is.
pub(super) const EDITION: Edition = Edition {
    id: EditionId::Oct2023,
    names: Names {
        areas: AREAS,
        roles: ROLES,
        engagements: [
            "Modern Work and Security Usage",
            "Microsoft Online Service Advisor (OSA)",
            "Microsoft Online Services Usage (OSU) - Business Applications",
            "Microsoft Business Applications Revenue Recognition Association",
        ],
        partner_id: "PartnerID",
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
