//! `DELETE /v1/session`.

use crate::support::{ADMIN, REVIEWER, TestServer, assert_problem};
use cpor_protocol::Session;
use reqwest::Method;

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    let answer = person.send(person.request(Method::DELETE, "/v1/session")).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(person.get("/v1/session").await.status, 204);
}

#[tokio::test]
async fn nobody_can_sign_out() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    let answer = person.send(person.request(Method::DELETE, "/v1/session")).await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn a_tab_of_another_account_ends_nothing() {
    let server = TestServer::start().await;
    let person = server.sign_in(ADMIN).await;
    let account_of = async |person: &crate::support::Person| {
        let answer = person.get("/v1/session").await;
        serde_json::from_slice::<Session>(&answer.bytes).unwrap().account.id
    };
    let own = account_of(&person).await;
    let other = account_of(&server.sign_in(REVIEWER).await).await;
    let sign_out = |account: &str| {
        person.request(Method::DELETE, "/v1/session").header("x-cpor-account", account)
    };
    let refused = person.send(sign_out(&other)).await;
    assert_problem(&refused, 401, "sign-in-needed");
    assert!(!refused.headers.contains_key("set-cookie"), "the cookie stays");
    assert_eq!(person.get("/v1/session").await.status, 200);
    assert_eq!(person.send(sign_out(&own)).await.status, 204);
    assert_eq!(person.get("/v1/session").await.status, 204);
    // Nobody's session is nobody else's.
    assert_eq!(person.send(sign_out(&other)).await.status, 204);
}
