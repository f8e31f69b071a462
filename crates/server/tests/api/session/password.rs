//! `PUT /v1/session/password`.

use crate::support::{ADMIN, PASSWORD, Person, TestAnswer, TestServer, USER, assert_problem};
use reqwest::Method;
use serde_json::json;

const NEW: &str = "tidal marsh lantern oboe";

async fn change(person: &Person, current: &str, new: &str) -> TestAnswer {
    let body = json!({"current": current, "new": new});
    person.send(person.request(Method::PUT, "/v1/session/password").json(&body)).await
}

/// Somebody whose password is nobody else's affair.
const ANA: &str = "ana@contoso.example";

async fn sign_in(server: &TestServer, password: &str) -> u16 {
    let nobody = server.anonymous();
    let body = json!({"email": ANA, "password": password});
    nobody.send(nobody.post("/v1/session").json(&body)).await.status.as_u16()
}

#[tokio::test]
async fn another_password_ends_all_sessions_but_ones_own() {
    let server = TestServer::start().await;
    let (mut here, there) = (server.added(ANA).await, server.sign_in(ANA).await);
    let (user, old_cookie) = (server.sign_in(USER).await, here.cookie.clone());
    let answer = change(&here, PASSWORD, NEW).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["account"]["email"], ANA);
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(here.get("/v1/session").await.status, 204, "the old cookie is worth nothing");
    cookie.split(';').next().unwrap().clone_into(&mut here.cookie);
    assert_ne!(here.cookie, old_cookie);
    assert_eq!(here.get("/v1/session").await.status, 200);
    assert_eq!(there.get("/v1/session").await.status, 204);
    assert_eq!(user.get("/v1/session").await.status, 200);
    assert_eq!((sign_in(&server, PASSWORD).await, sign_in(&server, NEW).await), (401, 200));
    let audit = server.database().await;
    let changed = "SELECT entry FROM audit WHERE entry LIKE '%\"password-changed\"%'";
    let lines = audit.texts(changed).await;
    assert_eq!(lines.len(), 1);
    assert!(!lines[0].contains(NEW));
}

#[tokio::test]
async fn whoever_does_not_know_the_present_one_changes_nothing_and_is_slowed_down() {
    let server = TestServer::start().await;
    let admin = server.added(ANA).await;
    for _ in 0..10 {
        assert_problem(&change(&admin, "wrong", NEW).await, 403, "wrong-credentials");
    }
    let answer = change(&admin, PASSWORD, NEW).await;
    assert_problem(&answer, 429, "slow-down");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 601);
    assert_eq!(admin.get("/v1/session").await.status, 200);
    server.clock.advance(chrono::TimeDelta::minutes(11));
    assert_eq!(sign_in(&server, PASSWORD).await, 200);
}

#[tokio::test]
async fn weak_ones_are_refused_with_what_to_do() {
    let server = TestServer::start().await;
    let admin = server.added(ANA).await;
    for (new, word) in [
        ("short", "12 characters"),
        ("qwertyuiop123", "words"),
        ("password123456", "words"),
        ("FabrikamFabrikam", "words"),
        (PASSWORD, "present"),
    ] {
        let answer = change(&admin, PASSWORD, new).await;
        assert_problem(&answer, 400, "bad-request");
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{new}");
    }
    let long = change(&admin, PASSWORD, &"a long one ".repeat(40)).await;
    assert!(long.json()["detail"].as_str().unwrap().contains("256"));
    // As it was typed: blanks at its ends, any script.
    let typed = "  騎馬的人昨天在雨中唱歌嗎  ";
    assert_eq!(change(&admin, PASSWORD, typed).await.status, 200);
    assert_eq!((sign_in(&server, typed.trim()).await, sign_in(&server, typed).await), (401, 200));
}

#[tokio::test]
async fn what_the_demonstration_offers_to_everyone_stays() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    assert_problem(&change(&admin, PASSWORD, NEW).await, 403, "not-allowed");
    assert_eq!(server.sign_in(ADMIN).await.get("/v1/session").await.status, 200);
}
