//! A database of the schema before the last one, as the previous release left it.

use super::{BEFORE_POSTGRES, at_once, leave_file, open_and_work, opens_and_holds};
use crate::support::{TestServer, is_postgres, migrations, url_of};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::Write as _;
use std::path::Path;

/// What the rows of [`BEFORE_POSTGRES`] are in each table, and in an order in which each
/// finds what it refers to.
const COLUMNS: &[(&str, &str)] = &[
    ("organisation", "id, name, time_zone, region"),
    ("account", "id, organisation_id, name, email, role, password_hash"),
    ("session", "token_hash, account_id, created_at, used_at"),
    ("feed", "id, seq"),
    ("change", "feed_id, claim_id, seq, is_tombstone"),
    (
        "claim",
        "id, organisation_id, reference, revision, status, draft, created_at, created_by, \
         updated_at, submitted_at, status_since, was_disputed, status_reason, ruleset, \
         status_grounds",
    ),
    ("claim_file", "claim_id, sha256"),
    ("claim_item", "claim_id, tenant_id, item, subscription_id, partner_role"),
    ("consent_token", "token_hash, claim_id, created_at"),
    ("file", "sha256, size_bytes, media_type, created_at"),
    ("file_access", "organisation_id, sha256, name, created_at"),
    ("history", "id, claim_id, at, actor, account_id, event"),
    ("idempotency", "account_id, key, request_hash, status, revision, body, created_at"),
    ("mail", "id, claim_id, fingerprint, letter, created_at, attempts, due_at, sent_at, shown"),
    ("notification", "id, account_id, claim_id, at, kind, is_read, once"),
    (
        "upload",
        "id, organisation_id, account_id, sha256, name, size_bytes, is_complete, created_at",
    ),
];

/// The same rows, for either database.
fn rows() -> String {
    let mut sql = String::new();
    for (table, columns) in COLUMNS {
        let begin = format!("INSERT INTO \"{table}\" VALUES(");
        for values in BEFORE_POSTGRES.lines().filter_map(|line| line.strip_prefix(&begin)) {
            let values = if is_postgres() {
                values.replace(",X'", ",'\\x").replacen(
                    "X'",
                    "'\\x",
                    usize::from(values.starts_with("X'")),
                )
            } else {
                values.to_owned()
            };
            writeln!(sql, "INSERT INTO {table} ({columns}) VALUES ({values}").unwrap();
        }
    }
    sql += "UPDATE setting SET value = '3' WHERE key = 'last_reference';";
    if is_postgres() {
        sql += "SELECT setval(pg_get_serial_sequence('history', 'id'), 9); \
                SELECT setval(pg_get_serial_sequence('notification', 'id'), 3);";
    }
    sql
}

/// All migrations but the last.
fn but_the_last(all: &Migrator) -> Migrator {
    let last = all.iter().map(|migration| migration.version).max().unwrap();
    let before = all.iter().filter(|migration| migration.version < last);
    Migrator::with_migrations(before.cloned().collect())
}

/// Leaves data and database of the schema before the last.
fn leave(data: &Path) {
    leave_file(data);
    let (file, url) = (data.join("claims.sqlite"), url_of(data));
    at_once(async move {
        let rows = AssertSqlSafe(rows());
        if let Some(url) = url {
            let pool = PgPool::connect(&url).await.unwrap();
            but_the_last(&migrations("postgres").await).run(&pool).await.unwrap();
            sqlx::raw_sql(rows).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let pool = SqlitePool::connect_with(options).await.unwrap();
            but_the_last(&migrations("sqlite").await).run(&pool).await.unwrap();
            sqlx::raw_sql(rows).execute(&pool).await.unwrap();
            pool.close().await;
        }
    });
}

async fn on_the_previous_schema() -> TestServer {
    TestServer::start_with(|config| {
        config.is_demo = false;
        leave(&config.data);
    })
    .await
}

#[tokio::test]
async fn a_database_of_the_previous_schema_opens_and_holds_what_it_held() {
    opens_and_holds(&on_the_previous_schema().await).await;
}

#[tokio::test]
async fn work_goes_on_in_a_database_of_the_previous_schema() {
    open_and_work(&on_the_previous_schema().await).await;
}

/// Of several processes that start at once, one brings the tables up to date.
#[tokio::test]
async fn servers_that_start_on_the_previous_schema_at_once_all_work() {
    if !is_postgres() {
        return;
    }
    let server = on_the_previous_schema().await;
    let others = futures_util::future::join_all((0..3).map(|_| server.beside())).await;
    for other in &others {
        opens_and_holds(other).await;
    }
}
