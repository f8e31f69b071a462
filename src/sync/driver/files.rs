//! Files of the proof in the account's store, or in the device's until somebody
//! signs in.

use super::tabs::tell;
use super::{Driver, Message};
use crate::platform::files;
use crate::storage::indexed::IndexedStore;
use crate::storage::memory::MemoryStore;
use crate::storage::owner::Owner;
use crate::storage::shared;
use crate::storage::store::{CachedClaim, Store, StoreError, StoredFile, apply_to_claims};
use cpor_rules::{PoeFile, Status};
use cpor_sync::{CacheWrite, Write, write_op};
use serde::Serialize;
use std::collections::BTreeSet;
use std::rc::Rc;

/// About how many bytes something takes in the store.
fn json_size(record: &impl Serialize) -> u64 {
    serde_json::to_string(record).map_or(0, |text| text.len() as u64)
}

/// About how many bytes a write takes.
pub(super) fn size_of(write: &Write) -> u64 {
    let ops = write.put_ops.iter().map(|stored| write_op(stored).len() as u64);
    let claims = write.cache.iter().map(|step| match step {
        CacheWrite::Put(claim)
        | CacheWrite::PutKnown(claim)
        | CacheWrite::PutTheirs(claim)
        | CacheWrite::SeeTheirs(claim) => json_size(claim),
        CacheWrite::ReplaceAll { claims, .. } => json_size(claims),
        CacheWrite::Remove(_) | CacheWrite::TheirsGone(_) | CacheWrite::TakeTheirs(_) => 0,
    });
    ops.sum::<u64>() + claims.sum::<u64>()
}

