//! The store in memory: for browsers that withhold `IndexedDB`, and for tests.

use super::store::{Contents, Store, StoreError, StoredFile, apply_to_claims};
use crate::platform::task::Pending;
use cpor_sync::Write;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Everything is gone with the tab.
#[derive(Default)]
pub struct MemoryStore {
    contents: RefCell<Contents>,
    files: RefCell<BTreeMap<String, (StoredFile, BTreeSet<String>)>>,
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
            let entry = files.entry(file.sha256.clone()).or_insert_with(|| (file, BTreeSet::new()));
            entry.1.insert(claim_id);
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
            let mut freed = 0;
            self.files.borrow_mut().retain(|_, (file, uses)| {
                uses.retain(|claim| !claims.contains(claim));
                if uses.is_empty() {
                    freed += file.bytes.len() as u64;
                }
                !uses.is_empty()
            });
            Ok(freed)
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
