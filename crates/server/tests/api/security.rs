//! Headers on every answer, and changes from the app alone.

use crate::support::{ADMIN, TestServer, assert_problem, fresh_draft, new_id};
use cpor_rules::PartnerRole;
use cpor_server::AppFiles;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let server = TestServer::start_with(|config| {
        config.app = Some(AppFiles::Folder(folder.path().to_owned()));
    })
    .await;
    let admin = server.sign_in(ADMIN).await;
    for path in ["/", "/claims/new", "/missing.js", "/v1/backend", "/v1/session", "/v1/none"] {
        let answer = admin.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        // Proofs are shown from bytes that the app has loaded itself, and nothing else is framed.
        assert!(policy.contains(" frame-src blob:;") && policy.contains(" object-src 'none';"));
        assert!(!policy.contains("unsafe-inline") && policy.ends_with("frame-ancestors 'none'"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("strict-transport-security"), "");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        if path.starts_with("/v1") {
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn no_answer_tells_what_serves_it_and_nothing_is_echoed() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for path in ["/v1/backend", "/v1/changes", "/v1/none", "/none"] {
        for method in [Method::GET, Method::POST, Method::TRACE] {
            let request = admin.request(method.clone(), path).header("x-canary", "canary");
            let answer = admin.send(request).await;
            assert!(method != Method::TRACE || answer.status.is_client_error(), "{path}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("canary"), "{path}");
            for header in ["server", "x-powered-by", "via"] {
                assert_eq!(answer.header(header), "", "{method} {path}");
            }
        }
    }
    let told = admin.get("/v1/backend").await.json().to_string();
    assert!(!told.contains(env!("CARGO_PKG_VERSION")), "{told}");
}

#[tokio::test]
async fn texts_say_what_they_are_and_how_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("index.html", "text/html; charset=utf-8"),
        ("boot.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("note.txt", "text/plain; charset=utf-8"),
    ];
    for (name, _) in files {
        std::fs::write(folder.path().join(name), "/* 字 */").unwrap();
    }
    let server = TestServer::start_with(|config| {
        config.app = Some(AppFiles::Folder(folder.path().to_owned()));
    })
    .await;
    let admin = server.sign_in(ADMIN).await;
    for (name, kind) in files {
        assert_eq!(admin.get(&format!("/{name}")).await.header("content-type"), kind);
    }
    assert_eq!(admin.get("/claims/new").await.header("content-type"), files[0].1);
    // JSON is UTF-8 by its definition.
    assert_eq!(admin.get("/v1/backend").await.header("content-type"), "application/json");
    let problem = admin.get("/v1/none").await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_parameter_that_is_said_twice_is_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for query in ["changes?limit=1&limit=2", "associations?tenant_id=a&tenant_id=b"] {
        assert_problem(&admin.get(&format!("/v1/{query}")).await, 400, "bad-request");
    }
}

#[tokio::test]
async fn a_page_of_somebody_else_changes_nothing() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let path = format!("/v1/claims/{}", new_id());
    let draft = fresh_draft(PartnerRole::PreSales);
    let request = || {
        admin
            .bare(Method::PUT, &path)
            .header("idempotency-key", new_id())
            .header("if-none-match", "*")
            .json(&json!({"draft": draft}))
    };
    assert_problem(&admin.send(request()).await, 403, "not-allowed");
    assert_problem(&admin.send(request().header("x-cpor", "2")).await, 403, "not-allowed");
    for site in ["cross-site", "same-site", "nonsense"] {
        let request = request().header("x-cpor", "1").header("sec-fetch-site", site);
        assert_problem(&admin.send(request).await, 403, "not-allowed");
    }
    for (method, path) in [
        (Method::POST, "/v1/session"),
        (Method::DELETE, "/v1/session"),
        (Method::POST, "/v1/files"),
        (Method::POST, "/v1/subscriptions/check"),
    ] {
        assert_problem(&admin.send(admin.bare(method, path)).await, 403, "not-allowed");
    }
    let own = request().header("x-cpor", "1").header("sec-fetch-site", "same-origin");
    assert_eq!(admin.send(own).await.status, 201);
    // Reading is not changing.
    let read = admin.bare(Method::GET, &path).header("sec-fetch-site", "cross-site");
    assert_eq!(admin.send(read).await.status, 200);
}
