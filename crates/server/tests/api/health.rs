//! `/livez` and `/readyz`.

use crate::support::{Folder, Person, Process, TestServer, program};
use cpor_server::RateLimits;
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};

/// What `/readyz` says, once it is no longer `before`.
async fn says_after(person: &Person, before: &str) -> (StatusCode, String) {
    let asked = Instant::now();
    loop {
        let answer = person.get("/readyz").await;
        let text = String::from_utf8(answer.bytes).unwrap();
        if text != before || asked.elapsed() > Duration::from_secs(20) {
            return (answer.status, text);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn anybody_may_ask_and_as_often_as_they_like() {
    let rates = RateLimits { session: 1, organisation: 1, address: 1 };
    let server = TestServer::start_with(|config| config.rates = rates).await;
    let person = server.anonymous();
    for _ in 0..20 {
        for (path, text) in [("/livez", "alive\n"), ("/readyz", "ready\n")] {
            let answer = person.get(path).await;
            assert_eq!((answer.status.as_u16(), answer.bytes.as_slice()), (200, text.as_bytes()));
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
    let head = person.send(person.bare(Method::HEAD, "/readyz")).await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(person.send(person.bare(Method::POST, "/livez")).await.status, 405);
    // What the limit is for is still limited.
    person.get("/v1/backend").await;
    assert_eq!(person.get("/v1/backend").await.status, 429);
}

#[tokio::test]
async fn the_part_that_does_not_answer_is_named() {
    let server = TestServer::start().await;
    let person = server.anonymous();
    let files = server.folder.path().join("data/files");
    let away = server.folder.path().join("data/away");
    let database = server.database().await;
    assert_eq!(person.get("/readyz").await.bytes, b"ready\n");

    std::fs::rename(&files, &away).unwrap();
    let expected = (StatusCode::SERVICE_UNAVAILABLE, "no answer: files\n".to_owned());
    assert_eq!(says_after(&person, "ready\n").await, expected);
    database.execute("ALTER TABLE setting RENAME TO setting_away").await.unwrap();
    let expected = (StatusCode::SERVICE_UNAVAILABLE, "no answer: database, files\n".to_owned());
    assert_eq!(says_after(&person, "no answer: files\n").await, expected);
    // The process itself is well.
    assert_eq!(person.get("/livez").await.status, 200);

    std::fs::rename(&away, &files).unwrap();
    let both = says_after(&person, "no answer: database, files\n").await;
    assert_eq!(both.1, "no answer: database\n");
    database.execute("ALTER TABLE setting_away RENAME TO setting").await.unwrap();
    let well = says_after(&person, "no answer: database\n").await;
    assert_eq!(well, (StatusCode::OK, "ready\n".to_owned()));
}

#[test]
fn the_command_says_what_the_server_says_and_ends_by_it() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let server = Process::start(&data);
    let address = server.address().to_owned();
    let asked = || {
        let output = program(&data, &["health", "--listen", &address]);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    assert_eq!(asked(), (Some(0), "ready\n".to_owned()));

    let files = data.join("files");
    std::fs::rename(&files, data.join("away")).unwrap();
    let since = Instant::now();
    let mut said = asked();
    while said.0 == Some(0) && since.elapsed() < Duration::from_secs(20) {
        said = asked();
    }
    assert_eq!(said, (Some(1), "cpor-server: no answer: files\n".to_owned()));

    server.kill();
    let (code, said) = asked();
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("{address} does not answer: ")), "{said}");
    assert!(said.contains("refused"), "{said}");
}
