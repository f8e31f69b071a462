//! Numbers about the process, as Prometheus reads them.
//!
//! A label is one of few: a pattern of a path, a method, a status, a name from this file.
//! No id, name or address is one, so the numbers say nothing of anybody, and there are not
//! more of them the more people there are.
//!
//! ```text
//! cpor_requests_total{method="GET",route="/v1/claims/{id}",status="200"} 12
//! ```

use crate::database::query_scalar;
use crate::repositories::mails::MAX_ATTEMPTS;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Bounds of the histogram of durations, in seconds.
const BUCKETS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// What counts of the text is its type; Prometheus speaks it since version 2.5.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// So long a count may take; without it the last one is told.
const COUNT_LIMIT: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Run {
    job: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Part {
    part: &'static str,
}

/// What is counted, and what is looked up when somebody asks.
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Asked, Histogram, fn() -> Histogram>,
    jobs: Family<Run, Counter>,
    ready: Family<Part, Gauge>,
    connections: Family<Pool, Gauge>,
    streams: Gauge,
    mails: Gauge,
    uploads: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("cpor"),
            answered: Family::default(),
            took: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            jobs: Family::default(),
            ready: Family::default(),
            connections: Family::default(),
            streams: Gauge::default(),
            mails: Gauge::default(),
            uploads: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Version of the server", build);
        let help = "Requests that were answered";
        registry.register("requests", help, metrics.answered.clone());
        let help = "Time until an answer began";
        let took = metrics.took.clone();
        registry.register_with_unit("request_duration", help, Unit::Seconds, took);
        registry.register("jobs", "Runs of the hourly jobs", metrics.jobs.clone());
        let help = "1 where this part is well, else 0";
        registry.register("ready", help, metrics.ready.clone());
        let help = "Connections to the database of this process";
        registry.register("database_connections", help, metrics.connections.clone());
        let help = "Streams of events that are open in this process";
        registry.register("event_streams", help, metrics.streams.clone());
        let help = "Mails of all processes that wait to be sent";
        registry.register("mails_waiting", help, metrics.mails.clone());
        let help = "Uploads of all processes that were begun and are not finished";
        registry.register("uploads_unfinished", help, metrics.uploads.clone());
        metrics
    }
}

impl Metrics {
    /// Counts an answer. `route` is a pattern, never a path.
    pub(crate) fn answered(
        &self,
        method: &Method,
        route: &str,
        status: StatusCode,
        took: Duration,
    ) {
        let (method, route) = (method_of(method), route.to_owned());
        self.took
            .get_or_create(&Asked { method, route: route.clone() })
            .observe(took.as_secs_f64());
        let status = status.as_u16();
        self.answered.get_or_create(&Answered { method, route, status }).inc();
    }

    /// Counts the run of a job.
    pub(crate) fn ran(&self, job: &'static str, is_well: bool) {
        let outcome = if is_well { "done" } else { "failed" };
        self.jobs.get_or_create(&Run { job, outcome }).inc();
    }

    /// Looks up what is not counted as it happens.
    async fn look(&self, state: &AppState) {
        self.streams.set(whole(state.news.open_streams()));
        for (pool, size, idle) in state.database.connections() {
            let gauge = |state| self.connections.get_or_create(&Pool { pool, state }).clone();
            gauge("idle").set(whole(idle));
            gauge("busy").set(whole(size.saturating_sub(idle)));
        }
        let look = state.health.look(state).await;
        let schema = ("schema", look.outgrown.is_none());
        for (part, is_well) in look.parts.into_iter().chain([schema]) {
            self.ready.get_or_create(&Part { part }).set(i64::from(is_well));
        }
        if let Ok(Ok((mails, uploads))) = tokio::time::timeout(COUNT_LIMIT, count(state)).await {
            self.mails.set(mails);
            self.uploads.set(uploads);
        }
    }
}

async fn count(state: &AppState) -> Result<(i64, i64), sqlx::Error> {
    let mut view = state.database.read().await?;
    let mails = query_scalar("SELECT COUNT(*) FROM mail WHERE sent_at IS NULL AND attempts < $1")
        .bind(MAX_ATTEMPTS)
        .fetch_one(&mut view)
        .await?;
    let uploads = query_scalar("SELECT COUNT(*) FROM upload WHERE is_complete = 0")
        .fetch_one(&mut view)
        .await?;
    Ok((mails, uploads))
}

/// Anybody can send any word as a method.
fn method_of(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What the address of `--metrics` answers: the numbers, and whether the process is well,
/// also while it ends.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/metrics", get(tell)).merge(crate::health::routes())
}

async fn tell(State(state): State<AppState>) -> Response {
    state.metrics.look(&state).await;
    let mut text = String::new();
    match encode(&mut text, &state.metrics.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_counted_by_its_pattern() {
        let metrics = Metrics::default();
        let method = Method::from_bytes(b"SECRET-WORD").unwrap();
        let took = Duration::from_millis(3);
        metrics.answered(&method, "/v1/claims/{id}", StatusCode::OK, took);
        metrics.answered(&Method::GET, "/v1/claims/{id}", StatusCode::OK, took);
        metrics.ran("remind", false);
        let mut text = String::new();
        encode(&mut text, &metrics.registry).unwrap();
        for line in [
            r#"cpor_requests_total{method="GET",route="/v1/claims/{id}",status="200"} 1"#,
            r#"cpor_requests_total{method="other",route="/v1/claims/{id}",status="200"} 1"#,
            r#"cpor_request_duration_seconds_bucket{le="0.0025",method="GET",route="/v1/claims/{id}"} 0"#,
            r#"cpor_request_duration_seconds_bucket{le="0.005",method="GET",route="/v1/claims/{id}"} 1"#,
            r#"cpor_jobs_total{job="remind",outcome="failed"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
        assert!(!text.contains("SECRET"));
        assert!(text.contains("cpor_build_info{version="));
    }
}
