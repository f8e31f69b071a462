//! Transactions of `IndexedDB`.
//!
//! Everything is gathered before a transaction is opened, and inside it
//! nothing is awaited but its own requests: a transaction that waits for
//! anything else closes by itself.

use super::store::StoreError;
use crate::platform::local::is_quota_error;
use idb::{Database, Error, Transaction};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// When a transaction counts as complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Reads.
    Read,
    /// When the disk has it.
    Strict,
}

/// Opens a transaction.
///
/// By reflection, since the crate cannot ask for durability; a browser that
/// does not know the option ignores it.
pub(super) fn open(
    database: &JsValue,
    stores: &[&str],
    mode: Mode,
) -> Result<Transaction, StoreError> {
    let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let options = Object::new();
    let (mode, durability) = match mode {
        Mode::Read => ("readonly", "default"),
        Mode::Strict => ("readwrite", "strict"),
    };
    let begin = || -> Result<JsValue, JsValue> {
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        let method: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
        method.call3(database, &names, &mode.into(), &options)
    };
    let transaction = begin().map_err(|error| unavailable(&error))?;
    Transaction::try_from(transaction).map_err(failed)
}

/// Waits until a transaction that writes is on the disk.
pub(super) async fn finish(transaction: Transaction) -> Result<(), StoreError> {
    // A second handle, to ask for the reason of an abort afterwards.
    let names = transaction.store_names();
    let store = names.first().and_then(|name| transaction.object_store(name).ok());
    let handle = store.map(|store| store.transaction());
    let result = transaction.await.map_err(failed)?;
    if result.is_committed() {
        return Ok(());
    }
    Err(match handle.and_then(|handle| handle.error()) {
        Some(error) => unavailable(&error),
        None => StoreError::Unavailable("the transaction was aborted".to_owned()),
    })
}

/// The meaning of a failure.
#[expect(clippy::needless_pass_by_value, reason = "it is the function given to `map_err`")]
pub(super) fn failed(error: Error) -> StoreError {
    let text = error.to_string();
    let is_full = match &error {
        Error::AddFailed(inner) | Error::UpdateFailed(inner) => is_quota_error(inner),
        Error::DomException(inner) => is_quota_error(inner),
        _ => false,
    };
    if is_full || text.contains("Quota") { StoreError::Full } else { StoreError::Unavailable(text) }
}

/// The database as the browser knows it, for [`open`].
pub(super) fn raw(database: Database) -> JsValue {
    database.into()
}

fn unavailable(error: &JsValue) -> StoreError {
    if is_quota_error(error) {
        StoreError::Full
    } else {
        StoreError::Unavailable(format!("{error:?}"))
    }
}
