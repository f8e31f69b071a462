//! Drafts as a file: saving them with their files, and taking them in again.
//!
//! Taking in never overwrites: what is here already under the same id stays,
//! and what comes becomes a copy beside it.

use super::AppState;
use super::actions;
use super::beside::{self, Fates};
use super::server::Server;
use super::sync::OpRow;
use crate::i18n::{T, tf};
use crate::platform::{cipher, clock, files, ids, task};
pub use crate::storage::archive::NotRead;
use crate::storage::archive::{MAX_BYTES, PackedDraft, Packing, Unpacking};
use crate::storage::beside::Beside;
use crate::storage::drafts::{self, DraftPhase, Place, StoredDraft};
use crate::storage::owner::Whose;
use crate::storage::sealed;
use cpor_rules::PoeFile;
use cpor_sync::{Base, Op, OpKind};
use leptos::prelude::*;
use std::rc::Rc;

/// What is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// One draft, by its id.
    One(String),
    /// One operation that waits, by its id, with the content that it gives its claim.
    Operation(String),
    /// All drafts, what waits to be sent, and what is typed beside.
    Everything,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Name of the file.
    pub name: String,
    /// How many drafts are in it.
    pub drafts: usize,
    /// How many files are in it.
    pub files: usize,
    /// Its size.
    pub size_bytes: u64,
    /// Names of files of which the content is not on this device, or had no room.
    pub missing: Vec<String>,
}

/// Why nothing was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSaved {
    /// There is nothing to save.
    Nothing,
    /// It is more than fits into one file.
    TooMuch,
    /// This page cannot lock: it is not in a secure context.
    NoCipher,
    /// The browser did not take the file.
    Refused,
}

/// Whether a passphrase can be used on this page.
pub fn can_lock() -> bool {
    cipher::is_there()
}

/// Drafts that can be saved: id and name.
pub fn choices(app: AppState) -> Vec<(String, String)> {
    let drafts = untrack(|| actions::readable_drafts(app));
    drafts.into_iter().map(|stored| (stored.id, stored.draft.claim_name)).collect()
}

/// Operations that wait and can be saved.
pub fn waiting(app: AppState) -> Vec<OpRow> {
    app.sync.view.with(|view| view.waiting.clone())
}

/// What an id stands for: of an operation that waits, or of a draft; empty for all.
pub fn what(app: AppState, id: String) -> What {
    let is_op = || untrack(|| waiting(app).iter().any(|op| op.op_id == id));
    match id.as_str() {
        "" => What::Everything,
        _ if is_op() => What::Operation(id),
        _ => What::One(id),
    }
}

/// Saves drafts as a file, locked if there is a passphrase.
pub fn save(
    app: AppState,
    what: What,
    passphrase: Option<String>,
    done: impl FnOnce(Result<Saved, NotSaved>) + 'static,
) {
    task::spawn(async move { done(saved(app, what, passphrase).await) });
}

/// Hands a draft over with its files, or everything; `false` when there was no way.
pub async fn hand_over(app: AppState, id: Option<String>) -> bool {
    saved(app, id.map_or(What::Everything, What::One), None).await.is_ok()
}

