//! Virus scanning, by clamd and by c-icap.

use super::hostile::corpus::deflated;
use crate::support::{
    ADMIN, Clamd, Icap, Line, Person, REVIEWER, TestAnswer, TestServer, assert_problem, eicar,
    fresh_draft, new_id, pdf, poe_file, sha256,
};
use chrono::TimeDelta;
use cpor_protocol::ClaimRecord;
use cpor_rules::{PartnerRole, PoeFile, Status};
use cpor_server::ScannerAddress;
use reqwest::Method;
use std::time::{Duration, Instant};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

async fn server(scanner: ScannerAddress) -> TestServer {
    TestServer::start_with(|config| config.scanner = Some(scanner)).await
}

/// A PDF with the test file in it.
fn infected_pdf() -> Vec<u8> {
    [b"%PDF-1.4\n% ".as_slice(), &eicar(), b"\n%%EOF\n"].concat()
}

/// A Word file with the test file in it, made small, so that only who unpacks it finds it.
fn infected_word() -> Vec<u8> {
    let word = deflated(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<x/>"),
        ("word/embeddings/a.bin", &[b"blank ".repeat(500), eicar()].concat()),
    ]);
    assert!(!word.windows(20).any(|part| part == &eicar()[..20]), "it stands there plainly");
    word
}

/// What the scanner says of a content, by the header of the server.
async fn scan_of(person: &Person, content: &[u8]) -> String {
    let path = format!("/v1/files/{}", sha256(content));
    let head = person.send(person.tus(Method::HEAD, &path)).await;
    assert_eq!(head.status, 200);
    head.header("upload-scan").to_owned()
}

