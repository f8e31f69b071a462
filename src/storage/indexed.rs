//! The store in `IndexedDB`: one database for each account.
//!
//! Object stores: `ops` and `claims` (envelopes as text, by id), `machine`
//! (the cursor, and notes), `files` (content by SHA-256), `file_uses` (since when,
//! by `sha256/claim`). Data of two accounts never share a database, so nothing of
//! one can be sent or shown under the session of the other.

use super::adopt::{self, NotAdopted};
use super::envelope::Envelope;
use super::owner::Owner;
use super::quarantine;
use super::store::{
    CachedClaim, Contents, FileUse, Store, StoreError, StoredFile, apply_to_claims,
};
use super::tx::{self, Mode};
use crate::platform::clock::now_ms;
use crate::platform::task::Pending;
use cpor_sync::{CacheWrite, OP_SCHEMA, StoredOp, Write, read_op, write_op};
use idb::{DatabaseEvent, Factory, ObjectStore, ObjectStoreParams, Transaction};
use js_sys::{Object, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use wasm_bindgen::JsValue;

const VERSION: u32 = 1;
const CLAIM_SCHEMA: u32 = 1;
pub(super) const OPS: &str = "ops";
pub(super) const CLAIMS: &str = "claims";
pub(super) const MACHINE: &str = "machine";
pub(super) const FILES: &str = "files";
pub(super) const FILE_USES: &str = "file_uses";
pub(super) const CURSOR: &str = "cursor";

/// The store of one account.
pub struct IndexedStore {
    name: String,
    /// The connection; opened again after the browser closed it.
    database: RefCell<Option<JsValue>>,
}

impl IndexedStore {
    /// Opens the store of an account, or makes it.
    ///
    /// # Errors
    /// When the browser withholds `IndexedDB`.
    pub async fn open(owner: &Owner) -> Result<Self, StoreError> {
        let name = owner.database();
        let database = connect(&name).await?;
        Ok(Self { name, database: RefCell::new(Some(database)) })
    }

    /// Whether the owner has a store here, as far as the browser tells.
    pub async fn is_there(owner: &Owner) -> bool {
        adopt::may_exist(&owner.database()).await
    }

    /// Takes over what was kept before each account had a store of its own.
    ///
    /// # Errors
    /// When it could not be copied. It stays where it is, and the next start
    /// tries again.
    pub async fn adopt_shared(&self, owner: &Owner) -> Result<(), NotAdopted> {
        let (Some(shared), Some(database)) =
            (owner.shared_database(), self.database.borrow().clone())
        else {
            return Ok(());
        };
        adopt::adopt(&shared, &self.name, &database).await
    }

    /// Opens a transaction; connects anew if the browser closed the connection.
    async fn begin(&self, stores: &[&str], mode: Mode) -> Result<Transaction, StoreError> {
        let known = self.database.borrow().clone();
        if let Some(database) = known
            && let Ok(transaction) = tx::open(&database, stores, mode)
        {
            return Ok(transaction);
        }
        let database = connect(&self.name).await?;
        let transaction = tx::open(&database, stores, mode)?;
        *self.database.borrow_mut() = Some(database);
        Ok(transaction)
    }

    async fn read_contents(&self) -> Result<Contents, StoreError> {
        let transaction = self.begin(&[OPS, CLAIMS, MACHINE], Mode::Read).await?;
        let ops = all(&transaction, OPS).await?;
        let claims = all(&transaction, CLAIMS).await?;
        let machine = store(&transaction, MACHINE)?;
        let cursor = machine.get(JsValue::from_str(CURSOR)).map_err(tx::failed)?;
        let cursor = cursor.await.map_err(tx::failed)?.and_then(|cursor| cursor.as_string());
        drop(transaction);
        let mut contents = Contents { cursor, ..Contents::default() };
        for (id, text) in ops {
            if let Some(op) = open_op(&id, &text) {
                contents.ops.push(op);
            } else {
                // It stays where it is, and a copy can be seen and exported.
                quarantine::put(&format!("{}.{OPS}.{id}", self.name), &text);
                contents.unreadable_claims.extend(claim_of(&text));
            }
        }
        let mut is_cache_damaged = false;
        for (id, text) in claims {
            match open_body::<CachedClaim>(&id, &text, CLAIM_SCHEMA) {
                Some(claim) => drop(contents.claims.insert(id, claim)),
                None => is_cache_damaged = true,
            }
        }
        if is_cache_damaged {
            // Claims can be fetched again: from the beginning.
            contents.cursor = None;
        }
        Ok(contents)
    }

    async fn write_contents(&self, write: Write) -> Result<(), StoreError> {
        let now = now_ms();
        let ops: Vec<(String, String)> = write
            .put_ops
            .iter()
            .map(|stored| {
                let id = &stored.op.op_id;
                let rev = u64::from(stored.op.attempts);
                (id.clone(), Envelope::seal(OP_SCHEMA, id, rev, now, write_op(stored)).to_text())
            })
            .collect();
        let transaction = self.begin(&[OPS, CLAIMS, MACHINE], Mode::Strict).await?;
        if write.follows.is_some() {
            let request = store(&transaction, MACHINE)?.get(JsValue::from_str(CURSOR));
            let cursor = request.map_err(tx::failed)?.await.map_err(tx::failed)?;
            if cursor.and_then(|cursor| cursor.as_string()) != write.follows {
                return Err(StoreError::Moved);
            }
        }
        let claim_store = store(&transaction, CLAIMS)?;
        let mut claims = BTreeMap::new();
        match ids_of(&write) {
            Some(ids) => {
                for id in ids {
                    let request = claim_store.get(JsValue::from_str(&id)).map_err(tx::failed)?;
                    let text = request.await.map_err(tx::failed)?.and_then(|text| text.as_string());
                    if let Some(claim) = text.and_then(|text| open_body(&id, &text, CLAIM_SCHEMA)) {
                        claims.insert(id, claim);
                    }
                }
            }
            None => {
                for (id, text) in all(&transaction, CLAIMS).await? {
                    let claim = open_body(&id, &text, CLAIM_SCHEMA).unwrap_or_default();
                    claims.insert(id, claim);
                }
            }
        }
        let changed = apply_to_claims(&mut claims, &write);
        let op_store = store(&transaction, OPS)?;
        for id in &write.remove_ops {
            op_store.delete(JsValue::from_str(id)).map_err(tx::failed)?;
        }
        for (id, text) in &ops {
            put(&op_store, id, &JsValue::from_str(text))?;
        }
        for id in &changed {
            match claims.get(id) {
                Some(claim) => {
                    let body = serde_json::to_string(claim).unwrap_or_default();
                    let rev = claim.claim.as_ref().map_or(0, |claim| claim.revision);
                    let text = Envelope::seal(CLAIM_SCHEMA, id, rev, now, body).to_text();
                    put(&claim_store, id, &JsValue::from_str(&text))?;
                }
                None => drop(claim_store.delete(JsValue::from_str(id)).map_err(tx::failed)?),
            }
        }
        if let Some(cursor) = &write.cursor {
            put(&store(&transaction, MACHINE)?, CURSOR, &JsValue::from_str(cursor))?;
        }
        tx::finish(transaction).await
    }

    async fn write_file(&self, file: StoredFile, claim_id: String) -> Result<(), StoreError> {
        let record = Object::new();
        let set = |key: &str, value: &JsValue| {
            // Setting a property of a plain object cannot fail.
            drop(Reflect::set(&record, &key.into(), value));
        };
        set("name", &JsValue::from_str(&file.name));
        set("media_type", &JsValue::from_str(&file.media_type));
        set("bytes", &Uint8Array::from(file.bytes.as_slice()).into());
        let transaction = self.begin(&[FILES, FILE_USES], Mode::Strict).await?;
        put(&store(&transaction, FILES)?, &file.sha256, &record)?;
        let since = JsValue::from_f64(now_ms());
        put(&store(&transaction, FILE_USES)?, &use_key(&file.sha256, &claim_id), &since)?;
        tx::finish(transaction).await
    }

    async fn read_file(&self, sha256: String) -> Result<Option<StoredFile>, StoreError> {
        let transaction = self.begin(&[FILES], Mode::Read).await?;
        let request = store(&transaction, FILES)?.get(JsValue::from_str(&sha256));
        let Some(record) = request.map_err(tx::failed)?.await.map_err(tx::failed)? else {
            return Ok(None);
        };
        let text =
            |key: &str| Reflect::get(&record, &key.into()).ok().and_then(|text| text.as_string());
        let Ok(bytes) = Reflect::get(&record, &"bytes".into()) else { return Ok(None) };
        Ok(Some(StoredFile {
            name: text("name").unwrap_or_default(),
            media_type: text("media_type").unwrap_or_default(),
            bytes: Uint8Array::new(&bytes).to_vec(),
            sha256,
        }))
    }

    async fn read_note(&self, key: String) -> Result<Option<String>, StoreError> {
        let transaction = self.begin(&[MACHINE], Mode::Read).await?;
        let request = store(&transaction, MACHINE)?.get(JsValue::from_str(&note_key(&key)));
        let note = request.map_err(tx::failed)?.await.map_err(tx::failed)?;
        Ok(note.and_then(|note| note.as_string()))
    }

    async fn write_note(&self, key: String, note: Option<String>) -> Result<(), StoreError> {
        let transaction = self.begin(&[MACHINE], Mode::Strict).await?;
        let machine = store(&transaction, MACHINE)?;
        let key = note_key(&key);
        match note {
            Some(note) => put(&machine, &key, &JsValue::from_str(&note))?,
            None => drop(machine.delete(JsValue::from_str(&key)).map_err(tx::failed)?),
        }
        tx::finish(transaction).await
    }

    async fn free_file(&self, sha256: String, claim_id: String) -> Result<(), StoreError> {
        let transaction = self.begin(&[FILES, FILE_USES], Mode::Strict).await?;
        let uses = store(&transaction, FILE_USES)?;
        let gone = use_key(&sha256, &claim_id);
        uses.delete(JsValue::from_str(&gone)).map_err(tx::failed)?;
        let keys = uses.get_all_keys(None, None).map_err(tx::failed)?.await.map_err(tx::failed)?;
        let prefix = use_key(&sha256, "");
        let is_used =
            keys.iter().filter_map(JsValue::as_string).any(|key| key.starts_with(&prefix));
        if !is_used {
            let files = store(&transaction, FILES)?;
            files.delete(JsValue::from_str(&sha256)).map_err(tx::failed)?;
        }
        tx::finish(transaction).await
    }
}

impl IndexedStore {
    /// Ends the uses that are over by what is stored of operations, as text.
    async fn free_files(
        &self,
        is_over: impl Fn(&FileUse, &[String]) -> bool,
    ) -> Result<u64, StoreError> {
        let transaction = self.begin(&[OPS, FILES, FILE_USES], Mode::Strict).await?;
        let ops = all(&transaction, OPS).await?;
        let ops: Vec<String> = ops.into_iter().map(|(_, text)| text).collect();
        let (uses, files) = (store(&transaction, FILE_USES)?, store(&transaction, FILES)?);
        let (gone, kept): (Vec<FileUse>, Vec<FileUse>) =
            read_uses(&uses).await?.into_iter().partition(|file| is_over(file, &ops));
        let needed: BTreeSet<&String> = kept.iter().map(|kept| &kept.sha256).collect();
        let freed: BTreeSet<&String> =
            gone.iter().map(|gone| &gone.sha256).filter(|file| !needed.contains(file)).collect();
        let mut bytes = 0;
        for file in &freed {
            let record = files.get(JsValue::from_str(file)).map_err(tx::failed)?;
            if let Some(record) = record.await.map_err(tx::failed)?
                && let Ok(content) = Reflect::get(&record, &"bytes".into())
            {
                bytes += u64::from(Uint8Array::new(&content).length());
            }
        }
        for gone in &gone {
            let key = use_key(&gone.sha256, &gone.claim_id);
            uses.delete(JsValue::from_str(&key)).map_err(tx::failed)?;
        }
        for file in &freed {
            files.delete(JsValue::from_str(file)).map_err(tx::failed)?;
        }
        tx::finish(transaction).await?;
        Ok(bytes)
    }

    async fn read_file_uses(&self) -> Result<Vec<FileUse>, StoreError> {
        let transaction = self.begin(&[FILE_USES], Mode::Read).await?;
        let uses = store(&transaction, FILE_USES)?;
        read_uses(&uses).await
    }

    async fn read_texts(&self) -> Result<Vec<String>, StoreError> {
        let transaction = self.begin(&[OPS, CLAIMS], Mode::Read).await?;
        let ops = all(&transaction, OPS).await?;
        let claims = all(&transaction, CLAIMS).await?;
        Ok(ops.into_iter().chain(claims).map(|(_, text)| text).collect())
    }
}

impl Store for IndexedStore {
    fn is_durable(&self) -> bool {
        true
    }

    fn read(&self) -> Pending<'_, Result<Contents, StoreError>> {
        Box::pin(self.read_contents())
    }

    fn write(&self, write: Write) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.write_contents(write))
    }

    fn put_file(&self, file: StoredFile, claim_id: String) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.write_file(file, claim_id))
    }

    fn file(&self, sha256: String) -> Pending<'_, Result<Option<StoredFile>, StoreError>> {
        Box::pin(self.read_file(sha256))
    }

    fn note(&self, key: String) -> Pending<'_, Result<Option<String>, StoreError>> {
        Box::pin(self.read_note(key))
    }

    fn set_note(&self, key: String, note: Option<String>) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.write_note(key, note))
    }

    fn release_files_of(&self, claims: BTreeSet<String>) -> Pending<'_, Result<u64, StoreError>> {
        Box::pin(self.free_files(move |file, ops| {
            // What cannot be read protects its files as well.
            let needs = |text: &String| {
                text.contains(&file.sha256) || claim_of(text).as_ref() == Some(&file.claim_id)
            };
            claims.contains(&file.claim_id) && !ops.iter().any(needs)
        }))
    }

    fn file_uses(&self) -> Pending<'_, Result<Vec<FileUse>, StoreError>> {
        Box::pin(self.read_file_uses())
    }

    fn end_uses(&self, uses: Vec<FileUse>) -> Pending<'_, Result<u64, StoreError>> {
        Box::pin(self.free_files(move |file, _| uses.contains(file)))
    }

    fn texts(&self) -> Pending<'_, Result<Vec<String>, StoreError>> {
        Box::pin(self.read_texts())
    }

    fn release_file(
        &self,
        sha256: String,
        claim_id: String,
    ) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.free_file(sha256, claim_id))
    }
}

