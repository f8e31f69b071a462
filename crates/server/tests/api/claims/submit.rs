//! `POST /v1/claims/{id}/submit`.

use crate::support::{
    ADMIN, REVIEWER, TestServer, USER, assert_problem, fresh_draft, new_id, pdf, poe_file, sha256,
};
use chrono::TimeDelta;
use cpor_rules::digest::ruleset_digest;
use cpor_rules::{DeadlineKind, PartnerRole, Status};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_claim_of_each_role_is_submitted() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for role in PartnerRole::ALL {
        let claim = admin.ready_claim(role).await;
        let answer = admin.submit(&claim).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        let submitted = answer.claim();
        assert_eq!(submitted.status, Status::Submitted);
        assert_eq!(submitted.submitted_at.unwrap().to_rfc3339(), "2026-11-23T02:00:00+00:00");
        let deadline = submitted.deadline.unwrap();
        assert_eq!(deadline.kind, DeadlineKind::ReviewStart);
        assert_eq!(deadline.due_on.to_string(), "2026-11-30");
        assert_eq!(submitted.draft, claim.draft);
    }
}

#[tokio::test]
async fn days_are_counted_where_the_organisation_is() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    // 17:00 in London is the next morning in Taipei.
    server.clock.advance(chrono::TimeDelta::hours(15));
    let admin = if admin.get("/v1/session").await.status == 200 {
        admin
    } else {
        server.sign_in(ADMIN).await
    };
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    assert_eq!(claim.status_since.to_string(), "2026-11-24");
}

#[tokio::test]
async fn missing_files_are_listed() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("never sent");
    let mut draft = fresh_draft(PartnerRole::UseOrConsume);
    draft.poe_files = vec![poe_file("sow.pdf", &content)];
    let claim = admin.create(&new_id(), &draft).await.claim();
    let answer = admin.submit(&claim).await;
    assert_problem(&answer, 409, "files-missing");
    assert_eq!(answer.json()["missing_files"], json!([sha256(&content)]));
    // Half of it is not enough.
    let begun = admin.begin_upload("sow.pdf", &content).await;
    admin.append(begun.header("location"), 0, &content[..10]).await;
    assert_problem(&admin.submit(&claim).await, 409, "files-missing");
    admin.append(begun.header("location"), 10, &content[10..]).await;
    assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
}

#[tokio::test]
async fn a_file_must_be_what_the_claim_says() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let mut draft = claim.draft.clone();
    draft.poe_files[0].name = "statement-of-work.docx".into();
    let claim = admin.edit(&claim, &draft).await.claim();
    let answer = admin.submit(&claim).await;
    assert_problem(&answer, 422, "rules-broken");
    assert_eq!(answer.json()["violations"][0]["field"], "poe_files.0");
}

#[tokio::test]
async fn the_rules_of_submission_are_asked() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut draft = fresh_draft(PartnerRole::UseOrConsume);
    draft.poe_files.clear();
    draft.acknowledgements.proof_is_genuine = false;
    let claim = admin.create(&new_id(), &draft).await.claim();
    let answer = admin.submit(&claim).await;
    assert_problem(&answer, 422, "rules-broken");
    assert_eq!(answer.json()["violations"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rules_that_are_not_known_are_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let path = format!("/v1/claims/{}/submit", claim.id);
    let manifest = [&claim.draft.poe_files[0].sha256];
    let request = |ruleset: &str, manifest: &[&String]| {
        admin
            .request(Method::POST, &path)
            .header("if-match", claim.etag())
            .json(&json!({"ruleset": ruleset, "manifest": manifest}))
    };
    let answer = admin.send(request("0000000000000000", &manifest)).await;
    assert_problem(&answer, 409, "ruleset-unknown");
    let other_files = admin.send(request(&ruleset_digest(), &[])).await;
    assert_problem(&other_files, 400, "bad-request");
}

#[tokio::test]
async fn only_an_incentives_admin_submits() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.ready_claim(PartnerRole::UseOrConsume).await;
    assert_problem(&user.submit(&claim).await, 403, "not-allowed");
}

#[tokio::test]
async fn a_claim_is_submitted_once() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let answer = admin.submit(&claim).await;
    assert_problem(&answer, 409, "wrong-state");
}

#[tokio::test]
async fn a_stale_copy_is_not_submitted() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let mut draft = claim.draft.clone();
    draft.comment = "Changed meanwhile".into();
    admin.edit(&claim, &draft).await;
    assert_problem(&admin.submit(&claim).await, 412, "stale");
}

#[tokio::test]
async fn an_answer_that_is_overdue_is_refused_before_the_job_has_run() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let claim = reviewer.review(&claim, "request-action", "No signature").await.claim();
    server.clock.advance(TimeDelta::days(19));
    let admin = server.sign_in(ADMIN).await;
    let late = admin.submit(&claim).await;
    assert_problem(&late, 409, "wrong-state");
    assert_eq!(late.json()["refusal"]["too-late"]["until"], "2026-12-11");
}
