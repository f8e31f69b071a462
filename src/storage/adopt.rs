//! Takes over the database that all accounts of an organisation once shared.
//!
//! The first account that signs in becomes its heir and copies everything; the
//! old database is kept for 30 days, in case an older tab or version needs it.
//! Copying again changes nothing: records go under the same keys, and an
//! operation that was sent meanwhile is known to the backend by its id.

use super::indexed::{CLAIMS, CURSOR, FILE_USES, FILES, MACHINE, OPS, connect, put, store};
use super::store::StoreError;
use super::tx::{self, Mode};
use crate::platform::clock::now_ms;
use idb::Factory;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Key in `machine` of the old database: name of the database that takes over.
const HEIR: &str = "heir";
/// Key in `machine` of the old database: when it was taken over.
const ADOPTED_AT: &str = "adopted_at";
const KEPT_MS: f64 = 30.0 * 24.0 * 3_600_000.0;

/// Not everything was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAdopted {
    /// Why.
    pub error: StoreError,
    /// Size of the record that could not be copied, as far as it is known.
    pub needed_bytes: u64,
}

impl From<StoreError> for NotAdopted {
    fn from(error: StoreError) -> Self {
        Self { error, needed_bytes: 0 }
    }
}

/// Copies what is in the database `from` to the database `to`, once.
///
/// # Errors
/// When something could not be copied; it is there still, and can be tried again.
pub(super) async fn adopt(from: &str, to: &str, target: &JsValue) -> Result<(), NotAdopted> {
    if !may_exist(from).await {
        return Ok(());
    }
    let source = connect(from).await?;
    let result = copy_from(&source, to, target).await;
    close(&source);
    if result? {
        // Another tab may still use it: then it goes some other day.
        drop(Factory::new().and_then(|factory| factory.delete(from)));
    }
    Ok(())
}

/// Returns whether the old database has been kept for long enough.
async fn copy_from(source: &JsValue, to: &str, target: &JsValue) -> Result<bool, NotAdopted> {
    let transaction = tx::open(source, &[MACHINE], Mode::Strict)?;
    let machine = store(&transaction, MACHINE)?;
    let get = async |key: &str| -> Result<Option<JsValue>, StoreError> {
        machine.get(JsValue::from_str(key)).map_err(tx::failed)?.await.map_err(tx::failed)
    };
    let heir = get(HEIR).await?.and_then(|heir| heir.as_string());
    let adopted_at = get(ADOPTED_AT).await?.and_then(|at| at.as_f64());
    if heir.is_none() {
        put(&machine, HEIR, &JsValue::from_str(to))?;
    }
    tx::finish(transaction).await?;
    if let Some(adopted_at) = adopted_at {
        return Ok(now_ms() - adopted_at > KEPT_MS);
    }
    if heir.is_some_and(|heir| heir != to) {
        return Ok(false);
    }
    // Files first: an operation must never be there without its file.
    for name in [FILES, FILE_USES, CLAIMS, OPS] {
        copy_store(source, target, name).await?;
    }
    copy_record(source, target, MACHINE, CURSOR).await?;
    let missing = |kept: &[String], key: &String| !kept.contains(key);
    let kept = keys(target, OPS).await?;
    if keys(source, OPS).await?.iter().any(|key| missing(&kept, key)) {
        let incomplete = "the copy of the outbox is not complete".to_owned();
        return Err(StoreError::Unavailable(incomplete).into());
    }
    let transaction = tx::open(source, &[MACHINE], Mode::Strict)?;
    put(&store(&transaction, MACHINE)?, ADOPTED_AT, &JsValue::from_f64(now_ms()))?;
    tx::finish(transaction).await?;
    Ok(false)
}

async fn copy_store(source: &JsValue, target: &JsValue, name: &str) -> Result<(), NotAdopted> {
    // One at a time: files are large.
    for key in keys(source, name).await? {
        copy_record(source, target, name, &key).await?;
    }
    Ok(())
}

async fn copy_record(
    source: &JsValue,
    target: &JsValue,
    name: &str,
    key: &str,
) -> Result<(), NotAdopted> {
    let transaction = tx::open(source, &[name], Mode::Read)?;
    let request = store(&transaction, name)?.get(JsValue::from_str(key)).map_err(tx::failed)?;
    let record = request.await.map_err(tx::failed)?;
    let Some(record) = record else { return Ok(()) };
    let copy = async || {
        let transaction = tx::open(target, &[name], Mode::Strict)?;
        put(&store(&transaction, name)?, key, &record)?;
        tx::finish(transaction).await
    };
    copy().await.map_err(|error| NotAdopted { error, needed_bytes: size_of(&record) })
}

/// About how many bytes a record takes: a text, or a file.
fn size_of(record: &JsValue) -> u64 {
    if let Some(text) = record.as_string() {
        return 2 * text.encode_utf16().count() as u64;
    }
    Reflect::get(record, &"bytes".into())
        .ok()
        .and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok())
        .map_or(0, |bytes| u64::from(bytes.length()))
}

async fn keys(database: &JsValue, name: &str) -> Result<Vec<String>, StoreError> {
    let transaction = tx::open(database, &[name], Mode::Read)?;
    let request = store(&transaction, name)?.get_all_keys(None, None).map_err(tx::failed)?;
    let keys = request.await.map_err(tx::failed)?;
    Ok(keys.iter().filter_map(JsValue::as_string).collect())
}

/// Whether the browser has a database of this name, as far as it tells.
pub(super) async fn may_exist(name: &str) -> bool {
    let list = || -> Result<Promise, JsValue> {
        let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())?;
        let method: Function = Reflect::get(&factory, &"databases".into())?.dyn_into()?;
        method.call0(&factory)?.dyn_into()
    };
    let Ok(list) = list() else { return true };
    let Ok(list) = JsFuture::from(list).await else { return true };
    Array::from(&list).iter().any(|entry| {
        Reflect::get(&entry, &"name".into()).ok().and_then(|known| known.as_string()).as_deref()
            == Some(name)
    })
}

fn close(database: &JsValue) {
    if let Ok(close) = Reflect::get(database, &"close".into())
        && let Ok(close) = close.dyn_into::<Function>()
    {
        drop(close.call0(database));
    }
}
