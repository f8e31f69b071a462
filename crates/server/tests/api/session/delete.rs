//! `DELETE /v1/session`.

use crate::support::{ADMIN, TestServer};
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
