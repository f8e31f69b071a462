//! The app's own files.

use crate::support::{TestAnswer, TestServer};
use reqwest::Method;

const HASHED: &str = "cpor-0123456789abcdef.wasm";

async fn server() -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).unwrap();
    };
    write("index.html", "the page");
    write("config.json", "{}");
    write(HASHED, "plain wasm");
    write(&format!("{HASHED}.br"), "brotli wasm");
    write(&format!("{HASHED}.gz"), "gzip wasm");
    std::fs::create_dir(folder.path().join("icons")).unwrap();
    write("icons/icon.svg", "<svg/>");
    let path = folder.path().to_owned();
    let server = TestServer::start_with(|config| config.static_files = Some(path)).await;
    (server, folder)
}

async fn get(server: &TestServer, path: &str, encoding: &str) -> TestAnswer {
    let person = server.anonymous();
    person.send(person.bare(Method::GET, path).header("accept-encoding", encoding)).await
}

#[tokio::test]
async fn addresses_of_pages_get_the_page() {
    let (server, _folder) = server().await;
    for path in ["/", "/claims", "/claims/new/details?x=1", "/icons", "/icons/"] {
        let answer = get(&server, path, "").await;
        assert_eq!(answer.bytes, b"the page", "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
}

#[tokio::test]
async fn files_that_are_missing_are_missing() {
    let (server, _folder) = server().await;
    for path in ["/missing.js", "/icons/none.svg", "/..%2fdata%2fclaims.sqlite", "/%2e%2e/x.y"] {
        assert_eq!(get(&server, path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn hashed_files_never_change_and_come_compressed() {
    let (server, _folder) = server().await;
    let path = format!("/{HASHED}");
    for (accepted, encoding, content) in
        [("br, gzip", "br", "brotli wasm"), ("gzip", "gzip", "gzip wasm"), ("", "", "plain wasm")]
    {
        let answer = get(&server, &path, accepted).await;
        assert_eq!(answer.bytes, content.as_bytes());
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(answer.header("content-type"), "application/wasm");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(answer.header("vary").contains("accept-encoding"));
    }
}

#[tokio::test]
async fn other_files_are_asked_for_again() {
    let (server, _folder) = server().await;
    let answer = get(&server, "/config.json", "").await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    let person = server.anonymous();
    let again = person
        .bare(Method::GET, "/config.json")
        .header("if-modified-since", answer.header("last-modified"));
    assert_eq!(person.send(again).await.status, 304);
    let post = person.send(person.bare(Method::POST, "/config.json")).await;
    assert_eq!(post.status, 405);
}