pub(super) async fn connect(name: &str) -> Result<JsValue, StoreError> {
    let factory = Factory::new().map_err(tx::failed)?;
    let mut request = factory.open(name, Some(VERSION)).map_err(tx::failed)?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        for name in [OPS, CLAIMS, MACHINE, FILES, FILE_USES] {
            // A store that could not be made shows when it is opened.
            drop(database.create_object_store(name, ObjectStoreParams::new()));
        }
    });
    request.await.map(tx::raw).map_err(tx::failed)
}

pub(super) fn store(transaction: &Transaction, name: &str) -> Result<ObjectStore, StoreError> {
    transaction.object_store(name).map_err(tx::failed)
}

pub(super) fn put(store: &ObjectStore, key: &str, value: &JsValue) -> Result<(), StoreError> {
    store.put(value, Some(&JsValue::from_str(key))).map(drop).map_err(tx::failed)
}

async fn read_uses(uses: &ObjectStore) -> Result<Vec<FileUse>, StoreError> {
    let keys = uses.get_all_keys(None, None).map_err(tx::failed)?.await.map_err(tx::failed)?;
    let since = uses.get_all(None, None).map_err(tx::failed)?.await.map_err(tx::failed)?;
    let read = |(key, since): (JsValue, JsValue)| {
        let key = key.as_string()?;
        let (sha256, claim_id) = key.split_once('/')?;
        let kept_at_ms = since.as_f64().unwrap_or_default();
        Some(FileUse { sha256: sha256.to_owned(), claim_id: claim_id.to_owned(), kept_at_ms })
    };
    Ok(keys.into_iter().zip(since).filter_map(read).collect())
}

