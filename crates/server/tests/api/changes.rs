//! `GET /v1/changes`.

use crate::support::{
    ADMIN, OTHER_ADMIN, Person, REVIEWER, TestServer, USER, assert_problem, fresh_draft, new_id,
};
use cpor_protocol::{Change, ChangesPage};
use cpor_rules::{PartnerRole, Status};
use reqwest::Method;
use std::collections::BTreeSet;

async fn page(person: &Person, query: &str) -> ChangesPage {
    let answer = person.get(&format!("/v1/changes{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn ids(page: &ChangesPage) -> Vec<String> {
    page.changes
        .iter()
        .map(|change| match change {
            Change::Upsert { claim } => claim.id.clone(),
            Change::Tombstone { id } => id.clone(),
        })
        .collect()
}

#[tokio::test]
async fn pages_together_hold_every_claim_once() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let whole = page(&admin, "?limit=200").await;
    assert!(!whole.more && whole.changes.len() > 30);

    let mut found = Vec::new();
    let mut query = "?limit=7".to_owned();
    loop {
        let part = page(&admin, &query).await;
        found.extend(ids(&part));
        query = format!("?limit=7&since={}", part.next);
        if !part.more {
            break;
        }
        assert_eq!(part.changes.len(), 7);
    }
    assert_eq!(found, ids(&whole));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
    assert_eq!(page(&admin, &query).await.changes, []);
}

#[tokio::test]
async fn only_what_is_new_is_told() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let cursor = page(&admin, "?limit=200").await.next;
    let first = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let second = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let mut draft = first.draft.clone();
    draft.claim_name = "Changed again".into();
    let first = user.edit(&first, &draft).await.claim();
    // Each claim stands in it once, at the place of its last change.
    let news = page(&admin, &format!("?since={cursor}")).await;
    assert_eq!(
        news.changes,
        [second, first].map(|claim| Change::Upsert { claim: Box::new(claim) })
    );
}

#[tokio::test]
async fn nothing_new_costs_nothing() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let first = admin.get("/v1/changes?limit=200").await;
    let etag = first.header("etag").to_owned();
    let poll = || admin.bare(Method::GET, "/v1/changes?limit=200").header("if-none-match", &etag);
    let answer = admin.send(poll()).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0));
    user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    assert_eq!(admin.send(poll()).await.status, 200);
}

#[tokio::test]
async fn a_cursor_from_elsewhere_is_gone() {
    let server = TestServer::start().await;
    // One of another day is no copy of the same demonstration.
    let other_server = TestServer::start_at("2026-11-24T02:00:00Z", |_| {}).await;
    let admin = server.sign_in(ADMIN).await;
    let elsewhere = page(&other_server.sign_in(ADMIN).await, "").await.next;
    let of_others = page(&server.sign_in(OTHER_ADMIN).await, "").await.next;
    for cursor in [elsewhere, of_others, "nonsense".into()] {
        let answer = admin.get(&format!("/v1/changes?since={cursor}")).await;
        assert_problem(&answer, 410, "cursor-gone");
    }
}

#[tokio::test]
async fn a_cursor_of_the_future_is_gone_after_a_restored_backup() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    let cursor = page(&admin, "?limit=200").await.next;
    let database = server.database().await;
    database.execute("UPDATE feed SET seq = seq - 1").await.unwrap();
    database.close().await;
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    assert_problem(&admin.get(&format!("/v1/changes?since={cursor}")).await, 410, "cursor-gone");
}

#[tokio::test]
async fn limits_are_kept() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for query in ["?limit=0", "?limit=201", "?limit=many", "?limit=-1", "?page=2"] {
        let answer = admin.get(&format!("/v1/changes{query}")).await;
        assert_problem(&answer, 400, "bad-request");
    }
}

#[tokio::test]
async fn reviewers_read_all_organisations_but_no_drafts() {
    let server = TestServer::start().await;
    let reviewer = server.sign_in(REVIEWER).await;
    let seen = page(&reviewer, "?limit=200").await;
    let mut seen: BTreeSet<_> = ids(&seen).into_iter().collect();
    let mut expected = BTreeSet::new();
    for partner in [ADMIN, OTHER_ADMIN] {
        for change in page(&server.sign_in(partner).await, "?limit=200").await.changes {
            if let Change::Upsert { claim } = change
                && claim.status != Status::Draft
            {
                expected.insert(claim.id);
            }
        }
    }
    assert_eq!(seen, expected);

    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    seen.insert(claim.id);
    let now: BTreeSet<_> = ids(&page(&reviewer, "?limit=200").await).into_iter().collect();
    assert_eq!(now, seen);
}
