//! `POST /v1/demo/clock`.

use crate::support::{ADMIN, Person, REVIEWER, TestAnswer, TestServer, USER, assert_problem};
use chrono::TimeDelta;
use cpor_protocol::{ClaimRecord, DemoClock};
use cpor_rules::{PartnerRole, Status};
use serde_json::{Value, json};

async fn forward(person: &Person, body: &Value) -> TestAnswer {
    person.send(person.post("/v1/demo/clock").json(body)).await
}

async fn asked(server: &TestServer, admin: &Person) -> ClaimRecord {
    let reviewer = server.sign_in(REVIEWER).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    reviewer.review(&claim, "request-action", "No signature").await.claim()
}

#[tokio::test]
async fn days_pass_jobs_run_and_nobody_is_signed_out() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(USER).await;
    let claim = asked(&server, &server.sign_in(ADMIN).await).await;
    assert_eq!(claim.deadline.unwrap().due_on.to_string(), "2026-12-11");
    let path = format!("/v1/claims/{}", claim.id);
    let before = server.clock.now();
    let answer = forward(&admin, &json!({"days": 18})).await;
    let clock: DemoClock = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(clock.now, before + TimeDelta::days(18));
    assert_eq!(admin.get(&path).await.claim().status, Status::PartnerActionRequired);
    let answer = forward(&admin, &json!({"days": 1})).await;
    assert_eq!(answer.json()["ahead_seconds"], 19 * 86_400);
    let claim = admin.get(&path).await.claim();
    assert_eq!(
        (claim.status, claim.status_reason.as_str()),
        (Status::Rejected, "No partner response")
    );
    assert_eq!(claim.status_since.to_string(), "2026-12-12");

    // The time stays where it is after a restart.
    server.restart().await;
    assert_eq!(server.clock.now(), before + TimeDelta::days(19));
    let session = server.sign_in(ADMIN).await.get("/v1/session").await.json();
    assert_eq!(session["clock_ahead_seconds"], 19 * 86_400);
    assert_eq!(session["expires_in_seconds"], 8 * 3600);
}

#[tokio::test]
async fn a_claim_that_cannot_be_read_keeps_no_other_from_its_job() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let (broken, whole) = (asked(&server, &admin).await, asked(&server, &admin).await);
    let id = &broken.id;
    let spoil = format!("UPDATE claim SET draft = '{{\"claim_name\": 7}}' WHERE id = '{id}'");
    server.database().await.execute(&spoil).await.unwrap();
    assert_eq!(forward(&admin, &json!({"days": 19})).await.status, 200);
    let path = format!("/v1/claims/{}", whole.id);
    assert_eq!(admin.get(&path).await.claim().status, Status::Rejected);
}

#[tokio::test]
async fn of_two_servers_one_expires_a_claim() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let (admin, there) = (server.sign_in(ADMIN).await, other.sign_in(ADMIN).await);
    let mut claims = Vec::new();
    for _ in 0..3 {
        claims.push(asked(&server, &admin).await);
    }
    forward(&admin, &json!({"days": 18})).await;
    // Both run their jobs, at the same time.
    let day = json!({"days": 1});
    let (one, two) = tokio::join!(forward(&admin, &day), forward(&there, &day));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200));
    for claim in claims {
        let now = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
        assert_eq!((now.status, now.revision), (Status::Rejected, claim.revision + 1));
        let history = there.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
        let by_time: Vec<_> = history
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["event"]["status-changed"]["to"] == "rejected")
            .collect();
        assert_eq!(by_time.len(), 1);
        assert_eq!(by_time[0]["actor"], "system");
        assert_eq!(by_time[0]["event"]["status-changed"]["reason"], "No partner response");
    }
}

#[tokio::test]
async fn it_goes_forward_only_and_not_too_far() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let before = server.clock.now();
    for body in [
        json!({"days": 0}),
        json!({"days": 61}),
        json!({"days": -1}),
        json!({}),
        json!({"days": 1, "x": 1}),
    ] {
        assert_problem(&forward(&admin, &body).await, 400, "bad-request");
    }
    assert_problem(&forward(&server.anonymous(), &json!({"days": 1})).await, 401, "sign-in-needed");
    assert_eq!(server.clock.now(), before);
}

#[tokio::test]
async fn ten_years_ahead_is_the_end() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let ahead = TimeDelta::days(3600).num_milliseconds();
    let set = format!("INSERT INTO setting (key, value) VALUES ('demo_ahead_ms', '{ahead}')");
    server.database().await.execute(&set).await.unwrap();
    let too_far = forward(&admin, &json!({"days": 51})).await;
    assert_problem(&too_far, 400, "bad-request");
    assert!(too_far.json()["detail"].as_str().unwrap().contains("3650"));
    assert_eq!(forward(&admin, &json!({"days": 50})).await.status, 200);
}

#[tokio::test]
async fn outside_a_demonstration_time_and_mails_are_left_alone() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    let admin = server.added(ADMIN).await;
    let before = server.clock.now();
    assert_problem(&forward(&admin, &json!({"days": 1})).await, 404, "not-found");
    assert_problem(&admin.get("/v1/demo/mails").await, 404, "not-found");
    assert_eq!(server.clock.now(), before);
    let features = server.anonymous().get("/v1/backend").await.json()["features"].clone();
    let has = |feature: &str| features.as_array().unwrap().contains(&json!(feature));
    assert!(has("consent") && !has("demo"));
}
