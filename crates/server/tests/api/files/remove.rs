//! `DELETE /v1/files/{id}`.

use crate::support::{ADMIN, TestServer, assert_problem, pdf, sha256};
use reqwest::Method;

#[tokio::test]
async fn an_upload_can_be_given_up() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("given up");
    let begun = admin.begin_upload("a.pdf", &content).await;
    let location = begun.header("location");
    admin.append(location, 0, &content[..4]).await;
    assert_eq!(admin.send(admin.tus(Method::DELETE, location)).await.status, 204);
    assert_problem(&admin.append(location, 4, &content[4..]).await, 404, "not-found");
    let uploads = server.folder.path().join("data/uploads");
    assert_eq!(std::fs::read_dir(uploads).unwrap().count(), 0);
}

#[tokio::test]
async fn a_complete_content_stays() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf("stays");
    admin.upload("a.pdf", &content).await;
    let path = format!("/v1/files/{}", sha256(&content));
    assert_problem(&admin.send(admin.tus(Method::DELETE, &path)).await, 404, "not-found");
    assert_eq!(admin.get(&path).await.status, 200);
}
