//! A process that is asked to end finishes what it has begun.

use crate::support::{ADMIN, Folder, Person, Process, pdf};
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An upload whose second half is still to come, with that half.
async fn half_an_upload(server: &Process, admin: &Person) -> (TcpStream, Vec<u8>) {
    let content = pdf("sent while the server ends");
    let begun = admin.begin_upload("late.pdf", &content).await;
    let location = begun.header("location").to_owned();
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-CPOR: 1\r\n\
         Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Length: {}\r\n\
         Content-Type: application/offset+octet-stream\r\n\r\n",
        server.address(),
        admin.cookie,
        content.len()
    );
    let mut line = TcpStream::connect(server.address()).await.unwrap();
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&content[..9]).await.unwrap();
    line.flush().await.unwrap();
    // The server has begun with it once the first bytes are kept.
    let asked = Instant::now();
    while admin.send(admin.tus(Method::HEAD, &location)).await.header("upload-offset") != "9" {
        assert!(asked.elapsed() < Duration::from_secs(20), "the upload did not begin");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (line, content[9..].to_vec())
}

/// Waits until the process says that it ends.
async fn until_it_ends(keeper: &Person) {
    let asked = Instant::now();
    loop {
        let answer = keeper.get("/readyz").await;
        if answer.status == 503 {
            assert_eq!(answer.bytes, b"stopping\n");
            return;
        }
        assert!(asked.elapsed() < Duration::from_secs(20), "the server does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered_and_no_new_one_is_taken() {
    let folder = Folder::new();
    let options = ["--metrics", "127.0.0.1:0", "--drain", "60"];
    let server = Process::start_with(folder.path(), &options);
    let admin = server.anonymous().signed_in(ADMIN).await;
    let keeper = server.keeper();
    let stream = admin.bare(Method::GET, "/v1/events").header("accept", "text/event-stream");
    let mut stream = stream.send().await.unwrap();
    let (mut line, rest) = half_an_upload(&server, &admin).await;

    server.ask_to_end();
    until_it_ends(&keeper).await;
    // The stream ends, nobody new is let in, and the process lives on.
    let reading = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap();
    let asked = Instant::now();
    while TcpStream::connect(server.address()).await.is_ok() {
        assert!(asked.elapsed() < Duration::from_secs(20), "somebody new is let in");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(keeper.get("/livez").await.status, 200);

    line.write_all(&rest).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    let log = tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    assert!(!log.contains("did not end in time"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_does_not_end_is_not_waited_for_longer_than_told() {
    let folder = Folder::new();
    let server = Process::start_with(folder.path(), &["--drain", "1"]);
    let admin = server.anonymous().signed_in(ADMIN).await;
    let (line, _) = half_an_upload(&server, &admin).await;
    let asked = Instant::now();
    server.ask_to_end();
    let log = tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    assert!(log.contains("did not end in time"));
    assert!(asked.elapsed() >= Duration::from_secs(1) && asked.elapsed() < Duration::from_secs(20));
    drop(line);
}
