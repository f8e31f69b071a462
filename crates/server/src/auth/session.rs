//! Sessions: a random token in a cookie, its hash in the database.

use super::Cookie;
use crate::config::SessionLimits;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::repositories::locations::Locations;
use crate::repositories::sessions;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use cpor_protocol::Account;
use cpor_protocol::headers::{ACCOUNT, IDLE};
use sha2::{Digest, Sha256};

/// The time of use is written at most this often, unless the end is near.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The secret in a session's cookie.
pub(crate) struct Token([u8; 32]);

impl Token {
    /// A new one, 256 random bits.
    pub(crate) fn random() -> ApiResult<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| ApiError::fault(&error))?;
        Ok(Self(bytes))
    }

    /// What the database keeps of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// Reads [`Self::text`].
    pub(crate) fn read(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// As it travels.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The person behind a request. Asking for it in a handler refuses everyone else.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    /// Time zone in which the organisation counts days.
    pub(crate) zone: Tz,
    /// For which locations of the organisation the person works.
    pub(crate) locations: Locations,
    pub(crate) end: End,
}

/// How long a session still lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// Unless it is used.
    pub(crate) expires_in: TimeDelta,
    /// However much it is used.
    pub(crate) absolute_in: TimeDelta,
}

impl End {
    /// Of a session that begins.
    pub(crate) fn of_new(limits: SessionLimits) -> Self {
        let now = DateTime::UNIX_EPOCH;
        Self::of(limits, now, now, now)
    }

    fn of(
        limits: SessionLimits,
        now: DateTime<Utc>,
        created_at: DateTime<Utc>,
        used_at: DateTime<Utc>,
    ) -> Self {
        let absolute_in = created_at + TimeDelta::seconds(limits.absolute_seconds.into()) - now;
        let idle_in = used_at + idle_limit(limits) - now;
        Self { expires_in: idle_in.min(absolute_in), absolute_in }
    }

    fn has_come(self) -> bool {
        self.expires_in <= TimeDelta::zero()
    }
}

/// How long a session lasts without use.
pub(crate) fn idle_limit(limits: SessionLimits) -> TimeDelta {
    TimeDelta::seconds(limits.idle_seconds.into())
}

/// When a person last did something, by what the request says; the future is now.
fn used_at(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let seconds: u32 = headers.get(IDLE)?.to_str().ok()?.parse().ok()?;
    Some(now - TimeDelta::seconds(seconds.into()))
}

impl SignedIn {
    /// Whether the person reviews for Microsoft.
    pub(crate) fn is_reviewer(&self) -> bool {
        self.account.role == cpor_rules::UserRole::Reviewer
    }

    async fn find(state: &AppState, headers: &HeaderMap) -> ApiResult<Self> {
        let token =
            Cookie::Session.token(headers, state.is_secure).ok_or_else(ApiError::sign_in_needed)?;
        let hash = token.hash();
        let now = state.clock.now();
        let found = sessions::find(&mut state.database.read().await?, &hash).await?;
        let Some(session) = found else { return Err(ApiError::sign_in_needed()) };
        let (limits, created_at) = (state.session, session.created_at);
        let mut end = End::of(limits, now, created_at, session.used_at);
        if end.has_come() {
            return Err(ApiError::sign_in_needed());
        }
        state.rates.count_session(&hash, &session.account.organisation_id)?;
        let warning = TimeDelta::seconds(limits.warning_seconds.into());
        // What the app asks by itself is no use: an open tab would never be idle.
        if let Some(used_at) = used_at(headers, now)
            && used_at > session.used_at
            && (used_at - session.used_at >= NOTED_EVERY || end.expires_in <= warning + NOTED_EVERY)
        {
            let mut transaction = state.database.write().await?;
            sessions::note_use(&mut transaction, &hash, used_at).await?;
            transaction.commit().await?;
            end = End::of(limits, now, created_at, used_at);
        }
        let (account, zone, locations) = (session.account, session.zone, session.locations);
        Ok(Self { account, zone, locations, end })
    }
}

/// Whether the session of this token goes on. Asking does not use it: a stream
/// that stays open must not keep a forgotten session alive.
pub(crate) async fn is_session_alive(state: &AppState, token_hash: &[u8]) -> ApiResult<bool> {
    let found = sessions::find(&mut state.database.read().await?, token_hash).await?;
    let now = state.clock.now();
    Ok(found.is_some_and(|session| {
        !End::of(state.session, now, session.created_at, session.used_at).has_come()
    }))
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let who = Self::find(state, &parts.headers).await?;
        match parts.headers.get(ACCOUNT) {
            Some(meant)
                if meant.as_bytes() != who.account.id.as_bytes()
                    && !mutant!(AccountHeaderIgnored) =>
            {
                Err(ApiError::of_another_account())
            }
            _ => Ok(who),
        }
    }
}
