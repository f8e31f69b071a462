//! `PUT /v1/claims/{id}`.

use crate::support::{
    ADMIN, REVIEWER, TestServer, USER, assert_problem, fresh_draft, fresh_draft_of, new_id, pdf,
    poe_file,
};
use cpor_rules::{PartnerRole, Status};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_claim_of_each_role_is_created_in_draft() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    for role in PartnerRole::ALL {
        let id = new_id();
        let answer = user.create(&id, &fresh_draft(role)).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
        let claim = answer.claim();
        assert_eq!((claim.id, claim.status, claim.revision), (id, Status::Draft, 1));
        assert_eq!(claim.created_by, "Mei-Ling Lin");
        assert!(claim.reference.starts_with("CPOR-0"), "{}", claim.reference);
        assert_eq!(claim.status_since.to_string(), "2026-11-23");
        assert_eq!(claim.deadline, None);
    }
}

#[tokio::test]
async fn a_claim_is_kept_in_normal_form() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let mut draft = fresh_draft(PartnerRole::UseOrConsume);
    let tenant_id = draft.tenant_id.clone();
    draft.tenant_id = format!("  {{{}}} ", tenant_id.to_uppercase());
    draft.seller_name = "left over".into();
    let claim = user.create(&new_id(), &draft).await.claim();
    assert_eq!(claim.draft.tenant_id, tenant_id);
    assert_eq!(claim.draft.seller_name, "");
}

#[tokio::test]
async fn the_rules_are_asked() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let mut draft = fresh_draft(PartnerRole::UseOrConsume);
    draft.workloads.clear();
    draft.claim_name.clear();
    let answer = user.create(&new_id(), &draft).await;
    assert_problem(&answer, 422, "rules-broken");
    let fields: Vec<_> = answer.json()["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|violation| violation["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["claim_name", "workloads"]);
}

#[tokio::test]
async fn what_the_server_knows_of_subscriptions_and_domains_counts() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.products[0].subscription_id = "d3300000-0000-4000-8000-000000000003".into();
    let answer = user.create(&new_id(), &draft).await;
    assert_problem(&answer, 422, "rules-broken");
    assert_eq!(answer.json()["violations"][0]["problem"]["subscription"]["reason"], "csp");
}

#[tokio::test]
async fn an_item_of_ones_own_cannot_be_claimed_twice() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let first = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let mut second = fresh_draft(PartnerRole::UseOrConsume);
    second.tenant_id.clone_from(&first.draft.tenant_id);
    let answer = admin.create(&new_id(), &second).await;
    assert_problem(&answer, 422, "rules-broken");
    assert!(answer.json()["violations"][0]["problem"]["already-ours"].is_object());
}

#[tokio::test]
async fn a_second_create_is_told_of_the_first() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let (id, draft) = (new_id(), fresh_draft(PartnerRole::PreSales));
    user.create(&id, &draft).await;
    let answer = user.create(&id, &draft).await;
    assert_problem(&answer, 412, "exists");
    assert_eq!(answer.json()["current"]["id"], id);
}

#[tokio::test]
async fn creating_needs_to_be_said() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let (id, draft) = (new_id(), fresh_draft(PartnerRole::PreSales));
    let path = format!("/v1/claims/{id}");
    let blind = user.request(Method::PUT, &path).json(&json!({"draft": draft}));
    assert_problem(&user.send(blind).await, 428, "precondition-needed");
    assert_problem(&user.get(&path).await, 404, "not-found");
    assert_eq!(user.create(&id, &draft).await.status, 201);
}

#[tokio::test]
async fn a_change_needs_the_present_etag() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let mut draft = claim.draft.clone();
    draft.claim_name = "Another name".into();

    let path = format!("/v1/claims/{}", claim.id);
    let blind = user.request(Method::PUT, &path).json(&json!({"draft": draft}));
    assert_problem(&user.send(blind).await, 428, "precondition-needed");

    let changed = user.edit(&claim, &draft).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.claim().draft.claim_name, "Another name");

    let stale = user.edit(&claim, &claim.draft).await;
    assert_problem(&stale, 412, "stale");
    assert_eq!(stale.json()["current"]["revision"], 2);
}

