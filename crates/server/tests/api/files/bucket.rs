//! What a bucket promises beyond what a folder does: several processes, a store that does
//! not answer, and one that was put back to another state. All that both promise is in the
//! other files here, which run on either (`CPOR_TEST_BUCKET`).

use crate::support::{
    ADMIN, Line, Person, TestAnswer, TestBucket, TestServer, USER, assert_problem, moto, pdf,
    sha256,
};
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server whose files are in a bucket behind a line.
async fn server() -> (TestServer, TestBucket, Line) {
    let bucket = TestBucket::new().await;
    let line = Line::to(moto()).await;
    let location = bucket.location(&line.address);
    let server = TestServer::start_with(|config| config.bucket = Some(location)).await;
    (server, bucket, line)
}

fn content_of(text: &str, size: usize) -> Vec<u8> {
    let mut content = pdf(text);
    content.resize(size, b'x');
    content
}

async fn head(person: &Person, location: &str) -> TestAnswer {
    person.send(person.tus(Method::HEAD, location)).await
}

async fn offset_of(person: &Person, location: &str) -> usize {
    head(person, location).await.header("upload-offset").parse().unwrap()
}

async fn read(person: &Person, content: &[u8]) -> TestAnswer {
    person.get(&format!("/v1/files/{}", sha256(content))).await
}

/// Moves the time on, and lets the hourly jobs run.
async fn days_later(server: &TestServer, days: u32) {
    let admin = server.sign_in(ADMIN).await;
    let moved = admin.send(admin.post("/v1/demo/clock").json(&json!({"days": days}))).await;
    assert_eq!(moved.status, 200);
}

