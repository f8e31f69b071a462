//! `GET /v1/notifications` and `POST /v1/notifications/read`.

use crate::support::{
    ADMIN, OTHER_ADMIN, Person, REVIEWER, TestServer, USER, assert_problem, fresh_draft, new_id,
    pdf, poe_file,
};
use chrono::TimeDelta;
use cpor_protocol::{ClaimRecord, NotificationKind as Kind, NotificationsPage};
use cpor_rules::{PartnerRole, Status};
use reqwest::StatusCode;
use serde_json::json;

async fn page(person: &Person, query: &str) -> NotificationsPage {
    let answer = person.get(&format!("/v1/notifications{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// What somebody was told of a claim, oldest first.
async fn told(person: &Person, claim_id: &str) -> Vec<Kind> {
    let all = page(person, "?limit=200").await.notifications;
    all.iter().rev().filter(|one| one.claim_id == claim_id).map(|one| one.kind).collect()
}

async fn mark(person: &Person, body: serde_json::Value) -> crate::support::TestAnswer {
    person.send(person.post("/v1/notifications/read").json(&body)).await
}

/// A claim that waits for its partner.
async fn waiting_claim(admin: &Person, reviewer: &Person) -> ClaimRecord {
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    reviewer.review(&claim, "request-action", "No signature").await.claim()
}

#[tokio::test]
async fn each_side_is_told_of_what_the_other_does() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let reviewer = server.sign_in(REVIEWER).await;
    let claim = waiting_claim(&admin, &reviewer).await;
    assert_eq!(told(&reviewer, &claim.id).await, [Kind::Submitted]);
    assert_eq!(told(&admin, &claim.id).await, [Kind::ActionRequired]);
    assert_eq!(told(&user, &claim.id).await, [Kind::ActionRequired]);

    user.comment(&claim.id, "It comes tomorrow.").await;
    reviewer.comment(&claim.id, "Thank you.").await;
    let claim = admin.submit(&claim).await.claim();
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    reviewer.review(&claim, "approve", "").await.claim();
    let partner = [Kind::ActionRequired, Kind::ReviewerComment, Kind::Approved];
    assert_eq!(told(&admin, &claim.id).await, partner);
    assert_eq!(told(&user, &claim.id).await, partner);
    let reviewers = [Kind::Submitted, Kind::PartnerComment, Kind::Submitted];
    assert_eq!(told(&reviewer, &claim.id).await, reviewers);
}

#[tokio::test]
async fn a_notification_names_the_claim() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = waiting_claim(&admin, &reviewer).await;
    let newest = page(&admin, "?limit=1").await.notifications.remove(0);
    assert_eq!((newest.claim_id, newest.reference), (claim.id, claim.reference));
    assert_eq!(newest.claim_name, claim.draft.claim_name);
    assert_eq!(newest.at, server.clock.now());
    assert!(!newest.is_read);
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    assert_problem(&reviewer.review(&claim, "reject", "").await, 409, "wrong-state");
    assert_eq!(told(&admin, &claim.id).await, []);
    let draft = admin.ready_claim(PartnerRole::PreSales).await;
    admin.comment(&draft.id, "For myself.").await;
    assert_eq!(told(&reviewer, &draft.id).await, []);
}

#[tokio::test]
async fn other_organisations_are_told_nothing() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let other = server.sign_in(OTHER_ADMIN).await;
    let before = page(&other, "?limit=200").await;
    let claim = waiting_claim(&admin, &reviewer).await;
    reviewer.comment(&claim.id, "Please hurry.").await;
    assert_eq!(page(&other, "?limit=200").await, before);
    // Nor can they mark what is not theirs.
    let unread = page(&admin, "?limit=200").await.unread;
    let id = page(&admin, "?limit=1").await.notifications[0].id;
    assert_eq!(mark(&other, json!({"ids": [id]})).await.status, StatusCode::OK);
    assert_eq!(mark(&other, json!({"up_to": id})).await.status, StatusCode::OK);
    assert_eq!(page(&admin, "?limit=200").await.unread, unread);
}

#[tokio::test]
async fn a_competitor_is_told_once_and_not_by_whom() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let reviewer = server.sign_in(REVIEWER).await;
    let ours = admin.submitted_claim(PartnerRole::UseOrConsume).await;

    let content = pdf("theirs");
    other.upload("statement-of-work.pdf", &content).await;
    let mut draft = fresh_draft(PartnerRole::UseOrConsume);
    draft.tenant_id.clone_from(&ours.draft.tenant_id);
    draft.workloads.clone_from(&ours.draft.workloads);
    draft.partner_id = "5120044".into();
    draft.poe_files = vec![poe_file("statement-of-work.pdf", &content)];
    let theirs = other.create(&new_id(), &draft).await.claim();
    assert_eq!(told(&admin, &ours.id).await, []);
    let theirs = other.submit(&theirs).await.claim();
    assert_eq!(theirs.status, Status::Submitted);
    assert_eq!(told(&admin, &ours.id).await, [Kind::CompetingClaim]);
    let text = String::from_utf8(admin.get("/v1/notifications?limit=1").await.bytes).unwrap();
    for secret in [theirs.id.as_str(), theirs.reference.as_str(), "Northwind"] {
        assert!(!text.contains(secret), "{secret}");
    }

    // Handed in again, it competes as before.
    let theirs = reviewer.review(&theirs, "start-review", "").await.claim();
    let theirs = reviewer.review(&theirs, "request-action", "No signature").await.claim();
    assert_eq!(other.submit(&theirs).await.claim().status, Status::Submitted);
    assert_eq!(told(&admin, &ours.id).await, [Kind::CompetingClaim]);
}

