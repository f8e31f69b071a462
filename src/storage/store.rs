//! The contract of the large store: outbox, claims, cursor and files.

use crate::platform::files::NotReadable;
use crate::platform::task::Pending;
pub use cpor_sync::{CachedClaim, Theirs, apply_to_claims};
use cpor_sync::{StoredOp, Write};
use std::collections::{BTreeMap, BTreeSet};

/// A write or a read did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No room is left.
    Full,
    /// The browser gives no such store, or closed it.
    Unavailable(String),
    /// The store is not as the write expects it: it must be read again.
    Moved,
    /// Another account took over in this browser, or nobody is signed in.
    NoAccount,
    /// The file cannot be read any more.
    FileNotReadable,
    /// The page is not in a secure context, so files cannot be hashed.
    NoHashing,
}

impl From<NotReadable> for StoreError {
    fn from(_: NotReadable) -> Self {
        Self::FileNotReadable
    }
}

/// Everything but the files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The outbox.
    pub ops: Vec<StoredOp>,
    /// Claims of which an operation cannot be read.
    pub unreadable_claims: Vec<String>,
    /// Claims by id.
    pub claims: BTreeMap<String, CachedClaim>,
    /// Where the pull stands.
    pub cursor: Option<String>,
}

/// A file of the proof, kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    /// Name on the person's computer.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// That a claim needs a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileUse {
    /// SHA-256 of the file.
    pub sha256: String,
    /// The claim.
    pub claim_id: String,
    /// When it was kept for the claim, by the clock of this device; 0 where that was
    /// not noted yet.
    pub kept_at_ms: f64,
}

/// Keeps what must survive the tab.
///
/// A write is one transaction: all of it, or nothing. When its future is
/// ready, it is on the disk.
pub trait Store {
    /// Whether it survives the tab.
    fn is_durable(&self) -> bool;
    /// Reads everything but the files.
    fn read(&self) -> Pending<'_, Result<Contents, StoreError>>;
    /// Changes the outbox, the claims and the cursor.
    fn write(&self, write: Write) -> Pending<'_, Result<(), StoreError>>;
    /// Keeps a file for a claim. The same content is kept once.
    fn put_file(&self, file: StoredFile, claim_id: String) -> Pending<'_, Result<(), StoreError>>;
    /// Reads a file.
    fn file(&self, sha256: String) -> Pending<'_, Result<Option<StoredFile>, StoreError>>;
    /// Something small under a key, as where an upload was begun.
    fn note(&self, key: String) -> Pending<'_, Result<Option<String>, StoreError>>;
    /// Keeps something small under a key, or forgets it.
    fn set_note(&self, key: String, note: Option<String>) -> Pending<'_, Result<(), StoreError>>;
    /// Makes room: drops the files that only these claims need, and answers how many
    /// bytes that were. For claims of which the backend has every file. One of which
    /// an operation is stored keeps its files: another tab may just have stored it, or
    /// its removal not be on the disk yet.
    fn release_files_of(&self, claims: BTreeSet<String>) -> Pending<'_, Result<u64, StoreError>>;
    /// Which files are kept for which claims.
    fn file_uses(&self) -> Pending<'_, Result<Vec<FileUse>, StoreError>>;
    /// Ends these uses, except for those that were begun anew meanwhile, and removes
    /// files that no claim needs then. Answers how many bytes that were.
    fn end_uses(&self, uses: Vec<FileUse>) -> Pending<'_, Result<u64, StoreError>>;
    /// Operations and claims as they are stored, whether or not they can be read: what
    /// they mention is needed.
    fn texts(&self) -> Pending<'_, Result<Vec<String>, StoreError>>;
    /// A claim needs a file no more; one that no claim needs is removed.
    fn release_file(&self, sha256: String, claim_id: String)
    -> Pending<'_, Result<(), StoreError>>;
}
