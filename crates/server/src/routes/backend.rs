//! `GET /v1/backend`: what this backend is and can do.

use crate::config::RateLimits;
use crate::demo;
use crate::repositories::uploads::{MAX_KEPT_BYTES, MAX_UNFINISHED};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use cpor_protocol::limits::{MAX_JSON_BYTES, MAX_PAGE};
use cpor_protocol::{API_VERSION, Backend, Feature, Limits, Rates, SignIn, SignInProvider};
use cpor_rules::EditionId;
use cpor_rules::digest::ruleset_digest;
use cpor_rules::poe::{MAX_FILE_BYTES, MAX_FILES};

/// Everything that this server offers.
const FEATURES: [Feature; 15] = [
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
    Feature::SignOutEverywhere,
];

/// What this backend is and can do.
#[utoipa::path(
    get, path = "/v1/backend", tag = "backend", security(()),
    responses((status = 200, description = "What the backend offers", body = Backend))
)]
pub(crate) async fn get(State(state): State<AppState>) -> Json<Backend> {
    let has_demo_accounts = state.is_demo && state.has_local_accounts;
    let demo_accounts = if has_demo_accounts { demo::accounts() } else { Vec::new() };
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
        limits: limits(state.rate_limits),
        sign_in: SignIn::Password { demo_accounts },
        sign_in_provider: state.provider.as_ref().map(|provider| SignInProvider {
            label: provider.label().to_owned(),
            is_only: !state.has_local_accounts,
        }),
    })
}

/// Everything that is bounded and that a client can know first.
fn limits(rates: RateLimits) -> Limits {
    let some = |most: u32| (most > 0).then_some(most);
    let rates = Rates {
        session: some(rates.session),
        organisation: some(rates.organisation),
        address: some(rates.address),
    };
    Limits {
        max_file_bytes: MAX_FILE_BYTES,
        max_files: MAX_FILES,
        max_body_bytes: Some(MAX_JSON_BYTES as u64),
        max_page: Some(MAX_PAGE),
        max_organisation_bytes: Some(MAX_KEPT_BYTES),
        max_unfinished_uploads: Some(MAX_UNFINISHED),
        requests_per_minute: (rates != Rates::default()).then_some(rates),
    }
}
