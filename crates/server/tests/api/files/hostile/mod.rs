//! Files that somebody could send to do harm: each is refused, or kept and given out in a
//! way that does none. What is taken is never unpacked, shown or run here.

pub mod corpus;

use crate::support::{ADMIN, Person, TestServer, assert_problem, pdf, sha256};
use corpus::{
    EXCEL, GIF, HTML, JPEG, LIST, MACRO_LIST, PLAIN_LIST, PNG, PROGRAM, SVG, WORD, archive,
    container, deflated, half, joined, launching_pdf, locked_word, lying_bomb, lying_list,
    nested_bomb, page_in_pdf, plain, wide, word, word_of, word_with, word_with_link,
};
use reqwest::Method;
use std::collections::BTreeSet;

/// What must become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Refused by its name, before a byte is sent.
    NameRefused,
    /// Refused by its content.
    ContentRefused,
    /// Refused, since there is nothing of it.
    Nothing,
    /// Kept as this type, and given out under this name.
    Kept(&'static str, &'static str),
}

use Fate::{ContentRefused, Kept, NameRefused, Nothing};

const PDF: &str = "application/pdf";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

struct Case {
    what: &'static str,
    name: String,
    content: Vec<u8>,
    fate: Fate,
}

fn case(what: &'static str, name: &str, content: Vec<u8>, fate: Fate) -> Case {
    Case { what, name: name.into(), content, fate }
}

/// Content that is not what its name says.
fn lies() -> Vec<Case> {
    let with_mark = joined(&[b"\xef\xbb\xbf", HTML]);
    let rtf = b"{\\rtf1\\ansi{\\object\\objautlink}}".to_vec();
    let mhtml = b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>".to_vec();
    let excel = archive(&[(LIST, PLAIN_LIST), (EXCEL, b"<x/>")]);
    vec![
        case("page as PDF", "a.pdf", HTML.into(), ContentRefused),
        case("page with a mark as PDF", "b.pdf", with_mark, ContentRefused),
        case("drawing with script as picture", "a.png", SVG.into(), ContentRefused),
        case("program as PDF", "c.pdf", PROGRAM.into(), ContentRefused),
        case("program as picture", "b.png", PROGRAM.into(), ContentRefused),
        case("program as Word", "a.doc", PROGRAM.into(), ContentRefused),
        case("ELF as TIFF", "a.tif", b"\x7fELF\x02\x01\x01".to_vec(), ContentRefused),
        case("script as PDF", "d.pdf", b"#!/bin/sh\nrm -rf /\n".to_vec(), ContentRefused),
        case("page with parts as Word", "b.doc", mhtml, ContentRefused),
        case("rich text as Word", "c.doc", rtf, ContentRefused),
        case("PNG as JPEG", "a.jpg", PNG.into(), ContentRefused),
        case("JPEG as PDF", "e.pdf", JPEG.into(), ContentRefused),
        case("GIF as PNG", "c.png", GIF.into(), ContentRefused),
        case("Word as Excel", "a.xlsx", word(), ContentRefused),
        case("Excel as Word", "a.docx", excel, ContentRefused),
        case("new Word as old", "d.doc", word(), ContentRefused),
        case("old Word as new", "b.docx", container(&[], &["/WordDocument"]), ContentRefused),
        case("old Excel as Word", "e.doc", container(&[], &["/Workbook"]), ContentRefused),
        case("installer as Outlook", "a.msg", container(&[], &["/Property"]), ContentRefused),
        case("archive as Word", "c.docx", archive(&[("a.exe", PROGRAM)]), ContentRefused),
    ]
}