#[tokio::test]
async fn a_change_of_nothing_is_no_change() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    assert_eq!(user.edit(&claim, &claim.draft).await.claim().revision, 1);
}

#[tokio::test]
async fn a_submitted_claim_cannot_be_edited() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let mut draft = claim.draft.clone();
    draft.comment = "One more word".into();
    let answer = admin.edit(&claim, &draft).await;
    assert_problem(&answer, 409, "wrong-state");
    assert_eq!(answer.json()["refusal"], "wrong-status");
}

#[tokio::test]
async fn on_request_only_the_listed_fields_can_be_edited() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let claim = reviewer.review(&claim, "request-action", "Signature missing").await.claim();
    assert_eq!(claim.deadline.unwrap().due_on.to_string(), "2026-12-11");

    for change in [
        |draft: &mut cpor_rules::Draft| draft.claim_name = "Renamed".into(),
        |draft: &mut cpor_rules::Draft| draft.tenant_id = new_id(),
        |draft: &mut cpor_rules::Draft| draft.opt_out = true,
    ] {
        let mut draft = claim.draft.clone();
        change(&mut draft);
        assert_problem(&admin.edit(&claim, &draft).await, 409, "wrong-state");
    }

    let content = pdf("signed at last");
    admin.upload("signed.pdf", &content).await;
    let mut draft = claim.draft.clone();
    draft.workloads.pop();
    draft.poe_files.push(poe_file("signed.pdf", &content));
    draft.customer_contact.name = "Ana Bowman".into();
    let claim = admin.edit(&claim, &draft).await.claim();
    assert_eq!(claim.status, Status::PartnerActionRequired);
    assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
}

#[tokio::test]
async fn an_approved_claim_takes_newer_proof_and_loses_none() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let claim = reviewer.review(&claim, "start-review", "").await.claim();
    let claim = reviewer.review(&claim, "approve", "").await.claim();
    let content = pdf("newer");
    admin.upload("newer.pdf", &content).await;

    // The approval rests on the proof that was there.
    let mut without = claim.draft.clone();
    without.poe_files.clear();
    let mut exchanged = claim.draft.clone();
    exchanged.poe_files = vec![poe_file("newer.pdf", &content)];
    let mut reworded = claim.draft.clone();
    reworded.poe_files[0].comment = "Not what it was".into();
    for draft in [without, exchanged, reworded] {
        assert_problem(&admin.edit(&claim, &draft).await, 409, "wrong-state");
    }

    let mut draft = claim.draft.clone();
    draft.poe_files.push(poe_file("newer.pdf", &content));
    assert_eq!(admin.edit(&claim, &draft).await.claim().draft.poe_files.len(), 2);
}

/// What is wrong with a file, and where and how that is told.
type Wrong = (fn(&mut cpor_rules::PoeFile), &'static str);

const WRONG: [Wrong; 5] = [
    (|file| file.acknowledged_on = "2026-11-24".into(), "poe_files.1.acknowledged_on"),
    (|file| file.acknowledged_on = "soon".into(), "poe_files.1.acknowledged_on"),
    (|file| file.name = "newer.exe".into(), "poe_files.1"),
    (|file| file.size_bytes = 26_000_000, "poe_files.1"),
    (|file| file.comment = "x".repeat(4001), "poe_files.1.comment"),
];

#[tokio::test]
async fn newer_proof_is_judged_when_nobody_submits_it_again() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let approved = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let approved = reviewer.review(&approved, "approve", "").await.claim();
    let draft = fresh_draft_of(cpor_rules::EditionId::Fy21, PartnerRole::UseOrConsume);
    let submitted = admin.submitted(draft).await;
    let content = pdf("newer");
    for claim in [approved, submitted] {
        let with = |file: cpor_rules::PoeFile| {
            let mut draft = claim.draft.clone();
            draft.poe_files.push(file);
            draft
        };
        for (spoil, field) in WRONG {
            let mut file = poe_file("newer.pdf", &content);
            spoil(&mut file);
            let answer = admin.edit(&claim, &with(file)).await;
            assert_problem(&answer, 422, "rules-broken");
            assert_eq!(answer.json()["violations"][0]["field"], field);
        }
        let twice = admin.edit(&claim, &with(claim.draft.poe_files[0].clone())).await;
        assert_problem(&twice, 422, "rules-broken");
        let content = pdf(&claim.id);
        let file = poe_file("newer.pdf", &content);
        let answer = admin.edit(&claim, &with(file.clone())).await;
        assert_problem(&answer, 409, "files-missing");
        admin.upload("newer.pdf", &content).await;
        let claim = admin.edit(&claim, &with(file)).await.claim();
        assert_eq!(claim.draft.poe_files.len(), 2);
        let mut many = claim.draft.clone();
        for number in 0..9 {
            many.poe_files.push(poe_file("more.pdf", &pdf(&number.to_string())));
        }
        let answer = admin.edit(&claim, &many).await;
        assert_problem(&answer, 422, "rules-broken");
        assert_eq!(answer.json()["violations"][0]["field"], "poe_files");
    }
}