#[tokio::test]
async fn objects_are_named_by_random_ids_and_one_is_left_of_a_file() {
    let (server, bucket, _line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let before = bucket.names().await;
    let content = content_of("named", 12_000_000);
    let begun = admin.begin_upload("secret name.pdf", &content).await;
    let location = begun.header("location");
    let (first, second) = content.split_at(11_000_000);
    assert_eq!(admin.append(location, 0, first).await.status, 204);
    assert_eq!(bucket.names().await.len(), before.len() + 3, "of five megabytes each");
    assert_eq!(admin.append(location, first.len(), second).await.status, 204);
    assert_eq!(read(&admin, &content).await.bytes, content);
    let now = bucket.names().await;
    assert_eq!(now.len(), before.len() + 1, "the pieces are gone");
    for name in now {
        let id = name.strip_prefix("of/ours/").unwrap();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_ne!(&sha256(&content)[..32], id);
    }
}

#[tokio::test]
async fn an_upload_in_tiny_pieces_does_not_become_as_many_objects() {
    let (server, bucket, _line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let before = bucket.names().await.len();
    let content = content_of("tiny", 40_000);
    let begun = admin.begin_upload("tiny.pdf", &content).await;
    let location = begun.header("location");
    for at in 0..60 {
        assert_eq!(admin.append(location, at, &content[at..=at]).await.status, 204);
    }
    days_later(&server, 2).await;
    assert_eq!(bucket.names().await.len(), before + 1);
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(admin.append(location, 60, &content[60..]).await.status, 204);
    assert_eq!(read(&admin, &content).await.bytes, content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_that_add_at_one_place_one_does() {
    let (server, _bucket, _line) = server().await;
    let other = server.beside().await;
    let (here, there) = (server.sign_in(ADMIN).await, other.sign_in(USER).await);
    let content = content_of("both", 400_000);
    let begun = here.begin_upload("both.pdf", &content).await;
    let location = begun.header("location");
    let mut offset = 0;
    let mut both_tried = 0;
    for piece in content.chunks(40_000) {
        let (one, two) = tokio::join!(
            here.append(location, offset, piece),
            there.append(location, offset, piece)
        );
        let mut answers = [one, two];
        answers.sort_by_key(|answer| answer.status);
        assert_eq!(answers[0].status, 204);
        assert_problem(&answers[1], 409, "upload-conflict");
        both_tried += 1;
        offset += piece.len();
    }
    assert_eq!(both_tried, 10);
    assert_eq!(read(&there, &content).await.bytes, content);
    assert_eq!(read(&here, &content).await.bytes, content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_may_go_to_any_process_and_survive_its_restart() {
    let (mut server, _bucket, _line) = server().await;
    let other = server.beside().await;
    let (mut here, there) = (server.sign_in(ADMIN).await, other.sign_in(ADMIN).await);
    let content = content_of("alternating", 3_000_000);
    let begun = here.begin_upload("a.pdf", &content).await;
    let location = begun.header("location").to_owned();
    let mut offset = 0;
    for (number, piece) in content.chunks(400_000).enumerate() {
        let person = if number % 2 == 0 { &here } else { &there };
        assert_eq!(person.append(&location, offset, piece).await.status, 204);
        offset += piece.len();
        if number == 3 {
            server.restart().await;
            here = server.sign_in(ADMIN).await;
        }
        assert_eq!(offset_of(&here, &location).await, offset);
    }
    assert_eq!(read(&here, &content).await.bytes, content);
}

#[tokio::test]
async fn a_store_that_is_away_costs_time_alone() {
    let (server, _bucket, line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let kept = content_of("kept", 1_000);
    admin.upload("kept.pdf", &kept).await;
    let content = content_of("patient", 900_000);
    let begun = admin.begin_upload("patient.pdf", &content).await;
    let location = begun.header("location");
    assert_eq!(admin.append(location, 0, &content[..300_000]).await.status, 204);
    line.breaks();
    for answer in [
        admin.append(location, 300_000, &content[300_000..]).await,
        read(&admin, &kept).await,
        admin.begin_upload("kept.pdf", &kept).await,
    ] {
        assert_problem(&answer, 503, "server-fault");
        assert_eq!(answer.header("retry-after"), "5");
    }
    // What needs no file goes on, and nothing that was acknowledged is lost.
    assert_eq!(admin.get("/v1/changes?limit=1").await.status, 200);
    assert_eq!(offset_of(&admin, location).await, 300_000);
    line.is_mended();
    assert_eq!(admin.append(location, 300_000, &content[300_000..]).await.status, 204);
    assert_eq!(read(&admin, &content).await.bytes, content);
    assert_eq!(read(&admin, &kept).await.bytes, kept);
}

#[tokio::test]
async fn all_bytes_are_there_and_the_store_went_away_before_they_were_checked() {
    let (server, _bucket, line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let content = content_of("late", 600_000);
    let begun = admin.begin_upload("late.pdf", &content).await;
    let location = begun.header("location");
    assert_eq!(admin.append(location, 0, &content[..300_000]).await.status, 204);
    // The last piece goes up in one request; what is asked next is not answered.
    let (one, ()) = tokio::join!(admin.append(location, 300_000, &content[300_000..]), async {
        while offset_behind(&server, &content).await != content.len() {
            tokio::task::yield_now().await;
        }
        line.breaks();
    });
    line.is_mended();
    if one.status != StatusCode::NO_CONTENT {
        assert_problem(&one, 503, "server-fault");
    }
    assert_eq!(offset_of(&admin, location).await, content.len());
    assert_eq!(read(&admin, &content).await.bytes, content);
}

/// How much of a content has arrived, by the database.
async fn offset_behind(server: &TestServer, content: &[u8]) -> usize {
    let database = server.database().await;
    let sql = format!(
        "SELECT CAST(received_bytes AS TEXT) FROM upload WHERE sha256 = '{}'",
        sha256(content)
    );
    let found = database.texts(&sql).await[0].parse().unwrap();
    database.close().await;
    found
}

#[tokio::test]
async fn answers_of_the_store_may_be_lost() {
    let (server, bucket, line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let before = bucket.names().await.len();
    let content = content_of("lost answers", 700_000);
    let begun = admin.begin_upload("lost.pdf", &content).await;
    let location = begun.header("location");
    let mut offset = 0;
    // The first two of three attempts, and then all of them.
    for (lost, status) in [(2, 204), (9, 503), (2, 204)] {
        line.lose_answers(lost);
        let piece = &content[offset..content.len().min(offset + 350_000)];
        let answer = admin.append(location, offset, piece).await;
        line.lose_answers(0);
        assert_eq!(answer.status, status);
        offset = offset_of(&admin, location).await;
    }
    assert!(line.lost() >= 5);
    assert_eq!(offset, content.len());
    assert_eq!(read(&admin, &content).await.bytes, content);
    // What was written and never acknowledged goes after a day.
    assert!(bucket.names().await.len() > before + 1);
    days_later(&server, 2).await;
    assert_eq!(bucket.names().await.len(), before + 1);
}

#[tokio::test]
async fn what_abandoned_uploads_have_left_goes_with_them() {
    let (server, bucket, _line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let before = bucket.names().await;
    let content = content_of("abandoned", 800_000);
    for name in ["given up.pdf", "forgotten.pdf"] {
        let begun = admin.begin_upload(name, &content).await;
        admin.append(begun.header("location"), 0, &content[..700_000]).await;
        if name == "given up.pdf" {
            let gone = admin.send(admin.tus(Method::DELETE, begun.header("location"))).await;
            assert_eq!(gone.status, 204);
        }
    }
    assert_eq!(bucket.names().await.len(), before.len() + 2);
    days_later(&server, 2).await;
    assert_eq!(bucket.names().await.len(), before.len() + 1, "one was given up");
    days_later(&server, 7).await;
    assert_eq!(bucket.names().await, before);
}

#[tokio::test]
async fn a_store_that_redirects_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("http://{}/", elsewhere.local_addr().unwrap());
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = store.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = store.accept().await {
            let mut buffer = [0; 4_096];
            let _ = stream.read(&mut buffer).await;
            let answer = format!(
                "HTTP/1.1 307 Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\
                 Connection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let bucket = TestBucket::new().await;
    let (demo, redirecting) = (bucket.location(moto()), bucket.location(&address));
    let mut server = TestServer::start_with(|config| config.bucket = Some(demo)).await;
    server.restart_with(|config| config.bucket = Some(redirecting)).await;
    let admin = server.sign_in(ADMIN).await;
    assert_problem(&admin.upload("a.pdf", &pdf("redirected")).await, 503, "server-fault");
    let came = tokio::time::timeout(std::time::Duration::ZERO, elsewhere.accept()).await;
    assert!(came.is_err(), "somebody went where the store sent us");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_at_the_start() {
    let folder = crate::support::Folder::new();
    let mut config = cpor_server::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        database: crate::support::database_of(folder.path()),
        data: folder.path().into(),
        ..cpor_server::Config::default()
    };
    let mut location = TestBucket::new().await.location(moto());
    location.name = "nobody-made-this".into();
    config.bucket = Some(location);
    let clock = cpor_server::Clock::system();
    let Err(error) = cpor_server::Server::bind(config, clock).await else { panic!("it started") };
    assert!(error.to_string().contains("the bucket cannot be used"), "{error}");
}

#[tokio::test]
async fn files_of_a_folder_are_read_after_a_bucket_came() {
    let bucket = TestBucket::new().await;
    let mut server = TestServer::start_with(|config| config.bucket = None).await;
    let admin = server.sign_in(ADMIN).await;
    let (old, new) = (content_of("in the folder", 3_000), content_of("in the bucket", 3_000));
    admin.upload("old.pdf", &old).await;
    let begun = admin.begin_upload("new.pdf", &new).await;
    admin.append(begun.header("location"), 0, &new[..1_000]).await;
    let location = bucket.location(moto());
    server.restart_with(|config| config.bucket = Some(location)).await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(read(&admin, &old).await.bytes, old);
    // One that was under way begins anew.
    assert_eq!(offset_of(&admin, begun.header("location")).await, 0);
    assert_eq!(admin.append(begun.header("location"), 0, &new).await.status, 204);
    assert_eq!(read(&admin, &new).await.bytes, new);
    assert_eq!(bucket.names().await.len(), 1);
}

/// The database is put back, the bucket is not.
#[tokio::test]
async fn an_older_database_beside_a_newer_bucket_loses_nothing() {
    let bucket = TestBucket::new().await;
    let location = bucket.location(moto());
    let mut server = TestServer::start_with(|config| {
        config.bucket = Some(location);
        config.database = None;
    })
    .await;
    let admin = server.sign_in(ADMIN).await;
    let (early, late) = (content_of("early", 2_000), content_of("late", 2_000));
    let half = content_of("half", 900_000);
    admin.upload("early.pdf", &early).await;
    let begun = admin.begin_upload("half.pdf", &half).await;
    let half_at = begun.header("location").to_owned();
    assert_eq!(admin.append(&half_at, 0, &half[..400_000]).await.status, 204);
    let copy = server.folder.path().join("copy.sqlite");
    server
        .restart_after(|data| {
            std::fs::copy(data.join("claims.sqlite"), &copy).unwrap();
        })
        .await;
    let admin = server.sign_in(ADMIN).await;
    admin.upload("late.pdf", &late).await;
    assert_eq!(admin.append(&half_at, 400_000, &half[400_000..]).await.status, 204);
    let newer = bucket.names().await;

    server
        .restart_after(|data| {
            std::fs::copy(&copy, data.join("claims.sqlite")).unwrap();
        })
        .await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(read(&admin, &early).await.bytes, early);
    // The database knows nothing of it, and whoever has it sends it again.
    assert_problem(&read(&admin, &late).await, 404, "not-found");
    assert_eq!(admin.upload("late.pdf", &late).await.status, 204);
    assert_eq!(read(&admin, &late).await.bytes, late);
    // Pieces that the database believes in are gone: the upload ends, and begins anew.
    assert_eq!(offset_of(&admin, &half_at).await, 400_000);
    let answer = admin.append(&half_at, 400_000, &half[400_000..]).await;
    assert_problem(&answer, 409, "upload-conflict");
    assert!(answer.json()["detail"].as_str().unwrap().contains("begin the upload anew"));
    assert_eq!(head(&admin, &half_at).await.status, 404);
    assert_eq!(admin.upload("half.pdf", &half).await.status, 204);
    assert_eq!(read(&admin, &half).await.bytes, half);
    // What the older database does not know stays: the newer one may yet come back.
    days_later(&server, 30).await;
    let now = bucket.names().await;
    assert!(newer.iter().all(|name| now.contains(name)), "{newer:?} {now:?}");
}

#[tokio::test]
async fn a_content_that_is_gone_from_the_store_is_told_and_can_be_sent_again() {
    let (server, bucket, _line) = server().await;
    let admin = server.sign_in(ADMIN).await;
    let before = bucket.names().await;
    let content = content_of("gone", 2_000);
    admin.upload("gone.pdf", &content).await;
    let names = bucket.names().await;
    bucket.remove(names.iter().find(|name| !before.contains(name)).unwrap()).await;
    let answer = read(&admin, &content).await;
    assert_problem(&answer, 404, "not-found");
    assert!(answer.json()["detail"].as_str().unwrap().contains("send the file again"));
    let path = format!("/v1/files/{}", sha256(&content));
    assert_eq!(head(&admin, &path).await.status, 404);
    assert_eq!(admin.upload("gone.pdf", &content).await.status, 204);
    assert_eq!(read(&admin, &content).await.bytes, content);
    server.clock.advance(TimeDelta::days(1));
    assert_eq!(head(&server.sign_in(ADMIN).await, &path).await.status, 200);
}
