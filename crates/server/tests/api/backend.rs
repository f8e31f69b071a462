//! `GET /v1/backend`.

use crate::support::TestServer;
use cpor_protocol::{Backend, Feature, Rates, SignIn};
use cpor_rules::digest::ruleset_digest;

#[tokio::test]
async fn it_says_what_it_offers_to_everyone() {
    let server = TestServer::start().await;
    let answer = server.anonymous().get("/v1/backend").await;
    let backend: Backend = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(backend.api_version, 1);
    assert_eq!(backend.rulesets, [ruleset_digest()]);
    assert!(backend.has(Feature::Submit) && backend.has(Feature::Files));
    assert_eq!(backend.limits.max_file_bytes, 25_000_000);
    assert_eq!(backend.limits.max_body_bytes, Some(1_000_000));
    assert_eq!(backend.limits.max_page, Some(200));
    assert_eq!(backend.limits.max_organisation_bytes, Some(10_000_000_000));
    assert_eq!(backend.limits.max_unfinished_uploads, Some(100));
    let rates = Rates { session: Some(3_000), organisation: Some(30_000), address: Some(60_000) };
    assert_eq!(backend.limits.requests_per_minute, Some(rates));
    let SignIn::Password { demo_accounts } = backend.sign_in;
    assert_eq!(demo_accounts.len(), 4);
}

#[tokio::test]
async fn without_a_demonstration_there_are_no_one_click_accounts() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    let answer = server.anonymous().get("/v1/backend").await;
    assert_eq!(answer.json()["sign_in"]["password"]["demo_accounts"], serde_json::json!([]));
}

#[tokio::test]
async fn limits_that_there_are_not_are_left_out() {
    let server = TestServer::start_with(|config| config.rates.organisation = 0).await;
    let limits = server.anonymous().get("/v1/backend").await.json()["limits"].clone();
    assert_eq!(
        limits["requests_per_minute"],
        serde_json::json!({"session": 3_000, "address": 60_000})
    );
    let server = TestServer::start_with(|config| {
        config.rates = cpor_server::RateLimits { session: 0, organisation: 0, address: 0 };
    })
    .await;
    let limits = server.anonymous().get("/v1/backend").await.json()["limits"].clone();
    assert!(limits.get("requests_per_minute").is_none());
}
