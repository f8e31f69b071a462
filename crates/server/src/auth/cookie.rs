//! The cookies of the server: each holds a secret, and no script sees it.

use super::Token;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Of a session.
    Session,
    /// Of a browser that has begun to sign in at the provider.
    SignIn,
}

impl Cookie {
    /// Its name. `__Host-` makes browsers refuse it without `Secure` or with a
    /// `Domain`; on plain HTTP, which a laptop uses, they would refuse it at all.
    const fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-cpor-session",
            (Self::Session, false) => "cpor-session",
            (Self::SignIn, true) => "__Host-cpor-sign-in",
            (Self::SignIn, false) => "cpor-sign-in",
        }
    }

    /// The secret that a request brings.
    pub(crate) fn token(self, headers: &HeaderMap, is_secure: bool) -> Option<Token> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name(is_secure))
            .and_then(|(_, value)| Token::read(value))
    }

    /// Gives the browser a secret for so many seconds.
    pub(crate) fn set(
        self,
        token: &Token,
        seconds: i64,
        is_secure: bool,
    ) -> ApiResult<HeaderValue> {
        self.written(&token.text(), seconds, is_secure)
    }

    /// Takes it from the browser.
    pub(crate) fn removed(self, is_secure: bool) -> ApiResult<HeaderValue> {
        self.written("", 0, is_secure)
    }

    fn written(self, value: &str, max_age: i64, is_secure: bool) -> ApiResult<HeaderValue> {
        let name = self.name(is_secure);
        let secure = if is_secure { "; Secure" } else { "" };
        let reach = if mutant!(CookieWithinReach) { "" } else { "; HttpOnly" };
        // Lax: a person who comes from a link, or from the provider, is signed in still.
        let text =
            format!("{name}={value}; Path=/{reach}; SameSite=Lax; Max-Age={max_age}{secure}");
        HeaderValue::from_str(&text).map_err(|error| ApiError::fault(&error))
    }
}
