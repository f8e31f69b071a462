//! What carries a request: the browser's `fetch`, or a test.

use crate::platform::task::Pending;
use crate::platform::timer::Timeout;
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Uint8Array;
use std::cell::Cell;
use std::rc::Rc;

/// Methods of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Ask for the headers alone.
    Head,
    /// Do.
    Post,
    /// Create or change.
    Put,
    /// Add bytes.
    Patch,
    /// Remove.
    Delete,
}

/// Body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(String),
    /// A piece of an upload.
    Bytes(Vec<u8>),
}

/// A request.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: String,
    /// Headers beyond those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Body,
    /// Given up after this time; the outcome is unknown then.
    pub timeout_ms: u32,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct ApiResponse {
    /// Status code.
    pub status: u16,
    /// Headers that the protocol reads, by lower-case name.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl ApiResponse {
    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// No answer. Whether the request arrived is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
}

/// Carries requests.
pub trait Transport {
    /// Sends a request and waits for the whole answer.
    fn send(&self, request: ApiRequest) -> Pending<'_, Result<ApiResponse, TransportError>>;
}

/// Headers of answers that the protocol reads.
const READ_HEADERS: [&str; 6] =
    ["content-type", "etag", "retry-after", "location", "upload-offset", "date"];

/// The browser's `fetch`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchTransport;

impl Transport for FetchTransport {
    fn send(&self, request: ApiRequest) -> Pending<'_, Result<ApiResponse, TransportError>> {
        Box::pin(fetch(request))
    }
}

/// Ends a request that nobody waits for any more.
struct AbortOnDrop(web_sys::AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // Of a request that has ended this does nothing.
        self.0.abort();
    }
}

async fn fetch(request: ApiRequest) -> Result<ApiResponse, TransportError> {
    // Without an abort controller there is no time limit but the browser's own.
    let controller = web_sys::AbortController::new().ok();
    let signal = controller.as_ref().map(web_sys::AbortController::signal);
    let _guard = controller.clone().map(AbortOnDrop);
    let timed_out = Rc::new(Cell::new(false));
    let timer = {
        let timed_out = timed_out.clone();
        Timeout::new(request.timeout_ms, move || {
            timed_out.set(true);
            if let Some(controller) = controller {
                controller.abort();
            }
        })
    };
    let failed = |_: gloo_net::Error| {
        if timed_out.get() { TransportError::TimedOut } else { TransportError::Unreachable }
    };
    let builder = builder(&request).abort_signal(signal.as_ref());
    let response = match request.body {
        Body::Empty => builder.send().await,
        Body::Json(text) => builder.body(text).map_err(failed)?.send().await,
        Body::Bytes(bytes) => {
            builder.body(Uint8Array::from(bytes.as_slice())).map_err(failed)?.send().await
        }
    }
    .map_err(failed)?;
    let answer = read(response).await.map_err(failed);
    drop(timer);
    answer
}

fn builder(request: &ApiRequest) -> RequestBuilder {
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Head => gloo_net::http::Method::HEAD,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Patch => gloo_net::http::Method::PATCH,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let mut builder = Request::get(&request.url).method(method);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    builder
}

async fn read(response: Response) -> Result<ApiResponse, gloo_net::Error> {
    let headers = response.headers();
    Ok(ApiResponse {
        status: response.status(),
        headers: READ_HEADERS
            .into_iter()
            .filter_map(|name| Some((name, headers.get(name)?)))
            .collect(),
        body: response.binary().await?,
    })
}