async fn saved(app: AppState, what: What, passphrase: Option<String>) -> Result<Saved, NotSaved> {
    app.draft.flush();
    // What waits and the files of proofs are among what is being read at the start.
    actions::while_starting(app, || true).await;
    let now = clock::now_ms();
    let server = app.session.server();
    let mut outbox = server.as_ref().map(|server| server.unsent()).unwrap_or_default();
    let drafts: Vec<StoredDraft> = untrack(|| match &what {
        What::One(id) => actions::local_draft(app, id).into_iter().collect(),
        What::Operation(op_id) => content_of(app, &outbox, op_id).into_iter().collect(),
        What::Everything => actions::readable_drafts(app),
    });
    let mut beside = Beside::default();
    match &what {
        What::One(_) => outbox.clear(),
        What::Operation(op_id) => outbox.retain(|op| op.op_id == *op_id),
        What::Everything => beside = beside::gather(app),
    }
    if drafts.is_empty() && outbox.is_empty() && beside.is_empty() {
        return Err(NotSaved::Nothing);
    }
    let mut packing = Packing::begin(now);
    packing.add_beside(beside);
    let mut named: Vec<PoeFile> = Vec::new();
    let of_drafts = drafts.iter().flat_map(|stored| stored.draft.poe_files.iter().cloned());
    let of_outbox = outbox.iter().filter_map(|op| match &op.kind {
        OpKind::Upload { sha256, name, size_bytes, media_type } => Some(PoeFile {
            sha256: sha256.clone(),
            name: name.clone(),
            size_bytes: *size_bytes,
            media_type: media_type.clone(),
            ..PoeFile::default()
        }),
        _ => None,
    });
    for file in of_drafts.chain(of_outbox) {
        if !named.iter().any(|known| known.sha256 == file.sha256) {
            named.push(file);
        }
    }
    let mut missing = Vec::new();
    let mut count = 0;
    for file in &named {
        let content = match &server {
            Some(server) => server.file(file.sha256.clone()).await.ok(),
            None => None,
        };
        let is_in = if let Some(content) = content {
            packing.add_file(file, &content).is_ok()
        } else {
            packing.name_file(file);
            false
        };
        if is_in {
            count += 1;
        } else {
            missing.push(file.name.clone());
        }
    }
    for stored in &drafts {
        packing.add_draft(stored);
    }
    // Operations always have a JSON form.
    packing.add_outbox(outbox.iter().filter_map(|op| serde_json::to_value(op).ok()).collect());
    let mut bytes = packing.finish().map_err(|_| NotSaved::TooMuch)?;
    let (ending, media_type) = match &passphrase {
        Some(passphrase) => {
            bytes = sealed::seal(&bytes, passphrase).await.ok_or(NotSaved::NoCipher)?;
            ("cpor", "application/octet-stream")
        }
        None => ("zip", "application/zip"),
    };
    let about = match (&what, drafts.as_slice()) {
        (What::One(_) | What::Operation(_), [one]) => one.draft.claim_name.as_str(),
        _ => "",
    };
    let day = clock::date_at(now, &clock::local_time_zone());
    let name = file_name(about, &day.to_string(), ending);
    if !files::download(&name, media_type, &bytes) {
        return Err(NotSaved::Refused);
    }
    Ok(Saved { name, drafts: drafts.len(), files: count, size_bytes: bytes.len() as u64, missing })
}

/// What an operation gives its claim, as a draft: a change has it all, and anything
/// else follows what is there by then.
fn content_of(app: AppState, outbox: &[Op], op_id: &str) -> Option<StoredDraft> {
    let op = outbox.iter().find(|op| op.op_id == op_id)?;
    let content = |op: &Op| match &op.kind {
        OpKind::Create { draft } | OpKind::Change { draft } => Some((**draft).clone()),
        _ => None,
    };
    let record = app.sync.view.with(|view| view.claim(&op.claim_id).cloned());
    let here = actions::local_draft(app, &op.claim_id);
    let before = || {
        let lane = outbox.iter().filter(|other| other.claim_id == op.claim_id);
        let earlier = lane.filter(|other| other.seq_in_claim <= op.seq_in_claim);
        earlier.filter_map(content).next_back()
    };
    let mut draft = content(op)
        .or_else(before)
        .or_else(|| here.as_ref().map(|stored| stored.draft.clone()))
        .or_else(|| record.as_ref().map(|record| record.draft.clone()))?;
    if let OpKind::Dispute { justification, files } = &op.kind {
        draft.comment.clone_from(justification);
        let is_new = |file: &&PoeFile| !draft.poe_files.iter().any(|f| f.sha256 == file.sha256);
        let newer: Vec<PoeFile> = files.iter().filter(is_new).cloned().collect();
        draft.poe_files.extend(newer);
    }
    let is_new = matches!(op.kind, OpKind::Create { .. });
    Some(StoredDraft {
        id: op.claim_id.clone(),
        whose: untrack(|| app.session.whose()).unwrap_or_default(),
        rev: 1,
        #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
        saved_at_ms: op.created_at_ms as f64,
        phase: if is_new { DraftPhase::Writing } else { DraftPhase::Created },
        base: op.base_draft.as_deref().cloned(),
        base_revision: match op.base {
            Base::Revision(revision) => Some(revision),
            Base::Nothing | Base::Previous => None,
        },
        confirmed: None,
        draft,
        place: Place::default(),
    })
}

