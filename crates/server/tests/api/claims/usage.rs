//! `GET /v1/claims/{id}/usage`.

use crate::support::{ADMIN, OTHER_ADMIN, Person, REVIEWER, TestServer, assert_problem};
use cpor_protocol::{ChangesPage, ClaimRecord, UsageMonth};
use cpor_rules::{PartnerRole, Status};

async fn usage(person: &Person, id: &str) -> Vec<UsageMonth> {
    let answer = person.get(&format!("/v1/claims/{id}/usage")).await;
    serde_json::from_slice(&answer.bytes).unwrap()
}

async fn approved(person: &Person) -> Vec<ClaimRecord> {
    let page: ChangesPage = serde_json::from_slice(&person.get("/v1/changes").await.bytes).unwrap();
    page.changes
        .into_iter()
        .filter_map(|change| match change {
            cpor_protocol::Change::Upsert { claim } => Some(*claim),
            cpor_protocol::Change::Tombstone { .. } => None,
        })
        .filter(|claim| claim.status == Status::Approved)
        .collect()
}

#[tokio::test]
async fn months_since_the_approval_that_are_over_are_told() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut told = 0;
    for claim in approved(&admin).await {
        let from = claim.status_since.format("%Y-%m").to_string();
        let months = usage(&admin, &claim.id).await;
        told += months.len();
        for month in &months {
            assert!(from <= month.month && month.month.as_str() < "2026-11", "{month:?}");
            assert!(month.active_users <= month.seats, "{month:?}");
            assert!(claim.draft.claimed_items().contains(&month.item.as_str()), "{month:?}");
        }
        assert!(months.is_sorted_by_key(|month| month.month.clone()));
    }
    assert!(told > 0, "the demonstration has usage");
}

#[tokio::test]
async fn there_is_none_before_the_approval_nor_for_others() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    assert_eq!(usage(&admin, &claim.id).await, []);
    reviewer.review(&claim, "approve", "").await;
    assert_eq!(usage(&admin, &claim.id).await, []);
    let other = server.sign_in(OTHER_ADMIN).await;
    let path = format!("/v1/claims/{}/usage", claim.id);
    assert_problem(&other.get(&path).await, 404, "not-found");
}
