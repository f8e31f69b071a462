//! `DELETE /v1/claims/{id}`.

use crate::support::{ADMIN, TestServer, USER, assert_problem, fresh_draft, new_id};
use cpor_protocol::ClaimRecord;
use cpor_rules::PartnerRole;
use reqwest::{Method, RequestBuilder};

fn delete(person: &crate::support::Person, claim: &ClaimRecord) -> RequestBuilder {
    person
        .request(Method::DELETE, &format!("/v1/claims/{}", claim.id))
        .header("if-match", claim.etag())
}

#[tokio::test]
async fn a_draft_leaves_a_tombstone() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let cursor = user.get("/v1/changes?limit=200").await.json()["next"].clone();
    assert_eq!(user.send(delete(&user, &claim)).await.status, 204);
    let path = format!("/v1/claims/{}", claim.id);
    assert_problem(&user.get(&path).await, 404, "not-found");
    let since = cursor.as_str().unwrap();
    let page = user.get(&format!("/v1/changes?since={since}")).await.json();
    assert!(page["changes"][0]["tombstone"].is_object());
    assert_eq!(page["changes"][0]["tombstone"]["id"], claim.id);
    // Its id is used up, so a late duplicate of the creation brings nothing back.
    let again = user.create(&claim.id, &claim.draft).await;
    assert_problem(&again, 404, "not-found");
}

#[tokio::test]
async fn a_submitted_claim_cannot_be_deleted() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    assert_problem(&admin.send(delete(&admin, &claim)).await, 409, "wrong-state");
}

#[tokio::test]
async fn the_present_etag_is_needed() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let blind = user.request(Method::DELETE, &format!("/v1/claims/{}", claim.id));
    assert_problem(&user.send(blind).await, 428, "precondition-needed");
    let mut draft = claim.draft.clone();
    draft.claim_name = "Newer".into();
    user.edit(&claim, &draft).await;
    assert_problem(&user.send(delete(&user, &claim)).await, 412, "stale");
}
