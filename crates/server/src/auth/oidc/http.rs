//! How the provider is asked: no redirect is followed, and an answer has an end, in time
//! and in bytes.

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::pin::Pin;
use std::time::Duration;

/// So long an answer may take, body and all.
const LIMIT: Duration = Duration::from_secs(10);
/// Most bytes of an answer: keys and tokens take a few thousand.
const MAX_BYTES: usize = 512 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("the provider cannot be reached: {0}")]
    Connection(#[from] hyper_util::client::legacy::Error),
    #[error("the answer broke off: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    #[error("the answer took too long")]
    TooSlow,
}

/// A client for one provider.
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// Trusts whom the system trusts.
    pub(super) fn new() -> std::io::Result<Self> {
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = async {
            let (parts, body) = self.0.request(request.map(Full::from)).await?.into_parts();
            let body = Limited::new(body, MAX_BYTES).collect().await.map_err(HttpError::Body)?;
            Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(LIMIT, answer).await.unwrap_or(Err(HttpError::TooSlow))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
