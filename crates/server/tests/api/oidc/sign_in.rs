//! It goes well.

use super::{FABRIKAM, Scene, account_of};
use crate::support::{ADMIN, TestServer, assert_problem};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_person_of_the_provider_is_let_in() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in("ana", "/drafts/7/details?a=b").await, "/drafts/7/details?a=b");
    let person = browser.person();
    let account = account_of(&person).await;
    assert_eq!(account["name"], "Ana Bowman");
    assert_eq!(account["email"], "ana@fabrikam.example");
    assert_eq!(account["role"], "incentives-admin");
    assert_eq!(account["organisation"], FABRIKAM);
    assert_eq!(account["time_zone"], "Asia/Taipei");
    assert_eq!(person.get("/v1/changes").await.status, 200);
    // The same person is the same account.
    let again = scene.sign_in("ana").await;
    assert_eq!(account_of(&again).await["id"], account["id"]);

    // Only secrets of the server's own reach the browser, and no script reads them.
    let [begun, session, gone] = &browser.set[..] else { panic!("{:?}", browser.set) };
    for (line, name) in
        [(begun, "cpor-sign-in="), (session, "cpor-session="), (gone, "cpor-sign-in=;")]
    {
        assert!(line.starts_with(name), "{line}");
        assert!(line.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age="), "{line}");
    }
    assert!(begun.ends_with("Max-Age=600") && gone.ends_with("Max-Age=0"));
    // A token begins so; none is in an address, nor in the database.
    assert!(!browser.visited.concat().contains("eyJ"));
    let stored = scene.server.stored().await;
    assert!(!stored.windows(3).any(|bytes| bytes == b"eyJ"));
}

#[tokio::test]
async fn what_is_asked_of_the_provider_is_bound_to_this_sign_in() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let urls = [browser.begin("/claims").await, browser.begin("/claims").await];
    let of = |url: &str, name: &str| {
        let url = reqwest::Url::parse(url).unwrap();
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    for url in &urls {
        assert_eq!(of(url, "response_type"), "code");
        assert_eq!(of(url, "code_challenge_method"), "S256");
        assert_eq!(of(url, "scope"), "openid profile email");
        assert_eq!(of(url, "client_id"), "cpor");
        assert_eq!(of(url, "redirect_uri"), scene.server.url("/v1/session/oidc/callback"));
    }
    for name in ["state", "nonce", "code_challenge"] {
        let [first, second] = urls.each_ref().map(|url| of(url, name));
        assert!(first.len() == 43 && first != second, "{name}: {first} {second}");
    }
    // Whoever reads the database finds no state and no cookie in it.
    let stored = scene.server.stored().await;
    let has = |secret: &str| stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
    assert!(!has(&of(&urls[0], "state")) && !has(browser.cookie("cpor-sign-in").unwrap()));
}

#[tokio::test]
async fn two_tabs_of_a_browser_may_sign_in_at_once() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let first = browser.begin("/claims/1").await;
    let second = browser.begin("/claims/2").await;
    let second = browser.answer(&second, "account=ana").await;
    let first = browser.answer(&first, "account=ana").await;
    let mut other_tab = browser.clone();
    assert_eq!(browser.visit(&first).await, "/claims/1");
    assert_eq!(other_tab.visit(&second).await, "/claims/2");
}

#[tokio::test]
async fn behind_tls_the_cookies_are_bound_to_the_host() {
    let scene = Scene::with(|config| config.is_secure = true, json!({})).await;
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in("ana", "/claims").await, "/claims");
    for line in &browser.set {
        assert!(line.starts_with("__Host-cpor-") && line.ends_with("; Secure"), "{line}");
    }
}

#[tokio::test]
async fn a_provider_may_tell_of_people_only_to_who_asks() {
    let scene = Scene::with(|_| {}, json!({"conform": true})).await;
    let account = account_of(&scene.sign_in("ana").await).await;
    assert_eq!(
        (&account["name"], &account["role"]),
        (&json!("Ana Bowman"), &json!("incentives-admin"))
    );
    scene.provider.spoil("user-info-of-another").await;
    assert_eq!(scene.refusal("ana").await, "not-trusted");
}

#[tokio::test]
async fn the_secret_goes_as_the_provider_takes_it() {
    let client = json!({
        "methods": ["client_secret_post"],
        "client": {"token_endpoint_auth_method": "client_secret_post"},
    });
    let scene = Scene::with(|_| {}, client).await;
    scene.sign_in("ana").await;
    // With another secret, or with none, the provider gives no token.
    let wrong = |config: &mut cpor_server::Config| {
        config.oidc.as_mut().unwrap().client_secret = None;
    };
    let scene = Scene::with(wrong, json!({})).await;
    assert_eq!(scene.refusal("ana").await, "not-trusted");
}

#[tokio::test]
async fn the_app_is_told_of_the_provider() {
    let scene = Scene::new().await;
    let backend = scene.server.anonymous().get("/v1/backend").await.json();
    assert_eq!(backend["sign_in_provider"], json!({"label": "Contoso ID", "is_only": false}));
    assert_ne!(backend["sign_in"]["password"]["demo_accounts"], json!([]));
    scene.server.sign_in(ADMIN).await;
}

#[tokio::test]
async fn where_the_provider_is_the_only_way_no_password_lets_anybody_in() {
    let scene = Scene::with(|config| config.has_local_accounts = false, json!({})).await;
    let nobody = scene.server.anonymous();
    let backend = nobody.get("/v1/backend").await.json();
    assert_eq!(backend["sign_in_provider"]["is_only"], true);
    assert_eq!(backend["sign_in"]["password"]["demo_accounts"], json!([]));
    let body = json!({"email": ADMIN, "password": crate::support::PASSWORD});
    let answer = nobody.send(nobody.post("/v1/session").json(&body)).await;
    assert_problem(&answer, 403, "not-allowed");
    scene.sign_in("ana").await;
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_to_go_to() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    for path in ["", "/callback", "/end"] {
        let answer = nobody.get(&format!("/v1/session/oidc{path}")).await;
        assert_problem(&answer, 404, "not-found");
    }
    assert!(nobody.get("/v1/backend").await.json().get("sign_in_provider").is_none());
    let post = nobody.request(Method::POST, "/v1/session/oidc");
    assert_eq!(nobody.send(post).await.status, 405);
}
