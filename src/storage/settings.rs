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

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}
