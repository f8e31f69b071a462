//! The audit log: complete, in order, and silent about people.

use crate::support::{
    ADMIN, Folder, PASSWORD, Person, Process, REVIEWER, TestServer, USER, database_of, fresh_draft,
    is_postgres, new_id, pdf, program, sha256,
};
use cpor_rules::PartnerRole;
use cpor_server::{Place, Verdict, audit_export, audit_verify};
use reqwest::Method;
use serde_json::Value;
use std::path::Path;

/// The whole log, and its head.
async fn exported(data: &Path) -> (String, String) {
    let place = Place { data: data.to_owned(), database: database_of(data) };
    let mut out = Vec::new();
    let head = audit_export(&place, &mut out).await.unwrap();
    (String::from_utf8(out).unwrap(), head)
}

fn verified(text: &str, head: Option<&str>) -> Verdict {
    audit_verify(text.as_bytes(), head).unwrap()
}

/// The entries about something, in order.
fn entries(text: &str, subject: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["entry"].clone()).filter(|entry| entry["subject"] == subject).collect()
}

fn words(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["what"].as_str().unwrap()).collect()
}

async fn id_of(person: &Person) -> String {
    person.get("/v1/session").await.json()["account"]["id"].as_str().unwrap().to_owned()
}

fn data(server: &TestServer) -> std::path::PathBuf {
    server.folder.path().join("data")
}

#[tokio::test]
async fn everything_that_is_done_is_told_by_ids_alone() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let content = pdf("canary-content");
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.claim_name = "canary-claim".into();
    draft.customer_contact.name = "canary-contact".into();
    draft.customer_contact.email = "canary-contact@example.com".into();
    let claim = admin.ready(draft.clone()).await;
    draft.poe_files.clone_from(&claim.draft.poe_files);
    draft.comment = "canary-comment".into();
    let claim = admin.edit(&claim, &draft).await.claim();
    let claim = admin.submit(&claim).await.claim();
    admin.comment(&claim.id, "canary-remark").await;
    reviewer.review(&claim, "approve", "").await;
    admin.upload("canary-file.pdf", &content).await;
    let gone = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let delete = admin.request(Method::DELETE, &format!("/v1/claims/{}", gone.id));
    admin.send(delete.header("if-match", gone.etag())).await;
    let (admin_id, reviewer_id) = (id_of(&admin).await, id_of(&reviewer).await);
    admin.send(admin.request(Method::DELETE, "/v1/session")).await;

    let (text, head) = exported(&data(&server)).await;
    let verdict = verified(&text, Some(&head));
    assert_eq!(verdict.findings, [""; 0]);
    assert!(verdict.chains >= 3 && verdict.lines > 100, "{verdict:?}");

    let told = entries(&text, &claim.id);
    let expected = ["created", "changed", "status-changed", "comment", "status-changed"];
    // The customer's mail goes by itself, at its own time.
    let told: Vec<_> =
        told.into_iter().filter(|entry| entry["what"] != "consent-email-sent").collect();
    assert_eq!(words(&told), expected);
    let accounts: Vec<_> = told.iter().map(|entry| entry["account"].as_str().unwrap()).collect();
    assert_eq!(accounts[..4], [&admin_id; 4]);
    assert_eq!((accounts[4], &told[4]["actor"]), (&*reviewer_id, &"microsoft".into()));
    assert_eq!(told[0]["before"], Value::Null);
    for pair in told.windows(2) {
        assert_eq!(pair[0]["after"], pair[1]["before"]);
        let is_comment = pair[1]["what"] == "comment";
        assert_eq!(pair[1]["after"] == pair[1]["before"], is_comment, "{}", pair[1]["what"]);
    }
    assert_eq!(words(&entries(&text, &gone.id)), ["created", "deleted"]);
    assert_eq!(words(&entries(&text, &sha256(&content))), ["file-received"]);
    assert_eq!(words(&entries(&text, &admin_id)), ["signed-in", "signed-out"]);
    for secret in ["canary", "@", "Wei Chen", "Fabrikam", PASSWORD, &admin.cookie] {
        assert!(!text.contains(secret), "the log holds {secret}");
    }
}

#[tokio::test]
async fn what_is_refused_or_repeated_adds_nothing() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let id = new_id();
    let request = user.create_request(&id, &fresh_draft(PartnerRole::PreSales));
    for _ in 0..3 {
        assert_eq!(user.send(request.try_clone().unwrap()).await.status, 201);
    }
    let claim = user.get(&format!("/v1/claims/{id}")).await.claim();
    assert_eq!(user.submit(&claim).await.status, 403);
    let (text, _) = exported(&data(&server)).await;
    assert_eq!(words(&entries(&text, &id)), ["created"]);
}