#[tokio::test]
async fn a_claim_keeps_its_edition() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let mut draft = claim.draft.clone();
    draft.edition = cpor_rules::EditionId::Oct2023;
    assert_problem(&user.edit(&claim, &draft).await, 400, "bad-request");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let path = format!("/v1/claims/{}", new_id());
    let request = || user.request(Method::PUT, &path).header("if-none-match", "*");
    let draft = fresh_draft(PartnerRole::PreSales);
    for (body, status, code) in [
        (json!({"draft": draft, "status": "approved"}).to_string(), 400, "bad-request"),
        (json!({"draft": {"claim_nme": "x"}}).to_string(), 400, "bad-request"),
        ("{\"draft\":".to_owned(), 400, "bad-request"),
        (json!({"draft": {"comment": "x".repeat(1_000_000)}}).to_string(), 413, "too-large"),
    ] {
        let request = request().header("content-type", "application/json").body(body);
        assert_problem(&user.send(request).await, status, code);
    }
    let text = request().header("content-type", "text/plain").body("{}");
    assert_problem(&user.send(text).await, 415, "wrong-type");
    let draft = fresh_draft(PartnerRole::PreSales);
    assert_problem(&user.create("not-a-uuid", &draft).await, 400, "bad-request");
}

#[tokio::test]
async fn reviewers_write_no_claims() {
    let server = TestServer::start().await;
    let reviewer = server.sign_in(REVIEWER).await;
    let answer = reviewer.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await;
    assert_problem(&answer, 403, "not-allowed");
}

type Spoil = fn(&mut cpor_rules::Draft);

#[tokio::test]
async fn a_draft_may_be_incomplete_and_not_absurd() {
    let server = TestServer::start().await;
    let user = server.sign_in(USER).await;
    let claim = user.ready_claim(PartnerRole::UseOrConsume).await;
    let cases: [(&str, Spoil); 9] = [
        ("claim_name", |draft| draft.claim_name = "a\0b".into()),
        ("claim_name", |draft| draft.claim_name = "a\u{202e}gnp.exe".into()),
        ("comment", |draft| draft.comment = "y".repeat(50_000)),
        ("seller_name", |draft| draft.seller_name = "n".repeat(20_000)),
        ("workloads", |draft| draft.workloads = vec!["teams".into(); 2_000]),
        ("poe_files.0", |draft| draft.poe_files[0].name = "x\u{202e}fdp.\u{7}pdf".into()),
        ("poe_files.0", |draft| draft.poe_files[0].size_bytes = 1_000_000_000_000_000),
        ("poe_files.0", |draft| draft.poe_files[0].media_type = "text/html".into()),
        ("poe_files.0", |draft| draft.poe_files[0].sha256 = "../../etc".into()),
    ];
    for (field, spoil) in cases {
        let mut draft = claim.draft.clone();
        spoil(&mut draft);
        let created = user.create(&new_id(), &draft).await;
        for answer in [user.edit(&claim, &draft).await, created] {
            assert_problem(&answer, 400, "bad-request");
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains(field), "{field}: {detail}");
        }
    }
    let now = user.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(now, claim, "nothing was stored");
}
