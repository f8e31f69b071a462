//! A server that fails on purpose, and a client that repeats with the same key as
//! `docs/api.md` says: every change is made once.

use crate::support::{ADMIN, Person, TestAnswer, TestServer, fresh_draft, new_id};
use cpor_rules::PartnerRole;
use cpor_server::{ChaosConfig, Clock, Config, Server, ServerError};
use reqwest::{RequestBuilder, StatusCode};
use std::collections::BTreeMap;

/// Sends until there is an answer, and counts what came before it.
async fn insist(request: &RequestBuilder, met: &mut BTreeMap<String, u32>) -> TestAnswer {
    loop {
        let sent = request.try_clone().unwrap().send().await;
        let fault = match sent {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                match response.bytes().await {
                    Ok(bytes) => {
                        let answer = TestAnswer { status, headers, bytes: bytes.to_vec() };
                        let is_passing =
                            [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
                        if !is_passing.contains(&status) {
                            return answer;
                        }
                        assert_eq!(answer.header("retry-after"), "1");
                        status.as_u16().to_string()
                    }
                    Err(_) => "cut".to_owned(),
                }
            }
            Err(_) => "lost".to_owned(),
        };
        *met.entry(fault).or_default() += 1;
    }
}

fn spared(person: &Person, path: &str) -> RequestBuilder {
    person.bare(reqwest::Method::GET, path).header("x-cpor-spared", "1")
}

#[tokio::test]
async fn a_client_that_repeats_with_the_same_key_changes_everything_once() {
    let chaos = ChaosConfig { per_million: 400_000, seed: 11 };
    let server = TestServer::start_with(|config| config.chaos = Some(chaos)).await;
    let person = server.anonymous().spared_sign_in(ADMIN).await;
    let mut met = BTreeMap::new();
    let mut ids = Vec::new();
    for _ in 0..30 {
        let (id, draft) = (new_id(), fresh_draft(PartnerRole::UseOrConsume));
        let created = insist(&person.create_request(&id, &draft), &mut met).await;
        assert_eq!(created.status, StatusCode::CREATED, "{created:?}");
        let mut changed = created.claim().draft;
        changed.claim_name = "Changed once".into();
        let edited = insist(&person.edit_request(&created.claim(), &changed), &mut met).await;
        assert_eq!((edited.status, edited.claim().revision), (StatusCode::OK, 2), "{edited:?}");
        ids.push(id);
    }
    for id in &ids {
        let history = person.send(spared(&person, &format!("/v1/claims/{id}/history"))).await;
        assert_eq!(history.json().as_array().unwrap().len(), 2, "{:?}", history.json());
    }
    // Each kind was there.
    for fault in ["429", "503", "cut", "lost"] {
        assert!(met.contains_key(fault), "{met:?}");
    }
}

#[tokio::test]
async fn only_a_demonstration_can_be_made_to_fail() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data: folder.path().join("data"),
        chaos: Some(ChaosConfig { per_million: 1, seed: 0 }),
        ..Config::default()
    };
    let refused = Server::bind(config, Clock::system()).await;
    assert!(matches!(refused, Err(ServerError::Chaos)));
}
