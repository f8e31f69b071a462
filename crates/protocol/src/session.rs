//! `/v1/session`: signing in and out, and who one is.

use cpor_rules::{Region, UserRole};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    /// Email address of the account.
    pub email: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for SignInInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A password must not reach a log by way of a debug print.
        f.debug_struct("SignInInput").finish_non_exhaustive()
    }
}

/// Body of `PUT /v1/session/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The password until now.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

impl std::fmt::Debug for PasswordInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A password must not reach a log by way of a debug print.
        f.debug_struct("PasswordInput").finish_non_exhaustive()
    }
}

/// Answer of `GET /v1/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who is signed in.
    pub account: Account,
    /// Seconds until the session ends unless it is used.
    pub expires_in_seconds: u64,
    /// Seconds until the session ends however much it is used. Left out by a
    /// backend where only lack of use ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute_in_seconds: Option<u64>,
    /// How many seconds before the end the person is to be told. Left out by a
    /// backend that leaves it to the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_before_seconds: Option<u64>,
    /// How far the backend's clock was moved ahead, in a demonstration. Left
    /// out where it tells the real time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clock_ahead_seconds: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(seconds: &u64) -> bool {
    *seconds == 0
}

/// A person with an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Stable id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// What the person may do.
    pub role: UserRole,
    /// Stable id of the organisation.
    pub organisation_id: String,
    /// Name of the organisation.
    pub organisation: String,
    /// IANA name of the organisation's time zone, such as `Asia/Taipei`; days
    /// are counted in it.
    pub time_zone: String,
    /// Whose public holidays the organisation keeps; left out of business days.
    #[serde(default)]
    pub region: Region,
}
