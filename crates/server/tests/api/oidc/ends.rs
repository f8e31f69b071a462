//! Out of the provider as well.

use super::{Scene, refused};

#[tokio::test]
async fn the_provider_asks_whether_to_sign_out_there_too() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    browser.sign_in("ana", "/claims").await;
    let url = browser.visit(&scene.server.url("/v1/session/oidc/end")).await;
    assert!(url.starts_with(&format!("{}/session/end?", scene.provider.issuer)), "{url}");
    assert!(url.contains("client_id=cpor") && !url.contains("eyJ"), "{url}");
    // The provider knows the page that people come back to, or it would refuse.
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("<form"));
    // It is not said by coming here that the session here ends.
    assert_eq!(browser.person().get("/v1/session").await.status, 200);
}

#[tokio::test]
async fn a_provider_may_have_no_such_page() {
    let scene = Scene::new().await;
    scene.provider.spoil("no-end-session").await;
    let place = scene.browser().visit(&scene.server.url("/v1/session/oidc/end")).await;
    assert_eq!(refused(&place), "no-sign-out");
}