#[tokio::test]
async fn pages_together_hold_everything_once_newest_first() {
    let server = TestServer::start().await;
    let reviewer = server.sign_in(REVIEWER).await;
    let whole = page(&reviewer, "?limit=200").await;
    assert!(!whole.more && whole.notifications.len() > 20);
    assert!(whole.notifications.is_sorted_by(|newer, older| newer.at >= older.at));
    let unread = whole.notifications.iter().filter(|one| !one.is_read).count();
    assert_eq!(whole.unread, unread as u64);

    let mut found = Vec::new();
    let mut query = "?limit=6".to_owned();
    loop {
        let part = page(&reviewer, &query).await;
        assert_eq!(part.unread, whole.unread);
        found.extend(part.notifications);
        if !part.more {
            break;
        }
        query = format!("?limit=6&before={}", found[found.len() - 1].id);
    }
    assert_eq!(found, whole.notifications);
    for query in ["?limit=0", "?limit=201", "?before=x", "?page=2"] {
        let answer = reviewer.get(&format!("/v1/notifications{query}")).await;
        assert_problem(&answer, 400, "bad-request");
    }
}

#[tokio::test]
async fn reading_is_ones_own_and_may_be_said_twice() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let reviewer = server.sign_in(REVIEWER).await;
    for _ in 0..3 {
        waiting_claim(&admin, &reviewer).await;
    }
    let before = page(&admin, "").await;
    let [newest, middle, _] = &before.notifications[..3] else { panic!("three were told") };
    for _ in 0..2 {
        let answer = mark(&admin, json!({"ids": [newest.id, 9_999_999]})).await;
        assert_eq!(answer.json()["unread"], before.unread - 1);
    }
    let after = page(&admin, "").await;
    assert!(after.notifications[0].is_read && !after.notifications[1].is_read);
    for _ in 0..2 {
        assert_eq!(mark(&admin, json!({"up_to": middle.id})).await.json()["unread"], 0);
    }
    assert!(page(&user, "").await.unread >= 3);
    for body in [json!({}), json!({"ids": []}), json!({"up_to": 1, "ids": [1]}), json!({"all": 1})]
    {
        assert_problem(&mark(&admin, body).await, 400, "bad-request");
    }
    assert_problem(&mark(&admin, json!({"ids": vec![1; 201]})).await, 400, "bad-request");
}

/// Runs the jobs and waits until they have told somebody so many times.
async fn told_after_jobs(server: &mut TestServer, claim_id: &str, count: usize) -> Vec<Kind> {
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    // The job runs beside the requests.
    for _ in 0..100 {
        let kinds = told(&admin, claim_id).await;
        if kinds.len() >= count {
            return kinds;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    told(&admin, claim_id).await
}

#[tokio::test]
async fn the_end_of_the_time_to_answer_is_announced_once() {
    let mut server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = waiting_claim(&admin, &reviewer).await;
    assert_eq!(claim.deadline.unwrap().due_on.to_string(), "2026-12-11");
    // A later claim shows that the job of a start has been done.
    server.clock.advance(TimeDelta::days(14));
    assert_eq!(told_after_jobs(&mut server, &claim.id, 1).await, [Kind::ActionRequired]);
    // Tuesday the 8th: three business days before Friday the 11th.
    server.clock.advance(TimeDelta::days(1));
    let both = [Kind::ActionRequired, Kind::DeadlineNear];
    assert_eq!(told_after_jobs(&mut server, &claim.id, 2).await, both);
    server.clock.advance(TimeDelta::days(1));
    // When the claim expires, all jobs before have run.
    server.clock.advance(TimeDelta::days(3));
    let all = [Kind::ActionRequired, Kind::DeadlineNear, Kind::Expired];
    assert_eq!(told_after_jobs(&mut server, &claim.id, 3).await, all);
}

#[tokio::test]
async fn old_proof_is_spoken_of_once_and_old_news_is_forgotten() {
    let mut server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    // Acknowledged on 2026-10-01.
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "approve", "").await.claim();
    // 2027-09-01 is eleven months after it, and not over them yet.
    server.clock.advance(TimeDelta::days(282));
    assert_eq!(told_after_jobs(&mut server, &claim.id, 1).await, [Kind::Approved]);
    server.clock.advance(TimeDelta::days(1));
    let both = [Kind::Approved, Kind::ProofOld];
    assert_eq!(told_after_jobs(&mut server, &claim.id, 2).await, both);
    server.restart().await;
    // 401 days after the approval it is forgotten, and the reminder does not come twice.
    server.clock.advance(TimeDelta::days(118));
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    for _ in 0..100 {
        if told(&admin, &claim.id).await.len() == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(told(&admin, &claim.id).await, [Kind::ProofOld]);
}
