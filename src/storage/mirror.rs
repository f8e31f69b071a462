//! The copy of local storage that the script which starts the app keeps in a
//! database ([decision 28](../../docs/adr/0028-a-copy-of-local-storage.md)); here it
//! is only read.

use super::adopt;
use super::store::StoreError;
use super::tx;
use idb::{DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

const NAME: &str = "cpor.mirror";
const RECORDS: &str = "records";

/// Every record in it, also one that found no room when it was to be brought back.
///
/// # Errors
/// When it is there and cannot be read.
pub async fn texts() -> Result<Vec<String>, StoreError> {
    if !adopt::may_exist(NAME).await {
        return Ok(Vec::new());
    }
    let mut request =
        Factory::new().and_then(|factory| factory.open(NAME, Some(1))).map_err(tx::failed)?;
    request.on_upgrade_needed(|event| {
        // One that could not be made shows when it is opened.
        if let Ok(database) = event.database() {
            drop(database.create_object_store(RECORDS, ObjectStoreParams::new()));
        }
    });
    let database = request.await.map_err(tx::failed)?;
    let read = async || -> Result<Vec<JsValue>, idb::Error> {
        let transaction = database.transaction(&[RECORDS], TransactionMode::ReadOnly)?;
        transaction.object_store(RECORDS)?.get_all(None, None)?.await
    };
    let records = read().await;
    database.close();
    Ok(records.map_err(tx::failed)?.iter().filter_map(text_of).collect())
}

/// What a copy holds: the text alone in the first form, with its count since. A copy
/// that says that something was removed holds none.
fn text_of(copy: &JsValue) -> Option<String> {
    let text = || Reflect::get(copy, &JsValue::from_str("text")).ok()?.as_string();
    copy.as_string().or_else(text)
}
