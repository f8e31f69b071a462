//! Who asks too often is told to wait, and for how long.

use crate::support::{
    ADMIN, OTHER_ADMIN, Person, TestAnswer, TestServer, USER, assert_problem, fresh_draft, new_id,
};
use cpor_rules::PartnerRole;
use cpor_server::RateLimits;
use std::time::Duration;

const NONE: RateLimits = RateLimits { session: 0, organisation: 0, address: 0 };

async fn server(rates: RateLimits) -> TestServer {
    TestServer::start_with(|config| config.rates = rates).await
}

/// Asks until it is refused; how often it went well, and the refusal.
async fn until_refused(person: &Person, path: &str) -> (usize, TestAnswer) {
    for good in 0..1_000 {
        let answer = person.get(path).await;
        if answer.status == 429 {
            return (good, answer);
        }
        assert_eq!(answer.status, 200);
    }
    panic!("nobody was stopped");
}

/// What `Retry-After` says, which is never long.
fn told_to_wait(answer: &TestAnswer) -> Duration {
    assert_problem(answer, 429, "slow-down");
    let seconds = answer.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_session_has_its_own_limit_and_goes_on_after_the_wait() {
    let server = server(RateLimits { session: 60, ..NONE }).await;
    let admin = server.sign_in(ADMIN).await;
    let (good, refused) = until_refused(&admin, "/v1/session").await;
    // While they were asked, further ones became free.
    assert!((60..120).contains(&good), "{good}");
    // Neither another session of the same person, nor anybody else.
    assert_eq!(server.sign_in(ADMIN).await.get("/v1/changes").await.status, 200);
    assert_eq!(server.sign_in(USER).await.get("/v1/changes").await.status, 200);
    tokio::time::sleep(told_to_wait(&refused)).await;
    assert_eq!(admin.get("/v1/changes").await.status, 200);
}

#[tokio::test]
async fn a_refused_change_was_not_made_and_may_be_sent_again() {
    let server = server(RateLimits { session: 60, ..NONE }).await;
    let admin = server.sign_in(ADMIN).await;
    let request = admin.create_request(&new_id(), &fresh_draft(PartnerRole::PreSales));
    let (_, mut refused) = until_refused(&admin, "/v1/changes?limit=1").await;
    // As the app does: the same request under the same key, when it may.
    for _ in 0..100 {
        tokio::time::sleep(told_to_wait(&refused)).await;
        let answer = admin.send(request.try_clone().unwrap()).await;
        if answer.status == 201 {
            return;
        }
        refused = answer;
    }
    panic!("it was never let in");
}

#[tokio::test]
async fn the_sessions_of_an_organisation_share_a_limit() {
    let server = server(RateLimits { organisation: 60, ..NONE }).await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let other = server.sign_in(OTHER_ADMIN).await;
    until_refused(&admin, "/v1/session").await;
    let (good, refused) = until_refused(&user, "/v1/session").await;
    assert!(good < 60, "{good}");
    told_to_wait(&refused);
    assert_eq!(other.get("/v1/changes").await.status, 200);
    // Leaving is always possible.
    let leave = user.request(reqwest::Method::DELETE, "/v1/session");
    assert_eq!(user.send(leave).await.status, 204);
}

#[tokio::test]
async fn an_address_has_a_limit_whoever_asks() {
    let server = server(RateLimits { address: 60, ..NONE }).await;
    let admin = server.sign_in(ADMIN).await;
    let (good, refused) = until_refused(&server.anonymous(), "/v1/backend").await;
    assert!((50..120).contains(&good), "{good}");
    told_to_wait(&refused);
    until_refused(&admin, "/v1/changes?limit=1").await;
}

#[tokio::test]
async fn behind_a_proxy_addresses_are_those_that_it_tells() {
    let start = |proxies| {
        TestServer::start_with(move |config| {
            config.rates = RateLimits { address: 60, ..NONE };
            config.proxies = proxies;
        })
    };
    for (proxies, expected) in [(1, 200), (0, 429)] {
        let server = start(proxies).await;
        let nobody = server.anonymous();
        let from = |address: &str| {
            let request = nobody.bare(reqwest::Method::GET, "/v1/backend");
            nobody.send(request.header("x-forwarded-for", address))
        };
        let mut status = reqwest::StatusCode::OK;
        while status == 200 {
            status = from("203.0.113.5").await.status;
        }
        assert_eq!(status, 429);
        assert_eq!(from("203.0.113.6").await.status, expected);
        // Who invents an address before the proxy's own word gains nothing.
        assert_eq!(from("203.0.113.7, 203.0.113.5").await.status, 429);
    }
}
