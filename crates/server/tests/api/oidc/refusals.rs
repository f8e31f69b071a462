//! It goes wrong without anybody's ill will.

use super::{Scene, refused};
use crate::support::{Person, assert_problem};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn whoever_gives_up_comes_back_to_the_app() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let place = browser.sign_in_by("error=access_denied", "/claims/7").await;
    // What the provider says in words is not shown.
    assert_eq!(place, "/sign-in?failure=cancelled&return=%2Fclaims%2F7");
    assert!(!browser.has_session());
    for (error, expected) in
        [("temporarily_unavailable", "unreachable"), ("login_required", "not-trusted")]
    {
        let place = browser.sign_in_by(&format!("error={error}"), "/claims").await;
        assert_eq!(refused(&place), expected);
    }
    // And may try again.
    assert_eq!(browser.sign_in("ana", "/claims/7").await, "/claims/7");
}

#[tokio::test]
async fn a_sign_in_lasts_ten_minutes() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let at = browser.begin("/claims/7").await;
    let back = browser.answer(&at, "account=ana").await;
    scene.server.clock.advance(TimeDelta::seconds(600));
    assert_eq!(browser.visit(&back).await, "/sign-in?failure=late&return=%2Fclaims%2F7");
    assert!(!browser.has_session());
}

#[tokio::test]
async fn sign_ins_that_nobody_ended_are_forgotten() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    browser.begin("/claims").await;
    browser.begin("/claims").await;
    scene.server.clock.advance(TimeDelta::seconds(600));
    browser.begin("/claims").await;
    let left = scene.server.database().await.texts("SELECT return_to FROM sign_in").await;
    assert_eq!(left, ["/claims"]);
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let at = browser.begin("/claims").await;
    let back = browser.answer(&at, "account=ana").await;
    scene.provider.spoil("token-down").await;
    assert_eq!(refused(&browser.visit(&back).await), "unreachable");
    scene.provider.spoil("redirecting").await;
    let at = browser.clone().begin("/claims").await;
    assert!(at.contains("/auth?"), "what is known of the provider is kept: {at}");

    // Servers that know nothing of it yet.
    for how in ["down", "redirecting", "discovery-issuer", "discovery-without-tls"] {
        let fresh = scene.server.beside().await;
        scene.provider.spoil(how).await;
        let mut browser = super::Browser::new(fresh.url(""));
        let place = browser.begin("/claims/7").await;
        assert_eq!(refused(place.strip_prefix(&fresh.url("")).unwrap()), "unreachable", "{how}");
        assert_eq!(browser.set, [""; 0]);
        // The rest of the server works.
        assert_eq!(fresh.anonymous().get("/v1/backend").await.status, 200);
    }
    scene.provider.spoil("").await;
    assert_eq!(browser.sign_in("ana", "/claims").await, "/claims");
}

#[tokio::test]
async fn keys_may_change_between_two_sign_ins() {
    let scene = Scene::new().await;
    scene.sign_in("ana").await;
    scene.provider.tell("rotate", json!({})).await;
    scene.sign_in("ana").await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_a_person_and_of_nobody_else() {
    let scene = Scene::new().await;
    let (here, there) = (scene.sign_in("ana").await, scene.sign_in("ana").await);
    scene.account("kai", json!({"role": "incentives-admin"})).await;
    let other = scene.sign_in("kai").await;
    let everywhere = |person: &Person| person.request(reqwest::Method::DELETE, "/v1/sessions");
    let answer = here.send(everywhere(&here)).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").starts_with("cpor-session=;"));
    for ended in [&here, &there] {
        assert_eq!(ended.get("/v1/session").await.status, 204);
        assert_problem(&ended.get("/v1/changes").await, 401, "sign-in-needed");
    }
    assert_eq!(other.get("/v1/session").await.status, 200);
    assert_problem(&here.send(everywhere(&here)).await, 401, "sign-in-needed");
    // A tab that was left open does not speak for who came next.
    let meant = everywhere(&other).header("x-cpor-account", "somebody-else");
    assert_problem(&other.send(meant).await, 401, "sign-in-needed");
    assert_eq!(other.get("/v1/session").await.status, 200);
}
