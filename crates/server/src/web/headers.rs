//! Headers that every answer carries, and the request's id.

use crate::error::ApiError;
use crate::mutants::mutant;
use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use cpor_protocol::ProblemCode;
use std::time::Instant;

/// What the app may load, and from where.
///
/// Trusted Types are left out until the app has a policy for the templates
/// that its framework clones.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' blob:; frame-src blob:; font-src 'self'; connect-src 'self'; \
     manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// Media types of texts, and what is said of ours.
const TEXTS: [(&str, &str); 4] = [
    ("text/html", "text/html; charset=utf-8"),
    ("text/css", "text/css; charset=utf-8"),
    ("text/javascript", "text/javascript; charset=utf-8"),
    ("text/plain", "text/plain; charset=utf-8"),
];

/// Puts the security headers on every answer of the process.
pub(crate) async fn security_headers(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // A handler may be stricter: files have a policy of their own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Browsers would guess how a text is written.
    for (plain, told) in TEXTS {
        if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == plain) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(told));
        }
    }
    if state.is_secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    response
}

/// A line in the log and a number for a request of the app's files, which has an id as
/// well. There are many of them, and what they ask for is the same for everybody.
pub(crate) async fn file_headers(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let asked = Asked::of(&request, "(app)");
    let mut response = next.run(request).await;
    asked.answer(&mut response);
    let Asked { request_id, method, route, .. } = &asked;
    let (status, milliseconds) = (response.status().as_u16(), asked.milliseconds());
    tracing::debug!(request_id, %method, route, status, milliseconds, "answered");
    asked.count(&state, response.status());
    response
}

/// A request whose answer is under way.
struct Asked {
    started: Instant,
    request_id: String,
    method: Method,
    /// The pattern of the path. The path itself may hold an id.
    route: String,
}

impl Asked {
    fn of(request: &Request, without: &str) -> Self {
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or_else(|| without.to_owned(), |path| path.as_str().to_owned());
        Self {
            started: Instant::now(),
            request_id: uuid::Uuid::new_v4().simple().to_string(),
            method: request.method().clone(),
            route,
        }
    }

    fn answer(&self, response: &mut Response) {
        if let Ok(value) = HeaderValue::from_str(&self.request_id) {
            response.headers_mut().insert("x-request-id", value);
        }
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn count(&self, state: &AppState, status: StatusCode) {
        state.metrics.answered(&self.method, &self.route, status, self.started.elapsed());
    }
}

/// Gives each request of the API an id, writes its line to the log, and turns
/// errors into problems.
///
/// The log holds the pattern of the path, not the path: ids and queries of
/// people's requests do not belong there.
pub(crate) async fn api_headers(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let asked = Asked::of(&request, "(no route)");
    let mut response = next.run(request).await;
    if response.extensions().get::<ApiError>().is_none()
        && let Some(error) = unnamed(response.status())
    {
        response.extensions_mut().insert(error);
    }
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = error.write(response, &asked.request_id);
    }
    let headers = response.headers_mut();
    let kept = if mutant!(AnswersMayBeStored) { "max-age=60" } else { "no-store" };
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(kept));
    asked.answer(&mut response);
    let Asked { request_id, method, route, .. } = &asked;
    let (status, milliseconds) = (response.status().as_u16(), asked.milliseconds());
    tracing::info!(request_id, %method, route, status, milliseconds, "answered");
    asked.count(&state, response.status());
    response
}

/// What a refusal means that did not come from a handler: the framework finds that a
/// method is not offered, or that an address is no text.
fn unnamed(status: StatusCode) -> Option<ApiError> {
    let title = match status {
        StatusCode::METHOD_NOT_ALLOWED => "This method is not offered here",
        status if status.is_client_error() => "The request cannot be read",
        status if status.is_server_error() => {
            return Some(ApiError::new(status, ProblemCode::ServerFault, "Our fault"));
        }
        _ => return None,
    };
    Some(ApiError::new(status, ProblemCode::BadRequest, title))
}
