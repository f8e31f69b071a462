//! `GET /v1/files/{sha256}`.

use crate::support::{ADMIN, REVIEWER, TestServer, assert_problem, pdf, sha256};
use cpor_rules::PartnerRole;

#[tokio::test]
async fn a_file_is_a_download_and_never_a_page() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("download");
    admin.upload("工作說明書 \"1\".pdf", &content).await;
    let answer = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(answer.bytes, content);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"_____ _1_.pdf\"; \
         filename*=UTF-8''%E5%B7%A5%E4%BD%9C%E8%AA%AA%E6%98%8E%E6%9B%B8%20%221%22.pdf"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").starts_with("sandbox;"));
}

#[tokio::test]
async fn reviewers_read_files_of_submitted_claims_alone() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let claim = admin.ready_claim(PartnerRole::PreSales).await;
    let path = format!("/v1/files/{}", claim.draft.poe_files[0].sha256);
    assert_problem(&reviewer.get(&path).await, 404, "not-found");
    admin.submit(&claim).await;
    assert_eq!(reviewer.get(&path).await.status, 200);
}

#[tokio::test]
async fn files_of_the_demonstration_are_real() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let page = admin.get("/v1/changes?limit=200").await.json();
    let mut read = 0;
    for change in page["changes"].as_array().unwrap() {
        for file in change["upsert"]["claim"]["draft"]["poe_files"].as_array().unwrap() {
            let path = format!("/v1/files/{}", file["sha256"].as_str().unwrap());
            let answer = admin.get(&path).await;
            assert!(answer.bytes.starts_with(b"%PDF-1.4"));
            assert_eq!(answer.bytes.len() as u64, file["size_bytes"].as_u64().unwrap());
            read += 1;
        }
    }
    assert!(read > 20);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for id in [sha256(b"nothing"), "..%2f..%2fclaims.sqlite".into(), "x".into()] {
        assert_problem(&admin.get(&format!("/v1/files/{id}")).await, 404, "not-found");
    }
}
