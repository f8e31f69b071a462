//! `PATCH /v1/files/{id}` and `HEAD /v1/files/{id}`.

use crate::support::{ADMIN, TestServer, USER, assert_problem, pdf, sha256};
use reqwest::Method;

#[tokio::test]
async fn bytes_come_in_pieces_of_any_size() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf(&"many pieces ".repeat(20_000));
    let begun = admin.begin_upload("a.pdf", &content).await;
    let location = begun.header("location");
    let mut offset = 0;
    for piece in content.chunks(65_536) {
        let answer = admin.append(location, offset, piece).await;
        offset += piece.len();
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("upload-offset"), offset.to_string());
        let head = admin.send(admin.tus(Method::HEAD, location)).await;
        assert_eq!(head.header("upload-offset"), offset.to_string());
        assert_eq!(head.header("upload-length"), content.len().to_string());
        assert_eq!(head.header("cache-control"), "no-store");
    }
    let file = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(file.bytes, content);
    // The last answer may be lost; the upload is found at its end.
    let again = admin.append(location, content.len(), &[]).await;
    assert_eq!(again.status, 204);
}

#[tokio::test]
async fn bytes_belong_where_the_upload_ends() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("order");
    let begun = admin.begin_upload("a.pdf", &content).await;
    let location = begun.header("location");
    admin.append(location, 0, &content[..4]).await;
    for offset in [0, 3, 5, 1_000] {
        let answer = admin.append(location, offset, &content[4..]).await;
        assert_problem(&answer, 409, "upload-conflict");
    }
    assert_eq!(admin.append(location, 4, &content[4..]).await.status, 204);
}

#[tokio::test]
async fn a_lie_about_the_content_ends_the_upload() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let announced = pdf("announced");
    let begun = admin.begin_upload("a.pdf", &announced).await;
    let sent = vec![b'x'; announced.len()];
    let answer = admin.append(begun.header("location"), 0, &sent).await;
    assert_problem(&answer, 409, "upload-conflict");
    let head = admin.send(admin.tus(Method::HEAD, begun.header("location"))).await;
    assert_eq!(head.status, 404);
    assert_eq!(admin.upload("a.pdf", &announced).await.status, 204);
}

#[tokio::test]
async fn the_content_must_be_what_the_name_says() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let html = b"<!doctype html><script>alert(1)</script>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let png = b"\x89PNG\r\n\x1a\n0000".as_slice();
    let program = b"MZ\x90\0 a program".as_slice();
    let archive = b"PK\x03\x04 no office file".as_slice();
    for (name, content) in [
        ("a.pdf", html),
        ("a.png", svg),
        ("a.pdf", png),
        ("a.jpg", png),
        ("a.docx", archive),
        ("a.xls", program),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken".as_slice()),
    ] {
        let answer = admin.upload(name, content).await;
        assert_problem(&answer, 415, "wrong-type");
        let path = format!("/v1/files/{}", sha256(content));
        assert_problem(&admin.get(&path).await, 404, "not-found");
    }
    assert_eq!(admin.upload("a.png", png).await.status, 204);
}

#[tokio::test]
async fn more_bytes_than_announced_are_not_kept() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("exact");
    let begun = admin.begin_upload("a.pdf", &content).await;
    let mut sent = content.clone();
    sent.extend_from_slice(b"and more");
    let answer = admin.append(begun.header("location"), 0, &sent).await;
    assert_eq!(answer.header("upload-offset"), content.len().to_string());
    let file = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(file.bytes, content);
}

#[tokio::test]
async fn the_wrong_type_of_body_is_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let begun = admin.begin_upload("a.pdf", b"x").await;
    let request = admin
        .tus(Method::PATCH, begun.header("location"))
        .header("upload-offset", 0)
        .header("content-type", "application/json")
        .body("x");
    assert_problem(&admin.send(request).await, 415, "wrong-type");
}

#[tokio::test]
async fn a_colleague_can_finish_an_upload() {
    let server = TestServer::start().await;
    let (admin, user) = (server.sign_in(ADMIN).await, server.sign_in(USER).await);
    let content = pdf("together");
    let begun = user.begin_upload("a.pdf", &content).await;
    let location = begun.header("location");
    user.append(location, 0, &content[..7]).await;
    assert_eq!(admin.append(location, 7, &content[7..]).await.status, 204);
}

#[tokio::test]
async fn the_largest_file_is_taken() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut content = pdf("large");
    content.resize(25_000_000, b' ');
    assert_eq!(admin.upload("large.pdf", &content).await.status, 204);
}
