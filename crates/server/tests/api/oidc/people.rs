//! Whom the provider tells of, and what they may.

use super::{FABRIKAM, Scene, account_of};
use crate::support::{ADMIN, Person, database_of};
use cpor_server::{NewOrganisation, Place, add_organisation, audit_export};
use serde_json::{Value, json};

async fn claims(person: &Person) -> usize {
    let answer = person.get("/v1/changes").await;
    answer.json()["changes"].as_array().unwrap().len()
}

/// What the audit log says of something, with the chain.
async fn told(scene: &Scene, subject: &str) -> Vec<String> {
    let data = scene.server.folder.path().join("data");
    let mut out = Vec::new();
    let place = Place { database: database_of(&data), data };
    audit_export(&place, &mut out).await.unwrap();
    let lines = String::from_utf8(out).unwrap();
    let entries = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    entries
        .map(|line| line["entry"].clone())
        .filter(|entry| entry["subject"] == subject)
        .map(|entry| entry["what"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn rights_are_what_the_provider_says_today() {
    let scene = Scene::new().await;
    let before = scene.sign_in("ana").await;
    let id = account_of(&before).await["id"].as_str().unwrap().to_owned();
    // Nothing has changed, so nobody is signed out by signing in elsewhere.
    let beside = scene.sign_in("ana").await;
    assert_eq!(before.get("/v1/session").await.status, 200);
    scene.account("ana", json!({"role": "incentives-user", "name": "Ana Carter"})).await;
    let after = scene.sign_in("ana").await;
    let account = account_of(&after).await;
    assert_eq!(account["id"], *id);
    assert_eq!(
        (&account["role"], &account["name"]),
        (&json!("incentives-user"), &json!("Ana Carter"))
    );
    // What was granted before is gone with its sessions.
    assert_eq!(before.get("/v1/session").await.status, 204);
    assert_eq!(beside.get("/v1/session").await.status, 204);
    let at = "signed-in-at-provider";
    assert_eq!(told(&scene, &id).await, ["account-added", at, at, "account-changed", at]);
}

#[tokio::test]
async fn who_has_no_place_here_any_more_is_signed_out() {
    let scene = Scene::new().await;
    let person = scene.sign_in("ana").await;
    let id = account_of(&person).await["id"].as_str().unwrap().to_owned();
    scene.account("ana", json!({"role": "guest"})).await;
    assert_eq!(scene.refusal("ana").await, "no-role");
    assert_eq!(person.get("/v1/session").await.status, 204);
    assert_eq!(told(&scene, &id).await.last().unwrap(), "sign-in-refused");
}

#[tokio::test]
async fn whoever_the_claims_do_not_place_stays_outside() {
    let scene = Scene::with(
        |config| config.oidc.as_mut().unwrap().location_claim = Some("sites".into()),
        json!({}),
    )
    .await;
    let all = json!("*");
    for (claims, expected) in [
        (json!({"role": "king", "sites": all}), "no-role"),
        (json!({"role": ["incentives-user", "reviewer"], "sites": all}), "no-role"),
        (json!({"sites": all}), "no-role"),
        (json!({"role": "reviewer", "organisation": "Nobody Ltd"}), "no-organisation"),
        (json!({"role": "reviewer", "organisation": ""}), "no-organisation"),
        (json!({"role": "reviewer", "organisation": 7}), "no-organisation"),
        (json!({"role": "incentives-user"}), "no-location"),
        (json!({"role": "incentives-user", "sites": []}), "no-location"),
        (json!({"role": "incentives-user", "sites": ["north"]}), "no-location"),
    ] {
        scene.account("kai", claims.clone()).await;
        assert_eq!(scene.refusal("kai").await, expected, "{claims}");
    }
    // Of a stranger the log holds no name, and the same one each time.
    let text = String::from_utf8_lossy(&scene.server.stored().await).into_owned();
    assert!(text.contains("sign-in-refused") && !text.contains("\"kai\""));
    let accounts = scene.server.database().await;
    let found = accounts.texts("SELECT id FROM account WHERE name = 'Ana Bowman'").await;
    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn locations_of_the_claim_are_all_that_is_seen() {
    let scene = Scene::with(
        |config| config.oidc.as_mut().unwrap().location_claim = Some("sites".into()),
        json!({}),
    )
    .await;
    let at = async |sites: Value| {
        scene.account("ana", json!({"role": "incentives-admin", "sites": sites})).await;
        claims(&scene.sign_in("ana").await).await
    };
    let all = at(json!("*")).await;
    assert!(all > 0);
    assert_eq!(at(json!(["1234567"])).await, 0);
    assert_eq!(at(json!(["1234567", "4391507"])).await, all);
    assert_eq!(at(json!(["1234567"])).await, 0);
}

#[tokio::test]
async fn the_same_address_is_not_the_same_person() {
    let scene = Scene::new().await;
    let local = account_of(&scene.server.sign_in(ADMIN).await).await;
    for id in ["ana", "kai"] {
        scene.account(id, json!({"role": "incentives-user", "email": ADMIN})).await;
    }
    let (ana, kai) = (scene.sign_in("ana").await, scene.sign_in("kai").await);
    let (ana, kai) = (account_of(&ana).await, account_of(&kai).await);
    assert_eq!((&ana["email"], &kai["email"]), (&json!(ADMIN), &json!(ADMIN)));
    assert!(ana["id"] != local["id"] && kai["id"] != local["id"] && ana["id"] != kai["id"]);
    // The local account is what it was, and its password lets in nobody else.
    assert_eq!(account_of(&scene.server.sign_in(ADMIN).await).await, local);
    // Nor is a person of the provider found by what stands in place of an address.
    let nobody = scene.server.anonymous();
    for password in ["", "x"] {
        let body = json!({"email": ana["id"], "password": password});
        assert_eq!(nobody.send(nobody.post("/v1/session").json(&body)).await.status, 401);
    }
}

#[tokio::test]
async fn organisations_are_made_by_hand_and_called_as_the_provider_does() {
    let scene = Scene::new().await;
    let data = scene.server.folder.path().join("data");
    let new = |name: &str, claim: Option<&str>| NewOrganisation {
        database: database_of(&data),
        data: data.clone(),
        name: name.into(),
        time_zone: "Europe/Madrid".into(),
        region: cpor_rules::Region::Germany,
        claim: claim.map(Into::into),
    };
    let tenant = "72f988bf-0000-4000-8000-2d7cd011db47";
    scene.account("ana", json!({"role": "incentives-admin", "organisation": tenant})).await;
    assert_eq!(scene.refusal("ana").await, "no-organisation");
    add_organisation(new("Contoso Partners", Some(tenant))).await.unwrap();
    let account = account_of(&scene.sign_in("ana").await).await;
    assert_eq!(
        (&account["organisation"], &account["time_zone"]),
        (&json!("Contoso Partners"), &json!("Europe/Madrid"))
    );
    // It is called so, and no longer by its name.
    scene
        .account("ana", json!({"role": "incentives-admin", "organisation": "Contoso Partners"}))
        .await;
    assert_eq!(scene.refusal("ana").await, "no-organisation");
    // One that is known can be told of, and two are never called the same.
    assert!(add_organisation(new(FABRIKAM, None)).await.is_err());
    assert!(add_organisation(new(FABRIKAM, Some(tenant))).await.is_err());
    assert!(add_organisation(new(tenant, None)).await.is_err());
    add_organisation(new(FABRIKAM, Some("fabrikam-id"))).await.unwrap();
    scene.account("ana", json!({"role": "incentives-admin", "organisation": "fabrikam-id"})).await;
    let moved = account_of(&scene.sign_in("ana").await).await;
    assert_eq!((&moved["id"], &moved["organisation"]), (&account["id"], &json!(FABRIKAM)));
    let mut nowhere = new("Nowhere", None);
    nowhere.time_zone = "Mars/Olympus".into();
    assert!(add_organisation(nowhere).await.is_err());
}
