//! The data is put back to an older copy of itself.

use crate::support::{
    ADMIN, Folder, Person, Process, REVIEWER, TestBucket, TestServer, administer, assert_problem,
    database_of, fresh_draft, moto, named, new_id, pdf, poe_file, sha256, url_of,
};
use cpor_protocol::{Change, ChangesPage, ClaimRecord};
use cpor_rules::PartnerRole;
use cpor_server::{Clock, Config, Place, say_restored};
use reqwest::Method;
use serde_json::json;
use std::path::Path;
use std::process::Command;

const DATABASE: &str = "claims.sqlite";

async fn list(person: &Person) -> ChangesPage {
    let answer = person.get("/v1/changes?limit=200").await;
    serde_json::from_slice(&answer.bytes).unwrap()
}

async fn status_since(person: &Person, cursor: &str) -> u16 {
    person.get(&format!("/v1/changes?since={cursor}")).await.status.as_u16()
}

async fn new_claim(person: &Person) -> ClaimRecord {
    person.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim()
}

async fn renamed(person: &Person, claim: &ClaimRecord, name: &str) -> ClaimRecord {
    let mut draft = claim.draft.clone();
    name.clone_into(&mut draft.claim_name);
    person.edit(claim, &draft).await.claim()
}

fn claim_in(page: &ChangesPage, id: &str) -> Option<ClaimRecord> {
    page.changes.iter().find_map(|change| match change {
        Change::Upsert { claim } if claim.id == id => Some((**claim).clone()),
        _ => None,
    })
}

/// The same person at the server that listens now.
fn still(person: &Person, server: &TestServer) -> Person {
    let mut again = server.anonymous();
    again.cookie.clone_from(&person.cookie);
    again
}

