//! Whether the process is well, for whatever starts it and sends it requests.
//!
//! `/livez` says that it answers at all: who does not hear that, starts it anew. `/readyz`
//! says whether it can work: database and files answer, and it is not about to end. Who
//! hears that it cannot, sends people elsewhere for a while. Neither needs a session, nor
//! tells anything of anybody.

use crate::repositories::changes;
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

/// Which parts answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) parts: [(&'static str, bool); 2],
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
                    tokio::time::timeout(ANSWER_LIMIT, database_answers(state)),
                    tokio::time::timeout(ANSWER_LIMIT, state.files.answers()),
                );
                let is_well = |answer: Result<bool, _>| answer == Ok(true);
                let parts = [("database", is_well(database)), ("files", is_well(files))];
                let look = Look { parts };
                *last = Some((Instant::now(), look));
                look
            }
        }
    }
}

async fn database_answers(state: &AppState) -> bool {
    match state.database.read().await {
        Ok(mut view) => changes::epoch(&mut view).await.is_ok(),
        Err(_) => false,
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