/// Content that is several things.
fn polyglots() -> Vec<Case> {
    let shell = archive(&[("a.class", b"\xca\xfe\xba\xbe")]);
    let picture_page = joined(&[PNG, b"tEXt", HTML]);
    let comment_page = joined(&[JPEG, b"\xff\xfe\0\x40", HTML]);
    vec![
        case("PDF and page", "p1.pdf", page_in_pdf(), Kept(PDF, "p1.pdf")),
        case("PDF with actions", "p2.pdf", launching_pdf(), Kept(PDF, "p2.pdf")),
        case("PDF and archive", "p3.pdf", joined(&[&pdf("3"), &shell]), Kept(PDF, "p3.pdf")),
        case("PDF and Word, as Word", "p4.docx", joined(&[&pdf("4"), &word()]), ContentRefused),
        case("page before PDF", "p5.pdf", joined(&[HTML, &pdf("5")]), ContentRefused),
        case("PNG and page", "p6.png", picture_page, Kept("image/png", "p6.png")),
        case("JPEG and page", "p7.jpg", comment_page, Kept("image/jpeg", "p7.jpg")),
        case("GIF and archive as JPEG", "p8.jpg", joined(&[GIF, &shell]), ContentRefused),
        case("program and Word", "p9.docx", joined(&[PROGRAM, &word()]), ContentRefused),
        case(
            "Word and Excel, as Excel",
            "p10.xlsx",
            archive(&[(LIST, PLAIN_LIST), (WORD, b"<x/>"), (EXCEL, b"<x/>")]),
            ContentRefused,
        ),
    ]
}

/// Content that ends early, or does not begin.
fn stumps() -> Vec<Case> {
    let old = container(&[], &["/WordDocument"]);
    vec![
        case("nothing", "s1.pdf", Vec::new(), Nothing),
        case("one byte", "s2.pdf", b"%".to_vec(), ContentRefused),
        case("three letters of PDF", "s3.pdf", b"%PD".to_vec(), ContentRefused),
        case("seven bytes of PNG", "s4.png", PNG[..7].to_vec(), ContentRefused),
        case("beginning of an archive", "s5.docx", b"PK\x03\x04".to_vec(), ContentRefused),
        case("end of an empty archive", "s6.docx", archive(&[]), ContentRefused),
        case("half of Word", "s7.docx", half(&word()), ContentRefused),
        case("half of old Word", "s8.doc", half(&old), ContentRefused),
        case("head of old Word", "s9.doc", old[..8].to_vec(), ContentRefused),
        case("zeros", "s10.pdf", vec![0; 4_096], ContentRefused),
    ]
}

/// Archives that harm whoever unpacks them, and macros.
fn archives() -> Vec<Case> {
    let zeros = vec![0; 20_000_000];
    let renamed = archive(&[
        (LIST, MACRO_LIST.as_bytes()),
        (WORD, b"<x/>"),
        ("word/harmless.bin", b"\xd0\xcf"),
    ]);
    let bomb = deflated(&[(LIST, PLAIN_LIST), (WORD, &zeros)]);
    let wide_list = deflated(&[(LIST, &wide(MACRO_LIST)), (WORD, b"<x/>")]);
    let doc_macros = container(&["/Macros"], &["/WordDocument"]);
    let xls_macros = container(&["/_VBA_PROJECT_CUR"], &["/Workbook"]);
    let locked_office = container(&[], &["/EncryptedPackage", "/EncryptionInfo"]);
    vec![
        case("plain Word, to compare", "z0.docx", word(), Kept(DOCX, "z0.docx")),
        case("way out", "z1.docx", word_with("../../evil", b"x"), ContentRefused),
        case("way out of Windows", "z2.docx", word_with("..\\..\\evil", b"x"), ContentRefused),
        case("way out further in", "z3.docx", word_with("word/../../evil", b"x"), ContentRefused),
        case("absolute path", "z4.docx", word_with("/etc/cron.d/evil", b"x"), ContentRefused),
        case("path with a drive", "z5.docx", word_with("C:\\evil.exe", b"x"), ContentRefused),
        case("path to a share", "z6.docx", word_with("\\\\host\\evil", b"x"), ContentRefused),
        case("NUL in a path", "z7.docx", word_with("word/a\0.exe", b"x"), ContentRefused),
        case("new line in a path", "z8.docx", word_with("word/a\n.exe", b"x"), ContentRefused),
        case("link", "z9.docx", word_with_link(), ContentRefused),
        case("2,001 entries", "z10.docx", word_of(1_999), ContentRefused),
        case("30,000 entries", "z11.docx", word_of(30_000), ContentRefused),
        case("bomb", "z12.docx", bomb, ContentRefused),
        // It is never unpacked here, so what it hides harms nobody here.
        case("bomb that lies", "z13.docx", lying_bomb(), Kept(DOCX, "z13.docx")),
        case("bomb in the part that is read", "z14.docx", lying_list(), ContentRefused),
        case("bomb in a bomb", "z15.docx", nested_bomb(), Kept(DOCX, "z15.docx")),
        case("locked entries", "z16.docx", locked_word(), ContentRefused),
        case("locked Office file", "z17.docx", locked_office.clone(), ContentRefused),
        case("locked Office file as old", "z18.doc", locked_office, ContentRefused),
        case("macros", "z19.docx", word_with("word/vbaProject.bin", b"x"), ContentRefused),
        case(
            "macros in capitals",
            "z20.docx",
            word_with("word/VBAPROJECT.BIN", b"x"),
            ContentRefused,
        ),
        case("macros under another name", "z21.docx", renamed, ContentRefused),
        case("macros in a wide list", "z22.docx", wide_list, ContentRefused),
        case("macros in old Word", "z23.doc", doc_macros, ContentRefused),
        case("macros in old Excel", "z24.xls", xls_macros, ContentRefused),
        case("no list of parts", "z25.docx", archive(&[(WORD, b"<x/>")]), ContentRefused),
    ]
}

