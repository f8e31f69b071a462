//! `GET /v1/claims/{id}`.

use crate::support::{ADMIN, TestServer, USER, assert_problem, fresh_draft, new_id};
use cpor_rules::PartnerRole;

#[tokio::test]
async fn a_claim_is_read_with_its_etag() {
    let server = TestServer::start().await;
    let created = server.sign_in(ADMIN).await;
    let id = new_id();
    let claim = created.create(&id, &fresh_draft(PartnerRole::PreSales)).await.claim();
    let answer = server.sign_in(USER).await.get(&format!("/v1/claims/{id}")).await;
    assert_eq!(answer.claim(), claim);
    assert_eq!(answer.header("etag"), "\"1\"");
    let upper = id.to_uppercase();
    assert_eq!(created.get(&format!("/v1/claims/{upper}")).await.claim(), claim);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for id in [new_id(), "x".into(), "%00".into()] {
        assert_problem(&admin.get(&format!("/v1/claims/{id}")).await, 404, "not-found");
    }
}
