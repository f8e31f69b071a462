//! `GET /v1/consent/{token}`.

use crate::support::{ADMIN, TestServer, assert_problem, fresh_draft_of, link_of};
use chrono::TimeDelta;
use cpor_rules::{EditionId, PartnerRole};
use serde_json::json;

#[tokio::test]
async fn the_link_tells_the_customer_what_the_mail_told() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut draft = fresh_draft_of(EditionId::Current, PartnerRole::UseOrConsume);
    draft.domain = "contoso.com".into();
    draft.workloads = vec!["exchange-online".into()];
    draft.poe_names_items.clone_from(&draft.workloads);
    let claim = admin.submitted(draft).await;
    let answer = server.anonymous().get(&link_of(&admin, &claim.id).await).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        answer.json(),
        json!({
            "language": "en",
            "partner": "Fabrikam Partners",
            "contact_name": claim.draft.partner_contact.name,
            "contact_email": claim.draft.partner_contact.email,
            "items": ["Exchange Online"],
            "customer": "contoso.com",
            "state": "open",
        })
    );
}

#[tokio::test]
async fn reading_declines_nothing() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let link = link_of(&admin, &claim.id).await;
    for _ in 0..3 {
        assert_eq!(server.anonymous().get(&link).await.json()["state"], "open");
    }
    assert_eq!(admin.get(&format!("/v1/claims/{}", claim.id)).await.claim(), claim);
}

#[tokio::test]
async fn a_wrong_token_is_told_nothing_and_many_are_slowed_down() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let link = link_of(&admin, &claim.id).await;
    let nobody = server.anonymous();
    let mut last_changed = link.clone();
    let last = last_changed.pop().unwrap();
    last_changed.push(if last == 'A' { 'E' } else { 'A' });
    let session = admin.cookie.split_once('=').unwrap().1;
    let wrong = [
        last_changed,
        link[..link.len() - 1].to_owned(),
        format!("{link}A"),
        format!("/v1/consent/{}", claim.id),
        format!("/v1/consent/{session}"),
        "/v1/consent/%00".to_owned(),
    ];
    let mut told = Vec::new();
    for path in &wrong {
        let answer = nobody.get(path).await;
        assert_problem(&answer, 404, "not-found");
        let mut problem = answer.json();
        problem["request_id"] = json!("");
        told.push(problem);
        assert_problem(&nobody.send(nobody.post(path)).await, 404, "not-found");
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));

    let mut answer = nobody.get(&wrong[0]).await;
    for _ in 0..30 {
        answer = nobody.get(&wrong[0]).await;
    }
    assert_problem(&answer, 429, "slow-down");
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=601).contains(&wait));
    // Others behind the address have right links: they open, and signing in goes on.
    assert_eq!(nobody.get(&link).await.status, 200);
    assert_eq!(nobody.send(nobody.post(&link)).await.json()["state"], "declined");
    server.sign_in(ADMIN).await;
    assert_problem(&nobody.get(&wrong[0]).await, 429, "slow-down");
    server.clock.advance(TimeDelta::seconds(wait));
    assert_problem(&nobody.get(&wrong[0]).await, 404, "not-found");
}
