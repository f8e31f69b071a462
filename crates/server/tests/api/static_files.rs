//! The app's own files, from a folder and out of the program.

use crate::support::{TestAnswer, TestServer};
use cpor_server::{AppFiles, EmbeddedApp, EmbeddedFile};
use reqwest::Method;
use sha2::{Digest as _, Sha256};

const HASHED: &str = "cpor-0123456789abcdef.wasm";
/// When all of these files changed: in 2026, in seconds since 1970.
const CHANGED_AT: u64 = 1_780_000_000;

fn files() -> Vec<(String, &'static [u8])> {
    vec![
        ("index.html".to_owned(), b"the page"),
        ("index.html.br".to_owned(), b"brotli page"),
        ("config.json".to_owned(), b"{}"),
        (HASHED.to_owned(), b"plain wasm"),
        (format!("{HASHED}.br"), b"brotli wasm"),
        (format!("{HASHED}.gz"), b"gzip wasm"),
        ("icons/icon.svg".to_owned(), b"<svg/>"),
        ("icons/v1.2/icon.svg".to_owned(), b"<svg/>"),
    ]
}

/// The same files in memory.
fn embedded(files: Vec<(String, &'static [u8])>) -> AppFiles {
    let file = |content: &'static [u8]| {
        EmbeddedFile::new(content.into(), Sha256::digest(content).into(), CHANGED_AT)
    };
    AppFiles::Embedded(
        files.into_iter().map(|(name, content)| (name, file(content))).collect::<EmbeddedApp>(),
    )
}

/// A server for each source of these files.
struct Sources {
    servers: [TestServer; 2],
    _folder: tempfile::TempDir,
}

async fn sources() -> Sources {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(CHANGED_AT);
        std::fs::File::open(&path).unwrap().set_modified(changed).unwrap();
    }
    let start = |app| TestServer::start_with(|config| config.app = Some(app));
    let servers =
        [start(AppFiles::Folder(folder.path().to_owned())).await, start(embedded(files())).await];
    Sources { servers, _folder: folder }
}

async fn get(server: &TestServer, path: &str, encoding: &str) -> TestAnswer {
    let person = server.anonymous();
    person.send(person.bare(Method::GET, path).header("accept-encoding", encoding)).await
}

#[tokio::test]
async fn addresses_of_pages_get_the_page() {
    for server in &sources().await.servers {
        for path in ["/", "/claims", "/claims/new/details?x=1", "/icons", "/icons/"] {
            let answer = get(server, path, "").await;
            assert_eq!(answer.bytes, b"the page", "{path}");
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
            assert_eq!(answer.header("cache-control"), "no-cache");
        }
    }
}

#[tokio::test]
async fn files_that_are_missing_are_missing() {
    for server in &sources().await.servers {
        for path in [
            "/missing.js",
            "/icons/none.svg",
            "/icons/v1.2",
            "/index.html/x.y",
            "/..%2fdata%2fclaims.sqlite",
            "/%2e%2e/x.y",
            "/%00.js",
            "/%ff.js",
        ] {
            assert_eq!(get(server, path, "").await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn hashed_files_never_change_and_come_compressed() {
    for server in &sources().await.servers {
        let path = format!("/{HASHED}");
        for (accepted, encoding, content) in [
            ("br, gzip", "br", "brotli wasm"),
            ("gzip", "gzip", "gzip wasm"),
            ("", "", "plain wasm"),
        ] {
            let answer = get(server, &path, accepted).await;
            assert_eq!(answer.bytes, content.as_bytes());
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(answer.header("content-type"), "application/wasm");
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
            assert!(answer.header("vary").contains("accept-encoding"));
        }
    }
}

#[tokio::test]
async fn other_files_are_asked_for_again() {
    for server in &sources().await.servers {
        let answer = get(server, "/config.json", "").await;
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("last-modified"), "Thu, 28 May 2026 20:26:40 GMT");
        let person = server.anonymous();
        for (asking, known) in [("if-modified-since", "last-modified"), ("if-none-match", "etag")] {
            let again = person.bare(Method::GET, "/config.json");
            let again = again.header(asking, answer.header(known));
            assert_eq!(person.send(again).await.status, 304, "{asking}");
        }
        let post = person.send(person.bare(Method::POST, "/config.json")).await;
        assert_eq!(post.status, 405);
    }
}

/// What differs from request to request, and what stands for the time of the file: a
/// folder has whole seconds here, and memory a part of the hash.
const OWN: [&str; 3] = ["x-request-id", "date", "etag"];

#[tokio::test]
async fn both_sources_answer_alike() {
    let Sources { servers: [folder, memory], _folder } = sources().await;
    let hashed = format!("/{HASHED}");
    for path in ["/", "/claims", "/icons/icon.svg", "/none.js", &hashed, "/index.html.br"] {
        for (method, encoding, range) in [
            (Method::GET, "br", ""),
            (Method::GET, "gzip;q=1, br;q=0.5", ""),
            (Method::GET, "identity;q=0", ""),
            (Method::GET, "", "bytes=2-4"),
            (Method::GET, "br", "bytes=-3"),
            (Method::GET, "", "bytes=90-"),
            (Method::HEAD, "br", ""),
            (Method::HEAD, "", ""),
            (Method::DELETE, "", ""),
        ] {
            let mut answers = Vec::new();
            for server in [&folder, &memory] {
                let person = server.anonymous();
                let mut request =
                    person.bare(method.clone(), path).header("accept-encoding", encoding);
                if !range.is_empty() {
                    request = request.header("range", range);
                }
                answers.push(person.send(request).await);
            }
            let [one, other] = &answers[..] else { panic!() };
            let told = |answer: &TestAnswer| {
                let headers = answer.headers.iter();
                let mut told: Vec<_> = headers
                    .filter(|(name, _)| !OWN.contains(&name.as_str()))
                    .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                    .collect();
                told.sort();
                told
            };
            assert_eq!(one.status, other.status, "{method} {path} {encoding} {range}");
            assert_eq!(one.bytes, other.bytes, "{method} {path} {encoding} {range}");
            assert_eq!(told(one), told(other), "{method} {path} {encoding} {range}");
        }
    }
}

#[tokio::test]
async fn a_program_with_another_page_of_the_same_time_and_length_is_noticed() {
    let start = |app| TestServer::start_with(|config| config.app = Some(app));
    let one = start(embedded(vec![("index.html".into(), b"page 1")])).await;
    let other = start(embedded(vec![("index.html".into(), b"page 2")])).await;
    let known = get(&one, "/", "").await;
    let person = other.anonymous();
    let again = person.bare(Method::GET, "/").header("if-none-match", known.header("etag"));
    // As browsers do, which ask with both.
    let again = again.header("if-modified-since", known.header("last-modified"));
    let answer = person.send(again).await;
    assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &b"page 2"[..]));
}

#[cfg(feature = "embedded-app")]
#[tokio::test]
async fn the_program_holds_the_app_that_was_built() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let server = TestServer::start_with(|_| {}).await;
    let mut folders = vec![dist.clone()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&dist).unwrap().to_str().unwrap().to_owned();
            let answer = get(&server, &format!("/{name}"), "").await;
            assert!(answer.bytes == std::fs::read(&path).unwrap(), "{name}");
            count += 1;
        }
    }
    assert!(count > 50, "{count} files");
    // A folder that is named counts.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "another page").unwrap();
    let app = AppFiles::Folder(folder.path().to_owned());
    let server = TestServer::start_with(|config| config.app = Some(app)).await;
    assert_eq!(get(&server, "/", "").await.bytes, b"another page");
}
