//! The way to the store: HTTP over TLS, without proxies of the environment and without
//! following redirections. A store that sends us elsewhere is refused.

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use std::io;
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long the store may take to take an object in or to begin to give it out.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// How long a connection without requests is kept.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Requests to the store.
#[derive(Clone, Debug)]
pub(super) struct Connector(Client<HttpsConnector<Tcp>, HttpRequestBody>);

impl Connector {
    /// Over TLS with the system's certificates; in tests also without.
    pub(super) fn new(is_plain_http: bool) -> io::Result<Self> {
        let mut tcp = Tcp::new();
        tcp.set_connect_timeout(Some(CONNECT_LIMIT));
        tcp.set_nodelay(true);
        // The kind of URL is looked at below, by rustls.
        tcp.enforce_http(false);
        let builder =
            HttpsConnectorBuilder::new().with_provider_and_native_roots(rustls_provider())?;
        let builder = if is_plain_http { builder.https_or_http() } else { builder.https_only() };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_LIMIT)
            .build(builder.enable_http1().wrap_connector(tcp));
        Ok(Self(client))
    }
}

fn rustls_provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.0.request(request))
            .await
            .map_err(|error| HttpError::new(HttpErrorKind::Timeout, error))?
            .map_err(|error| {
                let kind = if error.is_connect() {
                    HttpErrorKind::Connect
                } else {
                    HttpErrorKind::Interrupted
                };
                HttpError::new(kind, error)
            })?;
        if answer.status().is_redirection() {
            let text = "the store redirects, which is not followed: name its own address";
            return Err(HttpError::new(HttpErrorKind::Unknown, io::Error::other(text)));
        }
        Ok(answer.map(|body| {
            HttpResponseBody::new(
                body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error)),
            )
        }))
    }
}