/// Names that are a way out, look like another, or end a header.
fn names() -> Vec<Case> {
    let long = format!("{}.pdf", "n".repeat(3_000));
    let long_shown: &'static str = Box::leak(format!("{}.pdf", "n".repeat(196)).into_boxed_str());
    let named = |what, name: &str, fate| case(what, name, plain(name), fate);
    vec![
        named("page", "page.html", NameRefused),
        named("drawing", "picture.svg", NameRefused),
        named("Word with macros", "macros.docm", NameRefused),
        named("Excel with macros", "macros.xlsm", NameRefused),
        named("shortcut", "invoice.lnk", NameRefused),
        named("archive", "all.zip", NameRefused),
        named("disk", "disk.iso", NameRefused),
        named("double extension", "invoice.pdf.exe", NameRefused),
        named("extension inside", "invoice.exe.pdf", Kept(PDF, "invoice.exe.pdf")),
        named("no extension", "pdf", NameRefused),
        named("extension alone", ".pdf", NameRefused),
        named("no name", "", NameRefused),
        named("dot behind", "a.pdf.", NameRefused),
        named("blank behind", " blank.pdf ", Kept(PDF, "blank.pdf")),
        named("wide dot", "a\u{ff0e}pdf", NameRefused),
        named("way out", "../../etc/passwd.pdf", Kept(PDF, "passwd.pdf")),
        named("way out of Windows", "..\\..\\boot.pdf", Kept(PDF, "boot.pdf")),
        named("absolute path", "/srv/data/absolute.pdf", Kept(PDF, "absolute.pdf")),
        named("drive", "C:\\temp\\drive.pdf", Kept(PDF, "drive.pdf")),
        named("way out in code", "%2e%2e%2fcode.pdf", Kept(PDF, "%2e%2e%2fcode.pdf")),
        named("turned writing to a program", "turned\u{202e}fdp.exe", NameRefused),
        named("turned writing", "un\u{202e}turned.pdf", Kept(PDF, "unturned.pdf")),
        named("isolated writing", "is\u{2066}olated\u{2069}.pdf", Kept(PDF, "isolated.pdf")),
        named("no width", "no\u{200b}width.p\u{feff}df", Kept(PDF, "nowidth.pdf")),
        named("NUL before", "nul.exe\0.pdf", Kept(PDF, "nul.exe.pdf")),
        named("NUL behind", "nul.pdf\0.exe", NameRefused),
        named("new header", "a\r\nSet-Cookie: b=c.pdf", Kept(PDF, "aSet-Cookie: b=c.pdf")),
        named("another name", "x\"; filename=\"evil.pdf", Kept(PDF, "x\"; filename=\"evil.pdf")),
        named("markup", "<b onclick=alert(1)>.pdf", Kept(PDF, "<b onclick=alert(1)>.pdf")),
        named("huge", &long, Kept(PDF, long_shown)),
    ]
}

fn all() -> Vec<Case> {
    [lies(), polyglots(), stumps(), archives(), names()].into_iter().flatten().collect()
}

