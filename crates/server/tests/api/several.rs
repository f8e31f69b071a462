//! Several servers on one database keep the promises that one keeps.

use crate::support::{
    ADMIN, Person, REVIEWER, TestAnswer, TestServer, USER, fresh_draft, is_postgres, new_id,
};
use cpor_protocol::{Change, ChangesPage};
use cpor_rules::PartnerRole;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 64;
/// What each of them writes.
const CHANGES: usize = 3;

/// Sends a request until the server has time for it, as the app does.
async fn patiently(person: &Person, request: RequestBuilder) -> TestAnswer {
    loop {
        let answer = person.send(request.try_clone().unwrap()).await;
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            return answer;
        }
        assert_ne!(answer.header("retry-after"), "");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Reads changes page by page; how often each claim came.
struct Follower {
    person: Person,
    cursor: String,
    seen: BTreeMap<String, usize>,
}

impl Follower {
    /// Reads what is new; whether there was anything.
    async fn read(&mut self, limit: usize) -> bool {
        let path = format!("/v1/changes?limit={limit}&since={}", self.cursor);
        let answer = patiently(&self.person, self.person.bare(Method::GET, &path)).await;
        assert_eq!(answer.status, 200);
        let page: ChangesPage = serde_json::from_slice(&answer.bytes).unwrap();
        let is_new = page.next != self.cursor;
        self.cursor = page.next;
        for change in page.changes {
            match change {
                Change::Upsert { claim } => *self.seen.entry(claim.id).or_default() += 1,
                Change::Tombstone { id } => panic!("{id} was never deleted"),
            }
        }
        is_new || page.more
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_every_commit_of_many_writers_once() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let admins = [server.sign_in(ADMIN).await, other.sign_in(USER).await];
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let mut readers = Vec::new();
    for (index, limit) in [1, 7, 200].into_iter().enumerate() {
        let mut follower = Follower {
            person: admins[index % 2].clone(),
            cursor: String::new(),
            seen: BTreeMap::new(),
        };
        while follower.read(200).await {}
        follower.seen.clear();
        let writing = writing.clone();
        readers.push(tokio::spawn(async move {
            loop {
                // Asked before the look: what was committed until then must be seen.
                let is_over = writing.load(Ordering::SeqCst) == 0;
                if !follower.read(limit).await {
                    if is_over {
                        return follower.seen;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }));
    }
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (person, writing) = (admins[number % 2].clone(), writing.clone());
            tokio::spawn(async move {
                let mut made = Vec::new();
                for _ in 0..CHANGES {
                    let id = new_id();
                    let draft = fresh_draft(PartnerRole::PreSales);
                    let answer = patiently(&person, person.create_request(&id, &draft)).await;
                    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
                    made.push(id);
                }
                writing.fetch_sub(1, Ordering::SeqCst);
                made
            })
        })
        .collect();
    let mut made = BTreeMap::new();
    for writer in writers {
        made.extend(writer.await.unwrap().into_iter().map(|id| (id, 1)));
    }
    assert_eq!(made.len(), WRITERS * CHANGES);
    for reader in readers {
        assert_eq!(reader.await.unwrap(), made);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_edits_at_two_servers_one_is_stale() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let (here, there) = (server.sign_in(ADMIN).await, other.sign_in(USER).await);
    for round in 0..10 {
        let mut claim = here.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
        claim.draft.claim_name = format!("here {round}");
        let mut draft = claim.draft.clone();
        draft.claim_name = format!("there {round}");
        let (one, two) = tokio::join!(
            patiently(&here, here.edit_request(&claim, &claim.draft)),
            patiently(&there, there.edit_request(&claim, &draft)),
        );
        let mut answers = [one.status.as_u16(), two.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [200, 412]);
        let won = if one.status == 200 { one.claim() } else { two.claim() };
        assert_eq!(here.get(&format!("/v1/claims/{}", claim.id)).await.claim(), won);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_made_once_by_two_servers() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let (here, there) = (server.sign_in(ADMIN).await, other.sign_in(USER).await);
    for _ in 0..10 {
        let id = new_id();
        let (one, two) =
            (fresh_draft(PartnerRole::PreSales), fresh_draft(PartnerRole::UseOrConsume));
        let (one, two) = tokio::join!(
            patiently(&here, here.create_request(&id, &one)),
            patiently(&there, there.create_request(&id, &two)),
        );
        let mut answers = [one.status.as_u16(), two.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 412]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_at_two_servers_is_done_once_and_answered_alike() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let (here, there) = (server.sign_in(ADMIN).await, other.sign_in(ADMIN).await);
    for _ in 0..10 {
        let (id, key) = (new_id(), new_id());
        let body = json!({"draft": fresh_draft(PartnerRole::PreSales)});
        let create = |person: &Person| {
            person
                .bare(Method::PUT, &format!("/v1/claims/{id}"))
                .header("x-cpor", "1")
                .header("idempotency-key", &key)
                .header("if-none-match", "*")
                .json(&body)
        };
        let (one, two) =
            tokio::join!(patiently(&here, create(&here)), patiently(&there, create(&there)));
        assert_eq!((one.status.as_u16(), two.status.as_u16()), (201, 201));
        assert_eq!(one.bytes, two.bytes);
    }
}

/// Reviewers and partners of several organisations write the same feed in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submitting_and_deciding_at_once_locks_nobody_out() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let admin = server.sign_in(ADMIN).await;
    let reviewer = other.sign_in(REVIEWER).await;
    let mut claims = Vec::new();
    for _ in 0..6 {
        claims.push(admin.submitted_claim(PartnerRole::PreSales).await);
    }
    let deciding = claims.iter().map(|claim| reviewer.review(claim, "approve", ""));
    let submitting = (0..6).map(|_| admin.submitted_claim(PartnerRole::PreSales));
    let (decided, submitted) = tokio::join!(
        futures_util::future::join_all(deciding),
        futures_util::future::join_all(submitting)
    );
    for answer in decided {
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    }
    assert_eq!(submitted.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_does_not_come_is_told_as_not_now() {
    if !is_postgres() {
        return;
    }
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut claim = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    claim.draft.claim_name = "something to write".into();
    let crate::support::Beside::Postgres(pool) = server.database().await else { panic!() };
    let mut holder = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM feed FOR UPDATE").execute(&mut *holder).await.unwrap();
    let request = admin.edit_request(&claim, &claim.draft);
    let answer = admin.send(request.try_clone().unwrap()).await;
    crate::support::assert_problem(&answer, 503, "server-fault");
    assert_eq!(answer.header("retry-after"), "1");
    holder.rollback().await.unwrap();
    // The same request under the same key goes well then.
    assert_eq!(admin.send(request).await.status, 200);
}