/// A name that every file system takes.
fn file_name(about: &str, day: &str, ending: &str) -> String {
    let letters = about.chars().take(60).map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let about = letters.collect::<String>();
    let words = std::iter::once("cpor-drafts").chain(about.split_whitespace());
    let name = words.chain([day]).collect::<Vec<_>>().join("-");
    format!("{name}.{ending}")
}

/// A file that was opened, and what would become of each draft in it.
#[derive(Clone)]
pub struct Opened {
    unpacking: Rc<std::cell::RefCell<Unpacking>>,
    /// The drafts, in the order of the file.
    pub entries: Vec<Entry>,
    /// When it was made.
    pub made_at_ms: f64,
    /// How many operations waited when it was made.
    pub waited: usize,
    /// What would become of what was typed beside drafts.
    pub beside: Fates,
}

/// A draft of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the file.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// When it was saved.
    pub saved_at_ms: f64,
    /// How many files it has.
    pub files: usize,
    /// What would become of it.
    pub fate: Fate,
}

/// What would become of a draft that is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is not here yet.
    New,
    /// It is here as it is.
    Same,
    /// Something else is here under its id, or it is another organisation's:
    /// it becomes a draft of its own.
    Copy,
}

/// Opens a chosen file. Without a passphrase, a locked one is
/// [`NotRead::WrongPassphrase`].
pub fn open(
    app: AppState,
    file: web_sys::File,
    passphrase: Option<String>,
    done: impl FnOnce(Result<Opened, NotRead>) + 'static,
) {
    task::spawn(async move { done(opened(app, &file, passphrase.as_deref()).await) });
}

async fn opened(
    app: AppState,
    file: &web_sys::File,
    passphrase: Option<&str>,
) -> Result<Opened, NotRead> {
    #[expect(clippy::cast_precision_loss, reason = "exact for sizes of files")]
    if file.size() > MAX_BYTES as f64 {
        return Err(NotRead::TooLarge);
    }
    let bytes = files::read(file, &|_| {}).await.map_err(|_| NotRead::Damaged)?;
    let bytes = match passphrase {
        Some(passphrase) if sealed::is_sealed(&bytes) => sealed::unseal(&bytes, passphrase).await?,
        None if sealed::is_sealed(&bytes) => return Err(NotRead::WrongPassphrase),
        _ => bytes,
    };
    let unpacking = Unpacking::open(bytes)?;
    // What becomes of it goes by what is here.
    actions::while_starting(app, || true).await;
    let manifest = &unpacking.manifest;
    let entry = |(index, packed): (usize, &PackedDraft)| Entry {
        index,
        name: packed.draft.claim_name.clone(),
        saved_at_ms: packed.saved_at_ms,
        files: packed.draft.poe_files.len(),
        fate: fate_of(app, packed),
    };
    Ok(Opened {
        entries: manifest.drafts.iter().enumerate().map(entry).collect(),
        made_at_ms: manifest.made_at_ms,
        waited: manifest.outbox.len(),
        beside: beside::take_in(app, &manifest.beside, false),
        unpacking: Rc::new(std::cell::RefCell::new(unpacking)),
    })
}

/// Whether a file needs a passphrase.
pub fn is_locked(file: web_sys::File, done: impl FnOnce(bool) + 'static) {
    task::spawn(async move {
        done(files::beginning(&file, 8).await.is_some_and(|bytes| sealed::is_sealed(&bytes)));
    });
}

fn fate_of(app: AppState, packed: &PackedDraft) -> Fate {
    untrack(|| {
        let organisation = app.session.whose().unwrap_or_default().organisation;
        match drafts::load(&packed.id) {
            Ok(Some(here)) if here.draft == packed.draft && app.session.may_see(&here) => {
                Fate::Same
            }
            Ok(None)
                if is_uuid(&packed.id)
                    && (packed.organisation.is_empty() || packed.organisation == organisation)
                    && app.sync.view.with(|view| view.claim(&packed.id).is_none()) =>
            {
                Fate::New
            }
            _ => Fate::Copy,
        }
    })
}

/// An id becomes part of a key and of paths, and the file comes from anybody.
fn is_uuid(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// What was taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Id and name of each draft.
    pub drafts: Vec<(String, String)>,
    /// Names of files that were not in the file, or damaged: they are taken
    /// out of the drafts.
    pub lost: Vec<String>,
    /// Names of drafts that had no room.
    pub no_room: Vec<String>,
    /// What became of what was typed beside drafts, where that was wanted.
    pub beside: Fates,
}

