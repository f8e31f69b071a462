//! `POST /v1/session`.

use crate::support::{ADMIN, PASSWORD, Person, TestAnswer, TestServer, assert_problem};
use chrono::TimeDelta;
use serde_json::json;

async fn attempt(person: &Person, email: &str, password: &str) -> TestAnswer {
    let body = json!({"email": email, "password": password});
    person.send(person.post("/v1/session").json(&body)).await
}

#[tokio::test]
async fn the_right_password_starts_a_session() {
    let server = TestServer::start().await;
    let answer = attempt(&server.anonymous(), "Admin@Fabrikam.example", PASSWORD).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["account"]["role"], "incentives-admin");
    let cookie = answer.header("set-cookie");
    for part in ["cpor-session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let server = TestServer::start_with(|config| config.is_secure = true).await;
    let answer = attempt(&server.anonymous(), ADMIN, PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-cpor-session=") && cookie.ends_with("; Secure"));
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    let wrong = attempt(&person, ADMIN, "wrong").await;
    let unknown = attempt(&person, "nobody@fabrikam.example", "wrong").await;
    for answer in [&wrong, &unknown] {
        assert_problem(answer, 401, "wrong-credentials");
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(wrong.json()["title"], unknown.json()["title"]);
}

#[tokio::test]
async fn guessing_is_slowed_down_for_a_while() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    for _ in 0..10 {
        assert_problem(&attempt(&person, ADMIN, "wrong").await, 401, "wrong-credentials");
    }
    let answer = attempt(&person, ADMIN, PASSWORD).await;
    assert_problem(&answer, 429, "slow-down");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 601);
    server.clock.advance(TimeDelta::minutes(11));
    assert_eq!(attempt(&person, ADMIN, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_ends_the_session_before() {
    let server = TestServer::start().await;
    let first = server.sign_in(ADMIN).await;
    assert_eq!(attempt(&first, ADMIN, PASSWORD).await.status, 200);
    assert_eq!(first.get("/v1/session").await.status, 204);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    let body = json!({"email": ADMIN, "password": PASSWORD, "admin": true});
    let answer = person.send(person.post("/v1/session").json(&body)).await;
    assert_problem(&answer, 400, "bad-request");
    let form = person.post("/v1/session").body("email=a&password=b");
    assert_problem(&person.send(form).await, 415, "wrong-type");
}
