//! `GET /v1/backend`.

use crate::support::TestServer;
use cpor_protocol::{Backend, Feature, SignIn};
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
    let SignIn::Password { demo_accounts } = backend.sign_in;
    assert_eq!(demo_accounts.len(), 4);
}

#[tokio::test]
async fn without_a_demonstration_there_are_no_one_click_accounts() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    let answer = server.anonymous().get("/v1/backend").await;
    assert_eq!(answer.json()["sign_in"]["password"]["demo_accounts"], serde_json::json!([]));
}
