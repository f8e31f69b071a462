//! `GET /v1/associations`.

use crate::support::{ADMIN, OTHER_ADMIN, TestServer, assert_problem};
use cpor_rules::PartnerRole;
use cpor_rules::facts::{Association, Holder};

#[tokio::test]
async fn another_partners_item_is_told_without_a_name() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let path = format!("/v1/associations?tenant_id={}", claim.draft.tenant_id);
    // A draft asks for nothing yet.
    for person in [&admin, &other] {
        assert_eq!(person.get(&path).await.json(), serde_json::json!([]));
    }
    let claim = admin.submit(&claim).await.claim();
    let ours: Vec<Association> = serde_json::from_slice(&admin.get(&path).await.bytes).unwrap();
    assert_eq!(ours.len(), claim.draft.workloads.len());
    assert!(ours.iter().all(|item| item.holder
        == Holder::Ours {
            claim_id: claim.id.clone(),
            claim_name: claim.draft.claim_name.clone()
        }));

    let answer = other.get(&path).await;
    let theirs: Vec<Association> = serde_json::from_slice(&answer.bytes).unwrap();
    assert!(theirs.iter().all(|item| item.holder == Holder::OtherPartner));
    assert_eq!(theirs.len(), ours.len());
    let text = String::from_utf8(answer.bytes).unwrap();
    for secret in ["Fabrikam", &claim.id, &claim.draft.claim_name] {
        assert!(!text.contains(secret));
    }
}

#[tokio::test]
async fn a_tenant_must_be_named() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for query in ["", "?tenant_id=", "?tenant_id=contoso.com", "?tenant=x"] {
        let answer = admin.get(&format!("/v1/associations{query}")).await;
        assert_problem(&answer, 400, "bad-request");
    }
}
