//! The demonstration is believable on every day of the year.

use crate::support::{ADMIN, OTHER_ADMIN, Person, REVIEWER, TestServer, database_of};
use chrono::{DateTime, NaiveDate, Utc};
use cpor_protocol::{Change, ChangesPage, ClaimRecord};
use cpor_rules::{Actor, DeadlineKind, PartnerRole, Region, SolutionArea, Status};
use cpor_server::{Config, Server};
use std::collections::BTreeSet;

async fn claims(person: &Person) -> Vec<ClaimRecord> {
    let answer = person.get("/v1/changes?limit=200").await;
    let page: ChangesPage = serde_json::from_slice(&answer.bytes).unwrap();
    page.changes
        .into_iter()
        .filter_map(|change| match change {
            Change::Upsert { claim } => Some(*claim),
            Change::Tombstone { .. } => None,
        })
        .collect()
}

#[tokio::test]
async fn it_shows_everything_on_any_day() {
    // A weekend, the turn of the year, a leap day, the end of summer time.
    for now in [
        "2026-11-21T09:00:00Z",
        "2026-12-31T23:30:00Z",
        "2028-02-29T00:10:00Z",
        "2026-10-25T00:59:00Z",
    ] {
        let server = TestServer::start_at(now, |_| {}).await;
        let now: DateTime<Utc> = now.parse().unwrap();
        let ours = claims(&server.sign_in(ADMIN).await).await;
        let theirs = claims(&server.sign_in(OTHER_ADMIN).await).await;
        assert!(ours.len() + theirs.len() >= 40);
        let statuses: BTreeSet<_> = ours.iter().map(|claim| claim.status).collect();
        assert_eq!(statuses, Status::ALL.into(), "{now}");
        let roles: BTreeSet<_> = ours.iter().filter_map(|claim| claim.draft.partner_role).collect();
        assert_eq!(roles, PartnerRole::ALL.into());
        let areas: BTreeSet<_> =
            ours.iter().filter_map(|claim| claim.draft.solution_area).collect();
        assert_eq!(areas, SolutionArea::ALL.into());
        for claim in ours.iter().chain(&theirs) {
            assert!(claim.created_at <= claim.updated_at && claim.updated_at <= now);
            assert_eq!(claim.submitted_at.is_some(), claim.status != Status::Draft);
        }
    }
}

#[tokio::test]
async fn it_does_not_start_on_somebodys_work() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    server.added(ADMIN).await;
    let config = |is_demo| Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: server.folder.path().join("data"),
        database: database_of(&server.folder.path().join("data")),
        is_demo,
        ..Config::default()
    };
    let refused = Server::bind(config(true), server.clock.clone()).await;
    let said = refused.err().unwrap().to_string();
    assert!(said.contains("without --demo") && said.contains("--data"), "{said}");
    assert!(Server::bind(config(false), server.clock.clone()).await.is_ok());
    // A demonstration is one after a restart as well.
    let mut server = TestServer::start().await;
    server.restart().await;
    server.sign_in(ADMIN).await;
}

#[tokio::test]
async fn some_deadlines_are_near_and_none_that_binds_is_over() {
    let server = TestServer::start().await;
    let today: NaiveDate = "2026-11-23".parse().unwrap();
    let claims = claims(&server.sign_in(ADMIN).await).await;
    let days_left = |kind: DeadlineKind| -> Vec<_> {
        claims
            .iter()
            .filter_map(|claim| claim.deadline)
            .filter(|deadline| deadline.kind == kind)
            .map(|deadline| Region::Taiwan.holidays().business_days_until(today, deadline.due_on))
            .collect()
    };
    let answers = days_left(DeadlineKind::PartnerAction);
    assert!([1, 2, 3].iter().all(|days| answers.contains(days)), "{answers:?}");
    assert!(answers.iter().all(|days| *days >= 0));
    for kind in [DeadlineKind::ReviewStart, DeadlineKind::Review, DeadlineKind::DisputeAnswer] {
        assert!(days_left(kind).iter().any(|days| *days < 0), "{kind:?}");
    }
}

#[tokio::test]
async fn every_claim_has_a_history_that_leads_to_its_status() {
    let server = TestServer::start().await;
    let reviewer = server.sign_in(REVIEWER).await;
    let mut comments = 0;
    let mut actors = BTreeSet::new();
    for claim in claims(&reviewer).await {
        let path = format!("/v1/claims/{}/history", claim.id);
        let history: Vec<cpor_protocol::HistoryEntry> =
            serde_json::from_slice(&reviewer.get(&path).await.bytes).unwrap();
        let mut status = Status::Draft;
        let mut last = DateTime::<Utc>::MIN_UTC;
        for entry in &history {
            assert!(entry.at >= last);
            last = entry.at;
            actors.insert(entry.actor);
            match &entry.event {
                cpor_protocol::HistoryEvent::StatusChanged { from, to, .. } => {
                    assert_eq!(*from, status);
                    status = *to;
                }
                cpor_protocol::HistoryEvent::Comment { .. } => comments += 1,
                _ => {}
            }
        }
        assert_eq!(status, claim.status, "{}", claim.draft.claim_name);
    }
    assert!(comments >= 5);
    assert_eq!(actors, [Actor::Partner, Actor::Microsoft, Actor::Customer, Actor::System].into());
}