#[tokio::test]
async fn the_operation_is_told_and_nothing_that_a_client_put_into_its_key() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for (key, is_told) in [(new_id(), true), ("canary@example.com".to_owned(), false)] {
        let id = new_id();
        let request = admin
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("if-none-match", "*")
            .header("idempotency-key", &key)
            .json(&serde_json::json!({"draft": fresh_draft(PartnerRole::PreSales)}));
        assert_eq!(admin.send(request).await.status, 201);
        let (text, _) = exported(&data(&server)).await;
        let told = entries(&text, &id)[0]["operation"].as_str().unwrap().to_owned();
        assert_eq!(told == key, is_told);
        assert_eq!(told == sha256(key.as_bytes()), !is_told);
        assert_eq!(text.contains(&key), is_told);
    }
}

#[tokio::test]
async fn the_database_lets_nobody_change_it() {
    let server = TestServer::start().await;
    let database = server.database().await;
    let (before, _) = exported(&data(&server)).await;
    for deed in ["UPDATE audit SET state = 'x'", "DELETE FROM audit", "TRUNCATE audit"] {
        let refusal = database.execute(deed).await.unwrap_err().to_string();
        let is_ours = refusal.contains("only added to");
        assert!(is_ours || (deed.starts_with("TRUNCATE") && !is_postgres()), "{refusal}");
    }
    assert_eq!(exported(&data(&server)).await.0, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_at_two_servers_make_one_chain() {
    let server = TestServer::start().await;
    let other = server.beside().await;
    let people = [server.sign_in(ADMIN).await, other.sign_in(USER).await];
    let made = (0..24).map(|number| {
        let person = people[number % 2].clone();
        async move {
            let id = new_id();
            let draft = fresh_draft(PartnerRole::PreSales);
            let mut status = person.create(&id, &draft).await.status;
            while status == 503 {
                status = person.create(&id, &draft).await.status;
            }
            assert_eq!(status, 201);
            id
        }
    });
    let made = futures_util::future::join_all(made).await;
    let (text, head) = exported(&data(&server)).await;
    assert_eq!(verified(&text, Some(&head)).findings, [""; 0]);
    for id in made {
        assert_eq!(words(&entries(&text, &id)), ["created"]);
    }
}

#[tokio::test]
async fn what_is_done_behind_its_back_is_found() {
    let server = TestServer::start().await;
    let (_, head) = exported(&data(&server)).await;
    let database = server.database().await;
    let triggers: &[&str] = if is_postgres() {
        &["ALTER TABLE audit DISABLE TRIGGER ALL"]
    } else {
        &["DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_removed"]
    };
    for deed in triggers {
        database.execute(deed).await.unwrap();
    }
    let altered =
        r#"UPDATE audit SET entry = replace(entry, '"at":"20', '"at":"19') WHERE seq = 2"#;
    assert!(database.execute(altered).await.unwrap() > 0);
    let (text, _) = exported(&data(&server)).await;
    let findings = verified(&text, None).findings;
    assert!(findings.iter().any(|finding| finding.contains("was altered")), "{findings:?}");
    assert!(database.execute("DELETE FROM audit WHERE seq = 3").await.unwrap() > 0);
    let (text, _) = exported(&data(&server)).await;
    let findings = verified(&text, None).findings;
    assert!(findings.iter().any(|finding| finding.contains("is number 4")), "{findings:?}");
    // Who cuts off the end makes a file that is in order, and has another head.
    database.execute("DELETE FROM audit WHERE seq > 1").await.unwrap();
    let (text, _) = exported(&data(&server)).await;
    assert_eq!(verified(&text, None).findings, [""; 0]);
    assert_eq!(verified(&text, Some(&head)).findings.len(), 1);
}

#[tokio::test]
async fn the_commands_export_and_verify() {
    let folder = Folder::new();
    let server = Process::start(folder.path());
    server.anonymous().signed_in(ADMIN).await;
    let place = folder.path().to_str().unwrap();
    // Beside the server that runs.
    let export = program(folder.path(), &["audit", "export", "--data", place]);
    assert!(export.status.success(), "{export:?}");
    let said = String::from_utf8(export.stderr).unwrap();
    let head = said.trim().strip_prefix("head ").unwrap();
    let file = folder.path().join("audit.jsonl");
    let verify = |text: &[u8], head: &str| {
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        program(folder.path(), &["audit", "verify", file, "--head", head])
    };
    let whole = verify(&export.stdout, head);
    assert!(whole.status.success() && String::from_utf8_lossy(&whole.stdout).contains(head));
    let lines: Vec<_> = export.stdout.split_inclusive(|byte| *byte == b'\n').collect();
    let broken = verify(&[&lines[..1], &lines[2..]].concat().concat(), head);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("line 2 "), "{broken:?}");
    assert_eq!(verify(&export.stdout, "another").status.code(), Some(1));
    server.stop();

    let empty = tempfile::tempdir().unwrap();
    let nowhere = program(folder.path(), &["audit", "export", "--data", "/nowhere"]);
    if !is_postgres() {
        assert!(!nowhere.status.success());
    }
    assert_eq!(program(empty.path(), &["audit"]).status.code(), Some(2));
}
