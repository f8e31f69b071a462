//! `POST /v1/claims/{id}/review`, and what time does by itself.

use crate::support::{ADMIN, OTHER_ADMIN, REVIEWER, TestServer, assert_problem};
use chrono::TimeDelta;
use cpor_rules::{DeadlineKind, PartnerRole, Status};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_claim_is_approved() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    assert_eq!(claim.deadline.unwrap().kind, DeadlineKind::Review);
    let claim = reviewer.review(&claim, "approve", "").await.claim();
    assert_eq!(claim.status, Status::Approved);
    assert_eq!(admin.get(&format!("/v1/claims/{}", claim.id)).await.claim(), claim);
}

#[tokio::test]
async fn a_rejection_needs_a_reason() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let answer = reviewer.review(&claim, "reject", " ").await;
    assert_problem(&answer, 409, "wrong-state");
    assert_eq!(answer.json()["refusal"], "reason-missing");
    let claim = reviewer.review(&claim, "reject", "No signature").await.claim();
    assert_eq!((claim.status, claim.status_reason.as_str()), (Status::Rejected, "No signature"));
}

#[tokio::test]
async fn grounds_fit_the_decision_and_the_claim() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let item = claim.draft.workloads[0].clone();
    let decide = async |grounds: Value| {
        let request = reviewer
            .request(Method::POST, &format!("/v1/claims/{}/review", claim.id))
            .header("if-match", claim.etag())
            .json(&json!({"action": "request-action", "reason": "See below", "grounds": grounds}));
        reviewer.send(request).await
    };
    for wrong in [
        json!([{"ground": "customer-declined"}]),
        json!([{"ground": "missing-items", "item": "no-such-item"}]),
        json!([{"ground": "missing-dates", "item": item}]),
        json!([{"ground": "boredom"}]),
        json!([{"ground": "missing-dates"}, {"ground": "missing-dates"}]),
    ] {
        assert_problem(&decide(wrong).await, 400, "bad-request");
    }
    let told = json!([{"ground": "missing-items", "item": item}, {"ground": "missing-dates"}]);
    let decided = decide(told.clone()).await.claim();
    assert_eq!(decided.status, Status::PartnerActionRequired);
    assert_eq!(serde_json::to_value(&decided.status_grounds).unwrap(), told);
    let history = admin.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
    let last = history.as_array().unwrap().last().unwrap();
    assert_eq!(last["event"]["status-changed"]["grounds"], told);
}

#[tokio::test]
async fn partners_do_not_decide_and_reviewers_only_as_the_table_says() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    assert_problem(&admin.review(&claim, "approve", "").await, 403, "not-allowed");
    assert_problem(&admin.review(&claim, "submit", "").await, 403, "not-allowed");
    assert_problem(&reviewer.review(&claim, "decline", "").await, 403, "not-allowed");
    assert_problem(&reviewer.review(&claim, "reopen", "").await, 409, "wrong-state");
    let draft = admin.ready_claim(PartnerRole::PreSales).await;
    assert_problem(&reviewer.review(&draft, "approve", "").await, 404, "not-found");
}

#[tokio::test]
async fn a_request_that_is_not_answered_in_time_ends_in_rejection() {
    let mut server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let claim = reviewer.review(&claim, "request-action", "No signature").await.claim();
    assert_eq!(claim.deadline.unwrap().due_on.to_string(), "2026-12-11");
    let path = format!("/v1/claims/{}", claim.id);

    // 10:00 in Taipei on the due day: not over yet.
    server.clock.advance(TimeDelta::days(18));
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(admin.get(&path).await.claim().status, Status::PartnerActionRequired);

    server.clock.advance(TimeDelta::days(1));
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    // The job runs beside the requests.
    let mut claim = admin.get(&path).await.claim();
    for _ in 0..50 {
        if claim.status != Status::PartnerActionRequired {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        claim = admin.get(&path).await.claim();
    }
    assert_eq!(claim.status, Status::Rejected);
    assert_eq!(claim.status_reason, "No partner response");
}

#[tokio::test]
async fn holidays_of_the_partners_region_are_no_business_days() {
    // Christmas is off in Berlin; in Taipei 25 December is Constitution Day. New Year is off in both.
    for (partner, due_on) in [(ADMIN, "2027-01-11"), (OTHER_ADMIN, "2027-01-11")] {
        let server = TestServer::start_at("2026-12-18T02:00:00Z", |_| {}).await;
        let (partner, reviewer) = (server.sign_in(partner).await, server.sign_in(REVIEWER).await);
        let claim = partner.submitted_claim(PartnerRole::PreSales).await;
        let claim = reviewer.review(&claim, "start-review", "").await.claim();
        let claim = reviewer.review(&claim, "request-action", "No signature").await.claim();
        assert_eq!(claim.deadline.unwrap().due_on.to_string(), due_on);
    }
    // Lunar New Year is kept in Taipei alone.
    for (partner, due_on) in [(ADMIN, "2027-02-26"), (OTHER_ADMIN, "2027-02-19")] {
        let server = TestServer::start_at("2027-02-01T02:00:00Z", |_| {}).await;
        let (partner, reviewer) = (server.sign_in(partner).await, server.sign_in(REVIEWER).await);
        let claim = partner.submitted_claim(PartnerRole::PreSales).await;
        let claim = reviewer.review(&claim, "start-review", "").await.claim();
        let claim = reviewer.review(&claim, "request-action", "No signature").await.claim();
        assert_eq!(claim.deadline.unwrap().due_on.to_string(), due_on);
    }
}
