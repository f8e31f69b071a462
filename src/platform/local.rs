//! Local storage: synchronous, one text for each key.
//!
//! A browser writes it to the disk some seconds later, and one that is killed
//! forgets what came since. The script that starts the app keeps a copy in
//! `IndexedDB`, which reaches the system at once; here it is told of each
//! change by an event of the window, and tells when its copies are there.
//!
//! On a shared computer it is the memory of this tab instead, and gone with it.

use super::page::Listener;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Storage};

/// A write did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// No room is left.
    Full,
    /// The browser gives no local storage to this page.
    Unavailable,
}

thread_local! {
    /// Keys and texts, where nothing is to reach the disk.
    static MEMORY: RefCell<Option<Vec<(String, String)>>> = const { RefCell::new(None) };
    /// Whether the last change waits for its copy.
    static IS_COPIED_LATER: Cell<bool> = const { Cell::new(false) };
}

/// Whether the last change is still to be copied; [`listen_to_copies`] tells of it.
pub fn is_copied_later() -> bool {
    IS_COPIED_LATER.get()
}

/// Calls `on_copied` whenever everything that was changed here is copied, until the
/// listener is dropped.
pub fn listen_to_copies(on_copied: impl Fn() + 'static) -> Option<Listener> {
    Listener::new(super::window()?.into(), "cpor:copied", move |_| on_copied())
}

/// From now on nothing reaches the disk, or everything does again. Either way what
/// was in memory is forgotten.
pub fn keep_in_memory(is_on: bool) {
    MEMORY.set(is_on.then(Vec::new));
}

/// Whether nothing reaches the disk.
pub fn is_in_memory() -> bool {
    MEMORY.with_borrow(Option::is_some)
}

/// Works on local storage itself, whatever stands in for it.
pub fn on_disk<R>(work: impl FnOnce() -> R) -> R {
    let memory = MEMORY.take();
    let outcome = work();
    MEMORY.set(memory);
    outcome
}

/// Works on the memory, where it stands in.
fn in_memory<R>(work: impl FnOnce(&mut Vec<(String, String)>) -> R) -> Option<R> {
    MEMORY.with_borrow_mut(|memory| memory.as_mut().map(work))
}

/// Local storage of this origin; `None` where the browser gives none.
fn storage() -> Option<Storage> {
    super::window()?.local_storage().ok()?
}

/// Whether the browser gives local storage to this page.
pub fn is_available() -> bool {
    storage().is_some()
}

/// The text of a key.
pub fn get(key: &str) -> Option<String> {
    let found = |memory: &mut Vec<(String, String)>| {
        memory.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone())
    };
    if let Some(found) = in_memory(found) {
        return found;
    }
    storage()?.get_item(key).ok()?
}

/// Writes the text of a key.
///
/// # Errors
/// When there is no room, or no local storage.
pub fn set(key: &str, text: &str) -> Result<(), WriteError> {
    let put = |memory: &mut Vec<(String, String)>| {
        memory.retain(|(known, _)| known != key);
        memory.push((key.to_owned(), text.to_owned()));
    };
    if in_memory(put).is_some() {
        IS_COPIED_LATER.set(false);
        return Ok(());
    }
    let storage = storage().ok_or(WriteError::Unavailable)?;
    storage.set_item(key, text).map_err(|error| {
        if is_quota_error(&error) { WriteError::Full } else { WriteError::Unavailable }
    })?;
    tell(key);
    Ok(())
}

/// Has the copy follow.
fn tell(key: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(key));
    init.set_cancelable(true);
    let event = CustomEvent::new_with_event_init_dict("cpor:stored", &init);
    IS_COPIED_LATER.set(false);
    let (Some(window), Ok(event)) = (super::window(), event) else { return };
    // Whoever will make a copy says so by cancelling it.
    IS_COPIED_LATER.set(!window.dispatch_event(&event).unwrap_or(true));
}

/// Removes a key.
pub fn remove(key: &str) {
    if in_memory(|memory| memory.retain(|(known, _)| known != key)).is_some() {
        return;
    }
    if let Some(storage) = storage() {
        // Removing a key needs no room, and one that is not there is no error.
        drop(storage.remove_item(key));
        tell(key);
    }
}

/// The keys that begin with this.
pub fn keys(prefix: &str) -> Vec<String> {
    let begins = |memory: &mut Vec<(String, String)>| {
        let keys = memory.iter().map(|(key, _)| key);
        keys.filter(|key| key.starts_with(prefix)).cloned().collect()
    };
    if let Some(keys) = in_memory(begins) {
        return keys;
    }
    let Some(storage) = storage() else { return Vec::new() };
    (0..storage.length().unwrap_or(0))
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|key| key.starts_with(prefix))
        .collect()
}

/// Whether an exception says that no room is left.
pub fn is_quota_error(error: &JsValue) -> bool {
    js_sys::Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .is_some_and(|name| name.contains("Quota"))
}
