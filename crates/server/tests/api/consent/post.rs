//! `POST /v1/consent/{token}`.

use crate::support::{ADMIN, REVIEWER, TestServer, assert_problem, fresh_draft_of, link_of};
use chrono::TimeDelta;
use cpor_rules::{EditionId, PartnerRole, Status};
use reqwest::Method;
use serde_json::json;

/// Statuses in which the customer can decline, which is any time but the end.
const OPEN: [Status; 6] = [
    Status::Submitted,
    Status::UnderReview,
    Status::PartnerActionRequired,
    Status::Approved,
    Status::Rejected,
    Status::Dispute,
];

#[tokio::test]
async fn the_customer_declines_in_every_status_of_every_edition() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let customer = server.anonymous();
    let database = server.database().await;
    for edition in EditionId::ALL {
        for status in OPEN.into_iter().chain([Status::RejectedFinal]) {
            let claim = admin.submitted(fresh_draft_of(edition, PartnerRole::UseOrConsume)).await;
            // The mail of older editions comes with the approval.
            let claim = reviewer.review(&claim, "approve", "").await.claim();
            let link = link_of(&admin, &claim.id).await;
            let (code, id) = (status.code(), &claim.id);
            let set = format!("UPDATE claim SET status = '{code}' WHERE id = '{id}'");
            database.execute(&set).await.unwrap();
            let answer = customer.send(customer.post(&link)).await;
            let after = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
            if status == Status::RejectedFinal {
                assert_problem(&answer, 409, "wrong-state");
                assert_eq!(after.status, status, "{edition:?}");
                assert_eq!(customer.get(&link).await.json()["state"], "ended");
            } else {
                assert_eq!(answer.status, 200, "{edition:?}, {status:?}");
                assert_eq!(answer.json()["state"], "declined");
                assert_eq!(after.status, Status::CustomerConsentDenied, "{edition:?}, {status:?}");
                assert_eq!(after.status_reason, "Customer declined");
                assert_eq!(after.deadline, None);
            }
        }
    }
}

#[tokio::test]
async fn declining_twice_answers_the_same_and_happens_once() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let link = link_of(&admin, &claim.id).await;
    let customer = server.anonymous();
    let (one, two) =
        tokio::join!(customer.send(customer.post(&link)), customer.send(customer.post(&link)),);
    let three = customer.send(customer.post(&link)).await;
    for answer in [&one, &two, &three] {
        assert_eq!((answer.status.as_u16(), answer.json()), (200, one.json()));
    }
    assert_eq!(customer.get(&link).await.json(), one.json());
    let history = admin.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
    let declined: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["actor"] == json!("customer"))
        .collect();
    assert_eq!(declined.len(), 1);
    assert_eq!(declined[0]["by"], "");
    assert_eq!(declined[0]["event"]["status-changed"]["to"], "customer-consent-denied");
}

#[tokio::test]
async fn the_customer_can_decline_long_after_the_approval() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    reviewer.review(&claim, "approve", "").await.claim();
    let link = link_of(&admin, &claim.id).await;
    server.clock.advance(TimeDelta::days(200));
    let customer = server.anonymous();
    assert_eq!(customer.send(customer.post(&link)).await.json()["state"], "declined");
}

#[tokio::test]
async fn a_page_of_somebody_else_cannot_decline() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let link = link_of(&admin, &claim.id).await;
    let customer = server.anonymous();
    let bare = customer.send(customer.bare(Method::POST, &link)).await;
    assert_problem(&bare, 403, "not-allowed");
    let foreign = customer.post(&link).header("sec-fetch-site", "cross-site");
    assert_problem(&customer.send(foreign).await, 403, "not-allowed");
    assert_eq!(customer.get(&link).await.json()["state"], "open");
}
