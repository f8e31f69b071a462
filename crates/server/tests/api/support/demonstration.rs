//! The demonstration that most tests begin with: written once, and copied by each of them.
//!
//! Writing it takes most of a second of computing in a development build; there are
//! hundreds of tests, in as many processes.

use super::folder::{administer, is_there, make_like, named_here};
use chrono::{DateTime, Utc};
use cpor_server::{Clock, Config, Server};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The moment at which tests begin: a Monday, 10:00 in Taipei.
pub const MONDAY: &str = "2026-11-23T02:00:00Z";

/// Puts the demonstration where a server is about to begin with an empty one, if that one
/// would be the same; otherwise does nothing.
pub async fn copy_to(config: &Config, now: DateTime<Utc>) {
    let is_usual = now == MONDAY.parse::<DateTime<Utc>>().unwrap()
        && config.is_demo
        && config.bucket.is_none()
        && !config.data.exists();
    if !is_usual {
        return;
    }
    if config.database.is_none() {
        copy_folder(&written(None).await, &config.data);
    } else {
        let name = format!("cpor_demonstration_{}", identity());
        let folder = written(Some(&name)).await;
        if make_like(&config.data, &name) {
            copy_folder(&folder, &config.data);
        }
    }
}

/// The folder of a demonstration whose claims are in its file, or in this database; the
/// first test that needs it writes it, while others wait.
async fn written(database: Option<&str>) -> PathBuf {
    let kind = if database.is_some() { "postgres" } else { "sqlite" };
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demonstrations");
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join(format!("{kind}.lock"))).unwrap();
    lock.lock().unwrap();
    let folder = home.join(format!("{kind}-{}", identity()));
    // A database goes with its cluster, whatever is left of it in the folder.
    if folder.exists() && database.is_none_or(is_there) {
        return folder;
    }
    // Those of earlier builds.
    for entry in fs::read_dir(&home).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir()
            && entry.file_name().to_string_lossy().starts_with(kind)
        {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    let unfinished = home.join(format!("{kind} unfinished"));
    if let Some(name) = database {
        administer(vec![
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE template0"),
        ]);
    }
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: unfinished.clone(),
        database: database.map(named_here),
        is_demo: true,
        ..Config::default()
    };
    let server = Server::bind(config, Clock::fixed(MONDAY.parse().unwrap())).await.unwrap();
    server.run(std::future::ready(())).await.unwrap();
    if database.is_none() {
        forget_stamp(&unfinished).await;
    }
    fs::rename(&unfinished, &folder).unwrap();
    folder
}

/// Lets a copy of this folder be taken for a new one: a server would notice that it is none,
/// and give its claims other revisions.
async fn forget_stamp(data: &Path) {
    let file = SqliteConnectOptions::new().filename(data.join("claims.sqlite"));
    let mut connection = SqliteConnection::connect_with(&file).await.unwrap();
    let forget = "DELETE FROM setting WHERE key = 'stamp'";
    assert_eq!(sqlx::query(forget).execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
    for mark in ["claims.stamp", "claims.high-water"] {
        fs::remove_file(data.join(mark)).unwrap();
    }
}

/// What tells this build of the tests from any other.
fn identity() -> String {
    let program = fs::metadata(std::env::current_exe().unwrap()).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{:x}_{:x}", built.as_nanos(), program.len())
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
