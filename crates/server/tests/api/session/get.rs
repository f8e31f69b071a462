//! `GET /v1/session`.

use crate::support::{ADMIN, TestServer, assert_problem};
use chrono::TimeDelta;
use cpor_protocol::Session;

#[tokio::test]
async fn it_says_who_one_is() {
    let server = TestServer::start().await;
    let answer = server.sign_in(ADMIN).await.get("/v1/session").await;
    let session: Session = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(session.account.email, ADMIN);
    assert_eq!(session.account.time_zone, "Asia/Taipei");
    assert_eq!(session.account.region, cpor_rules::Region::Taiwan);
    assert_eq!(session.expires_in_seconds, 8 * 3600);
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
    assert_eq!(person.get("/v1/session").await.status, 200);
    server.clock.advance(TimeDelta::hours(7));
    assert_eq!(person.get("/v1/session").await.status, 200);
    server.clock.advance(TimeDelta::hours(8));
    assert_eq!(person.get("/v1/session").await.status, 204);
}

#[tokio::test]
async fn a_busy_session_ends_after_seven_days() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    for _ in 0..(7 * 24 / 6 - 1) {
        server.clock.advance(TimeDelta::hours(6));
        assert_eq!(person.get("/v1/session").await.status, 200);
    }
    server.clock.advance(TimeDelta::hours(6));
    assert_eq!(person.get("/v1/session").await.status, 204);
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
