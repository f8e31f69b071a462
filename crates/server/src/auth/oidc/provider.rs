//! The provider as it describes itself, with its keys: fetched once, kept for an hour.

use super::http::Http;
use super::refusal::Refusal;
use super::settings::{OidcSettings, is_protected};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalProviderMetadata, AuthType, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, ProviderMetadata, RedirectUrl,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A key that the provider has withdrawn is good for so long still.
const KEPT: Duration = Duration::from_hours(1);
/// A provider that is down is left alone for so long: people who come meanwhile do not
/// wait one after the other.
const LEFT_ALONE: Duration = Duration::from_secs(3);

/// What a provider may say of itself beyond what every one says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Extra {
    pub(super) end_session_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extra {}

/// The provider as it describes itself, with its keys.
pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(super) type OidcClient = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The last attempt to learn of the provider.
enum Known {
    Nothing,
    There(Arc<Metadata>, Instant),
    Down(Instant),
}

/// The provider where people sign in.
pub(crate) struct Provider {
    pub(super) settings: OidcSettings,
    pub(super) issuer: IssuerUrl,
    pub(super) redirect: RedirectUrl,
    /// Where the app is, for the way back from the provider.
    pub(super) app: String,
    pub(super) http: Http,
    known: Mutex<Known>,
}

impl Provider {
    /// The provider of these settings, for an app at this address. Nothing is asked yet:
    /// the server starts while the provider is down.
    pub(crate) fn new(settings: OidcSettings, app: &str) -> std::io::Result<Self> {
        let wrong = |error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error);
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(wrong)?,
            redirect: RedirectUrl::new(format!("{app}{}", super::CALLBACK)).map_err(wrong)?,
            app: app.to_owned(),
            settings,
            http: Http::new()?,
            known: Mutex::new(Known::Nothing),
        })
    }

    /// What people call it.
    pub(crate) fn label(&self) -> &str {
        &self.settings.label
    }

    /// The issuer, with whose subjects people are known.
    pub(crate) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What the provider says of itself.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, Refusal> {
        // One asks and the others wait for what it learns.
        let mut known = self.known.lock().await;
        match &*known {
            Known::There(metadata, at) if at.elapsed() < KEPT => return Ok(metadata.clone()),
            Known::Down(at) if at.elapsed() < LEFT_ALONE => return Err(Refusal::Unreachable),
            Known::Nothing | Known::There(..) | Known::Down(_) => {}
        }
        self.learn(&mut known).await
    }

    /// As [`Self::metadata`], once more: a token names a key that these do not hold.
    pub(super) async fn metadata_after(
        &self,
        seen: &Arc<Metadata>,
    ) -> Result<Arc<Metadata>, Refusal> {
        let mut known = self.known.lock().await;
        match &*known {
            // Somebody else has asked meanwhile.
            Known::There(metadata, _) if !Arc::ptr_eq(metadata, seen) => Ok(metadata.clone()),
            Known::Nothing | Known::There(..) | Known::Down(_) => self.learn(&mut known).await,
        }
    }

    async fn learn(&self, known: &mut Known) -> Result<Arc<Metadata>, Refusal> {
        let found = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        let found = found.map_err(|error| error.to_string()).and_then(|metadata| {
            check(&metadata).map_err(str::to_owned)?;
            Ok(Arc::new(metadata))
        });
        match found {
            Ok(metadata) => {
                *known = Known::There(metadata.clone(), Instant::now());
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(error, "the provider of identities cannot be asked");
                *known = Known::Down(Instant::now());
                Err(Refusal::Unreachable)
            }
        }
    }

    /// What speaks to the provider.
    pub(super) fn client(&self, metadata: &Metadata) -> OidcClient {
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.text().to_owned()));
        let methods = metadata.token_endpoint_auth_methods_supported();
        // By the header, which is the default, unless the provider takes the body alone.
        let is_by_header = methods
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth = if is_by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        CoreClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(auth)
    }

    /// Where a person goes who signs out of the provider as well.
    pub(crate) async fn sign_out_url(&self) -> Option<String> {
        let metadata = self.metadata().await.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.clone()?;
        // Without the ID token, which would have to be kept and shown to the browser, the
        // provider asks the person once more.
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", &format!("{}/sign-in", self.app));
        Some(url.into())
    }
}

/// Whether what the provider says can be worked with. That it is the issuer was looked at.
fn check(metadata: &Metadata) -> Result<(), &'static str> {
    let token = metadata.token_endpoint().ok_or("it names no token endpoint")?;
    let all = [
        Some(metadata.authorization_endpoint().as_str()),
        Some(token.as_str()),
        Some(metadata.jwks_uri().as_str()),
        metadata.userinfo_endpoint().map(|url| url.as_str()),
        metadata.additional_metadata().end_session_endpoint.as_ref().map(Url::as_str),
    ];
    all.into_iter()
        .flatten()
        .all(is_protected)
        .then_some(())
        .ok_or("it names an address without TLS")
}