/// Takes drafts in, by their places in the file.
pub fn take_in(
    app: AppState,
    opened: Opened,
    chosen: Vec<usize>,
    with_beside: bool,
    done: impl FnOnce(TakenIn) + 'static,
) {
    task::spawn(async move { done(taken_in(app, &opened, &chosen, with_beside).await) });
}

async fn taken_in(app: AppState, opened: &Opened, chosen: &[usize], with_beside: bool) -> TakenIn {
    let mut outcome = TakenIn::default();
    if with_beside {
        let packed = opened.unpacking.borrow().manifest.beside.clone();
        outcome.beside = beside::take_in(app, &packed, true);
    }
    let server = app.session.server();
    for index in chosen {
        let packed = opened.unpacking.borrow().manifest.drafts.get(*index).cloned();
        let Some(packed) = packed else { continue };
        // Looked at again: it may have been taken in by another tab meanwhile.
        let fate = fate_of(app, &packed);
        if fate == Fate::Same {
            continue;
        }
        let mut stored = unpacked(packed, fate, untrack(|| app.session.whose()));
        let files = std::mem::take(&mut stored.draft.poe_files);
        for file in files {
            match keep(opened, server.as_deref(), &file, &stored.id).await {
                Kept::Here => stored.draft.poe_files.push(file),
                Kept::Lost => outcome.lost.push(file.name),
            }
        }
        let name = stored.draft.claim_name.clone();
        match drafts::save(&stored) {
            Ok(()) => outcome.drafts.push((stored.id, name)),
            Err(_) => outcome.no_room.push(name),
        }
    }
    app.draft.saves.update(|count| *count = count.wrapping_add(1));
    outcome
}

fn unpacked(packed: PackedDraft, fate: Fate, whose: Option<Whose>) -> StoredDraft {
    let mut stored = StoredDraft {
        id: packed.id,
        // Whoever brings it in has it from now on.
        whose: whose.unwrap_or_default(),
        rev: 1,
        saved_at_ms: packed.saved_at_ms,
        phase: packed.phase,
        base: packed.base,
        base_revision: packed.base_revision,
        confirmed: packed.confirmed,
        draft: packed.draft,
        place: packed.place,
    };
    if fate == Fate::Copy {
        stored.id = ids::random_uuid();
        stored.phase = DraftPhase::Writing;
        stored.base = None;
        stored.base_revision = None;
        stored.confirmed = None;
        stored.draft.claim_name = tf(T::BackupCopyName, &[("name", &stored.draft.claim_name)]);
    }
    stored
}

enum Kept {
    Here,
    Lost,
}

async fn keep(
    opened: &Opened,
    server: Option<&dyn Server>,
    file: &PoeFile,
    claim_id: &str,
) -> Kept {
    let Some(server) = server else { return Kept::Lost };
    let content = opened.unpacking.borrow_mut().content(&file.sha256);
    // Held against the hash here: nothing else says that it is what it should be.
    let content = match content {
        Some(content) if files::sha256_hex(&content).await.as_ref() == Some(&file.sha256) => {
            Some(content)
        }
        // What is on this device or at the server already need not be in the file.
        _ => server.file(file.sha256.clone()).await.ok(),
    };
    let Some(content) = content else { return Kept::Lost };
    match server.keep_bytes(file.clone(), content, claim_id.to_owned()).await {
        Ok(()) => Kept::Here,
        Err(_) => Kept::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_what_is_in_it() {
        assert_eq!(
            file_name("Contoso: Q2 / Q3", "2026-11-21", "zip"),
            "cpor-drafts-Contoso-Q2-Q3-2026-11-21.zip"
        );
        assert_eq!(file_name("", "2026-11-21", "cpor"), "cpor-drafts-2026-11-21.cpor");
    }

    #[test]
    fn only_ids_become_ids() {
        assert!(is_uuid("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47"));
        for id in
            ["", "all", "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e4/", "3c7a4f0e91d24b7e8a550d9f6b2c1e47"]
        {
            assert!(!is_uuid(id), "{id}");
        }
    }
}
