//! A newer version has brought the database to a schema that this one does not know.

use crate::support::{
    ADMIN, Beside, PASSWORD, Person, REVIEWER, TestServer, assert_problem, fresh_draft, migrations,
    new_id, pdf, url_of,
};
use cpor_protocol::{Change, ChangesPage, ClaimRecord};
use cpor_rules::PartnerRole;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Far longer than a server takes to look by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database, and what newer versions do with it.
struct Newer {
    database: Beside,
    /// The schema of the server here.
    known: i64,
    migrations: Vec<Migration>,
}

impl Newer {
    async fn of(server: &TestServer) -> Self {
        let database = server.database().await;
        let known = migrations(match database {
            Beside::Sqlite(_) => "sqlite",
            Beside::Postgres(_) => "postgres",
        })
        .await;
        let migrations: Vec<_> = known.iter().cloned().collect();
        let known = migrations.iter().map(|migration| migration.version).max().unwrap();
        Self { database, known, migrations }
    }

    fn last(&self) -> i64 {
        self.migrations.iter().map(|migration| migration.version).max().unwrap()
    }

    /// Starts as a newer version would that has one migration more.
    async fn migrates(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        let kind = MigrationType::Simple;
        let next = Migration::new(self.last() + 1, "of tomorrow".into(), kind, sql, false);
        self.migrations.push(next);
        let migrator = Migrator::with_migrations(self.migrations.clone());
        match &self.database {
            Beside::Sqlite(pool) => migrator.run(pool).await.unwrap(),
            // The server that works meanwhile may have two of the tables the other way round.
            Beside::Postgres(pool) => loop {
                // After a failure its connection still holds the lock by which others wait.
                let options = pool.connect_options().as_ref().clone();
                let once = PgPoolOptions::new().max_connections(1);
                let once = once.connect_with(options).await.unwrap();
                let done = migrator.run(&once).await;
                once.close().await;
                match done {
                    Err(error) if error.to_string().contains("deadlock") => {}
                    done => break done.unwrap(),
                }
            },
        }
    }

    /// A column more in every table, which cannot be empty, a table, and an index; the
    /// server here can go on.
    async fn adds(&mut self) {
        let next = self.last() + 1;
        let tables = self.database.tables().await;
        let add = format!("ADD COLUMN x{next} BIGINT NOT NULL DEFAULT 0");
        let each: Vec<_> =
            tables.iter().map(|table| format!("ALTER TABLE {table} {add};")).collect();
        let mut sql = each.concat();
        if matches!(self.database, Beside::Sqlite(_)) {
            sql = sql.replace("BIGINT", "INTEGER");
        }
        self.migrates(&format!(
            "{sql} \
             CREATE TABLE watcher{next} (claim_id TEXT PRIMARY KEY REFERENCES claim (id) \
                 ON DELETE CASCADE); \
             CREATE INDEX claim_by_x{next} ON claim (x{next}); {}",
            says(next, self.known),
        ))
        .await;
    }

    /// Draws a column away under whoever knows it.
    async fn breaks(&mut self) {
        let next = self.last() + 1;
        let fence = match self.database {
            Beside::Sqlite(_) => "",
            Beside::Postgres(_) => "SELECT pg_advisory_xact_lock(1, 1);",
        };
        let away = "ALTER TABLE claim RENAME COLUMN draft TO content;";
        self.migrates(&format!("{fence} {away} {}", says(next, next))).await;
    }

    /// The database is put back to what it was before the last migration.
    async fn mends(&mut self) {
        let last = self.migrations.pop().unwrap().version;
        for sql in [
            "ALTER TABLE claim RENAME COLUMN content TO draft",
            &format!("DELETE FROM _sqlx_migrations WHERE version = {last}"),
            "DELETE FROM setting WHERE key IN ('schema', 'oldest_schema')",
        ] {
            self.database.execute(sql).await.unwrap();
        }
    }
}

/// How a migration says who can go on.
fn says(schema: i64, oldest: i64) -> String {
    format!(
        "INSERT INTO setting (key, value) VALUES ('schema', '{schema}'), \
         ('oldest_schema', '{oldest}') ON CONFLICT (key) DO UPDATE SET value = excluded.value;"
    )
}

