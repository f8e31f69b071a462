//! `POST /v1/files` and `OPTIONS /v1/files`.

use crate::support::{ADMIN, REVIEWER, TestServer, assert_problem, new_id, pdf, sha256};
use reqwest::Method;

#[tokio::test]
async fn it_says_what_of_tus_is_spoken() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    let answer = person.send(person.bare(Method::OPTIONS, "/v1/files")).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("tus-resumable"), "1.0.0");
    assert_eq!(answer.header("tus-version"), "1.0.0");
    assert_eq!(answer.header("tus-extension"), "creation,checksum,expiration,termination");
    assert_eq!(answer.header("tus-checksum-algorithm"), "sha1,sha256");
    assert_eq!(answer.header("tus-max-size"), "25000000");
}

#[tokio::test]
async fn an_upload_begun_twice_goes_on() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("twice");
    let first = admin.begin_upload("a.pdf", &content).await;
    assert_eq!((first.status.as_u16(), first.header("upload-offset")), (201, "0"));
    admin.append(first.header("location"), 0, &content[..5]).await;
    let second = admin.begin_upload("a.pdf", &content).await;
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header("upload-offset"), "5");
    admin.append(first.header("location"), 5, &content[5..]).await;
    let third = admin.begin_upload("another name.pdf", &content).await;
    assert_eq!(third.header("upload-offset"), content.len().to_string());
    assert!(third.header("location").ends_with(&sha256(&content)));
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_before_it_is_sent() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for name in ["page.html", "script.js", "picture.svg", "macro.docm", "noname", "a.pdf.exe"] {
        assert_problem(&admin.begin_upload(name, b"x").await, 415, "wrong-type");
    }
    let request = |length: &str| {
        admin
            .tus(Method::POST, "/v1/files")
            .header("upload-length", length)
            .header("upload-metadata", "filename YS5wZGY=,sha256 eA==")
    };
    assert_problem(&admin.send(request("25000001")).await, 413, "too-large");
    assert_problem(&admin.send(request("0")).await, 400, "bad-request");
    assert_problem(&admin.send(request("-1")).await, 400, "bad-request");
    // The hash is needed, and is one.
    assert_problem(&admin.send(request("5")).await, 400, "bad-request");
}

#[tokio::test]
async fn another_version_of_tus_is_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let request = admin.begin_upload_request("a.pdf", b"x").build().unwrap();
    let mut request = reqwest::RequestBuilder::from_parts(reqwest::Client::new(), request);
    request = request.headers(
        [("tus-resumable".parse().unwrap(), "0.2.2".parse().unwrap())].into_iter().collect(),
    );
    let answer = admin.send(request).await;
    assert_eq!(answer.status, 412);
    assert_eq!(answer.header("tus-version"), "1.0.0");
}

#[tokio::test]
async fn reviewers_send_no_files() {
    let server = TestServer::start().await;
    let reviewer = server.sign_in(REVIEWER).await;
    assert_problem(&reviewer.begin_upload("a.pdf", b"x").await, 403, "not-allowed");
}

#[tokio::test]
async fn unfinished_uploads_have_a_limit() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    for _ in 0..100 {
        let content = pdf(&new_id());
        assert_eq!(admin.begin_upload("a.pdf", &content).await.status, 201);
    }
    let answer = admin.begin_upload("a.pdf", b"one more").await;
    assert_problem(&answer, 429, "slow-down");
}
