//! Somebody tries to sign another in, or in as another.

use super::{Scene, account_of, refused};
use serde_json::json;

#[tokio::test]
async fn an_answer_counts_once() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let at = browser.begin("/claims/7").await;
    let back = browser.answer(&at, "account=ana").await;
    let copy = browser.clone();
    assert_eq!(browser.visit(&back).await, "/claims/7");
    // With the cookie of the sign-in, but without the session that came of it.
    let mut again = copy.clone();
    assert_eq!(refused(&again.visit(&back).await), "late");
    assert!(!again.has_session());
    // Who reloads is where they were, in the same session.
    let session = browser.cookie("cpor-session").unwrap().to_owned();
    assert_eq!(browser.visit(&back).await, "/claims");
    assert_eq!(browser.cookie("cpor-session"), Some(&*session));
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_asked() {
    let scene = Scene::new().await;
    // Somebody begins, and gets another person to open the answer.
    let mut theirs = scene.browser();
    let at = theirs.begin("/claims").await;
    let back = theirs.answer(&at, "account=ana").await;
    let mut without = scene.browser();
    assert_eq!(refused(&without.visit(&back).await), "late");
    let mut with_another = scene.browser();
    with_another.begin("/claims").await;
    assert_eq!(refused(&with_another.visit(&back).await), "late");
    assert!(!without.has_session() && !with_another.has_session());
    // It is not used up by that.
    assert_eq!(theirs.visit(&back).await, "/claims");
}

#[tokio::test]
async fn nobody_signs_in_by_an_address_of_their_own() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let at = browser.begin("/claims").await;
    let state = |url: &str| {
        let url = reqwest::Url::parse(url).unwrap();
        let found = url.query_pairs().find(|(key, _)| key == "state");
        found.map(|(_, value)| value.into_owned()).unwrap()
    };
    let (state, issuer) = (state(&at), &scene.provider.issuer);
    let callback = scene.server.url("/v1/session/oidc/callback");
    for query in [
        String::new(),
        "?code=a".into(),
        "?state=".into(),
        "?state=AAAA&code=a".into(),
        format!("?state={}&code=a", "A".repeat(43)),
        format!("?state={state}&state={state}&code=a"),
        "?state=%00&code=%ff".into(),
    ] {
        let place = browser.visit(&format!("{callback}{query}")).await;
        assert_eq!(refused(&place), "late", "{query}");
    }
    // The state is right, and nothing else.
    for query in ["code=a", &format!("code=a&iss={issuer}"), &format!("iss={issuer}"), "error=a"] {
        let at = browser.begin("/claims").await;
        let state = reqwest::Url::parse(&at).unwrap();
        let state = state.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        let place = browser.visit(&format!("{callback}?state={state}&{query}")).await;
        assert_eq!(refused(&place), "not-trusted", "{query}");
    }
    assert!(!browser.has_session());
}

#[tokio::test]
async fn the_answer_of_another_issuer_is_not_taken() {
    let scene = Scene::new().await;
    for change in [
        (|back: &str, iss: &str| back.replace(iss, "iss=https%3A%2F%2Fevil.example"))
            as fn(&str, &str) -> String,
        |back, iss| back.replace(iss, ""),
    ] {
        let mut browser = scene.browser();
        let at = browser.begin("/claims").await;
        let back = browser.answer(&at, "account=ana").await;
        let iss = back.split(['?', '&']).find(|pair| pair.starts_with("iss=")).unwrap();
        let changed = change(&back, iss);
        assert_ne!(changed, back);
        assert_eq!(refused(&browser.visit(&changed).await), "not-trusted");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_a_page_of_somebody_else() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    for path in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/v1/session/oidc",
        "/claims\r\nSet-Cookie: a=b",
        "",
    ] {
        assert_eq!(browser.sign_in("ana", path).await, "/claims", "{path:?}");
        browser.lose("cpor-session");
    }
}

/// A provider that knows a person may answer without asking them anything, so a link on any
/// page would sign them in.
#[tokio::test]
async fn another_site_begins_no_sign_in_at_the_provider() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    for site in ["cross-site", "same-site", "nonsense"] {
        browser.site = site;
        let place = browser.begin("/claims/7").await;
        assert!(place.ends_with("/sign-in?return=%2Fclaims%2F7"), "{site}: {place}");
        assert!(browser.set.is_empty(), "{site}: {:?}", browser.set);
    }
    let rows = scene.server.database().await.texts("SELECT nonce FROM sign_in").await;
    assert_eq!(rows, [""; 0]);

    // The app's own button, and an address that the person has typed.
    for site in ["same-origin", "none"] {
        browser.site = site;
        let at = browser.begin("/claims/7").await;
        // The provider is another site, and leads back here.
        browser.site = "cross-site";
        let back = browser.answer(&at, "account=ana").await;
        assert_eq!(browser.visit(&back).await, "/claims/7", "{site}");
        assert!(browser.has_session(), "{site}");
        browser.lose("cpor-session");
    }
}

#[tokio::test]
async fn a_sign_in_ends_the_session_before_and_takes_no_secret_that_was_planted() {
    let scene = Scene::new().await;
    scene.account("kai", json!({"role": "incentives-user"})).await;
    let mut browser = scene.browser();
    browser.sign_in("ana", "/claims").await;
    let ana = browser.person();
    // Another person at the same browser: the provider asks, since its cookies are gone.
    let mut next = scene.browser();
    let at = next.begin("/claims").await;
    let back = next.answer(&at, "account=kai").await;
    next.plant("cpor-session", browser.cookie("cpor-session").unwrap());
    assert_eq!(next.visit(&back).await, "/claims");
    assert_eq!(account_of(&next.person()).await["role"], "incentives-user");
    assert_ne!(next.cookie("cpor-session"), browser.cookie("cpor-session"));
    assert_eq!(ana.get("/v1/session").await.status, 204);
}
