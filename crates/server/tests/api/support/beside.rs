//! The database beside the server: looked into, and changed behind its back.

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::path::Path;

/// A second way into the database of a server.
pub enum Beside {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Beside {
    /// Does something; how many rows it changed.
    pub async fn execute(&self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Sqlite(pool) => sqlx::query(sql).execute(pool).await?.rows_affected(),
            Self::Postgres(pool) => sqlx::query(sql).execute(pool).await?.rows_affected(),
        })
    }

    /// The texts in the first column.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        }
    }

    /// The names of all tables, but for those that the migrations keep.
    pub async fn tables(&self) -> Vec<String> {
        let mut tables = self
            .texts(match self {
                Self::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table'",
                Self::Postgres(_) => {
                    "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
                     WHERE table_schema = current_schema()"
                }
            })
            .await;
        tables.retain(|name| !name.starts_with("sqlite_") && !name.starts_with("_sqlx"));
        tables.sort();
        tables
    }

    /// The columns of a table, each with whether it may be empty.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let mut columns = self
            .texts(&match self {
                Self::Sqlite(_) => format!(
                    "SELECT name || CASE WHEN \"notnull\" OR pk THEN '' ELSE '?' END \
                     FROM pragma_table_info('{table}')"
                ),
                Self::Postgres(_) => format!(
                    "SELECT column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END \
                     FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name = '{table}'"
                ),
            })
            .await;
        columns.sort();
        columns
    }

    /// The indices of a table that have a name of ours, each with its columns.
    pub async fn indices(&self, table: &str) -> Vec<String> {
        let mut indices = self
            .texts(&match self {
                Self::Sqlite(_) => format!(
                    "SELECT list.name || ': ' || (SELECT COALESCE(group_concat(name, ', '), '') \
                         FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno)) \
                     FROM pragma_index_list('{table}') AS list WHERE list.origin = 'c'"
                ),
                Self::Postgres(_) => format!(
                    "SELECT class.relname || ': ' || \
                         (SELECT COALESCE(string_agg(attname, ', ' ORDER BY attnum), '') \
                          FROM pg_attribute WHERE attrelid = class.oid) \
                     FROM pg_index JOIN pg_class AS class ON class.oid = indexrelid \
                     LEFT JOIN pg_constraint ON conindid = class.oid \
                     WHERE indrelid = CAST('{table}' AS regclass) AND conindid IS NULL"
                ),
            })
            .await;
        indices.sort();
        indices
    }

    /// Everything that is stored, as bytes.
    pub async fn everything(&self, data: &std::path::Path) -> Vec<u8> {
        match self {
            Self::Sqlite(_) => {
                self.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
                std::fs::read(data.join("claims.sqlite")).unwrap()
            }
            Self::Postgres(_) => {
                let mut all = Vec::new();
                for table in self.tables().await {
                    // Bytes are written in hexadecimal, which hides no text from the test.
                    let rows = format!("SELECT CAST({table} AS TEXT) FROM {table}");
                    all.extend(self.texts(&rows).await.concat().into_bytes());
                }
                all
            }
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// The migrations in the folder of this name, read from it.
pub async fn migrations(folder: &str) -> Migrator {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    Migrator::new(all.join(folder)).await.unwrap()
}