async fn page(person: &Person, cursor: &str) -> ChangesPage {
    let answer = person.get(&format!("/v1/changes?limit=200&since={cursor}")).await;
    assert_eq!(answer.status, 200);
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// Whether the claim was told as it is.
fn has(page: ChangesPage, wanted: &ClaimRecord) -> bool {
    page.changes.into_iter().any(|change| match change {
        Change::Upsert { claim } => is_same(&claim, wanted),
        Change::Tombstone { .. } => false,
    })
}

fn is_same(one: &ClaimRecord, other: &ClaimRecord) -> bool {
    let parts = |claim: &ClaimRecord| (claim.id.clone(), claim.revision, claim.status);
    parts(one) == parts(other) && one.draft == other.draft
}

/// Somebody who is told by one server of what is done.
struct Listener {
    person: Person,
    cursor: String,
}

impl Listener {
    async fn at(server: &TestServer) -> Self {
        let person = server.sign_in(ADMIN).await;
        let cursor = page(&person, "").await.next;
        Self { person, cursor }
    }

    /// Waits for a word of the server, then reads what is new.
    async fn hears(&mut self, deed: impl Future<Output = ClaimRecord>) {
        let request =
            self.person.bare(Method::GET, "/v1/events").header("accept", "text/event-stream");
        let mut stream = request.send().await.unwrap();
        assert_eq!(stream.status(), 200);
        let done = deed.await;
        let mut told = String::new();
        let reading = async {
            while !told.contains("event: changed") {
                let bytes = stream.chunk().await.unwrap().unwrap();
                told.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap();
        let new = page(&self.person, &self.cursor).await;
        self.cursor.clone_from(&new.next);
        assert!(has(new, &done));
    }
}

/// What people do in a day, with every statement that it needs.
async fn works(server: &TestServer) -> ClaimRecord {
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.ready_claim(PartnerRole::PreSales).await;
    let mut draft = claim.draft.clone();
    draft.claim_name = "worked on".into();
    let claim = admin.edit(&claim, &draft).await.claim();
    let claim = admin.submit(&claim).await.claim();
    assert_eq!(admin.comment(&claim.id, "Signed.").await.status, 201);
    let associations = format!("associations?tenant_id={}", claim.draft.tenant_id);
    for path in [associations.as_str(), "notifications", "backend", "demo/mails", "session"] {
        assert_eq!(admin.get(&format!("/v1/{path}")).await.status, 200, "{path}");
    }
    assert_eq!(admin.get(&format!("/v1/claims/{}/history", claim.id)).await.status, 200);
    let file = &claim.draft.poe_files[0].sha256;
    assert_eq!(admin.get(&format!("/v1/files/{file}")).await.status, 200);
    let begun = admin.begin_upload("part.pdf", &pdf(&new_id())).await;
    let at = admin.send(admin.tus(Method::HEAD, begun.header("location"))).await;
    assert_eq!(at.header("upload-offset"), "0");
    let gone = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let remove = admin.request(Method::DELETE, &format!("/v1/claims/{}", gone.id));
    assert_eq!(admin.send(remove.header("if-match", gone.etag())).await.status, 204);
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let decided = reviewer.review(&claim, "approve", "").await;
    assert_eq!(decided.status, 200, "{}", String::from_utf8_lossy(&decided.bytes));
    decided.claim()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_beside_a_newer_one_that_has_only_added() {
    let server = TestServer::start().await;
    let mut newer = Newer::of(&server).await;
    let mut early = Listener::at(&server).await;
    // Each connection has prepared what it is asked every day.
    for _ in 0..3 {
        early.hears(works(&server)).await;
    }
    for _ in 0..2 {
        newer.adds().await;
        for _ in 0..3 {
            early.hears(works(&server)).await;
        }
        assert_eq!(server.anonymous().get("/readyz").await.bytes, b"ready\n");
    }
    if url_of(std::path::Path::new("only to know whether there is one")).is_none() {
        return;
    }
    // One that starts now, as when a machine starts its process anew before the upgrade.
    let other = server.beside().await;
    let mut late = Listener::at(&other).await;
    early.hears(works(&other)).await;
    late.hears(works(&server)).await;
    assert_eq!(other.anonymous().get("/readyz").await.bytes, b"ready\n");
}

#[tokio::test]
async fn a_server_starts_on_a_database_of_a_newer_one_that_has_only_added() {
    let mut server = TestServer::start().await;
    let claim = works(&server).await;
    let mut newer = Newer::of(&server).await;
    newer.adds().await;
    let cursor = Listener::at(&server).await.cursor;
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    let now = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert!(is_same(&now, &claim));
    assert!(page(&admin, &cursor).await.changes.is_empty());
    let done = works(&server).await;
    assert!(has(page(&admin, &cursor).await, &done));
    // What the newer one has said stays said.
    let said = "SELECT value FROM setting WHERE key = 'schema'";
    assert_eq!(newer.database.texts(said).await, [newer.last().to_string()]);
}

/// What the program says and does that is started on the data of this server.
fn started(server: &TestServer, arguments: &[&str]) -> Output {
    let data = server.folder.path().join("data");
    Command::new(env!("CARGO_BIN_EXE_cpor-server"))
        .args(arguments)
        .arg("--data")
        .arg(&data)
        .env("CPOR_DATABASE_URL", url_of(&data).unwrap_or_default())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
}

/// What `/readyz` says once it is no longer `before`.
async fn says_after(person: &Person, before: &str) -> (StatusCode, String) {
    let asked = Instant::now();
    loop {
        let answer = person.get("/readyz").await;
        let text = String::from_utf8(answer.bytes).unwrap();
        if text != before || asked.elapsed() > PATIENCE {
            return (answer.status, text);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_server_that_the_database_has_outgrown_says_so_and_writes_nothing() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    assert_eq!(server.anonymous().get("/readyz").await.bytes, b"ready\n");
    let mut newer = Newer::of(&server).await;
    newer.breaks().await;
    let before = server.stored().await;

    // At once, whether or not it has looked yet.
    let create = admin.create_request(&new_id(), &fresh_draft(PartnerRole::PreSales));
    let edit = admin.edit_request(&claim, &claim.draft);
    let sign_in = admin.post("/v1/session").json(&json!({"email": ADMIN, "password": PASSWORD}));
    let sign_out = admin.request(Method::DELETE, "/v1/session");
    for request in [create, edit, sign_in, sign_out, admin.bare(Method::GET, "/v1/changes")] {
        let answer = admin.send(request).await;
        assert_problem(&answer, 503, "server-fault");
        assert_ne!(answer.header("retry-after"), "");
    }
    let (status, text) = says_after(&admin, "ready\n").await;
    assert_eq!(status, 503);
    let (known, now) = (newer.known, newer.last());
    let said = format!(
        "a newer version has brought the database to schema {now}, on which programs of schema \
         {now} and later work; this one is of schema {known}: start the newer version instead"
    );
    assert_eq!(text, format!("too old: {said}\n"));
    assert_eq!(admin.get("/livez").await.status, 200);

    // Nor does it start, nor do its commands.
    for arguments in [&["--port", "0"][..], &["restored"], &["audit", "export"]] {
        let output = started(&server, arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(error.contains(&said), "{error}");
    }
    assert!(before == server.stored().await, "something was written");

    newer.mends().await;
    assert_eq!(says_after(&admin, &text).await, (StatusCode::OK, "ready\n".to_owned()));
    assert_eq!(admin.edit(&claim, &claim.draft).await.status, 200);
}

#[tokio::test]
async fn a_migration_that_says_nothing_lets_nobody_go_on() {
    let server = TestServer::start().await;
    let mut newer = Newer::of(&server).await;
    // What the one before it has said does not speak for it.
    newer.adds().await;
    newer.migrates("CREATE TABLE something (id TEXT PRIMARY KEY)").await;
    let output = started(&server, &["--port", "0"]);
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("does not say which older ones can work on it"), "{error}");
    let (status, text) = says_after(&server.anonymous(), "ready\n").await;
    assert_eq!(status, 503, "{text}");
}

/// Many write while the newer version migrates: what was begun before ends before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_after_a_migration_that_lets_nobody_go_on() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut newer = Newer::of(&server).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (admin, is_over) = (admin.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut made = 0;
                while !is_over.load(Ordering::SeqCst) {
                    let draft = fresh_draft(PartnerRole::PreSales);
                    let answer = admin.create(&new_id(), &draft).await;
                    match answer.status.as_u16() {
                        201 => made += 1,
                        503 => tokio::time::sleep(Duration::from_millis(5)).await,
                        other => panic!("{other}: {}", String::from_utf8_lossy(&answer.bytes)),
                    }
                }
                made
            })
        })
        .collect();
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM claim WHERE reference > 'CPOR-000000'";
    let begun = newer.database.texts(count).await;
    let started = Instant::now();
    while newer.database.texts(count).await == begun {
        assert!(started.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
    newer.breaks().await;
    let at_the_migration = newer.database.texts(count).await;
    // They all try in vain for a while.
    says_after(&admin, "ready\n").await;
    is_over.store(true, Ordering::SeqCst);
    let mut made = 0;
    for writer in writers {
        made += writer.await.unwrap();
    }
    let begun: usize = begun[0].parse().unwrap();
    assert!(made > 0);
    assert_eq!(newer.database.texts(count).await, at_the_migration);
    assert!(at_the_migration[0].parse::<usize>().unwrap() >= begun);
}
