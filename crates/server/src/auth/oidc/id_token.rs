//! Whether an ID token is what the provider must say, to us, now.

use super::provider::{Metadata, Provider};
use super::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, Nonce,
    SignatureVerificationError,
};
use serde_json::{Map, Value};

/// What a token says, by the names of its claims.
pub(super) type Claims = Map<String, Value>;

/// How far the clocks of provider and server may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Most bytes of a subject, by the standard.
const MAX_SUBJECT: usize = 255;

/// Signatures by a key that only the provider has. With `none` or a shared secret anybody,
/// or anybody who reads our settings, could write a token.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a token is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotTaken {
    #[error("{0}")]
    Verification(#[from] ClaimsVerificationError),
    #[error("{0}")]
    Signature(#[from] SignatureVerificationError),
    #[error("it is for another client than us: azp")]
    AnotherParty,
    #[error("it is of another access token: at_hash")]
    AnotherAccessToken,
    #[error("it is from the future: {0}")]
    Future(&'static str),
    #[error("its subject is empty or too long")]
    Nobody,
    #[error("it cannot be read")]
    Unreadable,
}

impl NotTaken {
    /// Whether the provider has other keys than we know.
    pub(super) fn is_unknown_key(&self) -> bool {
        let unknown = SignatureVerificationError::NoMatchingKey;
        matches!(self, Self::Verification(ClaimsVerificationError::SignatureVerification(why)) if *why == unknown)
    }

    /// What the person is told.
    pub(super) fn refusal(&self) -> Refusal {
        match self {
            Self::Verification(ClaimsVerificationError::Expired(_)) | Self::Future(_) => {
                Refusal::Clock
            }
            Self::Verification(_)
            | Self::Signature(_)
            | Self::AnotherParty
            | Self::AnotherAccessToken
            | Self::Nobody
            | Self::Unreadable => Refusal::NotTrusted,
        }
    }
}

impl Provider {
    /// What the token says, if it may be believed.
    ///
    /// Looked at are issuer, audience and authorised party, signature and its algorithm,
    /// nonce, the three times, and the hash of the access token.
    pub(super) fn verified(
        &self,
        metadata: &Metadata,
        token: &CoreIdToken,
        access_token: &AccessToken,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims, NotTaken> {
        let client_id = ClientId::new(self.settings.client_id.clone());
        // As for a client without a secret: with one, the crate would take signatures by it.
        let keys = metadata.jwks().clone();
        let verifier = CoreIdTokenVerifier::new_public_client(client_id, self.issuer.clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now - LEEWAY);
        let known = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
        if let Some(told) = known.access_token_hash() {
            let (algorithm, key) = (token.signing_alg()?, token.signing_key(&verifier)?);
            if AccessTokenHash::from_token(access_token, algorithm, key)
                .map_err(|_| NotTaken::AnotherAccessToken)?
                != *told
            {
                return Err(NotTaken::AnotherAccessToken);
            }
        }
        let claims = payload(&token.to_string()).ok_or(NotTaken::Unreadable)?;
        if claims.get("azp").is_some_and(|party| party != &*self.settings.client_id) {
            return Err(NotTaken::AnotherParty);
        }
        if !(1..=MAX_SUBJECT).contains(&known.subject().len()) {
            return Err(NotTaken::Nobody);
        }
        for name in ["iat", "nbf"] {
            let at = claims.get(name).and_then(Value::as_f64);
            #[expect(
                clippy::cast_precision_loss,
                reason = "seconds since 1970 are exact in 53 bits"
            )]
            let latest = (now + LEEWAY).timestamp() as f64;
            if at.is_some_and(|at| at > latest) {
                return Err(NotTaken::Future(name));
            }
        }
        Ok(claims)
    }
}

/// The middle part of a token whose signature was looked at.
fn payload(token: &str) -> Option<Claims> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}
