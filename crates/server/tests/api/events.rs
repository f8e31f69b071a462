//! `GET /v1/events`.

use crate::support::{
    ADMIN, Folder, OTHER_ADMIN, Person, Process, REVIEWER, TestServer, assert_problem, fresh_draft,
    new_id,
};
use chrono::TimeDelta;
use cpor_rules::PartnerRole;
use reqwest::{Method, Response};
use std::time::Duration;

/// Longer than a stream takes to look by itself.
const PATIENCE: Duration = Duration::from_secs(8);

async fn open(person: &Person) -> Response {
    let request = person.bare(Method::GET, "/v1/events").header("accept", "text/event-stream");
    request.send().await.unwrap()
}

/// An open stream whose beginning was read.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn of(person: &Person) -> Self {
        let response = open(person).await;
        assert_eq!(response.status(), 200);
        let mut stream = Self { response, text: String::new() };
        assert!(stream.holds("retry: 5000").await);
        stream.text.clear();
        stream
    }

    /// Whether this text comes, before the stream ends or patience does.
    async fn holds(&mut self, wanted: &str) -> bool {
        let reading = async {
            while !self.text.contains(wanted) {
                let Ok(Some(bytes)) = self.response.chunk().await else { return false };
                self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            }
            true
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap_or(false)
    }

    async fn is_told(&mut self) -> bool {
        let told = self.holds("event: changed\ndata: -\n\n").await;
        self.text.clear();
        told
    }

    async fn ends(&mut self) -> bool {
        let reading = async { while let Ok(Some(_)) = self.response.chunk().await {} };
        tokio::time::timeout(PATIENCE, reading).await.is_ok()
    }
}

#[tokio::test]
async fn a_change_is_told_to_its_readers_and_nobody_else() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let reviewer = server.sign_in(REVIEWER).await;
    let mut ours = Stream::of(&admin).await;
    let mut theirs = Stream::of(&other).await;
    let mut reviewers = Stream::of(&reviewer).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    assert!(ours.is_told().await);
    assert!(reviewers.is_told().await);
    // What comes first to the other organisation is its own change.
    other.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    assert!(theirs.holds("event: changed").await);
    assert_eq!(theirs.text.matches("event: changed").count(), 1);
    for text in [&ours.text, &theirs.text, &reviewers.text] {
        assert!(!text.contains(&claim.id));
    }
}

#[tokio::test]
async fn reading_a_notification_is_told_to_ones_other_devices() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    reviewer.comment(&claim.id, "Soon.").await;
    let newest = admin.get("/v1/notifications?limit=1").await.json()["notifications"][0].clone();
    let mut stream = Stream::of(&server.sign_in(ADMIN).await).await;
    let body = serde_json::json!({"up_to": newest["id"]});
    admin.send(admin.post("/v1/notifications/read").json(&body)).await;
    assert!(stream.is_told().await);
}

#[tokio::test]
async fn the_answer_is_a_stream_that_nothing_keeps_back() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let response = open(&admin).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-accel-buffering"), "no");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_problem(&admin.get("/v1/events").await, 406, "bad-request");
    assert_eq!(open(&server.anonymous()).await.status(), 401);
}

#[tokio::test]
async fn an_account_has_only_so_many_streams() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut streams = Vec::new();
    for _ in 0..12 {
        streams.push(Stream::of(&admin).await);
    }
    let refused = open(&admin).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(open(&server.sign_in(OTHER_ADMIN).await).await.status(), 200);
    drop(streams);
    let mut status = 429;
    for _ in 0..100 {
        status = open(&admin).await.status().as_u16();
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let server = TestServer::start().await;
    let leaving = server.sign_in(ADMIN).await;
    let mut signed_out = Stream::of(&leaving).await;
    leaving.send(leaving.request(Method::DELETE, "/v1/session")).await;
    assert!(signed_out.ends().await);

    let mut expired = Stream::of(&server.sign_in(ADMIN).await).await;
    server.clock.advance(TimeDelta::hours(9));
    assert!(expired.ends().await);
}

#[tokio::test]
async fn open_streams_do_not_hold_up_the_end_of_the_server() {
    let mut server = TestServer::start().await;
    let mut stream = Stream::of(&server.sign_in(ADMIN).await).await;
    let asked = std::time::Instant::now();
    server.restart().await;
    // Well before the server would cut off what does not end.
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
    assert!(stream.ends().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_by_another_process_is_told_as_well() {
    let folder = Folder::new();
    let (one, two) = (Process::start(folder.path()), Process::start(folder.path()));
    let listener = one.anonymous().signed_in(ADMIN).await;
    let writer = two.anonymous().signed_in(ADMIN).await;
    let mut stream = Stream::of(&listener).await;
    let made = writer.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    assert_eq!(made.status, 201);
    assert!(stream.is_told().await);
    drop(stream);
    one.stop();
    two.stop();
}
