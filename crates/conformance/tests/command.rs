//! The command against a backend of a few lines: what is skipped, what fails, and
//! how it is told.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

/// A backend that says that it has nothing, and has no more than that.
fn stub() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap()));
        }
    });
    url
}

fn answer(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let (status, body) = if first.starts_with("GET /v1/backend ") {
        ("200 OK", r#"{"name":"Stub","api_version":1,"features":["comments"],"editions":[]}"#)
    } else {
        ("404 Not Found", "{}")
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close");
    let text = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    // Who asked may have gone.
    reader.get_mut().write_all(text.as_bytes()).unwrap_or_default();
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cpor-conformance")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn what_holds_ends_with_0() {
    let output = run(&["--url", &stub(), "--check", "backend/speaks-version-1"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(said(&output).contains("1/1 checks passed"), "{}", said(&output));
}

#[test]
fn what_fails_says_what_was_sent_what_came_and_what_the_document_says() {
    let output = run(&["--url", &stub(), "--check", "claims/an-unknown-claim-is-not-there"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = said(&output);
    let at = |wanted: &str| said.find(wanted).unwrap_or_else(|| panic!("{wanted} in {said}"));
    let parts = [
        "FAILED claims/an-unknown-claim-is-not-there",
        "| 404 | `not-found` | not there, or none of your business |",
        "GET http://127.0.0.1:",
        "404\n",
        "status 404 and a problem with code `not-found`",
        "0/1 checks passed",
    ];
    assert!(parts.map(at).is_sorted(), "{said}");
}

#[test]
fn what_is_not_offered_is_skipped_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let (json, xml) = (folder.path().join("report.json"), folder.path().join("report.xml"));
    let output = run(&[
        "--url",
        &stub(),
        "--json",
        json.to_str().unwrap(),
        "--junit",
        xml.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("the backend does not list `files`"), "{}", said(&output));

    let report: Value = serde_json::from_str(&read(&json)).unwrap();
    let of_group = |group: &'static str| {
        let checks = report["checks"].as_array().unwrap().iter();
        checks.filter(move |check| check["group"] == group)
    };
    for group in ["files", "submit", "review", "events", "consent"] {
        assert!(of_group(group).all(|check| check["result"] == "skipped"), "{group}");
    }
    // Nobody signs in, so what is about sessions and other people cannot be asked.
    for group in ["session", "isolation", "roles"] {
        assert!(of_group(group).all(|check| check["result"] == "skipped"), "{group}");
    }
    // It lists comments, and has none.
    assert!(of_group("comments").all(|check| check["result"] == "failed"));
    let failed = of_group("comments").next().unwrap();
    for part in ["sent", "came", "expected"] {
        assert!(!failed["failure"][part].as_str().unwrap().is_empty(), "{part}");
    }

    let suites = quick_junit::Report::deserialize_from_str(&read(&xml)).unwrap();
    assert_eq!(suites.tests as u64, report["checks"].as_array().unwrap().len() as u64);
    assert_eq!(suites.failures as u64, report["failed"].as_u64().unwrap());
}

#[test]
fn what_cannot_run_ends_with_2() {
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    for arguments in [
        &["--url", &format!("http://{closed}")][..],
        &["--url", &stub(), "--group", "files"],
        &["--url", &stub(), "--as", "admin=somebody@nowhere.example"],
        &["--group", "files"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {output:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn the_list_names_checks_and_sentences() {
    let output = run(&["--list", "--group", "once"]);
    assert_eq!(output.status.code(), Some(0));
    let said = said(&output);
    assert!(said.contains("once/a-change-needs-a-key\n    Every change of a claim"), "{said}");
    assert!(!said.contains("claims/"));
}
