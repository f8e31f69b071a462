//! From the first click to a person: the two halves of a sign-in.

use super::claims::Person;
use super::id_token::Claims;
use super::provider::{Metadata, Provider};
use super::refusal::Refusal;
use crate::auth::Token;
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreErrorResponseType};
use openidconnect::http::{Method, Request, StatusCode, header};
use openidconnect::{
    AccessToken, AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RequestTokenError, Scope, TokenResponse as _,
};
use serde_json::Value;

/// Where the provider sends people back to.
pub(crate) const CALLBACK: &str = "/v1/session/oidc/callback";
/// So long a sign-in may take.
pub(crate) const COOKIE_SECONDS: i64 = 600;

/// A sign-in that has begun: where the browser goes, and what must come back.
pub(crate) struct Begun {
    pub(crate) url: String,
    pub(crate) state: Token,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// What the provider sent the browser back with.
pub(crate) struct CameBack<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) issuer: Option<&'a str>,
}

impl Provider {
    /// Begins a sign-in.
    pub(crate) async fn begin(&self) -> ApiResult<Result<Begun, Refusal>> {
        let metadata = match self.metadata().await {
            Ok(metadata) => metadata,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (state, nonce) = (Token::random()?, Token::random()?.text());
        let verifier = Token::random()?.text();
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let (csrf, to_come_back) = (CsrfToken::new(state.text()), Nonce::new(nonce.clone()));
        let client = self.client(&metadata);
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            // These two are made once, and not by the crate: the database keeps them.
            move || csrf,
            move || to_come_back,
        );
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let (url, ..) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(Ok(Begun { url: url.into(), state, nonce, verifier }))
    }

    /// Ends a sign-in: who it is, or why nobody.
    pub(crate) async fn finish(
        &self,
        came: CameBack<'_>,
        nonce: &str,
        verifier: String,
        now: DateTime<Utc>,
    ) -> Result<Person, Refusal> {
        let metadata = self.metadata().await?;
        // Who mixes up two providers sends the code of one to the other.
        let says_issuer =
            metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let is_ours = came.issuer.map_or(!says_issuer, |issuer| issuer == self.issuer());
        if !is_ours {
            return Err(not_trusted(&"the answer is of another issuer"));
        }
        if let Some(error) = came.error {
            return Err(refusal_of(error));
        }
        let code = came.code.ok_or_else(|| not_trusted(&"the answer has no code"))?;
        let client = self.client(&metadata);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| not_trusted(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let tokens = exchange.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => unreachable(&error),
            // What it says beyond the code may quote what was sent.
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidClient
                | CoreErrorResponseType::InvalidGrant
                | CoreErrorResponseType::InvalidRequest
                | CoreErrorResponseType::InvalidScope
                | CoreErrorResponseType::UnauthorizedClient
                | CoreErrorResponseType::UnsupportedGrantType => not_trusted(said.error()),
                CoreErrorResponseType::Extension(_) => unreachable(said.error()),
            },
            RequestTokenError::Parse(error, _) => not_trusted(&error.path()),
            RequestTokenError::Other(error) => unreachable(&error),
        })?;
        let token = tokens.id_token().ok_or_else(|| not_trusted(&"there is no ID token"))?;
        let access_token = tokens.access_token();
        let answer = match self.verified(&metadata, token, access_token, nonce, now) {
            Err(error) if error.is_unknown_key() => {
                let fresh = self.metadata_after(&metadata).await?;
                self.verified(&fresh, token, access_token, nonce, now)
            }
            other => other,
        };
        let mut claims = answer.map_err(|error| {
            tracing::warn!(%error, "an ID token was not taken");
            error.refusal()
        })?;
        let person = Person::read(&self.settings, &claims);
        if person.is_complete() {
            return Ok(person);
        }
        // Many providers keep ID tokens short and tell the rest to whoever asks.
        for (name, value) in self.user_info(&metadata, access_token, &person.subject).await? {
            claims.entry(name).or_insert(value);
        }
        Ok(Person::read(&self.settings, &claims))
    }

    /// What the provider tells of the person besides; nothing where it has no such place.
    async fn user_info(
        &self,
        metadata: &Metadata,
        access_token: &AccessToken,
        subject: &str,
    ) -> Result<Claims, Refusal> {
        let Some(url) = metadata.userinfo_endpoint() else { return Ok(Claims::new()) };
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", access_token.secret()))
            .body(Vec::new())
            .map_err(|error| not_trusted(&error))?;
        let answer = self.http.ask(request).await.map_err(|error| unreachable(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(unreachable(&answer.status()));
        }
        let claims: Claims = serde_json::from_slice(answer.body())
            .map_err(|_| not_trusted(&"what it tells of a person cannot be read"))?;
        // The token may have been exchanged for somebody else's.
        if claims.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(not_trusted(&"it tells of another person"));
        }
        Ok(claims)
    }
}

/// What a code of the provider means for the person.
fn refusal_of(error: &str) -> Refusal {
    match error {
        "access_denied" => Refusal::Cancelled,
        "server_error" | "temporarily_unavailable" => Refusal::Unreachable,
        _ => {
            // Anybody can write such an address: only words of the standard are logged.
            let is_word = error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let word = if is_word && error.len() <= 40 { error } else { "another error" };
            not_trusted(&word)
        }
    }
}

fn not_trusted(why: &dyn std::fmt::Display) -> Refusal {
    tracing::warn!(%why, "the provider of identities is not understood");
    Refusal::NotTrusted
}

fn unreachable(why: &dyn std::fmt::Display) -> Refusal {
    tracing::warn!(%why, "the provider of identities does not answer");
    Refusal::Unreachable
}
