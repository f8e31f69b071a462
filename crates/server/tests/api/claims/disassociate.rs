//! `POST /v1/claims/{id}/disassociate`.

use crate::support::{ADMIN, Person, REVIEWER, TestAnswer, TestServer, USER, assert_problem};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Ground, PartnerRole, ReviewReason, Status};
use reqwest::Method;
use serde_json::json;

async fn disassociate(person: &Person, claim: &ClaimRecord, reason: &str) -> TestAnswer {
    let request = person
        .request(Method::POST, &format!("/v1/claims/{}/disassociate", claim.id))
        .header("if-match", claim.etag())
        .json(&json!({"reason": reason}));
    person.send(request).await
}

#[tokio::test]
async fn an_association_ends_with_a_reason_and_for_good() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    assert_problem(&disassociate(&admin, &claim, "We stopped").await, 409, "wrong-state");
    let claim = reviewer.review(&claim, "approve", "").await.claim();

    let silent = disassociate(&admin, &claim, "\n").await;
    assert_problem(&silent, 409, "wrong-state");
    assert_eq!(silent.json()["refusal"], "reason-missing");
    let user = server.sign_in(USER).await;
    assert_problem(&disassociate(&user, &claim, "We stopped").await, 403, "not-allowed");

    let claim = disassociate(&admin, &claim, "The contract has ended.").await.claim();
    assert_eq!(claim.status, Status::RejectedFinal);
    assert_eq!(claim.status_reason, "The contract has ended.");
    assert_eq!(claim.status_grounds, [ReviewReason::whole(Ground::Disassociated)]);
    assert_problem(&disassociate(&admin, &claim, "Again").await, 409, "wrong-state");
}