/// Sends a file as the app does, and says what became of it.
async fn fate_of(admin: &Person, case: &Case) -> Result<(), String> {
    let begun = admin.begin_upload(&case.name, &case.content).await;
    let path = format!("/v1/files/{}", sha256(&case.content));
    let expected = match case.fate {
        NameRefused => (415, "wrong-type"),
        Nothing => (400, "bad-request"),
        ContentRefused | Kept(..) => (201, ""),
    };
    if begun.status.as_u16() != expected.0 {
        return Err(format!("begun: {}", begun.status));
    }
    if expected.0 != 201 {
        assert_problem(&begun, expected.0, expected.1);
        return Ok(());
    }
    let location = begun.header("location");
    let sent = admin.append(location, 0, &case.content).await;
    let read = admin.get(&path).await;
    let Kept(media_type, name) = case.fate else {
        if sent.status.as_u16() != 415 {
            return Err(format!("sent: {}", sent.status));
        }
        assert_problem(&sent, 415, "wrong-type");
        assert_problem(&read, 404, "not-found");
        // The upload is gone as well.
        assert_eq!(admin.send(admin.tus(Method::HEAD, location)).await.status, 404);
        return Ok(());
    };
    if sent.status.as_u16() != 204 || read.bytes != case.content {
        return Err(format!("sent: {}, read: {}", sent.status, read.status));
    }
    let disposition = read.header("content-disposition");
    let safe = disposition.starts_with("attachment; filename=\"")
        && read.header("x-content-type-options") == "nosniff"
        && read.header("content-security-policy").starts_with("sandbox; default-src 'none'")
        && read.header("set-cookie").is_empty();
    if !safe || read.header("content-type") != media_type {
        return Err(format!("given out so: {:?}", read.headers));
    }
    let shown = decoded(disposition.split("filename*=UTF-8''").nth(1).unwrap());
    if shown == name { Ok(()) } else { Err(format!("shown as {shown:?}")) }
}

/// Undoes the encoding of a name in a header.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn each_hostile_file_meets_its_fate() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let cases = all();
    assert!(cases.len() >= 90, "{}", cases.len());
    let whats: BTreeSet<_> = cases.iter().map(|case| (case.what, &case.name)).collect();
    assert_eq!(whats.len(), cases.len(), "each stands once");
    let mut wrong = Vec::new();
    for case in &cases {
        if let Err(found) = fate_of(&admin, case).await {
            wrong.push(format!("{} ({}): {found}", case.what, case.name.escape_debug()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[tokio::test]
async fn hostile_headers_are_refused() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let sha = "sha256 ".to_owned()
        + &base64::Engine::encode(&base64::engine::general_purpose::STANDARD, sha256(b"x"));
    let begin = |length: &str, metadata: String| {
        admin
            .tus(Method::POST, "/v1/files")
            .header("upload-length", length)
            .header("upload-metadata", metadata)
    };
    let name = "filename YS5wZGY=";
    for (length, metadata, status) in [
        ("1", format!("{name},{sha}"), 201),
        ("1", name.to_owned(), 400),
        ("1", sha.clone(), 415),
        ("1", String::new(), 415),
        ("1", format!("filename !!!!,{sha}"), 415),
        // No text: the bytes are not UTF-8.
        ("1", format!("filename /////w==,{sha}"), 415),
        ("1", format!("{name},sha256 Li4vLi4v"), 400),
        ("0", format!("{name},{sha}"), 400),
        ("-1", format!("{name},{sha}"), 400),
        ("1e3", format!("{name},{sha}"), 400),
        ("18446744073709551616", format!("{name},{sha}"), 400),
        ("18446744073709551615", format!("{name},{sha}"), 413),
        ("25000001", format!("{name},{sha}"), 413),
        ("1", format!("{name},{sha},x {}", "A".repeat(1_000_000)), 431),
    ] {
        let answer = admin.send(begin(length, metadata)).await;
        assert_eq!(answer.status.as_u16(), status, "{length}");
    }
    let content = pdf("types");
    let upload = admin.begin_upload("types.pdf", &content).await;
    for kind in ["text/html", "application/pdf", "multipart/form-data; boundary=a", ""] {
        let request = admin
            .tus(Method::PATCH, upload.header("location"))
            .header("upload-offset", 0)
            .header("content-type", kind)
            .body(content.clone());
        assert_problem(&admin.send(request).await, 415, "wrong-type");
    }
    assert_eq!(admin.append(upload.header("location"), 0, &content).await.status, 204);
}
