//! Folders of data that an older server has left open, and hold what they held.

mod previous;

use crate::support::{PASSWORD, Person, TestServer, fresh_draft, pdf, sha256};
use cpor_protocol::{Change, ChangesPage, ClaimRecord, HistoryEntry, HistoryEvent};
use cpor_rules::{PartnerRole, Status};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Row as _};
use std::path::Path;

const BEFORE_POSTGRES: &str = include_str!("before_postgres.sql");
const DRAFT: &str = "11111111-1111-4111-8111-000000000001";
const IN_REVIEW: &str = "11111111-1111-4111-8111-000000000002";
const DELETED: &str = "11111111-1111-4111-8111-000000000003";

/// Puts the one file where it was left.
fn leave_file(data: &Path) {
    let content = pdf("a statement of work");
    let hash = sha256(&content);
    let place = data.join("files").join(&hash[..2]);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(&hash), content).unwrap();
}

/// Makes the folder as it was left.
fn leave(data: &Path) {
    leave_file(data);
    let file = data.join("claims.sqlite");
    at_once(async move {
        let options =
            SqliteConnectOptions::new().filename(file).create_if_missing(true).foreign_keys(false);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(BEFORE_POSTGRES)).execute(&pool).await.unwrap();
        pool.close().await;
    });
}

/// Does something where nobody can wait for a future.
fn at_once(work: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work);
    });
    thread.join().unwrap();
}

async fn claims(person: &Person) -> Vec<ClaimRecord> {
    let page: ChangesPage = serde_json::from_slice(&person.get("/v1/changes").await.bytes).unwrap();
    page.changes
        .into_iter()
        .map(|change| match change {
            Change::Upsert { claim } => *claim,
            Change::Tombstone { id } => panic!("{id} is told to who begins"),
        })
        .collect()
}

/// A server on a folder that the version before PostgreSQL left.
async fn on_the_folder_of_before() -> TestServer {
    TestServer::start_with(|config| {
        config.is_demo = false;
        config.database = None;
        leave(&config.data);
    })
    .await
}

#[tokio::test]
async fn a_folder_of_before_postgres_opens_and_holds_what_it_held() {
    opens_and_holds(&on_the_folder_of_before().await).await;
}

async fn opens_and_holds(server: &TestServer) {
    let admin = server.sign_in("admin@contoso.example").await;
    let found = claims(&admin).await;
    assert_eq!(found.len(), 2);
    let [draft, in_review] =
        [DRAFT, IN_REVIEW].map(|id| found.iter().find(|claim| claim.id == id).unwrap());
    assert_eq!((draft.status, draft.reference.as_str()), (Status::Draft, "CPOR-000001"));
    assert_eq!(draft.draft.claim_name, "Changed once");
    assert_eq!(in_review.status, Status::PartnerActionRequired);
    assert_eq!(in_review.status_reason, "A date is missing");
    assert_eq!(in_review.status_grounds.len(), 1);
    assert!(in_review.deadline.is_some());

    let history = admin.get(&format!("/v1/claims/{IN_REVIEW}/history")).await.bytes;
    let history: Vec<HistoryEntry> = serde_json::from_slice(&history).unwrap();
    let comments = history.iter().filter_map(|entry| match &entry.event {
        HistoryEvent::Comment { text } => Some((entry.by.as_str(), text.as_str())),
        _ => None,
    });
    assert_eq!(comments.collect::<Vec<_>>(), [("Ana Bowman", "The customer has signed.")]);

    let content = pdf("a statement of work");
    let file = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(file.bytes, content);
    let told = admin.get("/v1/notifications").await.json();
    assert_eq!(told["unread"], 1);
    assert_eq!(told["notifications"][0]["kind"], "action-required");
    let reviewer = server.sign_in("reviewer@review.example").await;
    assert_eq!(claims(&reviewer).await.len(), 1);
}

#[tokio::test]
async fn work_goes_on_in_a_folder_of_before_postgres() {
    open_and_work(&on_the_folder_of_before().await).await;
}

async fn open_and_work(server: &TestServer) {
    let admin = server.sign_in("admin@contoso.example").await;
    // An id that was used up stays so, and short names go on.
    let deleted = admin.create(DELETED, &fresh_draft(PartnerRole::PreSales)).await;
    assert_eq!(deleted.status, 404);
    let made = admin.create(&crate::support::new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    assert_eq!(made.claim().reference, "CPOR-000004");
    let mut claim = admin.get(&format!("/v1/claims/{DRAFT}")).await.claim();
    let draft = std::mem::take(&mut claim.draft);
    let changed = cpor_rules::Draft { claim_name: "Changed again".into(), ..draft };
    assert_eq!(admin.edit(&claim, &changed).await.claim().draft.claim_name, "Changed again");
    assert_eq!(
        admin.submit(&admin.get(&format!("/v1/claims/{DRAFT}")).await.claim()).await.status,
        200
    );
    let wrong = json!({"email": "admin@contoso.example", "password": format!("{PASSWORD}!")});
    let nobody = server.anonymous();
    assert_eq!(nobody.send(nobody.post("/v1/session").json(&wrong)).await.status, 401);
}

#[tokio::test]
async fn every_step_since_is_done_once() {
    let server = on_the_folder_of_before().await;
    let crate::support::Beside::Sqlite(pool) =
        crate::support::sqlite_beside(&server.folder.path().join("data")).await
    else {
        panic!()
    };
    let steps = sqlx::query("SELECT version, success FROM _sqlx_migrations ORDER BY version");
    let steps: Vec<(i64, bool)> =
        steps.fetch_all(&pool).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
    let all = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"));
    let names = all.unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let number = |name: String| name.split('_').next().unwrap().parse::<i64>().unwrap();
    let mut all: Vec<_> = names.map(|name| (number(name), true)).collect();
    all.sort_unstable();
    assert_eq!(steps, all);
}
