//! Headers on every answer, and changes from the app alone.

use crate::support::{ADMIN, TestServer, assert_problem, fresh_draft, new_id};
use cpor_rules::PartnerRole;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let server =
        TestServer::start_with(|config| config.static_files = Some(folder.path().to_owned())).await;
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