/// These are about files, whatever database the other tests work on.
fn on_a_file(config: &mut Config) {
    config.database = None;
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[tokio::test]
async fn a_database_copied_over_a_newer_one_is_noticed() {
    let mut server = TestServer::start_with(on_a_file).await;
    let admin = server.sign_in(ADMIN).await;
    let first = renamed(&admin, &new_claim(&admin).await, "before the copy").await;
    let early = list(&admin).await.next;
    let copy = server.folder.path().join("copy.sqlite");
    server
        .restart_after(|data| {
            std::fs::copy(data.join(DATABASE), &copy).unwrap();
        })
        .await;
    let admin = still(&admin, &server);
    assert_eq!(status_since(&admin, &early).await, 200, "a restart alone changes nothing");

    // What nobody will remember.
    let lost = renamed(&admin, &first, "after the copy").await;
    let (key, id) = (new_id(), new_id());
    let fresh = fresh_draft(PartnerRole::UseOrConsume);
    let create = |person: &Person| {
        person
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": fresh}))
    };
    let forgotten = admin.send(create(&admin)).await.claim();
    let late = list(&admin).await.next;

    server
        .restart_after(|data| {
            std::fs::copy(&copy, data.join(DATABASE)).unwrap();
        })
        .await;
    let admin = server.sign_in(ADMIN).await;
    for cursor in [&early, &late] {
        let answer = admin.get(&format!("/v1/changes?since={cursor}")).await;
        assert_problem(&answer, 410, "cursor-gone");
    }
    let whole = list(&admin).await;
    let now = claim_in(&whole, &first.id).unwrap();
    assert_eq!(now.draft, first.draft);
    assert_eq!(claim_in(&whole, &id), None);

    // No `ETag` of before fits, neither now nor after as many changes as were lost.
    let mut draft = now.draft.clone();
    draft.claim_name = "on what is gone".into();
    let mut current = now;
    for _ in 0..3 {
        for seen in [&first, &lost] {
            assert_problem(&admin.edit(seen, &draft).await, 412, "stale");
        }
        current = renamed(&admin, &current, &format!("revision {}", current.revision)).await;
    }

    // The key is forgotten, and the claim's own id keeps it from being made twice.
    let again = admin.send(create(&admin)).await.claim();
    assert_eq!((&again.id, &again.draft), (&forgotten.id, &forgotten.draft));
    assert_eq!(admin.send(create(&admin)).await.claim(), again);
    // Made a second time, it does not look like the first one either.
    assert_problem(&admin.edit(&forgotten, &draft).await, 412, "stale");
    let other_key = admin.create(&id, &fresh_draft(PartnerRole::UseOrConsume)).await;
    assert_problem(&other_key, 412, "exists");
    // The short name that people were told of goes to no other claim.
    assert_ne!(again.reference, forgotten.reference);

    let cursor = list(&admin).await.next;
    server.restart().await;
    let admin = still(&admin, &server);
    assert_eq!(status_since(&admin, &cursor).await, 200, "it is noticed once");
}

#[tokio::test]
async fn a_copy_of_the_whole_folder_is_noticed() {
    let mut server = TestServer::start_with(on_a_file).await;
    let copy = server.folder.path().join("copy");
    server.restart_after(|data| copy_folder(data, &copy)).await;
    let admin = server.sign_in(ADMIN).await;
    let claim = new_claim(&admin).await;
    let cursor = list(&admin).await.next;
    server
        .restart_after(|data| {
            std::fs::remove_dir_all(data).unwrap();
            copy_folder(&copy, data);
        })
        .await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(status_since(&admin, &cursor).await, 410);
    assert_eq!(claim_in(&list(&admin).await, &claim.id), None);
}

#[tokio::test]
async fn a_copy_is_noticed_by_a_server_that_was_killed() {
    let folder = Folder::new();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.sqlite"));
    let server = Process::start_on(&data, None);
    server.stop();
    std::fs::copy(data.join(DATABASE), &copy).unwrap();
    let server = Process::start_on(&data, None);
    let admin = server.anonymous().signed_in(ADMIN).await;
    new_claim(&admin).await;
    let cursor = list(&admin).await.next;
    wait_for_high_water(&data).await;
    server.kill();
    for rest in ["claims.sqlite-wal", "claims.sqlite-shm"] {
        std::fs::remove_file(data.join(rest)).unwrap();
    }
    std::fs::copy(&copy, data.join(DATABASE)).unwrap();
    let server = Process::start_on(&data, None);
    let admin = server.anonymous().signed_in(ADMIN).await;
    assert_eq!(status_since(&admin, &cursor).await, 410);
    let log = server.stop();
    assert!(log.contains("put back to an older state"), "{log}");
}

/// Until the last change is in it.
async fn wait_for_high_water(data: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join(DATABASE));
    let database = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let changes: i64 =
        sqlx::query_scalar("SELECT SUM(seq) FROM feed").fetch_one(&database).await.unwrap();
    database.close().await;
    let begun = std::time::Instant::now();
    loop {
        let text = std::fs::read(data.join("claims.high-water")).unwrap();
        let noted: serde_json::Value = serde_json::from_slice(&text).unwrap();
        if noted["changes"] == changes {
            return;
        }
        assert!(begun.elapsed().as_secs() < 20, "{noted} is behind {changes}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_cannot_be_noticed_is_told_by_a_command() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = new_claim(&admin).await;
    let cursor = list(&admin).await.next;
    let data = server.folder.path().join("data");
    let place = Place { database: database_of(&data), data };
    say_restored(&place, &Clock::system()).await.unwrap();
    server.restart().await;
    let admin = still(&admin, &server);
    assert_eq!(status_since(&admin, &cursor).await, 410);
    let now = claim_in(&list(&admin).await, &claim.id).unwrap();
    assert!(now.revision > claim.revision);
    assert_eq!(ClaimRecord { revision: claim.revision, ..now }, claim);
}

/// A program of `PostgreSQL`, which is there where its tests are run.
fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_dump_that_is_restored_is_noticed_by_the_first_server_that_starts() {
    let Some(url) = url_of(Path::new("only to know whether there is one")) else { return };
    for is_new_database in [false, true] {
        let mut server = TestServer::start().await;
        let admin = server.sign_in(ADMIN).await;
        let kept = new_claim(&admin).await;
        let early = list(&admin).await.next;
        let data = server.folder.path().join("data");
        let own = url_of(&data).unwrap();
        let dump = server.folder.path().join("dump");
        let dump = dump.to_str().unwrap();
        server.restart_after(|_| run("pg_dump", &["-Fc", "-f", dump, "-d", &own])).await;
        let admin = still(&admin, &server);
        assert_eq!(status_since(&admin, &early).await, 200, "a dump alone changes nothing");
        let lost = new_claim(&admin).await;
        let late = list(&admin).await.next;
        server
            .restart_after(|_| {
                if is_new_database {
                    let path = own.split_once("://").unwrap().1.split_once('/').unwrap().1;
                    let name = path.split('?').next().unwrap();
                    administer(vec![
                        format!("DROP DATABASE {name} WITH (FORCE)"),
                        format!("CREATE DATABASE {name} TEMPLATE template0"),
                    ]);
                    assert_eq!(named(&url, name), own);
                    run("pg_restore", &["--no-owner", "-d", &own, dump]);
                } else {
                    run("pg_restore", &["--no-owner", "--clean", "-d", &own, dump]);
                }
            })
            .await;
        let admin = server.sign_in(ADMIN).await;
        for cursor in [&early, &late] {
            assert_eq!(status_since(&admin, cursor).await, 410);
        }
        let whole = list(&admin).await;
        assert!(claim_in(&whole, &kept.id).unwrap().revision > kept.revision);
        assert_eq!(claim_in(&whole, &lost.id), None);
        // Neither a second server nor a restart begins anew once more.
        let beside = server.beside().await;
        assert_eq!(status_since(&still(&admin, &beside), &whole.next).await, 200);
        server.restart().await;
        assert_eq!(status_since(&still(&admin, &server), &whole.next).await, 200);
    }
}

/// Whether the server gives out this content, whole.
async fn has(person: &Person, content: &[u8]) -> bool {
    let answer = person.get(&format!("/v1/files/{}", sha256(content))).await;
    answer.status == 200 && answer.bytes == content
}

/// The database was backed up first and the bucket after it, and both are put back, as
/// `docs/server.md` says. What was there then is there, and a client that still has what it
/// has sent since sends it again, as the app does after 410.
#[tokio::test]
async fn a_database_and_its_bucket_are_put_back_and_clients_send_again_what_they_have() {
    let bucket = TestBucket::new().await;
    let location = bucket.location(moto());
    let mut server = TestServer::start_with(|config| config.bucket = Some(location)).await;
    let url = url_of(&server.folder.path().join("data"));
    let admin = server.sign_in(ADMIN).await;
    let early = admin.submitted_claim(PartnerRole::PreSales).await;
    let early_file = early.draft.poe_files[0].sha256.clone();
    let draft = renamed(&admin, &new_claim(&admin).await, "before the backup").await;
    let cursor = list(&admin).await.next;

    // The backup: the database, then the bucket, in which more has come meanwhile.
    let copy = server.folder.path().join("copy");
    server
        .restart_after(|data| match &url {
            Some(url) => run("pg_dump", &["-Fc", "-f", copy.to_str().unwrap(), "-d", url]),
            None => drop(std::fs::copy(data.join(DATABASE), &copy).unwrap()),
        })
        .await;
    let admin = still(&admin, &server);
    let between = pdf("between the two backups");
    assert_eq!(admin.upload("between.pdf", &between).await.status, 204);
    let objects = bucket.backup().await;

    // What is lost at the server, and not at the client.
    let content = pdf("after the backup");
    assert_eq!(admin.upload("late.pdf", &content).await.status, 204);
    let mut with_file = fresh_draft(PartnerRole::PreSales);
    with_file.poe_files = vec![poe_file("late.pdf", &content), poe_file("between.pdf", &between)];
    let (id, key) = (new_id(), new_id());
    let create = |person: &Person| {
        person
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": with_file}))
    };
    let lost = admin.send(create(&admin)).await.claim();
    assert_eq!(admin.submit(&lost).await.status, 200);
    let edited = renamed(&admin, &draft, "after the backup").await;
    let late = list(&admin).await.next;

    bucket.put_back(&objects).await;
    server
        .restart_after(|data| match &url {
            Some(url) => {
                let copy = copy.to_str().unwrap();
                run("pg_restore", &["--no-owner", "--clean", "--if-exists", "-d", url, copy]);
            }
            None => drop(std::fs::copy(&copy, data.join(DATABASE)).unwrap()),
        })
        .await;
    let admin = server.sign_in(ADMIN).await;
    for cursor in [&cursor, &late] {
        let answer = admin.get(&format!("/v1/changes?since={cursor}")).await;
        assert_problem(&answer, 410, "cursor-gone");
    }
    // Everything of then, with its files.
    let whole = list(&admin).await;
    let kept = claim_in(&whole, &early.id).unwrap();
    assert_eq!((kept.status, &kept.draft), (early.status, &early.draft));
    assert_eq!(admin.get(&format!("/v1/files/{early_file}")).await.status, 200);
    let back = claim_in(&whole, &draft.id).unwrap();
    assert_eq!(back.draft, draft.draft);
    assert_eq!(claim_in(&whole, &id), None);

    // An edit meets the older claim, and is merged: nothing is overwritten unseen.
    assert_problem(&admin.edit(&draft, &edited.draft).await, 412, "stale");
    let again = renamed(&admin, &back, "after the backup").await;
    assert_eq!(again.draft, edited.draft);
    // The claim is made once more under its key, and handed in once its files are there.
    let made = admin.send(create(&admin)).await.claim();
    assert_eq!((&made.id, &made.draft), (&lost.id, &lost.draft));
    let answer = admin.submit(&made).await;
    assert_problem(&answer, 409, "files-missing");
    let missing = answer.json()["missing_files"].as_array().unwrap().len();
    assert_eq!(missing, 2, "the database knows neither, though the bucket has one");
    for (name, content) in [("late.pdf", &content), ("between.pdf", &between)] {
        assert_eq!(admin.upload(name, content).await.status, 204);
    }
    assert_eq!(admin.submit(&made).await.status, 200);
    let reviewer = server.sign_in(REVIEWER).await;
    for content in [&content, &between] {
        assert!(has(&reviewer, content).await);
    }
    assert!(bucket.names().await.iter().filter(|name| objects.contains_key(*name)).count() >= 2);
}

#[test]
fn the_command_needs_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cpor-server"));
    let output = command.args(["restored", "--data"]).arg(folder.path()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no database"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
