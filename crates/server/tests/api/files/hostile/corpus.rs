//! Files that somebody could send to do harm, made here: no sample of anybody's is kept.

use crate::support::pdf;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const WORD: &str = "word/document.xml";
pub const EXCEL: &str = "xl/workbook.xml";
pub const LIST: &str = "[Content_Types].xml";
pub const PLAIN_LIST: &[u8] = b"<Types/>";
pub const MACRO_LIST: &str = "<Types><Override PartName=\"/word/harmless.bin\" \
    ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>";
pub const HTML: &[u8] = b"<!doctype html><script>fetch('/v1/session')</script>";
pub const SVG: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>";
pub const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0 This program cannot be run";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";
pub const GIF: &[u8] = b"GIF89a\x01\0\x01\0";

/// An archive of these entries.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    archive_by(CompressionMethod::Stored, entries)
}

/// The same, made small.
pub fn deflated(entries: &[(&str, &[u8])]) -> Vec<u8> {
    archive_by(CompressionMethod::Deflated, entries)
}

fn archive_by(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A Word file with one more entry.
pub fn word_with(name: &str, content: &[u8]) -> Vec<u8> {
    archive(&[(LIST, PLAIN_LIST), (WORD, b"<x/>"), (name, content)])
}

pub fn word() -> Vec<u8> {
    archive(&[(LIST, PLAIN_LIST), (WORD, b"<x/>")])
}

/// A Word file with so many more entries.
pub fn word_of(entries: usize) -> Vec<u8> {
    let names: Vec<_> = (0..entries).map(|number| format!("word/media/{number}.png")).collect();
    let mut all: Vec<(&str, &[u8])> = vec![(LIST, PLAIN_LIST), (WORD, b"<x/>")];
    all.extend(names.iter().map(|name| (name.as_str(), b"".as_slice())));
    archive(&all)
}

/// A Word file with a link to somewhere else in it.
pub fn word_with_link() -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [(LIST, PLAIN_LIST), (WORD, b"<x/>")] {
        archive.start_file(name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.add_symlink("word/media/a.png", "/etc/passwd", options).unwrap();
    archive.finish().unwrap().into_inner()
}

/// A Word file whose entry says of itself that it is locked.
pub fn locked_word() -> Vec<u8> {
    altered(word(), |bytes, at| bytes[at + 8] |= 1, |bytes, at| bytes[at + 6] |= 1)
}

/// A Word file whose entries say that they are empty when they are unpacked.
pub fn lying_bomb() -> Vec<u8> {
    let zeros = vec![0; 20_000_000];
    let bomb = deflated(&[(LIST, PLAIN_LIST), (WORD, &zeros)]);
    let small = |bytes: &mut [u8], at: usize| bytes[at..at + 4].copy_from_slice(&[8, 0, 0, 0]);
    altered(bomb, |bytes, at| small(bytes, at + 24), |bytes, at| small(bytes, at + 22))
}

/// As [`lying_bomb`], in the part that is read.
pub fn lying_list() -> Vec<u8> {
    let blanks = vec![b' '; 20_000_000];
    let bomb = deflated(&[(LIST, &blanks), (WORD, b"<x/>")]);
    let small = |bytes: &mut [u8], at: usize| bytes[at..at + 4].copy_from_slice(&[8, 0, 0, 0]);
    altered(bomb, |bytes, at| small(bytes, at + 24), |bytes, at| small(bytes, at + 22))
}

/// Alters each entry in the list at the end of an archive, and before its content.
fn altered(
    mut bytes: Vec<u8>,
    central: impl Fn(&mut [u8], usize),
    local: impl Fn(&mut [u8], usize),
) -> Vec<u8> {
    for at in 0..bytes.len() - 4 {
        match &bytes[at..at + 4] {
            b"PK\x01\x02" => central(&mut bytes, at),
            b"PK\x03\x04" => local(&mut bytes, at),
            _ => {}
        }
    }
    bytes
}

/// Archives in an archive in a Word file, of which the innermost is large.
pub fn nested_bomb() -> Vec<u8> {
    let zeros = vec![0; 5_000_000];
    let mut inner = deflated(&[("zeros", &zeros)]);
    for _ in 0..4 {
        let copies: Vec<_> = (0..16).map(|number| format!("{number}.zip")).collect();
        let entries: Vec<(&str, &[u8])> =
            copies.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
        inner = deflated(&entries);
    }
    word_with("word/embeddings/a.zip", &inner)
}

/// An older Office file with these storages and streams.
pub fn container(storages: &[&str], streams: &[&str]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for storage in storages {
        container.create_storage(storage).unwrap();
    }
    for stream in streams {
        container.create_stream(stream).unwrap().write_all(b"x").unwrap();
    }
    container.into_inner().into_inner()
}

/// The list of parts in UTF-16.
pub fn wide(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

pub fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// A PDF that is a page as well.
pub fn page_in_pdf() -> Vec<u8> {
    joined(&[b"%PDF-1.7\n% <html><body onload=alert(1)>", HTML, b"\n%%EOF\n"])
}

/// A PDF that starts a program when it is opened.
pub fn launching_pdf() -> Vec<u8> {
    let action = "1 0 obj <</Type/Catalog/OpenAction<</S/JavaScript/JS(app.launchURL('x'))>>\
                  /AA<</O<</S/Launch/F(cmd.exe)>>>>>> endobj";
    joined(&[b"%PDF-1.7\n", action.as_bytes(), b"\n%%EOF\n"])
}

pub fn half(content: &[u8]) -> Vec<u8> {
    content[..content.len() / 2].to_vec()
}

/// A plain PDF, for what its name does.
pub fn plain(name: &str) -> Vec<u8> {
    pdf(&format!("named {name:?}"))
}
