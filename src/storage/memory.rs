//! The store in memory: for browsers that withhold `IndexedDB`, and for tests.

use super::store::{Contents, FileUse, Store, StoreError, StoredFile, apply_to_claims};
use crate::platform::clock::now_ms;
use crate::platform::task::Pending;
use cpor_sync::Write;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// The claims that need a file, and since when.
type Uses = BTreeMap<String, f64>;

/// Everything is gone with the tab.
#[derive(Default)]
pub struct MemoryStore {
    contents: RefCell<Contents>,
    files: RefCell<BTreeMap<String, (StoredFile, Uses)>>,
    notes: RefCell<BTreeMap<String, String>>,
    /// Writes fail while this is set, as on a full disk. For tests.
    pub is_full: Cell<bool>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn room(&self) -> Result<(), StoreError> {
        if self.is_full.get() { Err(StoreError::Full) } else { Ok(()) }
    }
}

impl Store for MemoryStore {
    fn is_durable(&self) -> bool {
        false
    }

    fn read(&self) -> Pending<'_, Result<Contents, StoreError>> {
        Box::pin(async { Ok(self.contents.borrow().clone()) })
    }

    fn write(&self, write: Write) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.room()?;
            let mut contents = self.contents.borrow_mut();
            if write.follows.is_some() && write.follows != contents.cursor {
                return Err(StoreError::Moved);
            }
            contents.ops.retain(|stored| {
                !write.remove_ops.contains(&stored.op.op_id)
                    && !write.put_ops.iter().any(|put| put.op.op_id == stored.op.op_id)
            });
            apply_to_claims(&mut contents.claims, &write);
            contents.ops.extend(write.put_ops);
            if write.cursor.is_some() {
                contents.cursor = write.cursor;
            }
            Ok(())
        })
    }

    fn put_file(&self, file: StoredFile, claim_id: String) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.room()?;
            let mut files = self.files.borrow_mut();
            let entry = files.entry(file.sha256.clone()).or_insert_with(|| (file, BTreeMap::new()));
            entry.1.insert(claim_id, now_ms());
            Ok(())
        })
    }

    fn file(&self, sha256: String) -> Pending<'_, Result<Option<StoredFile>, StoreError>> {
        Box::pin(async move { Ok(self.files.borrow().get(&sha256).map(|(file, _)| file.clone())) })
    }

    fn note(&self, key: String) -> Pending<'_, Result<Option<String>, StoreError>> {
        Box::pin(async move { Ok(self.notes.borrow().get(&key).cloned()) })
    }

    fn set_note(&self, key: String, note: Option<String>) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.room()?;
            let mut notes = self.notes.borrow_mut();
            match note {
                Some(note) => drop(notes.insert(key, note)),
                None => drop(notes.remove(&key)),
            }
            Ok(())
        })
    }

    fn release_files_of(&self, claims: BTreeSet<String>) -> Pending<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let contents = self.contents.borrow();
            let is_unsent =
                |claim: &String| contents.ops.iter().any(|stored| stored.op.claim_id == *claim);
            let mut freed = 0;
            self.files.borrow_mut().retain(|_, (file, uses)| {
                uses.retain(|claim, _| !claims.contains(claim) || is_unsent(claim));
                if uses.is_empty() {
                    freed += file.bytes.len() as u64;
                }
                !uses.is_empty()
            });
            Ok(freed)
        })
    }

    fn file_uses(&self) -> Pending<'_, Result<Vec<FileUse>, StoreError>> {
        Box::pin(async move {
            let files = self.files.borrow();
            let of = |(sha256, (_, uses)): (&String, &(StoredFile, Uses))| {
                let one = |(claim_id, kept_at_ms): (&String, &f64)| FileUse {
                    sha256: sha256.clone(),
                    claim_id: claim_id.clone(),
                    kept_at_ms: *kept_at_ms,
                };
                uses.iter().map(one).collect::<Vec<_>>()
            };
            Ok(files.iter().flat_map(of).collect())
        })
    }

    fn end_uses(&self, uses: Vec<FileUse>) -> Pending<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let mut freed = 0;
            self.files.borrow_mut().retain(|sha256, (file, claims)| {
                claims.retain(|claim_id, kept_at_ms| {
                    !uses.contains(&FileUse {
                        sha256: sha256.clone(),
                        claim_id: claim_id.clone(),
                        kept_at_ms: *kept_at_ms,
                    })
                });
                if claims.is_empty() {
                    freed += file.bytes.len() as u64;
                }
                !claims.is_empty()
            });
            Ok(freed)
        })
    }

    fn texts(&self) -> Pending<'_, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let contents = self.contents.borrow();
            let ops = contents.ops.iter().map(cpor_sync::write_op);
            let claims = contents.claims.values();
            // Every field has a JSON form.
            let claims = claims.map(|claim| serde_json::to_string(claim).unwrap_or_default());
            Ok(ops.chain(claims).collect())
        })
    }

    fn release_file(
        &self,
        sha256: String,
        claim_id: String,
    ) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut files = self.files.borrow_mut();
            if let Some((_, claims)) = files.get_mut(&sha256) {
                claims.remove(&claim_id);
                if claims.is_empty() {
                    files.remove(&sha256);
                }
            }
            Ok(())
        })
    }
}
