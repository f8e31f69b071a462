//! Whether the process is well, for whatever starts it and sends it requests.
//!
//! `/livez` says that it answers at all: who does not hear that, starts it anew. `/readyz`
//! says whether it can work: database and files answer, no newer version has brought the
//! database to where this one cannot work on it, and it is not about to end. Who
//! hears that it cannot, sends people elsewhere for a while. Neither needs a session, nor
//! tells anything of anybody.

use crate::database::Outgrown;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// So long a part may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// So long an answer counts. Anybody may ask, as often as they like: that costs the
/// database one look in this time.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the process looks when nobody asks: a database that has outgrown it is not to
/// be read for long.
const LOOK_UNASKED: Duration = Duration::from_secs(5);

/// Which parts answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) parts: [(&'static str, bool); 2],
    /// Whether this version is too old for the database.
    pub(crate) outgrown: Option<Outgrown>,
}

/// Looks after the parts, one look at a time.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Option<(Instant, Look)>>);

impl Health {
    pub(crate) async fn look(&self, state: &AppState) -> Look {
        let mut last = self.0.lock().await;
        match *last {
            Some((at, look)) if at.elapsed() < LOOK_EVERY => look,
            _ => {
                let (database, files) = tokio::join!(
                    tokio::time::timeout(ANSWER_LIMIT, state.database.look()),
                    tokio::time::timeout(ANSWER_LIMIT, state.files.answers()),
                );
                let database = database.ok().and_then(Result::ok);
                let parts = [("database", database.is_some()), ("files", files == Ok(true))];
                let look = Look { parts, outgrown: database.flatten() };
                *last = Some((Instant::now(), look));
                look
            }
        }
    }
}

/// Looks from time to time, for as long as it is polled.
pub(crate) async fn run(state: AppState) {
    loop {
        state.health.look(&state).await;
        tokio::time::sleep(LOOK_UNASKED).await;
    }
}

/// Both addresses.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}

async fn live() -> Response {
    plain(StatusCode::OK, "alive\n".to_owned())
}

async fn ready(State(state): State<AppState>) -> Response {
    if state.news.is_stopping() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    let look = state.health.look(&state).await;
    if let Some(outgrown) = look.outgrown {
        return plain(StatusCode::SERVICE_UNAVAILABLE, format!("too old: {outgrown}\n"));
    }
    let missing: Vec<_> =
        look.parts.iter().filter(|(_, is_well)| !is_well).map(|(part, _)| *part).collect();
    if missing.is_empty() {
        plain(StatusCode::OK, "ready\n".to_owned())
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, format!("no answer: {}\n", missing.join(", ")))
    }
}

fn plain(status: StatusCode, text: String) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
