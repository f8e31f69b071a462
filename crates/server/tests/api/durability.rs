//! What was acknowledged is there after a crash, and what failed left no trace.

use crate::support::{
    ADMIN, Beside, Folder, Process, TestServer, assert_problem, fresh_draft, new_id, pdf, poe_file,
};
use cpor_rules::{PartnerRole, Status};

#[tokio::test]
async fn an_acknowledged_change_survives_a_kill() {
    let folder = Folder::new();
    let server = Process::start(folder.path());
    let admin = server.anonymous().signed_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let content = pdf("half sent");
    let begun = admin.begin_upload("half.pdf", &content).await;
    let location = begun.header("location").to_owned();
    admin.append(&location, 0, &content[..9]).await;
    let cookie = admin.cookie.clone();
    server.kill();

    let server = Process::start(folder.path());
    let mut admin = server.anonymous();
    admin.cookie = cookie;
    // The session goes on, the claim is as it was, the upload is where it was.
    assert_eq!(admin.get(&format!("/v1/claims/{}", claim.id)).await.claim(), claim);
    let head = admin.send(admin.tus(reqwest::Method::HEAD, &location)).await;
    assert_eq!(head.header("upload-offset"), "9");
    assert_eq!(admin.append(&location, 9, &content[9..]).await.status, 204);
    server.stop();
}

#[tokio::test]
async fn a_repeated_operation_is_known_after_a_restart() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let key = new_id();
    let submit = |person: &crate::support::Person| {
        person
            .bare(reqwest::Method::POST, &format!("/v1/claims/{}/submit", claim.id))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-match", claim.etag())
            .json(&serde_json::json!({
                "ruleset": cpor_rules::digest::ruleset_digest(),
                "manifest": [&claim.draft.poe_files[0].sha256],
            }))
    };
    let first = admin.send(submit(&admin)).await;
    assert_eq!(first.claim().status, Status::Submitted);
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    let second = admin.send(submit(&admin)).await;
    assert_eq!((first.status, first.bytes), (second.status, second.bytes));
}

/// What lets an operation on a table fail, and what ends that.
fn trap(database: &Beside, operation: &str, table: &str) -> (Vec<String>, String) {
    let begin = format!("CREATE TRIGGER trap BEFORE {operation} ON {table}");
    match database {
        Beside::Sqlite(_) => (
            vec![format!("{begin} BEGIN SELECT RAISE(ABORT, 'trap'); END")],
            "DROP TRIGGER trap".to_owned(),
        ),
        Beside::Postgres(_) => (
            vec![
                "CREATE OR REPLACE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'trap'; END $$"
                    .to_owned(),
                format!("{begin} FOR EACH ROW EXECUTE FUNCTION trap()"),
            ],
            format!("DROP TRIGGER trap ON {table}"),
        ),
    }
}

/// Each table that a submission writes to is made to fail in turn.
#[tokio::test]
async fn a_change_that_fails_half_way_leaves_nothing_behind() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let path = format!("/v1/claims/{}", claim.id);
    let database = server.database().await;
    let before = admin.get("/v1/changes?limit=200").await.bytes;
    for (table, operation) in
        [("history", "INSERT"), ("change", "UPDATE"), ("feed", "UPDATE"), ("idempotency", "INSERT")]
    {
        let (set, clear) = trap(&database, operation, table);
        for statement in set {
            database.execute(&statement).await.unwrap();
        }
        assert_problem(&admin.submit(&claim).await, 500, "server-fault");
        database.execute(&clear).await.unwrap();
        assert_eq!(admin.get(&path).await.claim(), claim, "{table}");
        assert_eq!(admin.get("/v1/changes?limit=200").await.bytes, before, "{table}");
    }
    assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
}

#[tokio::test]
async fn a_demonstration_is_written_once() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    let before = admin.get("/v1/changes?limit=200").await.bytes;
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(admin.get("/v1/changes?limit=200").await.bytes, before);
}

#[tokio::test]
async fn history_cannot_be_rewritten() {
    let server = TestServer::start().await;
    let database = server.database().await;
    let change = database.execute("UPDATE history SET at = 0").await;
    assert!(change.unwrap_err().to_string().contains("written once"));
}

#[tokio::test]
async fn one_signed_file_serves_several_claims() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("for all");
    admin.upload("all.pdf", &content).await;
    for role in PartnerRole::ALL {
        let mut draft = fresh_draft(role);
        draft.poe_files = vec![poe_file("all.pdf", &content)];
        let claim = admin.create(&new_id(), &draft).await.claim();
        assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
    }
}

/// The server stopped after the last byte and before the content was checked.
#[tokio::test]
async fn an_upload_whose_bytes_are_all_there_is_settled_when_it_is_asked_for() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for (text, is_begun_again) in [("asked for", false), ("begun again", true)] {
        let content = pdf(text);
        let begun = admin.begin_upload("late.pdf", &content).await;
        let location = begun.header("location");
        let id = location.rsplit('/').next().unwrap();
        std::fs::write(server.folder.path().join("data/uploads").join(id), &content).unwrap();
        let answer = if is_begun_again {
            admin.begin_upload("late.pdf", &content).await
        } else {
            admin.send(admin.tus(reqwest::Method::HEAD, location)).await
        };
        assert_eq!(answer.header("upload-offset"), content.len().to_string());
        let path = format!("/v1/files/{}", crate::support::sha256(&content));
        assert_eq!(admin.get(&path).await.bytes, content);
    }
}
