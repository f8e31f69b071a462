//! The contract of the large store: outbox, claims, cursor and files.

use crate::platform::files::NotReadable;
use crate::platform::task::Pending;
use cpor_protocol::ClaimRecord;
use cpor_sync::{StoredOp, Write};
use std::collections::BTreeMap;

/// A write or a read did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No room is left.
    Full,
    /// The browser gives no such store, or closed it.
    Unavailable(String),
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

/// The backend's version of a claim with unsent operations.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theirs {
    /// It changed.
    Changed {
        /// To this.
        claim: Box<ClaimRecord>,
    },
    /// It is gone.
    Gone,
}

/// A claim as it is kept here.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CachedClaim {
    /// The version on which unsent operations build. `None` for a claim that
    /// the backend has and this device never agreed with.
    pub claim: Option<ClaimRecord>,
    /// The backend's version, while something is unsent.
    #[serde(default)]
    pub theirs: Option<Theirs>,
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
    /// A claim needs a file no more; one that no claim needs is removed.
    fn release_file(&self, sha256: String, claim_id: String)
    -> Pending<'_, Result<(), StoreError>>;
}

/// What a write does to the claims. The same for every store: pure.
/// Returns the ids of the entries that changed.
pub fn apply_to_claims(
    claims: &mut BTreeMap<String, CachedClaim>,
    write: &Write,
) -> std::collections::BTreeSet<String> {
    use cpor_sync::CacheWrite;
    let mut changed = std::collections::BTreeSet::new();
    for step in &write.cache {
        match step {
            CacheWrite::Put(claim) => {
                let entry = claims.entry(claim.id.clone()).or_default();
                // An answer may come after a later one; a claim never goes back.
                if entry.claim.as_ref().is_none_or(|known| known.revision <= claim.revision) {
                    entry.claim = Some((**claim).clone());
                    changed.insert(claim.id.clone());
                }
                if matches!(&entry.theirs, Some(Theirs::Changed { claim: theirs })
                    if theirs.revision <= claim.revision)
                {
                    entry.theirs = None;
                    changed.insert(claim.id.clone());
                }
            }
            CacheWrite::PutTheirs(claim) => {
                let entry = claims.entry(claim.id.clone()).or_default();
                let is_newer = |known: &ClaimRecord| known.revision < claim.revision;
                let newer_than_theirs = match &entry.theirs {
                    Some(Theirs::Changed { claim: theirs }) => is_newer(theirs),
                    Some(Theirs::Gone) | None => true,
                };
                if entry.claim.as_ref().is_none_or(is_newer) && newer_than_theirs {
                    entry.theirs = Some(Theirs::Changed { claim: claim.clone() });
                    changed.insert(claim.id.clone());
                }
            }
            CacheWrite::Remove(id) => {
                claims.remove(id);
                changed.insert(id.clone());
            }
            CacheWrite::TheirsGone(id) => {
                claims.entry(id.clone()).or_default().theirs = Some(Theirs::Gone);
                changed.insert(id.clone());
            }
            CacheWrite::TakeTheirs(id) => {
                if let Some(entry) = claims.get_mut(id) {
                    match entry.theirs.take() {
                        Some(Theirs::Changed { claim }) => entry.claim = Some(*claim),
                        Some(Theirs::Gone) => entry.claim = None,
                        None => {}
                    }
                    if entry.claim.is_none() {
                        claims.remove(id);
                    }
                    changed.insert(id.clone());
                }
            }
            CacheWrite::ReplaceAll { claims: all, keep } => {
                changed.extend(claims.keys().cloned());
                changed.extend(all.iter().map(|claim| claim.id.clone()));
                let mut next: BTreeMap<String, CachedClaim> = claims
                    .iter()
                    .filter(|(id, _)| keep.contains(id))
                    .map(|(id, entry)| (id.clone(), entry.clone()))
                    .collect();
                for entry in next.values_mut().filter(|entry| entry.claim.is_some()) {
                    entry.theirs = Some(Theirs::Gone);
                }
                for claim in all {
                    let entry = next.entry(claim.id.clone()).or_default();
                    if keep.contains(&claim.id) {
                        let is_same = entry
                            .claim
                            .as_ref()
                            .is_some_and(|known| known.revision == claim.revision);
                        entry.theirs =
                            (!is_same).then(|| Theirs::Changed { claim: Box::new(claim.clone()) });
                    } else {
                        entry.claim = Some(claim.clone());
                    }
                }
                *claims = next;
            }
        }
    }
    changed
}
