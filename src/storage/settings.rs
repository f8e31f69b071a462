//! Settings of this device: texts by name, in local storage.

use crate::platform::local::{self, WriteError};

const PREFIX: &str = "cpor.settings.";

/// A setting.
pub fn get(name: &str) -> Option<String> {
    local::get(&key(name))
}

/// Changes a setting.
///
/// # Errors
/// When there is no room, or no local storage.
pub fn set(name: &str, value: &str) -> Result<(), WriteError> {
    local::set(&key(name), value)
}

/// Back to the default.
pub fn remove(name: &str) {
    local::remove(&key(name));
}

/// Names of all settings that begin so, without that beginning.
pub fn names(beginning: &str) -> Vec<String> {
    let own = key(beginning);
    let keys = local::keys(&own);
    let mut names: Vec<String> =
        keys.iter().filter_map(|key| key.strip_prefix(&own).map(str::to_owned)).collect();
    names.sort();
    names
}

/// Whether a key of local storage is that of the setting.
pub fn is_key(name: &str, of_storage: &str) -> bool {
    key(name) == of_storage
}

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}