async fn all(transaction: &Transaction, name: &str) -> Result<Vec<(String, String)>, StoreError> {
    let store = store(transaction, name)?;
    let keys = store.get_all_keys(None, None).map_err(tx::failed)?.await.map_err(tx::failed)?;
    let values = store.get_all(None, None).map_err(tx::failed)?.await.map_err(tx::failed)?;
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    Ok(keys.into_iter().map(text).zip(values.into_iter().map(text)).collect())
}

fn note_key(key: &str) -> String {
    format!("note.{key}")
}

fn use_key(sha256: &str, claim_id: &str) -> String {
    format!("{sha256}/{claim_id}")
}

fn open_op(id: &str, text: &str) -> Option<StoredOp> {
    let envelope = Envelope::open(text, id, OP_SCHEMA).ok()?;
    read_op(envelope.schema, &envelope.body).ok()
}

fn open_body<T: DeserializeOwned>(id: &str, text: &str, schema: u32) -> Option<T> {
    let envelope = Envelope::open(text, id, schema).ok()?;
    serde_json::from_str(&envelope.body).ok()
}

/// The claims that a write may touch; `None` for all of them.
fn ids_of(write: &Write) -> Option<Vec<String>> {
    write
        .cache
        .iter()
        .map(|step| match step {
            CacheWrite::Put(claim)
            | CacheWrite::PutKnown(claim)
            | CacheWrite::PutTheirs(claim)
            | CacheWrite::SeeTheirs(claim) => Some(claim.id.clone()),
            CacheWrite::Remove(id) | CacheWrite::TheirsGone(id) | CacheWrite::TakeTheirs(id) => {
                Some(id.clone())
            }
            CacheWrite::ReplaceAll { .. } => None,
        })
        .collect()
}

/// The claim of an operation that cannot be read, if that much can be found.
fn claim_of(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("claim_id\\\":\\\"")?;
    Some(rest.split_once('\\')?.0.to_owned())
}
