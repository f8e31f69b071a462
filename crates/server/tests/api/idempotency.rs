//! Each operation once, however often it is sent.

use crate::support::{ADMIN, TestServer, USER, assert_problem, fresh_draft, mails, new_id};
use cpor_rules::PartnerRole;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_same_operation_gets_the_same_answer() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let (id, key, draft) = (new_id(), new_id(), fresh_draft(PartnerRole::PreSales));
    let create = || {
        admin
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": draft}))
    };
    let first = admin.send(create()).await;
    // The claim moves on; the answer to the operation does not.
    let mut changed = first.claim().draft;
    changed.claim_name = "Moved on".into();
    admin.edit(&first.claim(), &changed).await;
    let second = admin.send(create()).await;
    assert_eq!((first.status, &first.bytes), (second.status, &second.bytes));
    assert_eq!(second.header("etag"), "\"1\"");
}

#[tokio::test]
async fn every_kind_of_change_is_done_once() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.ready_claim(PartnerRole::UseOrConsume).await;
    let path = format!("/v1/claims/{}", claim.id);

    let comment =
        admin.request(Method::POST, &format!("{path}/comments")).json(&json!({"text": "Once"}));
    let submit = admin.submit_request(&claim);
    for request in [comment, submit] {
        let again = request.try_clone().unwrap();
        let first = admin.send(request).await;
        let second = admin.send(again).await;
        assert!(first.status.is_success());
        assert_eq!((first.status, first.bytes), (second.status, second.bytes));
    }
    // Looking at the mails sends what waits.
    mails(&admin).await;
    let history = admin.get(&format!("{path}/history")).await.json();
    // Created, the comment, submitted, and the customer told of it.
    assert_eq!(history.as_array().unwrap().len(), 4);

    let draft = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let delete = admin
        .request(Method::DELETE, &format!("/v1/claims/{}", draft.id))
        .header("if-match", draft.etag());
    let again = delete.try_clone().unwrap();
    assert_eq!(admin.send(delete).await.status, 204);
    assert_eq!(admin.send(again).await.status, 204);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let key = new_id();
    let create = |id: &str, name: &str| {
        let mut draft = fresh_draft(PartnerRole::PreSales);
        draft.claim_name = name.into();
        admin
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": draft}))
    };
    let id = new_id();
    assert_eq!(admin.send(create(&id, "One")).await.status, 201);
    assert_problem(&admin.send(create(&id, "Two")).await, 422, "key-reused");
    assert_problem(&admin.send(create(&new_id(), "One")).await, 422, "key-reused");
}

#[tokio::test]
async fn keys_of_different_people_do_not_meet() {
    let server = TestServer::start().await;
    let key = new_id();
    for email in [ADMIN, USER] {
        let person = server.sign_in(email).await;
        let request = person
            .bare(Method::PUT, &format!("/v1/claims/{}", new_id()))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": fresh_draft(PartnerRole::PreSales)}));
        assert_eq!(person.send(request).await.status, 201);
    }
}

#[tokio::test]
async fn a_refused_operation_may_be_repeated() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let submit = admin.submit_request(&claim);
    let again = submit.try_clone().unwrap();
    assert_problem(&admin.send(submit).await, 409, "files-missing");
    assert_problem(&admin.send(again).await, 409, "files-missing");
}

#[tokio::test]
async fn a_change_without_a_key_is_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for key in [None, Some(String::new()), Some("x".repeat(201))] {
        let mut request = admin
            .bare(Method::PUT, &format!("/v1/claims/{}", new_id()))
            .header("x-cpor", "1")
            .header("if-none-match", "*")
            .json(&json!({"draft": fresh_draft(PartnerRole::PreSales)}));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        assert_problem(&admin.send(request).await, 400, "bad-request");
    }
}

#[tokio::test]
async fn at_the_same_time_it_is_done_once_as_well() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let (id, key, draft) = (new_id(), new_id(), fresh_draft(PartnerRole::PreSales));
    let attempts = (0..16).map(|_| {
        let request = admin
            .bare(Method::PUT, &format!("/v1/claims/{id}"))
            .header("x-cpor", "1")
            .header("idempotency-key", &key)
            .header("if-none-match", "*")
            .json(&json!({"draft": draft}));
        let admin = admin.clone();
        tokio::spawn(async move { admin.send(request).await })
    });
    let mut created = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.status == 201 {
            created += 1;
            assert_eq!(answer.claim().revision, 1);
        } else {
            assert_problem(&answer, 409, "key-in-flight");
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
    assert!(created >= 1);
    let history = admin.get(&format!("/v1/claims/{id}/history")).await.json();
    assert_eq!(history.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn of_many_edits_at_the_same_time_one_wins() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.create(&new_id(), &fresh_draft(PartnerRole::PreSales)).await.claim();
    let attempts = (0..12).map(|number| {
        let mut draft = claim.draft.clone();
        draft.claim_name = format!("Edit {number}");
        let request = admin.edit_request(&claim, &draft);
        let admin = admin.clone();
        tokio::spawn(async move { admin.send(request).await })
    });
    let mut won = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.status == 200 {
            won += 1;
        } else {
            assert_problem(&answer, 412, "stale");
        }
    }
    assert_eq!(won, 1);
}
