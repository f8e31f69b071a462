//! A network and a server that fail, on purpose: `--chaos`, for tests.
//!
//! A share of all requests meets one fault each. Which, follows from a seed, so that
//! a run can be had again as far as its requests come in the same order.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cpor_protocol::headers::PROBLEM_JSON;
use cpor_protocol::{Problem, ProblemCode};
use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A request with this header meets no fault: a test that wants to look behind.
const SPARED: HeaderName = HeaderName::from_static("x-cpor-spared");
/// The largest share of requests that may fail: with more, nothing would get through.
pub const MOST: f64 = 0.9;
/// Bodies over this are not kept for a second delivery: uploads are streams.
const REPEATABLE_BYTES: u64 = 1024 * 1024;
/// The longest that an answer is held back.
const LONGEST_DELAY_MS: u64 = 2_000;

/// Time for bytes to leave.
const FLUSH: Duration = Duration::from_millis(50);

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It does not arrive: the connection breaks.
    RequestLost,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done, and the answer breaks off in the middle.
    AnswerCut,
    /// It is done, and the answer comes late.
    AnswerLate,
    /// It arrives twice.
    Twice,
    /// 429 with `Retry-After`.
    SlowDown,
    /// 503 with `Retry-After`.
    Unavailable,
}

const FAULTS: [Fault; 7] = [
    Fault::RequestLost,
    Fault::AnswerLost,
    Fault::AnswerCut,
    Fault::AnswerLate,
    Fault::Twice,
    Fault::SlowDown,
    Fault::Unavailable,
];

/// Decides what happens.
#[derive(Clone)]
pub(crate) struct Chaos {
    rate: f64,
    state: Arc<AtomicU64>,
}

impl Chaos {
    pub(crate) fn new(rate: f64, seed: u64) -> Self {
        Self { rate, state: Arc::new(AtomicU64::new(seed)) }
    }

    /// `SplitMix64`.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn fault(&self) -> Option<Fault> {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what a share needs")]
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        // The index is below the length, which fits.
        let chosen = usize::try_from(self.below(FAULTS.len() as u64)).unwrap_or_default();
        (share < self.rate).then(|| FAULTS.get(chosen).copied()).flatten()
    }
}

/// Lets some requests fail.
pub(crate) async fn interfere(
    State(chaos): State<Chaos>,
    request: Request,
    next: Next,
) -> Response {
    // A browser that is sent from page to page does not ask again by itself.
    let is_page = request.uri().path().starts_with("/v1/session/oidc");
    if is_page || request.headers().contains_key(SPARED) {
        return next.run(request).await;
    }
    let Some(fault) = chaos.fault() else { return next.run(request).await };
    tracing::debug!(?fault, "chaos");
    match fault {
        Fault::RequestLost => broken(None),
        Fault::AnswerLost => {
            drop(next.run(request).await);
            broken(None)
        }
        Fault::AnswerCut => cut(next.run(request).await).await,
        Fault::AnswerLate => {
            let response = next.run(request).await;
            tokio::time::sleep(Duration::from_millis(chaos.below(LONGEST_DELAY_MS))).await;
            response
        }
        Fault::Twice => twice(request, next).await,
        Fault::SlowDown => refusal(StatusCode::TOO_MANY_REQUESTS, ProblemCode::SlowDown),
        Fault::Unavailable => refusal(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ServerFault),
    }
}

/// An answer whose connection breaks, at once or behind its first bytes.
fn broken(sent: Option<(axum::http::response::Parts, Bytes)>) -> Response {
    let error = || io::Error::new(io::ErrorKind::ConnectionReset, "chaos");
    let Some((parts, bytes)) = sent else {
        let nothing = futures_util::stream::once(async move { Err::<Bytes, _>(error()) });
        return Body::from_stream(nothing).into_response();
    };
    let half = futures_util::stream::once(async move { Ok(bytes.slice(..bytes.len() / 2)) });
    // The first half is to be on its way before the connection breaks.
    let rest = futures_util::stream::once(async move {
        tokio::time::sleep(FLUSH).await;
        Err(error())
    });
    let body = half.chain(rest);
    Response::from_parts(parts, Body::from_stream(body))
}

async fn cut(response: Response) -> Response {
    if is_endless(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(whole) => broken(Some((parts, whole.to_bytes()))),
        Err(_) => broken(None),
    }
}

async fn twice(request: Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or_default();
    if length > REPEATABLE_BYTES {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return broken(None) };
    let body = body.to_bytes();
    let again = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let first = next.clone().run(Request::from_parts(parts, Body::from(body))).await;
    if is_endless(&first) {
        return first;
    }
    next.run(again).await
}

fn is_endless(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

fn refusal(status: StatusCode, code: ProblemCode) -> Response {
    let problem = Problem::new(status.as_u16(), code, "chaos");
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_kept_and_every_fault_comes() {
        let chaos = Chaos::new(0.25, 7);
        let faults: Vec<_> = (0..4_000).filter_map(|_| chaos.fault()).collect();
        assert!((900..1_100).contains(&faults.len()), "{}", faults.len());
        for fault in FAULTS {
            assert!(faults.iter().filter(|&&it| it == fault).count() > 80, "{fault:?}");
        }
        let never = Chaos::new(0.0, 7);
        assert!((0..1_000).all(|_| never.fault().is_none()));
    }

    #[test]
    fn a_seed_gives_the_same_faults_again() {
        let run = |seed| {
            let chaos = Chaos::new(0.5, seed);
            (0..50).map(|_| chaos.fault()).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }
}
