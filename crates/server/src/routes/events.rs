//! `GET /v1/events`: a stream that says "something changed", and nothing more.

use crate::auth::{Cookie, SignedIn, is_session_alive};
use crate::claims::feed_of;
use crate::error::{ApiError, ApiResult};
use crate::news::Place;
use crate::repositories::{changes, notifications};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use cpor_protocol::{Problem, ProblemCode};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::Instant;

/// How often a stream looks by itself: another process may have written.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Shortest time between two looks of a stream, however much is written.
const LOOK_PAUSE: Duration = Duration::from_secs(1);
/// How often a silent stream says that it is there. Proxies cut what is
/// silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a reader waits before it connects again by itself.
const RETRY: Duration = Duration::from_secs(5);
/// When an account has too many streams, one may be free after this time.
const FULL_RETRY_SECONDS: u64 = 60;

/// Says `changed` whenever `/v1/changes` or `/v1/notifications` has something
/// new for the reader.
///
/// Carries no data, so it needs no care about what was missed: a reader asks
/// for both when the stream opens and at each event. Ends with the session.
#[utoipa::path(
    get, path = "/v1/events", tag = "changes",
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream"),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "The request does not accept `text/event-stream`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The account has too many streams open", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    headers: HeaderMap,
) -> ApiResult<Response> {
    // Who does not ask for a stream would wait for the end of one in vain.
    if !accepts_stream(&headers) {
        let title = "This is a stream of events";
        return Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, ProblemCode::BadRequest, title)
            .detail("send Accept: text/event-stream"));
    }
    let token =
        Cookie::Session.token(&headers, state.is_secure).ok_or_else(ApiError::sign_in_needed)?;
    let Some(place) = state.news.enter(&who.account.id) else {
        return Err(ApiError::slow_down(FULL_RETRY_SECONDS));
    };
    let mut reader = Reader {
        feed: feed_of(&who).to_owned(),
        account_id: who.account.id,
        token_hash: token.hash(),
        state,
        place,
        seen: Seen::default(),
        looked_at: Instant::now(),
    };
    reader.seen = reader.look().await?;
    let events = Sse::new(events(reader)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let mut response = events.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Some proxies would keep events back until a buffer is full.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn accepts_stream(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/event-stream"))
}

/// What a reader has been told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    change: u64,
    notification: u64,
    unread: u64,
}

/// One open stream.
struct Reader {
    state: AppState,
    feed: String,
    account_id: String,
    token_hash: Vec<u8>,
    place: Place,
    seen: Seen,
    looked_at: Instant,
}

impl Reader {
    async fn look(&self) -> ApiResult<Seen> {
        let mut view = self.state.database.read().await?;
        Ok(Seen {
            change: changes::last(&mut view, &self.feed).await?,
            notification: notifications::last_id(&mut view, &self.account_id).await?,
            unread: notifications::unread(&mut view, &self.account_id).await?,
        })
    }

    /// Ready when something is new; `false` when the stream ends.
    async fn news(&mut self) -> bool {
        loop {
            let goes_on = tokio::time::timeout(LOOK_EVERY, self.place.nudged()).await;
            if goes_on == Ok(false) {
                return false;
            }
            // Further nudges meanwhile are answered by the same look.
            let pause = LOOK_PAUSE.saturating_sub(self.looked_at.elapsed());
            if !pause.is_zero() && !self.place.pauses(pause).await {
                return false;
            }
            self.looked_at = Instant::now();
            // Where the database fails, the stream ends and the reader comes again.
            let Ok(true) = is_session_alive(&self.state, &self.token_hash).await else {
                return false;
            };
            let Ok(now) = self.look().await else { return false };
            if std::mem::replace(&mut self.seen, now) != now {
                return true;
            }
        }
    }
}

fn events(reader: Reader) -> impl Stream<Item = Result<Event, Infallible>> {
    // The first one makes the answer begin at once.
    let hello = stream::iter([Ok(Event::default().retry(RETRY).comment("hello"))]);
    let changes = stream::unfold(reader, |mut reader| async {
        let is_news = reader.news().await;
        // Browsers pass over an event without data, so it has some.
        is_news.then(|| (Ok(Event::default().event("changed").data("-")), reader))
    });
    stream::StreamExt::chain(hello, changes)
}
