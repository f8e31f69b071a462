//! The documents of 2024 and later.

use super::names::{AREAS, ROLES};
use super::{Edition, EditionId, Names, oct2023};

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
    ..oct2023::EDITION
};