/// Waits until there is a verdict.
async fn verdict_of(person: &Person, content: &[u8]) -> String {
    let started = Instant::now();
    loop {
        match scan_of(person, content).await.as_str() {
            "waiting" => {
                assert!(started.elapsed() < Duration::from_mins(3), "there is no verdict");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            verdict => return verdict.to_owned(),
        }
    }
}

async fn read(person: &Person, content: &[u8]) -> TestAnswer {
    person.get(&format!("/v1/files/{}", sha256(content))).await
}

/// A claim whose proof are these files, all of them sent.
async fn claim_with(admin: &Person, files: &[PoeFile]) -> ClaimRecord {
    let mut draft = fresh_draft(PartnerRole::PreSales);
    draft.poe_files = files.to_vec();
    admin.create(&new_id(), &draft).await.claim()
}

/// What a scanner is known to have found in a content.
async fn found_in(server: &TestServer, content: &[u8]) -> String {
    let sql = format!("SELECT scan_found FROM file WHERE sha256 = '{}'", sha256(content));
    server.database().await.texts(&sql).await.remove(0)
}

/// What holds for every scanner.
async fn only_what_is_clean_counts(server: &TestServer) {
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let clean = pdf("nothing in it");
    assert_eq!(admin.upload("clean.pdf", &clean).await.status, 204);
    assert_eq!(verdict_of(&admin, &clean).await, "clean");
    assert_eq!(read(&admin, &clean).await.bytes, clean);
    let claim = claim_with(&admin, &[poe_file("clean.pdf", &clean)]).await;
    assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
    assert_eq!(read(&reviewer, &clean).await.bytes, clean);

    let (plain, hidden) = (infected_pdf(), infected_word());
    let hidden_file = PoeFile { media_type: WORD.into(), ..poe_file("hidden.docx", &hidden) };
    for (content, file) in [(&plain, poe_file("plain.pdf", &plain)), (&hidden, hidden_file)] {
        assert_eq!(admin.upload(&file.name, content).await.status, 204);
        assert_eq!(verdict_of(&admin, content).await, "infected", "{}", file.name);
        assert_problem(&read(&admin, content).await, 409, "files-refused");
        let claim = claim_with(&admin, &[poe_file("clean.pdf", &clean), file]).await;
        let answer = admin.submit(&claim).await;
        assert_problem(&answer, 409, "files-refused");
        assert_eq!(answer.json()["missing_files"], serde_json::json!([sha256(content)]));
        // Without it the claim can be handed in.
        let mut draft = claim.draft.clone();
        draft.poe_files.truncate(1);
        let claim = admin.edit(&claim, &draft).await.claim();
        assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
    }
    // So large that it is sent in many parts.
    let mut large = pdf("a large one with nothing in it");
    large.resize(3_000_000, b' ');
    assert_eq!(admin.upload("large.pdf", &large).await.status, 204);
    assert_eq!(verdict_of(&admin, &large).await, "clean");
    let lines = server.database().await.texts("SELECT entry FROM audit").await.join("\n");
    for (what, content) in
        [("file-clean", &clean), ("file-infected", &plain), ("file-infected", &hidden)]
    {
        let is_told =
            lines.lines().any(|line| line.contains(what) && line.contains(&sha256(content)));
        assert!(is_told, "{what}");
    }
}

#[tokio::test]
async fn clamd_decides_over_a_socket() {
    let clamd = Clamd::start().await;
    let server = server(clamd.by_socket()).await;
    only_what_is_clean_counts(&server).await;
    assert!(found_in(&server, &infected_word()).await.starts_with("Eicar-Test"));
}

#[tokio::test]
async fn c_icap_decides() {
    let clamd = Clamd::start().await;
    let icap = Icap::start(&clamd).await;
    let server = server(icap.address()).await;
    only_what_is_clean_counts(&server).await;
    assert!(found_in(&server, &infected_word()).await.starts_with("Eicar-Test"));
}

#[tokio::test]
async fn c_icap_may_begin_to_answer_before_it_has_seen_everything() {
    let clamd = Clamd::start().await;
    let icap = Icap::start(&clamd).await;
    let server = server(icap.eager()).await;
    only_what_is_clean_counts(&server).await;
    // So large that its parts arrive one by one: then only less comes back.
    let mut content = infected_pdf();
    content.resize(3_000_000, b' ');
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(admin.upload("large.pdf", &content).await.status, 204);
    assert_eq!(verdict_of(&admin, &content).await, "infected");
}

#[tokio::test]
async fn what_waits_for_a_scanner_that_is_away_is_withheld_and_not_lost() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd.host()).await;
    let address = ScannerAddress::read(&format!("clamd://{}", line.address)).unwrap();
    let server = server(address).await;
    let admin = server.sign_in(ADMIN).await;
    line.breaks();
    // As large as they come: it travels in many parts.
    let mut content = pdf("patient");
    content.resize(25_000_000, b' ');
    assert_eq!(admin.upload("patient.pdf", &content).await.status, 204);
    let claim = claim_with(&admin, &[poe_file("patient.pdf", &content)]).await;
    let database = server.database().await;
    let attempts = format!(
        "SELECT CAST(scan_attempts AS TEXT) FROM file WHERE sha256 = '{}'",
        sha256(&content)
    );
    for attempt in 1..4 {
        while database.texts(&attempts).await[0].parse::<u32>().unwrap() < attempt {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for answer in [read(&admin, &content).await, admin.submit(&claim).await] {
            assert_problem(&answer, 503, "files-waiting");
            assert_eq!(answer.header("retry-after"), "5");
        }
        assert_eq!(scan_of(&admin, &content).await, "waiting");
        server.clock.advance(TimeDelta::minutes(11));
    }
    line.is_mended();
    server.clock.advance(TimeDelta::minutes(11));
    assert_eq!(verdict_of(&admin, &content).await, "clean");
    assert_eq!(admin.submit(&claim).await.claim().status, Status::Submitted);
    assert_eq!(read(&admin, &content).await.bytes, content);
}

#[tokio::test]
async fn a_scanner_that_comes_later_looks_at_everything() {
    let mut server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let (clean, infected) = (pdf("before the scanner"), infected_pdf());
    for (name, content) in [("clean.pdf", &clean), ("infected.pdf", &infected)] {
        admin.upload(name, content).await;
        assert_eq!(read(&admin, content).await.bytes, *content);
    }
    let clamd = Clamd::start().await;
    let scanner = clamd.by_socket();
    server.restart_with(|config| config.scanner = Some(scanner)).await;
    let admin = server.sign_in(ADMIN).await;
    assert_eq!(verdict_of(&admin, &clean).await, "clean");
    assert_eq!(verdict_of(&admin, &infected).await, "infected");
    assert_problem(&read(&admin, &infected).await, 409, "files-refused");
    // What was found stays found when the scanner goes.
    server.restart_with(|config| config.scanner = None).await;
    let admin = server.sign_in(ADMIN).await;
    assert_problem(&read(&admin, &infected).await, 409, "files-refused");
    assert_eq!(read(&admin, &clean).await.bytes, clean);
}
