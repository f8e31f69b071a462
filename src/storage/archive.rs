//! Drafts as a file: a ZIP that the person keeps, and what may be in it.
//!
//! `docs/draft-file.md` describes the form. It is read for ever: a change that
//! an older version would misread gets a new schema.
//!
//! What is read comes from anybody. Sizes and numbers are held against limits
//! before anything is unpacked, and a content is taken only as long as the
//! directory says it is.

use super::beside::Beside;
use super::drafts::{DraftPhase, Place, StoredDraft};
use super::whole;
use cpor_rules::{Draft, PoeFile, poe};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{Cursor, Read, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The newest schema.
pub const SCHEMA: u32 = 1;
/// Says that a ZIP is one of ours.
const FORMAT: &str = "cpor-claims";
/// Part of the ZIP that describes the others.
const MANIFEST: &str = "manifest.json";
/// Most bytes of a file of drafts, and of all that is in it.
pub const MAX_BYTES: u64 = 500_000_000;
const MAX_MANIFEST_BYTES: u64 = 20_000_000;
const MAX_PARTS: usize = 5_000;
const MAX_DRAFTS: usize = 1_000;
/// Most characters of a file's own name in its path.
const MAX_NAME: usize = 80;

/// What is in a file of drafts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always the same.
    format: String,
    /// The form of the rest.
    schema: u32,
    /// When it was made, by the clock of the device.
    #[serde(with = "whole")]
    pub made_at_ms: f64,
    /// The drafts.
    #[serde(default)]
    pub drafts: Vec<PackedDraft>,
    /// Files that the drafts name, and whether they are in here.
    #[serde(default)]
    pub files: Vec<PackedFile>,
    /// What waited to be sent: to be read, and never taken in again. Whoever
    /// made the file may still send it, and it must not happen twice.
    #[serde(default)]
    pub outbox: Vec<Value>,
    /// What was typed beside drafts.
    #[serde(default, skip_serializing_if = "Beside::is_empty")]
    pub beside: Beside,
}

/// What tells whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: String,
    #[serde(default)]
    schema: u32,
}

/// A draft on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackedDraft {
    /// Id of the claim that it is, or will be.
    pub id: String,
    /// The organisation whose claim the backend has; empty while none has it.
    #[serde(default)]
    pub organisation: String,
    /// When it was saved.
    #[serde(with = "whole")]
    pub saved_at_ms: f64,
    /// How far it came.
    #[serde(default)]
    pub phase: DraftPhase,
    /// What the backend had when the editing began.
    #[serde(default)]
    pub base: Option<Draft>,
    /// The revision of `base`.
    #[serde(default)]
    pub base_revision: Option<u64>,
    /// The content of that revision, where `base` is not known to have arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Draft>,
    /// What was typed.
    pub draft: Draft,
    /// Where the person was.
    #[serde(default)]
    pub place: Place,
}

impl From<&StoredDraft> for PackedDraft {
    fn from(stored: &StoredDraft) -> Self {
        Self {
            id: stored.id.clone(),
            organisation: stored.whose.organisation.clone(),
            saved_at_ms: stored.saved_at_ms,
            phase: stored.phase,
            base: stored.base.clone(),
            base_revision: stored.base_revision,
            confirmed: stored.confirmed.clone(),
            draft: stored.draft.clone(),
            place: stored.place.clone(),
        }
    }
}

/// A file of the proof on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedFile {
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// Where it is in the ZIP; empty where its content was not to be had.
    #[serde(default)]
    pub path: String,
}

/// Why a file of drafts cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// It is no file of drafts.
    NotOurs,
    /// It is one, and not whole.
    Damaged,
    /// A newer version made it.
    Newer,
    /// It holds more than is taken.
    TooLarge,
    /// It is locked by another passphrase.
    WrongPassphrase,
    /// This page cannot decipher: it is not in a secure context.
    NoCipher,
}

/// There is no room for it in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

/// Makes a file of drafts.
pub struct Packing {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    manifest: Manifest,
    bytes: u64,
}

