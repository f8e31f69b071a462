//! `POST /v1/claims/{id}/dispute`.

use crate::support::{
    ADMIN, OTHER_ADMIN, Person, REVIEWER, TestAnswer, TestServer, USER, assert_problem, new_id,
    pdf, poe_file, sha256,
};
use chrono::TimeDelta;
use cpor_protocol::ClaimRecord;
use cpor_rules::{DeadlineKind, Draft, PartnerRole, PoeFile, Status};
use reqwest::Method;
use serde_json::json;

async fn dispute(
    person: &Person,
    claim: &ClaimRecord,
    justification: &str,
    files: &[PoeFile],
) -> TestAnswer {
    let request = person
        .request(Method::POST, &format!("/v1/claims/{}/dispute", claim.id))
        .header("if-match", claim.etag())
        .json(&json!({"justification": justification, "files": files}));
    person.send(request).await
}

async fn rejected(admin: &Person, reviewer: &Person) -> ClaimRecord {
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    reviewer.review(&claim, "reject", "No signature").await.claim()
}

#[tokio::test]
async fn a_rejection_is_disputed_once() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    assert_eq!(claim.deadline.unwrap().kind, DeadlineKind::DisputeRight);
    let claim = dispute(&admin, &claim, "The signature is on page 4.", &[]).await.claim();
    assert_eq!(claim.status, Status::Dispute);
    assert_eq!(claim.status_reason, "The signature is on page 4.");
    assert!(claim.was_disputed);

    let claim = reviewer.review(&claim, "reopen", "").await.claim();
    let claim = reviewer.review(&claim, "reject", "Page 4 is blank").await.claim();
    assert_eq!(claim.deadline, None);
    let again = dispute(&admin, &claim, "Look again.", &[]).await;
    assert_problem(&again, 409, "wrong-state");
    assert_eq!(again.json()["refusal"], "disputed-before");
}

#[tokio::test]
async fn a_dispute_needs_a_justification_or_newer_proof() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    let known = claim.draft.poe_files.clone();
    for files in [&[][..], &known[..]] {
        let answer = dispute(&admin, &claim, " ", files).await;
        assert_problem(&answer, 409, "wrong-state");
        assert_eq!(answer.json()["refusal"], "justification-missing");
    }

    let content = pdf(&new_id());
    let newer = poe_file("signed.pdf", &content);
    let answer = dispute(&admin, &claim, "", std::slice::from_ref(&newer)).await;
    assert_problem(&answer, 409, "files-missing");
    assert_eq!(answer.json()["missing_files"], json!([sha256(&content)]));

    admin.upload("signed.pdf", &content).await;
    let claim = dispute(&admin, &claim, "", std::slice::from_ref(&newer)).await.claim();
    assert_eq!(claim.status, Status::Dispute);
    assert_eq!(claim.draft.poe_files, [known[0].clone(), newer]);
    let read = reviewer.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(read.bytes, content);
    let history = admin.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
    let added = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["event"]["file-added"]["name"] == "signed.pdf");
    assert_eq!(added.count(), 1);
}

#[tokio::test]
async fn newer_proof_is_judged_and_kept_once_in_normal_form() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    let content = pdf(&new_id());
    admin.upload("signed.pdf", &content).await;
    let good = poe_file("signed.pdf", &content);
    let future = PoeFile { acknowledged_on: "2026-11-24".into(), ..good.clone() };
    let wordy = PoeFile { comment: "x".repeat(4001), ..good.clone() };
    let wrong_kind = PoeFile { name: "signed.exe".into(), ..good.clone() };
    for (file, field) in [
        (future, "poe_files.1.acknowledged_on"),
        (wordy, "poe_files.1.comment"),
        (wrong_kind, "poe_files.1"),
    ] {
        let answer = dispute(&admin, &claim, "Signed", &[file]).await;
        assert_problem(&answer, 422, "rules-broken");
        assert_eq!(answer.json()["violations"][0]["field"], field);
    }
    let many: Vec<_> =
        (0..10).map(|number| poe_file("more.pdf", &pdf(&number.to_string()))).collect();
    assert_problem(&dispute(&admin, &claim, "Signed", &many).await, 422, "rules-broken");

    let padded = PoeFile { comment: "  Page 4 ".into(), ..good.clone() };
    let claim = dispute(&admin, &claim, "", &[padded, good]).await.claim();
    let files = &claim.draft.poe_files;
    assert_eq!((files.len(), files[1].comment.as_str()), (2, "Page 4"));
}

#[tokio::test]
async fn what_another_claim_of_ones_own_holds_by_now_is_not_disputed() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    let anew = Draft { poe_files: Vec::new(), ..claim.draft.clone() };
    let anew = admin.submitted(anew).await;
    let answer = dispute(&admin, &claim, "The signature is on page 4.", &[]).await;
    assert_problem(&answer, 422, "rules-broken");
    let found = answer.json()["violations"][0].clone();
    assert_eq!(found["rule"], "item-not-ours");
    assert_eq!(found["problem"]["already-ours"]["claim_name"], anew.draft.claim_name);
    reviewer.review(&anew, "reject", "Claimed twice").await.claim();
    let claim = dispute(&admin, &claim, "The signature is on page 4.", &[]).await.claim();
    assert_eq!(claim.status, Status::Dispute);
}

#[tokio::test]
async fn the_right_to_dispute_ends_after_thirty_days() {
    let mut server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    assert_eq!(claim.deadline.unwrap().due_on.to_string(), "2026-12-23");
    server.clock.advance(TimeDelta::days(31));
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    let late = dispute(&admin, &claim, "The signature is on page 4.", &[]).await;
    assert_problem(&late, 409, "wrong-state");
    assert_eq!(late.json()["refusal"]["too-late"]["until"], "2026-12-23");
}

#[tokio::test]
async fn only_the_partners_admin_disputes() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = rejected(&admin, &reviewer).await;
    for (who, status, code) in [
        (USER, 403, "not-allowed"),
        (REVIEWER, 403, "not-allowed"),
        (OTHER_ADMIN, 404, "not-found"),
    ] {
        let person = server.sign_in(who).await;
        assert_problem(&dispute(&person, &claim, "Why not", &[]).await, status, code);
    }
    let mut stale = claim.clone();
    stale.revision -= 1;
    assert_problem(&dispute(&admin, &stale, "Why not", &[]).await, 412, "stale");
    assert_problem(&dispute(&admin, &claim, &"x".repeat(2001), &[]).await, 400, "bad-request");
}
