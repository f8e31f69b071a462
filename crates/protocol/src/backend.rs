//! `GET /v1/backend`: what a backend is and can do. Public.

use serde::{Deserialize, Serialize};

/// What a backend says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Backend {
    /// Shown to people.
    pub name: String,
    /// [`crate::API_VERSION`].
    pub api_version: u32,
    /// Editions whose claims it takes, by code.
    pub editions: Vec<String>,
    /// Fingerprints of the rule sets it knows, its own first.
    pub rulesets: Vec<String>,
    /// What it offers beyond `backend`, `changes` and `claims`. Features that
    /// this client does not know are dropped by [`Backend::has`], not refused.
    pub features: Vec<String>,
    /// Limits that a client checks first.
    pub limits: Limits,
    /// How people sign in.
    pub sign_in: SignIn,
    /// Where people sign in besides, by `GET /v1/session/oidc`; left out where there is no
    /// such place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_provider: Option<SignInProvider>,
}

/// Something that a backend may offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// `POST /v1/claims/{id}/submit`.
    Submit,
    /// Uploads under `/v1/files`.
    Files,
    /// `POST /v1/claims/{id}/comments`.
    Comments,
    /// `GET /v1/claims/{id}/history`.
    History,
    /// `GET /v1/partner-locations`.
    PartnerLocations,
    /// `GET /v1/associations`.
    Associations,
    /// `POST /v1/subscriptions/check`.
    SubscriptionCheck,
    /// `POST /v1/claims/{id}/review`.
    Review,
    /// `POST /v1/claims/{id}/dispute`.
    Dispute,
    /// `POST /v1/claims/{id}/disassociate`.
    Disassociate,
    /// `GET /v1/claims/{id}/usage`.
    Usage,
    /// `GET /v1/notifications`.
    Notifications,
    /// `GET /v1/events`.
    Events,
    /// Mails to customers, and `/v1/consent/{token}`.
    Consent,
    /// `DELETE /v1/sessions`.
    SignOutEverywhere,
    /// A demonstration: `/v1/demo/mails` and `/v1/demo/clock`.
    Demo,
}

impl Feature {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Files => "files",
            Self::Comments => "comments",
            Self::History => "history",
            Self::PartnerLocations => "partner-locations",
            Self::Associations => "associations",
            Self::SubscriptionCheck => "subscription-check",
            Self::Review => "review",
            Self::Dispute => "dispute",
            Self::Disassociate => "disassociate",
            Self::Usage => "usage",
            Self::Notifications => "notifications",
            Self::Events => "events",
            Self::Consent => "consent",
            Self::SignOutEverywhere => "sign-out-everywhere",
            Self::Demo => "demo",
        }
    }
}

impl Backend {
    /// Whether the backend offers this.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.iter().any(|offered| offered == feature.code())
    }
}

/// Limits that a client checks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Most bytes of a file.
    pub max_file_bytes: u64,
    /// Most files of a claim.
    pub max_files: usize,
    /// Most bytes of a JSON body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_body_bytes: Option<u64>,
    /// Most entries of one page of changes or notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_page: Option<u32>,
    /// Most bytes of files that an organisation keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_organisation_bytes: Option<u64>,
    /// Most uploads of an organisation that are not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unfinished_uploads: Option<u32>,
    /// Most requests in a minute; left out where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<Rates>,
}

/// Most requests in a minute. What is left out has no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rates {
    /// Of one session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<u32>,
    /// Of all sessions of an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<u32>,
    /// Of one address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<u32>,
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignIn {
    /// With an account of the backend.
    Password {
        /// One-click accounts of a demonstration; empty otherwise.
        demo_accounts: Vec<DemoAccount>,
    },
}

/// A place where people sign in with an account that they have elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInProvider {
    /// What people call it; shown on the button.
    pub label: String,
    /// Whether it is the only way: [`SignIn::Password`] takes nobody then.
    #[serde(default)]
    pub is_only: bool,
}

/// An account of a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// To sign in with.
    pub email: String,
    /// Not a secret: shown to everyone who opens the demonstration.
    pub password: String,
    /// Shown on the button.
    pub label: String,
}
