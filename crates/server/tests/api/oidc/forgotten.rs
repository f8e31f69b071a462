//! People of the provider are told what is kept about them, and erased.

use super::{FABRIKAM, Scene, account_of};
use crate::person::{COLLEAGUE, assert_log_in_order, colleague, data, holds, kept, person};
use crate::support::{PASSWORD, assert_problem, fresh_draft, new_id};
use cpor_rules::{Draft, PartnerRole};
use cpor_server::{PersonError, person_erase, person_export};
use serde_json::json;

/// As the provider calls them.
const SUBJECT: &str = "canary-subject";

/// What the provider says of whoever has the address of the colleague.
fn claims(role: &str) -> serde_json::Value {
    json!({"role": role, "name": COLLEAGUE[0], "email": COLLEAGUE[1]})
}

#[tokio::test]
async fn who_was_erased_is_somebody_new_at_the_next_sign_in() {
    let scene = Scene::new().await;
    let server = &scene.server;
    scene.account(SUBJECT, claims("guest")).await;
    assert_eq!(scene.refusal(SUBJECT).await, "no-role");
    scene.account(SUBJECT, claims("incentives-admin")).await;
    let signed_in = scene.sign_in(SUBJECT).await;
    let id = account_of(&signed_in).await["id"].as_str().unwrap().to_owned();
    let comment = format!("{} <{}> said so", COLLEAGUE[0], COLLEAGUE[1]);
    let draft = Draft { comment, ..fresh_draft(PartnerRole::PreSales) };
    let claim = signed_in.create(&new_id(), &draft).await.claim();

    let asked = person(&data(server), COLLEAGUE);
    let told = person_export(&asked).await.unwrap();
    let [account] = &told["accounts"].as_array().unwrap()[..] else { panic!("{told:#}") };
    assert_eq!((&account["id"], &account["email"]), (&json!(id), &json!(COLLEAGUE[1])));
    let identity = json!({"issuer": scene.provider.issuer, "subject": SUBJECT});
    assert_eq!(account["identity"], identity);
    let audit = account["audit"].as_array().unwrap();
    for what in ["sign-in-refused", "account-added", "signed-in-at-provider"] {
        assert!(audit.iter().any(|entry| entry["what"] == what), "{what}: {audit:#?}");
    }
    assert_eq!(told["claims"][0]["reference"], claim.reference);
    assert_eq!(told["claims"][0]["is_made_by_person"], true);

    let before = kept(server).await;
    let canaries = [COLLEAGUE[0], COLLEAGUE[1], SUBJECT];
    for canary in canaries {
        assert!(holds(&before, canary), "{canary} was never kept");
    }
    let done = person_erase(&asked, None, true, &server.clock).await.unwrap();
    let whose = format!("{FABRIKAM} ({SUBJECT} at {})", scene.provider.issuer);
    assert_eq!((&done.accounts, done.sessions), (&vec![whose], 1));
    // Nobody else has the name, so it is taken out of running text as well.
    assert_eq!(done.left_alone, [""; 0]);
    let after = kept(server).await;
    for canary in canaries {
        assert!(!holds(&after, canary), "{canary} is still kept");
    }
    assert_eq!(signed_in.get("/v1/session").await.status, 204);
    let again = person_export(&asked).await;
    assert!(matches!(again, Err(PersonError::Unknown)), "{again:?}");
    assert_log_in_order(server, &[&claim.id, &id]).await;

    // The provider still knows the person, and here it is another one.
    let next = scene.sign_in(SUBJECT).await;
    let account = account_of(&next).await;
    assert_ne!(account["id"], *id);
    assert_eq!(account["name"], COLLEAGUE[0]);
    let now = next.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(now.created_by, done.pseudonym);
    assert_eq!(now.draft.comment, "[erased] <[erased]> said so");
    let told = person_export(&asked).await.unwrap();
    assert_eq!(told["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(told["claims"], json!([]));
}

#[tokio::test]
async fn all_accounts_of_an_address_are_closed() {
    let scene = Scene::new().await;
    let server = &scene.server;
    let local = colleague(server).await;
    for id in ["ana", "kai"] {
        scene.account(id, claims("incentives-user")).await;
    }
    scene.account("eve", json!({"role": "incentives-user", "name": "Eve Carter"})).await;
    let (ana, kai) = (scene.sign_in("ana").await, scene.sign_in("kai").await);
    let eve = scene.sign_in("eve").await;
    let asked = person(&data(server), COLLEAGUE);
    let told = person_export(&asked).await.unwrap();
    assert_eq!(told["accounts"].as_array().unwrap().len(), 3);

    // Whoever erases is told first whose they are, since an address is easily written.
    let planned = person_erase(&asked, None, false, &server.clock).await.unwrap();
    let lines = planned.told().join("\n");
    for whose in ["(with a password here)", "(ana at http", "(kai at http"] {
        assert!(lines.contains(whose), "{lines}");
    }
    assert_eq!(ana.get("/v1/session").await.status, 200);
    let done = person_erase(&asked, None, true, &server.clock).await.unwrap();
    assert_eq!((done.accounts.len(), done.sessions), (3, 3));
    assert_eq!(done.left_alone, [""; 0]);
    for ended in [&local, &ana, &kai] {
        assert_eq!(ended.get("/v1/session").await.status, 204);
    }
    assert_eq!(account_of(&eve).await["name"], "Eve Carter");
    let kept = kept(server).await;
    assert!(!holds(&kept, COLLEAGUE[0]) && !holds(&kept, COLLEAGUE[1]));
    let nobody = server.anonymous();
    let body = json!({"email": COLLEAGUE[1], "password": PASSWORD});
    let answer = nobody.send(nobody.post("/v1/session").json(&body)).await;
    assert_problem(&answer, 401, "wrong-credentials");
}

#[tokio::test]
async fn somebody_of_the_same_name_at_the_provider_is_somebody_else() {
    let scene = Scene::new().await;
    let server = &scene.server;
    scene.account(SUBJECT, claims("incentives-admin")).await;
    let other = json!({"role": "incentives-user", "name": COLLEAGUE[0], "email": "b@b.example"});
    scene.account("kai", other).await;
    scene.sign_in(SUBJECT).await;
    let kai = scene.sign_in("kai").await;
    let asked = person(&data(server), COLLEAGUE);
    let done = person_erase(&asked, None, true, &server.clock).await.unwrap();
    assert_eq!((done.accounts.len(), &*done.left_alone), (1, &[COLLEAGUE[0].to_owned()][..]));
    assert_eq!(account_of(&kai).await["name"], COLLEAGUE[0]);
}