impl Packing {
    /// Begins.
    pub fn begin(made_at_ms: f64) -> Self {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            made_at_ms,
            drafts: Vec::new(),
            files: Vec::new(),
            outbox: Vec::new(),
            beside: Beside::default(),
        };
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), manifest, bytes: 0 }
    }

    /// Adds a draft, without its files.
    pub fn add_draft(&mut self, stored: &StoredDraft) {
        self.manifest.drafts.push(stored.into());
    }

    /// Adds what waits to be sent.
    pub fn add_outbox(&mut self, outbox: Vec<Value>) {
        self.manifest.outbox = outbox;
    }

    /// Adds what was typed beside drafts.
    pub fn add_beside(&mut self, beside: Beside) {
        self.manifest.beside = beside;
    }

    /// Adds the content of a file.
    ///
    /// # Errors
    /// When there is no room for it; then it is only named.
    pub fn add_file(&mut self, file: &PoeFile, content: &[u8]) -> Result<(), NoRoom> {
        let path = path_of(file);
        let size = content.len() as u64;
        if self.bytes + size > MAX_BYTES - MAX_MANIFEST_BYTES
            || self.manifest.files.len() + 2 > MAX_PARTS
        {
            self.name_file(file);
            return Err(NoRoom);
        }
        // What proves something is compressed already.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let written = self
            .zip
            .start_file(path.as_str(), options)
            .map_err(drop)
            .and_then(|()| self.zip.write_all(content).map_err(drop));
        if written.is_err() {
            self.name_file(file);
            return Err(NoRoom);
        }
        self.bytes += size;
        self.manifest.files.push(PackedFile { path, ..described(file) });
        Ok(())
    }

    /// Names a file of which the content is not to be had.
    pub fn name_file(&mut self, file: &PoeFile) {
        self.manifest.files.push(described(file));
    }

    /// The file.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn finish(mut self) -> Result<Vec<u8>, NoRoom> {
        let text = serde_json::to_string_pretty(&self.manifest).map_err(|_| NoRoom)?;
        if text.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(NoRoom);
        }
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(MANIFEST, options).map_err(|_| NoRoom)?;
        self.zip.write_all(text.as_bytes()).map_err(|_| NoRoom)?;
        Ok(self.zip.finish().map_err(|_| NoRoom)?.into_inner())
    }
}

fn described(file: &PoeFile) -> PackedFile {
    PackedFile {
        sha256: file.sha256.clone(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size_bytes: file.size_bytes,
        path: String::new(),
    }
}

/// A path that is found again by people, and that no other content has.
fn path_of(file: &PoeFile) -> String {
    let keep = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let letters = file.name.chars().map(|letter| if keep(letter) { letter } else { '_' });
    // The end of a name says what it is.
    let letters: Vec<char> = letters.collect();
    let name: String = letters[letters.len().saturating_sub(MAX_NAME)..].iter().collect();
    format!("files/{}/{}", file.sha256, name.trim_start_matches('.'))
}

/// A file of drafts that was opened.
pub struct Unpacking {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// What is in it.
    pub manifest: Manifest,
    /// Bytes that may still be taken out.
    left: u64,
}

impl Unpacking {
    /// Opens a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(bytes: Vec<u8>) -> Result<Self, NotRead> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(NotRead::TooLarge);
        }
        if !bytes.starts_with(b"PK") {
            return Err(NotRead::NotOurs);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotRead::Damaged)?;
        if zip.len() > MAX_PARTS {
            return Err(NotRead::TooLarge);
        }
        if zip.index_for_name(MANIFEST).is_none() {
            return Err(NotRead::NotOurs);
        }
        let text = content_of(&mut zip, MANIFEST, MAX_MANIFEST_BYTES)?;
        let text = std::str::from_utf8(&text).map_err(|_| NotRead::Damaged)?;
        let head: Head = serde_json::from_str(text).map_err(|_| NotRead::Damaged)?;
        if head.format != FORMAT {
            return Err(NotRead::NotOurs);
        }
        if head.schema > SCHEMA {
            return Err(NotRead::Newer);
        }
        let manifest: Manifest = serde_json::from_str(text).map_err(|_| NotRead::Damaged)?;
        if manifest.drafts.len() > MAX_DRAFTS || manifest.beside.is_too_much() {
            return Err(NotRead::TooLarge);
        }
        Ok(Self { zip, manifest, left: MAX_BYTES })
    }

    /// The content of a file, as it is in the ZIP: whoever takes it holds it
    /// against its hash. `None` where there is none, or it is not whole.
    pub fn content(&mut self, sha256: &str) -> Option<Vec<u8>> {
        let file = self.manifest.files.iter().find(|file| file.sha256 == sha256)?;
        if file.path.is_empty() || file.size_bytes > poe::MAX_FILE_BYTES.min(self.left) {
            return None;
        }
        let (path, size) = (file.path.clone(), file.size_bytes);
        let content = content_of(&mut self.zip, &path, size).ok()?;
        self.left = self.left.saturating_sub(content.len() as u64);
        (content.len() as u64 == size).then_some(content)
    }
}