impl Driver {
    /// Keeps a chosen file for a claim. Ready when it is on the disk.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn store_file(
        &self,
        file: &web_sys::File,
        claim_id: &str,
        progress: &dyn Fn(f64),
    ) -> Result<PoeFile, StoreError> {
        let bytes = files::read(file, progress).await?;
        self.store_bytes(&file.name(), &file.type_(), bytes, claim_id).await
    }

    /// As [`Self::store_file`], from bytes.
    ///
    /// # Errors
    /// When they are not kept.
    pub async fn store_bytes(
        &self,
        name: &str,
        media_type: &str,
        bytes: Vec<u8>,
        claim_id: &str,
    ) -> Result<PoeFile, StoreError> {
        let store = match self.store() {
            Some(store) => store,
            // A draft that no backend has belongs to the device, and so do its files.
            None => self.device(true).await.ok_or(StoreError::NoAccount)?,
        };
        let sha256 = files::sha256_hex(&bytes).await.ok_or(StoreError::NoHashing)?;
        let media_type = cpor_rules::poe::kind_by_name(name)
            .map_or(media_type, |kind| kind.media_type)
            .to_owned();
        // A name can hold characters that nobody sees, and that no server takes.
        let mut name = name.to_owned();
        cpor_rules::bounds::clear(&mut name, false);
        let described = PoeFile {
            sha256: sha256.clone(),
            name: name.clone(),
            size_bytes: bytes.len() as u64,
            media_type: media_type.clone(),
            ..PoeFile::default()
        };
        let file = StoredFile { sha256, name, media_type, bytes };
        store.put_file(file, claim_id.to_owned()).await?;
        Ok(described)
    }

    /// The content of a file, if it is on this device.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn file_bytes(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        Ok(store.file(sha256.to_owned()).await?.map(|file| file.bytes))
    }

    /// A claim needs a file no more.
    ///
    /// # Errors
    /// When the store cannot be changed.
    pub async fn release_file(&self, sha256: &str, claim_id: &str) -> Result<(), StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        store.release_file(sha256.to_owned(), claim_id.to_owned()).await
    }

    /// The content of a file that is kept on this device.
    pub async fn file(&self, sha256: &str) -> Option<Vec<u8>> {
        if let Some(store) = self.store()
            && let Ok(Some(kept)) = store.file(sha256.to_owned()).await
        {
            return Some(kept.bytes);
        }
        let kept = self.device(false).await?.file(sha256.to_owned()).await.ok()??;
        Some(kept.bytes)
    }

    /// Everything unsent, lane by lane in order.
    pub fn unsent(&self) -> Vec<cpor_sync::Op> {
        let account = self.account.borrow();
        let waiting = account.as_ref().map(|account| account.state.waiting()).unwrap_or_default();
        waiting.into_iter().map(|waiting| waiting.op).collect()
    }

    /// Makes room: drops files that the backend has and nothing unsent needs. Answers
    /// how many bytes that were.
    ///
    /// # Errors
    /// When the store cannot be changed.
    pub async fn free_space(&self, needed_by: &BTreeSet<String>) -> Result<u64, StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        let whole = match self.account.borrow().as_ref() {
            Some(account) => {
                let unsent: BTreeSet<String> = account
                    .state
                    .waiting()
                    .into_iter()
                    .map(|waiting| waiting.op.claim_id)
                    .collect();
                // A claim that was handed in has all its files there, or would not have been taken.
                let is_whole = |kept: &CachedClaim| {
                    kept.theirs.is_none()
                        && kept.claim.as_ref().is_some_and(|claim| claim.status != Status::Draft)
                };
                let all = account.claims.iter().filter(|(_, kept)| is_whole(kept));
                all.map(|(id, _)| id.clone())
                    .filter(|id| !unsent.contains(id) && !needed_by.contains(id))
                    .collect()
            }
            None => BTreeSet::new(),
        };
        store.release_files_of(whole).await
    }

    /// Makes more room: drops the copies of claims that nothing unsent and no draft
    /// needs. All are fetched anew when there is room. Answers how many bytes that were.
    ///
    /// # Errors
    /// When the store cannot be changed.
    pub async fn drop_claims(&self, needed_by: &BTreeSet<String>) -> Result<u64, StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        let (dropped, bytes) = match self.account.borrow().as_ref() {
            Some(account) => {
                let is_needed =
                    |id: &String| needed_by.contains(id) || account.state.lanes().contains_key(id);
                let dropped: Vec<(&String, &CachedClaim)> = account
                    .claims
                    .iter()
                    .filter(|(id, kept)| kept.theirs.is_none() && !is_needed(id))
                    .collect();
                let bytes = dropped.iter().map(|(_, kept)| json_size(*kept)).sum();
                (dropped.into_iter().map(|(id, _)| id.clone()).collect(), bytes)
            }
            None => (Vec::new(), 0),
        };
        if dropped.is_empty() {
            return Ok(0);
        }
        let write = Write {
            cache: dropped.into_iter().map(CacheWrite::Remove).collect(),
            // From the beginning: nothing else would bring them back.
            cursor: Some(String::new()),
            ..Write::default()
        };
        self.is_thrifty.set(true);
        let opened = self.opened.get();
        let tabs = self.other_tabs();
        store.write(write.clone()).await?;
        tell(tabs, "changed");
        if self.opened.get() == opened
            && let Some(account) = self.account.borrow_mut().as_mut()
        {
            apply_to_claims(&mut account.claims, &write);
        }
        self.put_message(Message::Reload);
        Ok(bytes)
    }

    /// There is room again: what found none is tried once more.
    pub async fn room_was_made(&self) {
        let waiting = self.unadopted.borrow().clone();
        let owner = self.owner();
        self.store_error.replace(None);
        self.needed_bytes.set(0);
        if let (Some(store), Some(owner)) = (waiting, owner) {
            self.adopt(&owner, store).await;
        }
        self.put_message(Message::Reload);
        self.kick();
    }

    /// Removes an operation that cannot be read, so that those behind it go on.
    ///
    /// # Errors
    /// When the store cannot be changed.
    pub async fn remove_unreadable(&self, op_id: &str) -> Result<(), StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        let write = Write { remove_ops: vec![op_id.to_owned()], ..Write::default() };
        let tabs = self.other_tabs();
        store.write(write).await?;
        tell(tabs, "changed");
        self.put_message(Message::Reload);
        Ok(())
    }

    /// The store of the device itself; made only where something is to be kept.
    pub(super) async fn device(&self, is_made: bool) -> Option<Rc<dyn Store>> {
        let known = self.device.borrow().clone();
        if known.is_some() {
            return known;
        }
        if shared::is_on() {
            let store: Rc<dyn Store> = Rc::new(MemoryStore::new());
            self.device.replace(Some(store.clone()));
            return Some(store);
        }
        let owner = Owner::device();
        if !is_made && !IndexedStore::is_there(&owner).await {
            return None;
        }
        let store: Rc<dyn Store> = match IndexedStore::open(&owner).await {
            Ok(store) => Rc::new(store),
            Err(_) => Rc::new(MemoryStore::new()),
        };
        self.device.replace(Some(store.clone()));
        Some(store)
    }

    /// What was kept before somebody signed in moves to the account that sends it.
    pub(super) async fn take_from_device(&self, sha256: &str, claim_id: &str) {
        if self.owner().is_none_or(|owner| owner == Owner::device()) {
            return;
        }
        let (Some(store), Some(device)) = (self.store(), self.device(false).await) else { return };
        if let Ok(Some(file)) = device.file(sha256.to_owned()).await
            && store.put_file(file, claim_id.to_owned()).await.is_ok()
        {
            // One that stays takes room and does no harm.
            drop(device.release_file(sha256.to_owned(), claim_id.to_owned()).await);
        }
    }
}
