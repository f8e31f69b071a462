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
            let is_public = operation["security"] == serde_json::json!([{}]);
            found.push((method, path.clone(), is_public));
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

/// Operations of the description, each with its method and path.
async fn described() -> Vec<(String, serde_json::Value)> {
    let server = TestServer::start().await;
    let description = server.anonymous().get("/v1/openapi.json").await.json();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((format!("{method} {path}"), operation.clone()));
        }
    }
    found
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let operations = described().await;
    let mut names: Vec<_> =
        operations.iter().map(|(_, it)| it["operationId"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), operations.len());
    assert!(names.contains(&"post_claims_id_submit"), "{names:?}");
}

#[tokio::test]
async fn every_operation_tells_what_it_may_answer() {
    for (name, operation) in described().await {
        let answers = operation["responses"].as_object().unwrap();
        for status in ["429", "500", "503"] {
            assert!(answers.contains_key(status), "{name} {status}");
        }
        for (status, answer) in answers {
            assert!(answer["headers"]["X-Request-Id"].is_object(), "{name} {status}");
            let tells_when = answer["headers"]["Retry-After"].is_object();
            assert_eq!(tells_when, matches!(status.as_str(), "429" | "503"), "{name} {status}");
        }
        let parameters = operation["parameters"].to_string();
        let is_change = !name.starts_with("get ")
            && !name.starts_with("head ")
            && !name.starts_with("options ");
        assert_eq!(parameters.contains("#/components/parameters/App"), is_change, "{name}");
        assert_eq!(
            answers.contains_key("415"),
            is_change || name == "head /v1/files/{id}",
            "{name}"
        );
    }
}

#[tokio::test]
async fn limits_are_told_as_they_are_kept() {
    let server = TestServer::start().await;
    let description = server.anonymous().get("/v1/openapi.json").await.json();
    let schemas = &description["components"]["schemas"];
    let limit =
        |schema: &str, name: &str, limit: &str| schemas[schema]["properties"][name][limit].clone();
    assert_eq!(limit("Draft", "claim_name", "maxLength"), 1_000);
    assert_eq!(limit("Draft", "comment", "maxLength"), 10_000);
    assert_eq!(limit("Draft", "workloads", "maxItems"), 200);
    assert_eq!(schemas["Draft"]["properties"]["workloads"]["items"]["maxLength"], 1_000);
    assert_eq!(limit("PoeFile", "name", "maxLength"), 255);
    assert_eq!(limit("CommentInput", "text", "maxLength"), 2_000);
    assert_eq!(limit("ClaimInput", "set_aside", "maxItems"), 8);
    assert_eq!(limit("ClockInput", "days", "maximum"), 60);
    let pages = &description["paths"]["/v1/changes"]["get"]["parameters"];
    let limits = pages.as_array().unwrap().iter().find(|it| it["name"] == "limit").unwrap();
    assert_eq!(
        limits["schema"],
        serde_json::json!({"type": "integer", "minimum": 1, "maximum": 200})
    );
}

#[tokio::test]
async fn an_address_that_is_no_text_is_a_problem_like_others() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    assert_problem(&admin.get("/v1/claims/%ff").await, 400, "bad-request");
}

#[tokio::test]
async fn the_character_nul_is_nobodys_fault_but_the_clients() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let question = serde_json::json!({
        "tenant_id": new_id(), "product": "sales\0", "subscription_id": new_id(),
    });
    let check = admin.post("/v1/subscriptions/check").json(&question);
    assert!(matches!(admin.send(check).await.status.as_u16(), 200 | 400));
    assert!(matches!(admin.get("/v1/claims/%00").await.status.as_u16(), 400 | 404));
}
