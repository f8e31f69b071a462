//! What belongs to one organisation does not exist for another.

use crate::openapi::operations;
use crate::support::{
    ADMIN, OTHER_ADMIN, Person, TestServer, assert_problem, fresh_draft, new_id, pdf, sha256,
};
use cpor_rules::PartnerRole;
use reqwest::Method;

#[tokio::test]
async fn nobody_gets_anywhere_without_signing_in() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    let mut forged = server.anonymous();
    forged.cookie = format!("cpor-session={}", "A".repeat(43));
    let mut asked = 0;
    for (method, path, is_public) in operations(&server).await {
        let is_sign_out = method == Method::DELETE && path == "/v1/session";
        if is_public || is_sign_out {
            continue;
        }
        let path = path.replace("{id}", &new_id());
        for person in [&nobody, &forged] {
            // A body that would do: who asks is looked at before what is asked.
            let request = person.request(method.clone(), &path).header("tus-resumable", "1.0.0");
            let answer = person.send(request).await;
            // "Who am I?" has an answer for nobody as well, and it holds nothing.
            let expected = if path == "/v1/session" { 204 } else { 401 };
            assert_eq!(answer.status, expected, "{method} {path}");
            assert!(expected == 401 || answer.bytes.is_empty());
        }
        asked += 1;
    }
    assert!(asked >= 17, "{asked}");
}

async fn assert_unreachable(person: &Person, claim: &cpor_protocol::ClaimRecord) {
    let path = format!("/v1/claims/{}", claim.id);
    assert_problem(&person.get(&path).await, 404, "not-found");
    assert_problem(&person.get(&format!("{path}/history")).await, 404, "not-found");
    assert_problem(&person.edit(claim, &claim.draft).await, 404, "not-found");
    assert_problem(&person.create(&claim.id, &claim.draft).await, 404, "not-found");
    assert_problem(&person.submit(claim).await, 404, "not-found");
    assert_problem(&person.review(claim, "approve", "").await, 404, "not-found");
    assert_problem(&person.comment(&claim.id, "hello").await, 404, "not-found");
    let delete = person.request(Method::DELETE, &path).header("if-match", claim.etag());
    assert_problem(&person.send(delete).await, 404, "not-found");
    for file in &claim.draft.poe_files {
        let path = format!("/v1/files/{}", file.sha256);
        assert_problem(&person.get(&path).await, 404, "not-found");
        let head = person.send(person.tus(Method::HEAD, &path)).await;
        assert_eq!(head.status, 404);
    }
}

#[tokio::test]
async fn claims_of_others_do_not_exist() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let draft = admin.ready_claim(PartnerRole::PreSales).await;
    let submitted = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    for claim in [&draft, &submitted] {
        assert_unreachable(&other, claim).await;
        let path = format!("/v1/claims/{}", claim.id);
        assert_eq!(&admin.get(&path).await.claim(), claim);
    }
    let changes = String::from_utf8(other.get("/v1/changes?limit=200").await.bytes).unwrap();
    assert!(!changes.contains(&draft.id) && !changes.contains(&submitted.id));
}

#[tokio::test]
async fn uploads_of_others_do_not_exist() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let content = pdf("secret");
    let begun = admin.begin_upload("a.pdf", &content).await;
    let location = begun.header("location");
    assert_problem(&other.append(location, 0, &content).await, 404, "not-found");
    assert_eq!(other.send(other.tus(Method::HEAD, location)).await.status, 404);
    assert_eq!(other.send(other.tus(Method::DELETE, location)).await.status, 404);
    admin.append(location, 0, &content).await;
    // To know a hash is not to have the file: it must be sent to be read.
    let begun = other.begin_upload("a.pdf", &content).await;
    assert_eq!(begun.header("upload-offset"), "0");
    let path = format!("/v1/files/{}", sha256(&content));
    assert_problem(&other.get(&path).await, 404, "not-found");
    other.append(begun.header("location"), 0, &content).await;
    assert_eq!(other.get(&path).await.bytes, content);
}

#[tokio::test]
async fn a_file_of_others_does_not_count_as_sent() {
    let server = TestServer::start().await;
    let (admin, other) = (server.sign_in(ADMIN).await, server.sign_in(OTHER_ADMIN).await);
    let theirs = admin.ready_claim(PartnerRole::PreSales).await;
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.poe_files.clone_from(&theirs.draft.poe_files);
    let claim = other.create(&new_id(), &draft).await.claim();
    assert_problem(&other.submit(&claim).await, 409, "files-missing");
}
