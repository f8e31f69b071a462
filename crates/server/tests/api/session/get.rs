//! `GET /v1/session`.

use crate::support::{ADMIN, Person, TestAnswer, TestServer, assert_problem};
use chrono::TimeDelta;
use cpor_protocol::Session;
use cpor_server::SessionLimits;
use reqwest::Method;

/// Asks who is signed in, so many seconds after somebody did something.
async fn ask(person: &Person, idle_seconds: u32) -> TestAnswer {
    let request = person.bare(Method::GET, "/v1/session").header("x-cpor-idle", idle_seconds);
    person.send(request).await
}

/// Seconds until the session ends: unless it is used, and in any case.
fn left(answer: &TestAnswer) -> (u64, Option<u64>) {
    let session: Session = serde_json::from_slice(&answer.bytes).unwrap();
    (session.expires_in_seconds, session.absolute_in_seconds)
}

#[tokio::test]
async fn it_says_who_one_is() {
    let server = TestServer::start().await;
    let answer = server.sign_in(ADMIN).await.get("/v1/session").await;
    let session: Session = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(session.account.email, ADMIN);
    assert_eq!(session.account.time_zone, "Asia/Taipei");
    assert_eq!(session.account.region, cpor_rules::Region::Taiwan);
    assert_eq!(session.expires_in_seconds, 8 * 3600);
    assert_eq!(session.absolute_in_seconds, Some(7 * 24 * 3600));
    assert_eq!(session.warn_before_seconds, Some(300));
}

#[tokio::test]
async fn nobody_is_nobody() {
    let server = TestServer::start().await;
    let mut person = server.anonymous();
    assert_eq!(person.get("/v1/session").await.status, 204);
    person.cookie = "cpor-session=AAAA".into();
    assert_eq!(person.get("/v1/session").await.status, 204);
}

#[tokio::test]
async fn an_idle_session_ends_after_eight_hours() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    server.clock.advance(TimeDelta::hours(7));
    assert_eq!(ask(&person, 0).await.status, 200);
    server.clock.advance(TimeDelta::hours(7));
    assert_eq!(ask(&person, 0).await.status, 200);
    server.clock.advance(TimeDelta::hours(8));
    assert_eq!(ask(&person, 0).await.status, 204);
}

#[tokio::test]
async fn an_app_that_only_asks_what_is_new_does_not_keep_a_session() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    for _ in 0..7 {
        server.clock.advance(TimeDelta::hours(1));
        assert_eq!(person.get("/v1/changes").await.status, 200);
        assert_eq!(person.get("/v1/session").await.status, 200);
        // The person left when they had signed in.
        let hours_ago = left(&person.get("/v1/session").await).0;
        let request = person.bare(Method::GET, "/v1/changes");
        let request = request.header("x-cpor-idle", 8 * 3600 - hours_ago);
        assert_eq!(person.send(request).await.status, 200);
    }
    server.clock.advance(TimeDelta::hours(1));
    assert_problem(&person.get("/v1/changes").await, 401, "sign-in-needed");
}

#[tokio::test]
async fn a_request_says_when_a_person_last_did_something() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    server.clock.advance(TimeDelta::hours(2));
    assert_eq!(left(&person.get("/v1/session").await).0, 6 * 3600);
    let pull = person.bare(Method::GET, "/v1/changes").header("x-cpor-idle", 600);
    assert_eq!(person.send(pull).await.status, 200);
    assert_eq!(left(&person.get("/v1/session").await).0, 8 * 3600 - 600);
    // What was before that is no news, and what is no number says nothing.
    assert_eq!(left(&ask(&person, 3600).await).0, 8 * 3600 - 600);
    let odd = person.bare(Method::GET, "/v1/session").header("x-cpor-idle", "-5");
    assert_eq!(left(&person.send(odd).await).0, 8 * 3600 - 600);
}

#[tokio::test]
async fn near_the_end_each_use_counts_and_the_last_limit_stays() {
    let limits = SessionLimits { idle_seconds: 600, absolute_seconds: 1_000, warning_seconds: 580 };
    let server = TestServer::start_with(|config| config.session = limits).await;
    let person = server.sign_in(ADMIN).await;
    server.clock.advance(TimeDelta::seconds(21));
    assert_eq!(left(&person.get("/v1/session").await), (579, Some(979)));
    assert_eq!(left(&ask(&person, 1).await), (599, Some(979)));
    server.clock.advance(TimeDelta::seconds(500));
    assert_eq!(left(&ask(&person, 0).await), (479, Some(479)));
    server.clock.advance(TimeDelta::seconds(479));
    assert_eq!(ask(&person, 0).await.status, 204);
}

#[tokio::test]
async fn a_busy_session_ends_after_seven_days() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    for _ in 0..(7 * 24 / 6 - 1) {
        server.clock.advance(TimeDelta::hours(6));
        assert_eq!(ask(&person, 0).await.status, 200);
    }
    server.clock.advance(TimeDelta::hours(6));
    assert_eq!(ask(&person, 0).await.status, 204);
}

#[tokio::test]
async fn who_speaks_for_another_account_than_the_session_is_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let session = admin.get("/v1/session").await.json();
    let own = session["account"]["id"].as_str().unwrap();
    let pull = |account: &str| {
        admin.bare(reqwest::Method::GET, "/v1/changes").header("x-cpor-account", account)
    };
    assert_eq!(admin.send(pull(own)).await.status, 200);
    assert_problem(&admin.send(pull("somebody-else")).await, 401, "sign-in-needed");
}
