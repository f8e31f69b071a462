//! The tables of both databases are the same ones.

use crate::support::{ADMIN, Beside, TestServer, is_postgres, sqlite_beside};

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indices() {
    if !is_postgres() {
        return;
    }
    let server = TestServer::start().await;
    let file = TestServer::start_with(|config| config.database = None).await;
    let (postgres, sqlite) =
        (server.database().await, sqlite_beside(&file.folder.path().join("data")).await);
    assert!(matches!((&postgres, &sqlite), (Beside::Postgres(_), Beside::Sqlite(_))));
    let tables = sqlite.tables().await;
    assert_eq!(tables, postgres.tables().await);
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        let mut columns = postgres.columns(&table).await;
        // Every table of SQLite has it, and does not say so.
        columns.retain(|column| column != "rowid");
        assert_eq!(sqlite.columns(&table).await, columns, "{table}");
        let mut indices = postgres.indices(&table).await;
        // SQLite has a collation for addresses, and needs no index of an expression.
        indices.retain(|index| !index.starts_with("account_by_email:"));
        let mut of_sqlite = sqlite.indices(&table).await;
        // The highest revision is noted beside a database file only.
        of_sqlite.retain(|index| index != "claim_by_revision: revision");
        assert_eq!(of_sqlite, indices, "{table}");
    }
}

#[tokio::test]
async fn an_address_is_the_same_in_capitals() {
    let server = TestServer::start().await;
    let admin = server.sign_in(&ADMIN.to_uppercase()).await;
    assert_eq!(admin.get("/v1/session").await.status, 200);
    let again = "INSERT INTO account (id, organisation_id, name, email, role, password_hash) \
                 SELECT 'another', organisation_id, name, upper(email), role, password_hash \
                 FROM account LIMIT 1";
    assert!(server.database().await.execute(again).await.is_err());
}

#[tokio::test]
async fn a_character_that_a_database_does_not_keep_breaks_nothing() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let body = serde_json::json!({"email": "a\0b", "password": "p\0"});
    let nobody = server.anonymous();
    assert_eq!(nobody.send(nobody.post("/v1/session").json(&body)).await.status, 401);
    assert_eq!(admin.get("/v1/claims/%00").await.status, 404);
    let answer = admin.get("/v1/associations?tenant_id=%00").await;
    assert!(answer.status.as_u16() < 500, "{}", answer.status);
}
