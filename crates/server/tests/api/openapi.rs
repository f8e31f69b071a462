//! `GET /v1/openapi.json`.

use crate::support::{ADMIN, Person, TestServer, assert_problem, new_id};
use reqwest::Method;

/// Every path of the description with its methods and whether it is public.
pub async fn operations(server: &TestServer) -> Vec<(Method, String, bool)> {
    operations_for(&server.anonymous()).await
}

/// As [`operations`], asked by somebody.
pub async fn operations_for(person: &Person) -> Vec<(Method, String, bool)> {
    let description = person.get("/v1/openapi.json").await.json();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            found.push((method, path.clone(), operation["security"].is_array()));
        }
    }
    found
}

#[tokio::test]
async fn the_description_holds_what_is_served() {
    let server = TestServer::start().await;
    let description = server.anonymous().get("/v1/openapi.json").await.json();
    assert_eq!(description["openapi"], "3.1.0");
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for name in ["ClaimRecord", "Draft", "Problem", "FieldProblem", "Violation", "ReviewInput"] {
        assert!(schemas.contains_key(name), "{name}");
    }
    // A problem of the protocol is not the problem of a field.
    assert!(schemas["Problem"]["properties"]["status"].is_object());
    let operations = operations(&server).await;
    assert!(operations.len() >= 22);
    let admin = server.sign_in(ADMIN).await;
    for (method, path, _) in operations {
        let path = path.replace("{id}", &new_id());
        let answer = admin.send(admin.request(method.clone(), &path)).await;
        assert_ne!(answer.status, 405, "{method} {path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let server = TestServer::start().await;
    let text = server.anonymous().get("/v1/openapi.json").await.bytes;
    let text = String::from_utf8(text).unwrap();
    let description: serde_json::Value = serde_json::from_str(&text).unwrap();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn what_is_not_described_is_not_there() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for path in ["/v1", "/v1/", "/v1/claims", "/v1/debug", "/v1/claims/a/b/c"] {
        assert_problem(&admin.get(path).await, 404, "not-found");
    }
    let answer = admin.send(admin.request(Method::POST, "/v1/changes")).await;
    assert_problem(&answer, 405, "bad-request");
    assert_eq!(answer.header("allow"), "GET,HEAD");
}