/// A part of a ZIP, which has at most so many bytes whatever it says.
fn content_of(
    zip: &mut ZipArchive<Cursor<Vec<u8>>>,
    path: &str,
    most: u64,
) -> Result<Vec<u8>, NotRead> {
    let part = zip.by_name(path).map_err(|_| NotRead::Damaged)?;
    if part.size() > most {
        return Err(NotRead::TooLarge);
    }
    let mut content = Vec::new();
    part.take(most + 1).read_to_end(&mut content).map_err(|_| NotRead::Damaged)?;
    if content.len() as u64 > most { Err(NotRead::TooLarge) } else { Ok(content) }
}

#[cfg(test)]
mod tests {
    use super::super::beside::{PackedNotes, PackedReason, PackedText};
    use super::super::reviews::Notes;
    use super::*;
    use crate::storage::owner::Whose;

    /// Schema 1 as it was released. It must be readable for ever.
    const GOLDEN_1: &[u8] = include_bytes!("golden/drafts-1.zip");
    /// With what is typed beside drafts, which came later.
    const GOLDEN_1_BESIDE: &[u8] = include_bytes!("golden/drafts-1-beside.zip");
    const DRAFT_1: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
    /// SHA-256 of `CONTENT`.
    const HASH: &str = "b5d82ac18bcd05f77c26393e21841a6281bd03b7dafa05edcbc5865b98122707";
    const CONTENT: &[u8] = b"%PDF-1.4\n% signed\n%%EOF\n";

    fn file(sha256: &str, name: &str, content: &[u8]) -> PoeFile {
        PoeFile {
            sha256: sha256.to_owned(),
            name: name.to_owned(),
            size_bytes: content.len() as u64,
            media_type: "application/pdf".to_owned(),
            ..PoeFile::default()
        }
    }

    fn stored(name: &str) -> StoredDraft {
        StoredDraft {
            id: DRAFT_1.to_owned(),
            whose: Whose::default(),
            rev: 7,
            saved_at_ms: 1_795_000_000_000.0,
            phase: DraftPhase::Writing,
            base: None,
            base_revision: None,
            confirmed: None,
            draft: Draft {
                claim_name: name.to_owned(),
                poe_files: vec![file(HASH, "statement of work.pdf", CONTENT)],
                ..Draft::default()
            },
            place: Place::default(),
        }
    }

    fn beside() -> Beside {
        let notes = Notes { comment: "第 2 頁".to_owned(), ..Notes::default() };
        Beside {
            notes: vec![PackedNotes { account: "ann".to_owned(), claim: "c".to_owned(), notes }],
            reasons: vec![PackedReason { claim: "c".to_owned(), text: "They left".to_owned() }],
            aside: vec![PackedText { key: "cpor.draft.d".to_owned(), raw: "\u{0}{".to_owned() }],
        }
    }

    fn packed() -> Vec<u8> {
        let mut packing = Packing::begin(1_795_000_000_000.0);
        packing.add_draft(&stored("Contoso Q2"));
        packing.add_file(&file(HASH, "statement of work.pdf", CONTENT), CONTENT).unwrap();
        packing.add_outbox(vec![serde_json::json!({"kind": {"comment": {"text": "Hello"}}})]);
        packing.add_beside(beside());
        packing.finish().unwrap()
    }

