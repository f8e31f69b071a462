//! What a file is, by its content.
//!
//! A name can say anything, so the content decides. Office files are
//! containers: what they hold tells Word from Excel, and is looked at without
//! unpacking anything but the list of parts, which is read up to a limit.

use std::io::{Cursor, Read as _};

/// How pictures begin.
const BEGINNINGS: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
];
/// Most entries of an Office file; a large presentation has some hundreds.
const MAX_ENTRIES: usize = 2_000;
/// An Office file that would grow by more than this factor is a bomb.
const MAX_RATIO: u64 = 100;
/// Most bytes that are read of the list of parts; that of a large file has some tens of
/// thousands.
const MAX_LIST_BYTES: u64 = 1_000_000;
/// What the list says of parts with macros, whatever they are called.
const MACROS: [&str; 2] = ["macroenabled", "vbaproject"];
/// Where the older Office files keep macros.
const BINARY_MACROS: [&str; 3] = ["/Macros", "/_VBA_PROJECT_CUR", "/VBA"];
/// Below this size unpacked, no ratio is suspicious.
const SMALL: u64 = 1_000_000;

/// The media type of this content, if it is one that is taken as proof.
pub(crate) fn media_type(content: &[u8]) -> Option<&'static str> {
    if content.starts_with(b"PK\x03\x04") {
        return office_open_xml(content);
    }
    if content.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return office_binary(content);
    }
    // Readers find a PDF behind other things as well, which may be a page or a program.
    let behind_blanks = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start();
    if behind_blanks.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    BEGINNINGS
        .iter()
        .find(|(beginning, _)| content.starts_with(beginning))
        .map(|(_, media_type)| *media_type)
}

fn office_open_xml(content: &[u8]) -> Option<&'static str> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).ok()?;
    if archive.len() > MAX_ENTRIES {
        return None;
    }
    let mut unpacked: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).ok()?;
        // No way out of the folder, no links, no macros, nothing locked.
        let name = entry.name().ok()?.to_ascii_lowercase();
        let is_harmless = is_inside(&name)
            && !entry.is_symlink()
            && !entry.encrypted()
            && !name.ends_with("vbaproject.bin");
        if !is_harmless {
            return None;
        }
        unpacked = unpacked.checked_add(entry.size())?;
    }
    let packed = u64::try_from(content.len()).ok()?;
    if unpacked > SMALL && unpacked / MAX_RATIO > packed {
        return None;
    }
    if has_macros(&mut archive)? {
        return None;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    [
        (
            "word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "ppt/presentation.xml",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ]
    .into_iter()
    .find_map(|(part, media_type)| has(part).then_some(media_type))
}

/// Whether a name of an entry stays inside of the folder into which somebody unpacks it.
fn is_inside(name: &str) -> bool {
    let is_absolute = name.starts_with(['/', '\\']) || name.get(1..2) == Some(":");
    !is_absolute
        && !name.chars().any(char::is_control)
        && !name.split(['/', '\\']).any(|part| part == "..")
}

/// Whether the list of parts names macros; `None` where there is no list to be read.
fn has_macros(archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Option<bool> {
    let mut list = Vec::new();
    let part = archive.by_name("[Content_Types].xml").ok()?;
    part.take(MAX_LIST_BYTES + 1).read_to_end(&mut list).ok()?;
    if list.len() > usize::try_from(MAX_LIST_BYTES).unwrap_or(usize::MAX) {
        return None;
    }
    // XML may be in UTF-16; what is looked for is plain either way.
    list.retain(|byte| *byte != 0);
    let list = String::from_utf8_lossy(&list).to_ascii_lowercase();
    Some(MACROS.iter().any(|macros| list.contains(macros)))
}

fn office_binary(content: &[u8]) -> Option<&'static str> {
    let container = cfb::CompoundFile::open(Cursor::new(content)).ok()?;
    if BINARY_MACROS.iter().any(|macros| container.is_storage(macros)) {
        return None;
    }
    [
        ("/WordDocument", "application/msword"),
        ("/Workbook", "application/vnd.ms-excel"),
        ("/Book", "application/vnd.ms-excel"),
        ("/PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("/__properties_version1.0", "application/vnd.ms-outlook"),
    ]
    .into_iter()
    .find_map(|(stream, media_type)| container.is_stream(stream).then_some(media_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn office(parts: &[&str]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for part in parts {
            archive.start_file(*part, stored).unwrap();
            archive.write_all(b"<x/>").unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn binary(stream: &str) -> Vec<u8> {
        let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        container.create_stream(stream).unwrap().write_all(b"x").unwrap();
        container.into_inner().into_inner()
    }

    #[test]
    fn plain_files_are_known_by_their_first_bytes() {
        assert_eq!(media_type(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\xef\xbb\xbf\r\n%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"II*\0\x08\0\0\0\x01\0\0\x01"), Some("image/tiff"));
    }

    #[test]
    fn office_files_are_known_by_what_they_hold() {
        let word = office(&["[Content_Types].xml", "word/document.xml"]);
        assert!(media_type(&word).unwrap().ends_with("wordprocessingml.document"));
        let excel = office(&["[Content_Types].xml", "xl/workbook.xml"]);
        assert!(media_type(&excel).unwrap().ends_with("spreadsheetml.sheet"));
        assert_eq!(media_type(&binary("/WordDocument")), Some("application/msword"));
        let mail = binary("/__properties_version1.0");
        assert_eq!(media_type(&mail), Some("application/vnd.ms-outlook"));
    }

    #[test]
    fn what_is_dangerous_or_unknown_is_not_taken() {
        for content in [
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            b"MZ\x90\0".to_vec(),
            b"plain text".to_vec(),
            Vec::new(),
            b"PK\x03\x04 not an archive".to_vec(),
            office(&["anything.txt"]),
            office(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]),
            office(&["[Content_Types].xml", "word/document.xml", "../../evil"]),
            binary("/Other"),
        ] {
            assert_eq!(media_type(&content), None);
        }
    }
}
