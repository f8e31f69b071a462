//! Adding people from the command line.

use crate::support::{Person, TestServer, assert_problem, database_of};
use cpor_rules::{Region, UserRole};
use cpor_server::{NewAccount, add_account};
use serde_json::json;

const PASSWORD: &str = "correct horse battery";

fn person(server: &TestServer, email: &str, organisation: &str) -> NewAccount {
    NewAccount {
        data: server.folder.path().join("data"),
        database: database_of(&server.folder.path().join("data")),
        organisation: organisation.into(),
        time_zone: "Europe/Madrid".into(),
        region: Region::Germany,
        name: "Ana Bowman".into(),
        email: email.into(),
        role: UserRole::IncentivesAdmin,
        locations: Vec::new(),
    }
}

async fn sign_in(person: &Person, email: &str) -> serde_json::Value {
    let body = json!({"email": email, "password": PASSWORD});
    person.send(person.post("/v1/session").json(&body)).await.json()
}

#[tokio::test]
async fn a_person_is_added_to_a_running_server() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    let add = async |email| {
        add_account(person(&server, email, "Contoso Partners"), PASSWORD).await.unwrap()
    };
    assert!(!add("ana@contoso.com").await);
    // A known organisation keeps its region, and that is said.
    assert!(add("kai@contoso.com").await);
    let nobody = server.anonymous();
    let ana = sign_in(&nobody, "ana@contoso.com").await;
    let kai = sign_in(&nobody, "kai@contoso.com").await;
    assert_eq!(ana["account"]["time_zone"], "Europe/Madrid");
    assert_eq!(ana["account"]["region"], "germany");
    assert_eq!(ana["account"]["organisation_id"], kai["account"]["organisation_id"]);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let short = add_account(person(&server, "a@contoso.com", "C"), "short").await;
    let mut nowhere = person(&server, "a@contoso.com", "C");
    nowhere.time_zone = "Mars/Olympus".into();
    let nowhere = add_account(nowhere, PASSWORD).await;
    let taken = add_account(person(&server, crate::support::ADMIN, "C"), PASSWORD).await;
    for refused in [short, nowhere, taken] {
        assert!(refused.is_err());
    }
    let nobody = server.anonymous();
    let body = json!({"email": "a@contoso.com", "password": PASSWORD});
    let answer = nobody.send(nobody.post("/v1/session").json(&body)).await;
    assert_problem(&answer, 401, "wrong-credentials");
}
