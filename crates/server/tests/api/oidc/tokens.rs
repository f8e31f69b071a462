//! ID tokens in which one thing is wrong.

use super::Scene;

/// What is wrong, and with which word the sign-in is refused.
const SPOILED: [(&str, &str); 21] = [
    ("iss", "not-trusted"),
    ("aud", "not-trusted"),
    ("two-audiences", "not-trusted"),
    ("azp", "not-trusted"),
    ("nonce", "not-trusted"),
    ("no-nonce", "not-trusted"),
    ("exp", "clock"),
    ("no-exp", "not-trusted"),
    ("nbf", "clock"),
    ("iat", "clock"),
    ("at_hash", "not-trusted"),
    ("sub", "not-trusted"),
    ("none", "not-trusted"),
    ("none-with-key", "not-trusted"),
    ("hs256-public-key", "not-trusted"),
    ("hs256-client-secret", "not-trusted"),
    ("other-key", "not-trusted"),
    ("unknown-key", "not-trusted"),
    ("signature", "not-trusted"),
    ("no-token", "not-trusted"),
    ("not-a-token", "not-trusted"),
];

#[tokio::test]
async fn a_token_with_anything_wrong_lets_nobody_in() {
    let scene = Scene::new().await;
    // Written anew by the same means, and right; and within what clocks may differ.
    for how in ["nothing", "just-expired"] {
        scene.provider.spoil(how).await;
        scene.sign_in("ana").await;
    }
    let mut wrong = Vec::new();
    for (how, expected) in SPOILED {
        scene.provider.spoil(how).await;
        let mut browser = scene.browser();
        let place = browser.sign_in("ana", "/claims").await;
        let is_refused = place.starts_with(&format!("/sign-in?failure={expected}&"));
        if !is_refused || browser.has_session() {
            wrong.push(format!("{how}: {place}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    scene.provider.spoil("").await;
    scene.sign_in("ana").await;
}
