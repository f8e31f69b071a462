//! `POST /v1/claims/{id}/comments`.

use crate::support::{ADMIN, REVIEWER, TestServer, USER, assert_problem};
use cpor_rules::PartnerRole;

#[tokio::test]
async fn both_sides_talk_without_touching_the_claim() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let reviewer = server.sign_in(REVIEWER).await;
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let cursor = admin.get("/v1/changes?limit=200").await.json()["next"].clone();
    let answer = user.comment(&claim.id, " When will it be looked at? ").await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["by"], "Mei-Ling Lin");
    assert_eq!(answer.json()["event"]["comment"]["text"], "When will it be looked at?");
    assert_eq!(reviewer.comment(&claim.id, "This week.").await.json()["actor"], "microsoft");
    let path = format!("/v1/claims/{}", claim.id);
    assert_eq!(admin.get(&path).await.claim(), claim);
    let since = cursor.as_str().unwrap();
    let page = admin.get(&format!("/v1/changes?since={since}")).await.json();
    assert_eq!(page["changes"][0]["upsert"]["claim"]["id"], claim.id);
}

#[tokio::test]
async fn what_nobody_sees_is_taken_out() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let answer = admin.comment(&claim.id, "\u{feff}one\u{0}\n\u{202e}two\u{7}").await;
    assert_eq!(answer.json()["event"]["comment"]["text"], "one\ntwo");
    assert_problem(&admin.comment(&claim.id, "\u{0}\u{202e} ").await, 400, "bad-request");
}

#[tokio::test]
async fn a_comment_says_something_and_not_too_much() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    for text in [String::new(), "  \n".into(), "x".repeat(2001)] {
        assert_problem(&admin.comment(&claim.id, &text).await, 400, "bad-request");
    }
    assert_eq!(admin.comment(&claim.id, &"字".repeat(2000)).await.status, 201);
}
