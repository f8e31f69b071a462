//! Connections that break in the middle of a piece.

use crate::support::{ADMIN, Person, TestServer, assert_problem, pdf, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use reqwest::Method;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// As large as the app's pieces.
const PIECE: usize = 5 * 1024 * 1024;
const STEP: usize = 64 * 1024;

/// A PDF whose bytes do not repeat.
fn content(size: usize, seed: u64) -> Vec<u8> {
    let mut content = pdf("cut");
    let mut state = seed;
    while content.len() < size {
        content.extend_from_slice(&next(&mut state).to_le_bytes());
    }
    content.truncate(size);
    content
}

/// The next of a row of numbers without a pattern, by xorshift.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn checksum(piece: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::digest(piece)))
}

/// How a connection ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// No more bytes come; the server is done with it afterwards.
    Closed,
    /// At once, and nobody waits for the server to notice.
    Reset,
}

/// Announces a piece and sends only the beginning of it.
async fn cut(
    server: &TestServer,
    person: &Person,
    (location, offset): (&str, usize),
    (piece, sent): (&[u8], usize),
    (checksum, end): (Option<String>, End),
) {
    let address = server.url("");
    let address = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let checksum = checksum.map(|text| format!("Upload-Checksum: {text}\r\n")).unwrap_or_default();
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nX-CPOR: 1\r\n\
         Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n{checksum}\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        person.cookie,
        piece.len(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&piece[..sent]).await.unwrap();
    match end {
        End::Closed => {
            stream.shutdown().await.unwrap();
            // When the server closes its side as well, it is done with the request.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        End::Reset => stream.set_zero_linger().unwrap(),
    }
}

async fn offset_of(person: &Person, location: &str) -> usize {
    let head = person.send(person.tus(Method::HEAD, location)).await;
    head.header("upload-offset").parse().unwrap()
}

#[tokio::test]
async fn five_megabytes_cut_at_every_64_kib_arrive_without_a_byte_sent_twice() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = content(5_000_000, 7);
    let begun = admin.begin_upload("cut.pdf", &content).await;
    let location = begun.header("location");
    let (mut offset, mut cuts) = (0, 0);
    while offset + STEP < content.len() {
        let end = content.len().min(offset + PIECE);
        let piece = (&content[offset..end], STEP);
        cut(&server, &admin, (location, offset), piece, (None, End::Closed)).await;
        cuts += 1;
        let arrived = offset_of(&admin, location).await;
        assert_eq!(arrived, offset + STEP, "what arrived before the cut is kept");
        offset = arrived;
    }
    assert_eq!(cuts, 76);
    assert_eq!(admin.append(location, offset, &content[offset..]).await.status, 204);
    let file = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(sha256(&file.bytes), sha256(&content));
}

#[tokio::test]
async fn connections_reset_anywhere_cost_at_most_a_piece_each() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = content(25_000_000, 11);
    let begun = admin.begin_upload("large.pdf", &content).await;
    let location = begun.header("location");
    let mut random = 0x5eed_u64;
    let (mut offset, mut cuts, mut resent) = (0, 0, 0);
    while cuts < 125 && offset + 400_000 < content.len() {
        let end = content.len().min(offset + PIECE);
        let sent = usize::try_from(next(&mut random) % 400_000).unwrap();
        // Half of them with a checksum: then none of the piece may be kept.
        let is_checked = next(&mut random).is_multiple_of(2);
        let piece = &content[offset..end];
        let checksum = is_checked.then(|| checksum(piece));
        let with = (checksum, End::Reset);
        cut(&server, &admin, (location, offset), (piece, sent), with).await;
        cuts += 1;
        // The server may not have noticed yet; whoever comes too early is told so.
        let arrived = settled(&admin, location, &content).await;
        assert!(arrived >= offset, "what was acknowledged is never lost");
        assert!(arrived <= offset + sent);
        resent += offset + sent - arrived;
        assert!(offset + sent - arrived <= PIECE);
        offset = arrived + 1;
    }
    assert_eq!(cuts, 125);
    println!("{cuts} cuts, {resent} bytes sent again of {}", content.len());
    assert_eq!(admin.append(location, offset, &content[offset..]).await.status, 204);
    let file = admin.get(&format!("/v1/files/{}", sha256(&content))).await;
    assert_eq!(sha256(&file.bytes), sha256(&content));
}

/// Where the upload ends, once nobody writes to it any more: then a byte is taken.
async fn settled(person: &Person, location: &str, content: &[u8]) -> usize {
    for _ in 0..2_000 {
        let offset = offset_of(person, location).await;
        let answer = person.append(location, offset, &content[offset..=offset]).await;
        if answer.status == 204 {
            return offset;
        }
        assert_problem(&answer, 409, "upload-conflict");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the upload stays in use");
}

#[tokio::test]
async fn a_piece_that_is_not_what_its_checksum_says_is_not_kept() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = content(300_000, 3);
    let begun = admin.begin_upload("checked.pdf", &content).await;
    let location = begun.header("location");
    let send = |offset: usize, piece: &[u8], checksum: String| {
        let request = admin
            .tus(Method::PATCH, location)
            .header("upload-offset", offset)
            .header("upload-checksum", checksum)
            .header("content-type", "application/offset+octet-stream")
            .body(piece.to_vec());
        admin.send(request)
    };
    let (first, second) = content.split_at(100_000);
    assert_eq!(send(0, first, checksum(first)).await.status, 204);
    let answer = send(100_000, second, checksum(first)).await;
    assert_problem(&answer, 460, "upload-conflict");
    assert_eq!(offset_of(&admin, location).await, 100_000);
    assert_problem(&send(100_000, second, "md5 eA==".into()).await, 400, "bad-request");
    // Half of a piece cannot be held against the checksum of the whole.
    let halved = (Some(checksum(second)), End::Closed);
    cut(&server, &admin, (location, 100_000), (second, 150_000), halved).await;
    assert_eq!(offset_of(&admin, location).await, 100_000);
    assert_eq!(send(100_000, second, checksum(second)).await.status, 204);
    assert_eq!(admin.get(&format!("/v1/files/{}", sha256(&content))).await.bytes, content);
}

#[tokio::test]
async fn an_unfinished_upload_says_until_when_it_is_kept() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = content(10_000, 5);
    let begun = admin.begin_upload("later.pdf", &content).await;
    let location = begun.header("location");
    // A week after the server's Monday.
    let until = "Mon, 30 Nov 2026 02:00:00 GMT";
    assert_eq!(begun.header("upload-expires"), until);
    let added = admin.append(location, 0, &content[..10]).await;
    assert_eq!(added.header("upload-expires"), until);
    server.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    // The session is over as well by then.
    let admin = server.sign_in(ADMIN).await;
    let head = admin.send(admin.tus(Method::HEAD, location)).await;
    assert_eq!(head.status, 404);
    assert_problem(&admin.append(location, 10, &content[10..]).await, 404, "not-found");
    let anew = admin.begin_upload("later.pdf", &content).await;
    assert_ne!(anew.header("location"), location);
    assert_eq!(anew.header("upload-offset"), "0");
    let whole = admin.append(anew.header("location"), 0, &content).await;
    assert_eq!((whole.status.as_u16(), whole.header("upload-expires")), (204, ""));
}