    /// A ZIP with a manifest of the test's own and some parts.
    fn zip_of(manifest: &Value, parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(MANIFEST, options).unwrap();
        zip.write_all(manifest.to_string().as_bytes()).unwrap();
        for (path, content) in parts {
            zip.start_file(*path, options).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn why(bytes: Vec<u8>) -> Option<NotRead> {
        Unpacking::open(bytes).err()
    }

    /// Our own file with a part of its manifest replaced.
    #[cfg(not(target_arch = "wasm32"))]
    fn zip_with(pointer: &str, value: Value) -> Vec<u8> {
        let packed = Unpacking::open(packed()).unwrap();
        let mut manifest = serde_json::to_value(&packed.manifest).unwrap();
        *manifest.pointer_mut(pointer).unwrap() = value;
        let path = packed.manifest.files[0].path.clone();
        zip_of(&manifest, &[(path.as_str(), CONTENT)])
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn fuzz_draft_file() {
        let whole = packed();
        bolero::check!().with_type::<(Vec<u8>, Vec<(u16, u8)>, String, u64)>().for_each(
            |(bytes, changes, text, number)| {
                let mut changed = whole.clone();
                for (place, byte) in changes {
                    let place = usize::from(*place) % changed.len();
                    changed[place] ^= byte;
                }
                let with_number = |pointer| zip_with(pointer, Value::from(*number));
                let with_text = |pointer| zip_with(pointer, Value::from(text.as_str()));
                for file in [
                    bytes.clone(),
                    [b"PK".as_slice(), bytes].concat(),
                    [&whole[..whole.len() / 2], bytes].concat(),
                    changed,
                    with_number("/schema"),
                    with_number("/made_at_ms"),
                    with_number("/files/0/size_bytes"),
                    with_text("/files/0/path"),
                    with_text("/files/0/sha256"),
                    with_text("/drafts/0/id"),
                    with_text("/drafts/0/draft/claim_name"),
                ] {
                    let Ok(mut unpacking) = Unpacking::open(file) else { continue };
                    let manifest = unpacking.manifest.clone();
                    assert_eq!(manifest.format, FORMAT);
                    assert!(manifest.schema <= SCHEMA && manifest.drafts.len() <= MAX_DRAFTS);
                    // What is taken is what would be written again.
                    let written = serde_json::to_string(&manifest).unwrap();
                    assert_eq!(serde_json::from_str::<Manifest>(&written).unwrap(), manifest);
                    for file in &manifest.files {
                        let Some(content) = unpacking.content(&file.sha256) else { continue };
                        assert!(content.len() as u64 <= poe::MAX_FILE_BYTES);
                        let mut same = manifest.files.iter().filter(|it| it.sha256 == file.sha256);
                        assert!(same.any(|it| it.size_bytes == content.len() as u64));
                    }
                }
            },
        );
    }

    #[test]
    fn what_is_packed_is_unpacked_again() {
        let mut unpacking = Unpacking::open(packed()).unwrap();
        assert_eq!(unpacking.manifest.drafts, [PackedDraft::from(&stored("Contoso Q2"))]);
        assert_eq!(unpacking.content(HASH).as_deref(), Some(CONTENT));
        assert_eq!(unpacking.content("another"), None);
        assert_eq!(unpacking.manifest.outbox.len(), 1);
        assert_eq!(unpacking.manifest.beside, beside());
    }

    #[test]
    fn a_file_of_schema_1_can_be_read() {
        let mut unpacking = Unpacking::open(GOLDEN_1.to_vec()).unwrap();
        let [draft] = unpacking.manifest.drafts.as_slice() else { panic!("one draft") };
        assert_eq!((draft.id.as_str(), draft.draft.claim_name.as_str()), (DRAFT_1, "Contoso Q2"));
        assert_eq!(draft.draft.poe_files[0].name, "statement of work.pdf");
        assert_eq!(unpacking.content(HASH).as_deref(), Some(CONTENT));
        assert!(unpacking.manifest.beside.is_empty(), "there was none of it then");
    }

    #[test]
    fn a_file_with_what_is_typed_beside_drafts_can_be_read() {
        let mut unpacking = Unpacking::open(GOLDEN_1_BESIDE.to_vec()).unwrap();
        assert_eq!(unpacking.manifest.beside, beside());
        assert_eq!(unpacking.content(HASH).as_deref(), Some(CONTENT));
    }

    #[test]
    fn a_file_without_content_is_named() {
        let mut packing = Packing::begin(0.0);
        packing.name_file(&file(HASH, "gone.pdf", CONTENT));
        let mut unpacking = Unpacking::open(packing.finish().unwrap()).unwrap();
        assert_eq!(unpacking.manifest.files[0].name, "gone.pdf");
        assert_eq!(unpacking.content(HASH), None);
    }

    #[test]
    fn names_of_files_lead_nowhere_else() {
        for name in ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\u{0}b.pdf", ".."] {
            let path = path_of(&file(HASH, name, CONTENT));
            let name = path.strip_prefix(&format!("files/{HASH}/")).unwrap();
            assert!(!name.contains(['/', '\\', '\u{0}']) && !name.starts_with('.'), "{path}");
        }
        assert_eq!(path_of(&file("ab", "工作說明書.pdf", CONTENT)), "files/ab/工作說明書.pdf");
    }

    #[test]
    fn what_is_no_file_of_drafts_is_said_to_be_none() {
        assert_eq!(why(b"".to_vec()), Some(NotRead::NotOurs));
        assert_eq!(why(b"{\"drafts\": []}".to_vec()), Some(NotRead::NotOurs));
        assert_eq!(
            why(zip_of(&serde_json::json!({"format": "docx"}), &[])),
            Some(NotRead::NotOurs)
        );
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        assert_eq!(why(zip.finish().unwrap().into_inner()), Some(NotRead::NotOurs));
    }

    #[test]
    fn what_a_newer_version_made_is_said_to_be_newer() {
        // Whatever else stands in it.
        let newer = serde_json::json!({"format": FORMAT, "schema": 2, "drafts": "elsewhere"});
        assert_eq!(why(zip_of(&newer, &[])), Some(NotRead::Newer));
    }

    #[test]
    fn damage_anywhere_is_noticed_or_harmless() {
        let whole = packed();
        let (mut noticed, mut harmless) = (0, 0);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            match Unpacking::open(bytes) {
                Err(_) => noticed += 1,
                Ok(mut unpacking) => {
                    // The text has a checksum; a content has its hash as well.
                    assert_eq!(unpacking.manifest, Unpacking::open(packed()).unwrap().manifest);
                    match unpacking.content(HASH) {
                        None => noticed += 1,
                        Some(content) => {
                            assert_eq!(content, CONTENT);
                            harmless += 1;
                        }
                    }
                }
            }
        }
        assert!(noticed > harmless, "{noticed} noticed, {harmless} harmless");
        for length in 0..whole.len() {
            let cut = whole[..length].to_vec();
            assert!(matches!(why(cut), Some(NotRead::Damaged | NotRead::NotOurs)), "{length}");
        }
    }

    #[test]
    fn what_unpacks_to_more_than_it_should_is_not_unpacked() {
        let bomb = vec![b' '; usize::try_from(MAX_MANIFEST_BYTES).unwrap() + 1];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(MANIFEST, options).unwrap();
        zip.write_all(&bomb).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 100_000);
        assert_eq!(why(bytes), Some(NotRead::TooLarge));

        // A content that is larger than it says.
        let manifest = |size: u64| {
            let file = serde_json::json!({
                "sha256": HASH, "name": "a.pdf", "media_type": "application/pdf",
                "size_bytes": size, "path": "files/a",
            });
            serde_json::json!({"format": FORMAT, "schema": 1, "made_at_ms": 0, "files": [file]})
        };
        for (size, is_there) in [(1_000, true), (999, false), (1_001, false), (25_000_001, false)] {
            let bytes = zip_of(&manifest(size), &[("files/a", &[0; 1_000])]);
            let content = Unpacking::open(bytes).unwrap().content(HASH);
            assert_eq!(content.is_some(), is_there, "{size}");
        }
    }

    #[test]
    fn more_drafts_or_parts_than_anybody_has_are_not_taken() {
        let draft = serde_json::to_value(PackedDraft::from(&stored("One"))).unwrap();
        let manifest = |count: usize| {
            let drafts = vec![draft.clone(); count];
            serde_json::json!({"format": FORMAT, "schema": 1, "made_at_ms": 0, "drafts": drafts})
        };
        assert_eq!(why(zip_of(&manifest(MAX_DRAFTS), &[])), None);
        assert_eq!(why(zip_of(&manifest(MAX_DRAFTS + 1), &[])), Some(NotRead::TooLarge));
        let names: Vec<String> = (0..MAX_PARTS).map(|number| number.to_string()).collect();
        let parts: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert_eq!(why(zip_of(&manifest(1), &parts)), Some(NotRead::TooLarge));
    }
}
