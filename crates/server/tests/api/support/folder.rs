//! Folders of data, and the `PostgreSQL` database that belongs to each.
//!
//! The variable `CPOR_TEST_POSTGRES` holds the URL of a database from which others can be
//! made. With it every test works on a database of its own, which goes with its folder;
//! without it on the file in the folder.

use super::Beside;
use cpor_server::DatabaseUrl;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, SqlitePool};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// The database of each folder of data.
static MADE: Mutex<BTreeMap<PathBuf, Database>> = Mutex::new(BTreeMap::new());

/// A database that is there, or whose name is given already.
struct Database {
    name: String,
    is_there: bool,
}

/// A folder that goes at the end, with its databases.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let own: Vec<_> = made
            .extract_if(.., |data, _| data.starts_with(self.path()))
            .map(|(_, database)| database.name)
            .collect();
        drop(made);
        if !own.is_empty() {
            let drops =
                own.iter().map(|name| format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            administer(drops.collect());
        }
    }
}

/// Whether the tests work on `PostgreSQL`.
pub fn is_postgres() -> bool {
    postgres().is_some()
}

fn postgres() -> Option<String> {
    std::env::var("CPOR_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The database of this folder of data; `None` where it is a file in the folder.
pub fn database_of(data: &Path) -> Option<DatabaseUrl> {
    url_of(data).map(|url| DatabaseUrl::read(&url, false).unwrap())
}

/// Its URL. It is empty where nobody has made it before.
pub fn url_of(data: &Path) -> Option<String> {
    let url = reserved_for(data)?;
    make_like(data, "template0");
    Some(url)
}

/// The URL that the database of this folder of data will have, whoever makes it.
pub fn reserved_for(data: &Path) -> Option<String> {
    let url = postgres()?;
    let mut made = MADE.lock().unwrap();
    let database = made.entry(data.to_owned()).or_insert_with(|| {
        let name = format!("cpor_test_{}", uuid::Uuid::new_v4().simple());
        Database { name, is_there: false }
    });
    Some(named(&url, &database.name))
}

/// Makes the database that was reserved, as a copy of another one; `false` where there is
/// nothing to make.
pub fn make_like(data: &Path, other: &str) -> bool {
    let mut made = MADE.lock().unwrap();
    let Some(database) = made.get_mut(data).filter(|database| !database.is_there) else {
        return false;
    };
    administer(vec![format!("CREATE DATABASE {} TEMPLATE {other}", database.name)]);
    database.is_there = true;
    true
}

/// The URL of a database of the cluster in which the tests work.
pub fn named_here(name: &str) -> DatabaseUrl {
    DatabaseUrl::read(&named(&postgres().unwrap(), name), false).unwrap()
}

/// The URL of another database of the same cluster.
pub fn named(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let options = path.split_once('?').map_or(String::new(), |(_, options)| format!("?{options}"));
    format!("{scheme}://{host}/{name}{options}")
}

/// Does something with the cluster, also where nobody can wait for a future.
pub fn administer(statements: Vec<String>) {
    in_cluster(async move |connection| {
        for statement in statements {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
        }
    });
}

/// Whether the cluster has a database of this name.
pub fn is_there(name: &str) -> bool {
    let name = name.to_owned();
    in_cluster(async move |connection| {
        let found = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(name);
        found.fetch_optional(connection).await.unwrap().is_some()
    })
}

fn in_cluster<T: Send + 'static>(
    work: impl AsyncFnOnce(&mut PgConnection) -> T + Send + 'static,
) -> T {
    let url = postgres().unwrap();
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            let done = work(&mut connection).await;
            connection.close().await.unwrap();
            done
        })
    };
    std::thread::spawn(work).join().unwrap()
}

/// Opens the database beside its server.
pub async fn beside(data: &Path) -> Beside {
    match url_of(data) {
        Some(url) => Beside::Postgres(PgPool::connect(&url).await.unwrap()),
        None => sqlite_beside(data).await,
    }
}

/// Opens the file beside its server.
pub async fn sqlite_beside(data: &Path) -> Beside {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("claims.sqlite"));
    Beside::Sqlite(SqlitePool::connect_with(options).await.unwrap())
}
