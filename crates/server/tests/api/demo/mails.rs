//! `GET /v1/demo/mails`.

use crate::support::{ADMIN, OTHER_ADMIN, REVIEWER, TestServer, assert_problem, mails};
use cpor_rules::PartnerRole;
use serde_json::json;

#[tokio::test]
async fn the_past_of_the_demonstration_sent_nothing() {
    let server = TestServer::start().await;
    assert_eq!(mails(&server.sign_in(REVIEWER).await).await, []);
}

#[tokio::test]
async fn each_organisation_sees_mails_about_its_own_claims() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let first = admin.submitted_claim(PartnerRole::PreSales).await;
    server.clock.advance(chrono::TimeDelta::minutes(1));
    let second = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let seen: Vec<_> = mails(&admin).await.into_iter().map(|mail| mail.claim_id).collect();
    assert_eq!(seen, [second.id, first.id]);
    assert_eq!(mails(&other).await, []);
    assert_eq!(mails(&server.sign_in(REVIEWER).await).await.len(), 2);
    assert_problem(&server.anonymous().get("/v1/demo/mails").await, 401, "sign-in-needed");
    let features = server.anonymous().get("/v1/backend").await.json()["features"].clone();
    assert!(features.as_array().unwrap().contains(&json!("demo")));
}
