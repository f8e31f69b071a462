//! `/v1/demo`: what only a demonstration offers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most days that the clock is moved at once.
pub const MAX_CLOCK_DAYS: u16 = 60;

/// Body of `POST /v1/demo/clock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClockInput {
    /// Days to move forward: 1 to [`MAX_CLOCK_DAYS`].
    pub days: u16,
}

/// The clock of a demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoClock {
    /// Its time.
    pub now: DateTime<Utc>,
    /// How far it is ahead of the real time.
    pub ahead_seconds: u64,
}

/// A mail of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoMail {
    /// Its id.
    pub id: String,
    /// The claim that it is about.
    pub claim_id: String,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Recipient.
    pub to: String,
    /// Who gets a copy; empty for nobody.
    pub cc: String,
    /// Subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The link to decline with.
    pub link: String,
}
