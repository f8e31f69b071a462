//! `GET /v1/backend`: what this backend is and can do.

use crate::demo;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use cpor_protocol::{API_VERSION, Backend, Feature, Limits, SignIn};
use cpor_rules::EditionId;
use cpor_rules::digest::ruleset_digest;
use cpor_rules::poe::{MAX_FILE_BYTES, MAX_FILES};

/// Everything that this server offers.
const FEATURES: [Feature; 14] = [
    Feature::Submit,
    Feature::Files,
    Feature::Comments,
    Feature::History,
    Feature::PartnerLocations,
    Feature::Associations,
    Feature::SubscriptionCheck,
    Feature::Review,
    Feature::Dispute,
    Feature::Disassociate,
    Feature::Usage,
    Feature::Notifications,
    Feature::Events,
    Feature::Consent,
];

/// What this backend is and can do.
#[utoipa::path(
    get, path = "/v1/backend", tag = "backend", security(()),
    responses((status = 200, description = "What the backend offers", body = Backend))
)]
pub(crate) async fn get(State(state): State<AppState>) -> Json<Backend> {
    let demo_accounts = if state.is_demo { demo::accounts() } else { Vec::new() };
    Json(Backend {
        name: "CPOR Claims reference server".to_owned(),
        api_version: API_VERSION,
        editions: EditionId::ALL.iter().map(|edition| edition.code().to_owned()).collect(),
        rulesets: vec![ruleset_digest()],
        features: FEATURES
            .iter()
            .chain(state.is_demo.then_some(&Feature::Demo))
            .map(|feature| feature.code().to_owned())
            .collect(),
        limits: Limits { max_file_bytes: MAX_FILE_BYTES, max_files: MAX_FILES },
        sign_in: SignIn::Password { demo_accounts },
    })
}
