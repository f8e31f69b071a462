//! Numbers for Prometheus.

use crate::openapi::operations_for;
use crate::support::{ADMIN, Person, TestServer, fresh_draft, new_id, pdf};
use cpor_rules::PartnerRole;
use reqwest::Method;
use std::collections::BTreeSet;

async fn server() -> TestServer {
    TestServer::start_with(|config| config.metrics = Some(([127, 0, 0, 1], 0).into())).await
}

async fn numbers(keeper: &Person) -> String {
    let answer = keeper.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    String::from_utf8(answer.bytes).unwrap()
}

/// Name and value of each label.
fn labels(numbers: &str) -> BTreeSet<(String, String)> {
    let samples = numbers.lines().filter(|line| !line.starts_with('#'));
    let labels = samples.filter_map(|line| Some(line.split_once('{')?.1.rsplit_once('}')?.0));
    labels
        .flat_map(|labels| labels.split("\",").map(str::to_owned).collect::<Vec<_>>())
        .map(|label| {
            let (name, value) = label.split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('"').to_owned())
        })
        .collect()
}

#[tokio::test]
async fn they_tell_what_the_process_does() {
    let server = server().await;
    let (keeper, admin) = (server.keeper(), server.sign_in(ADMIN).await);
    let claim = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    for _ in 0..3 {
        admin.get(&format!("/v1/claims/{}", claim.id)).await;
    }
    admin.get("/v1/nowhere").await;
    let begun = admin.begin_upload("half.pdf", &pdf("half sent")).await;
    assert_eq!(begun.status, 201);
    let stream = admin.bare(Method::GET, "/v1/events").header("accept", "text/event-stream");
    let stream = stream.send().await.unwrap();
    let numbers = numbers(&keeper).await;
    for line in [
        r#"cpor_requests_total{method="GET",route="/v1/claims/{id}",status="200"} 3"#,
        r#"cpor_requests_total{method="PUT",route="/v1/claims/{id}",status="201"} 1"#,
        r#"cpor_requests_total{method="GET",route="/v1/{*rest}",status="404"} 1"#,
        r#"cpor_request_duration_seconds_count{method="GET",route="/v1/claims/{id}"} 3"#,
        r#"cpor_ready{part="database"} 1"#,
        r#"cpor_ready{part="files"} 1"#,
        r#"cpor_ready{part="schema"} 1"#,
        "cpor_event_streams 1",
        "cpor_uploads_unfinished 1",
        "# EOF",
    ] {
        assert!(numbers.lines().any(|found| found == line), "{line} is missing in\n{numbers}");
    }
    for name in [
        "cpor_build_info{version=",
        "cpor_database_connections{pool=\"read\",state=\"idle\"}",
        "cpor_mails_waiting ",
        "cpor_jobs_total{job=\"forget\",outcome=\"done\"}",
    ] {
        assert!(numbers.contains(name), "{name} is missing in\n{numbers}");
    }
    drop(stream);
}

#[tokio::test]
async fn they_hold_no_id_and_no_name() {
    let server = server().await;
    let (keeper, admin) = (server.keeper(), server.sign_in(ADMIN).await);
    let operations = operations_for(&server.anonymous()).await;
    let mut known: BTreeSet<String> = ["(app)", "(no route)", "/v1/{*rest}", "/v1", "/v1/"]
        .into_iter()
        .map(str::to_owned)
        .collect();
    for (method, path, _) in operations {
        known.insert(path.clone());
        // They end the session that asks for the rest.
        if ["/v1/session", "/v1/sessions", "/v1/demo/clock"].contains(&path.as_str()) {
            continue;
        }
        let path = path.replace("{id}", "canary-id").replace("{token}", "canary-token");
        let request = admin.request(method, &format!("{path}?since=canary"));
        admin.send(request.header("user-agent", "canary-agent")).await;
    }
    admin.get("/v1/canary-path").await;
    admin.get("/canary-page").await;
    let word = Method::from_bytes(b"CANARY").unwrap();
    admin.send(admin.request(word, "/v1/claims/canary-id")).await;
    admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let numbers = numbers(&keeper).await;
    let labels = labels(&numbers);
    assert!(labels.len() > 40, "{labels:?}");
    for (name, value) in labels {
        let is_one_of_few = match name.as_str() {
            "route" => known.contains(&value),
            "method" => ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]
                .contains(&value.as_str()),
            "status" => value.len() == 3 && value.parse::<u16>().is_ok(),
            "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
            "job" => ["expire", "remind", "forget"].contains(&value.as_str()),
            "outcome" => ["done", "failed"].contains(&value.as_str()),
            "pool" => ["read", "write"].contains(&value.as_str()),
            "state" => ["idle", "busy"].contains(&value.as_str()),
            "part" => ["database", "files", "schema"].contains(&value.as_str()),
            "version" => value == env!("CARGO_PKG_VERSION"),
            _ => false,
        };
        assert!(is_one_of_few, "the label {name} is {value}");
    }
    for secret in ["canary", "CANARY", "fabrikam", "Fabrikam", "127.0.0.1"] {
        assert!(!numbers.contains(secret), "the numbers hold {secret}");
    }
}

#[tokio::test]
async fn they_are_told_at_an_address_of_their_own() {
    let server = server().await;
    let (keeper, person) = (server.keeper(), server.anonymous());
    assert_eq!(person.get("/metrics").await.status, 404);
    assert_eq!(keeper.get("/v1/backend").await.status, 404);
    assert_eq!(keeper.get("/livez").await.bytes, b"alive\n");
    assert_eq!(keeper.get("/readyz").await.bytes, b"ready\n");
}
