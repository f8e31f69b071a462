//! A computer that others use as well: nothing of the person reaches its disk.
//!
//! One key says so, in local storage itself, so that every tab of this browser
//! knows from its start. It is set when somebody signs in that way, and removed when
//! they sign out. It says nothing of who that was.

use crate::platform::local;

const KEY: &str = "cpor.shared";

/// Begins as the browser was left; before anything else is read.
pub fn resume() {
    if local::get(KEY).is_some() {
        local::keep_in_memory(true);
    }
}

/// Whether nothing reaches the disk.
pub fn is_on() -> bool {
    local::is_in_memory()
}

/// From now on nothing reaches the disk. `false` when other tabs could not be told,
/// which would go on storing.
pub fn begin() -> bool {
    local::keep_in_memory(false);
    if local::set(KEY, "yes").is_err() {
        return false;
    }
    local::keep_in_memory(true);
    true
}

/// Everything reaches the disk again, and what was in memory is forgotten.
pub fn end() {
    local::keep_in_memory(false);
    local::remove(KEY);
}

/// The browser may keep things again; this tab keeps nothing until it is gone, and
/// forgets what it had.
pub fn leave() {
    local::on_disk(|| local::remove(KEY));
    local::keep_in_memory(true);
}

/// Does something on the disk all the same.
pub fn on_disk<R>(work: impl FnOnce() -> R) -> R {
    local::on_disk(work)
}

/// Whether the browser is noted as shared, whatever this tab does.
pub fn is_noted() -> bool {
    local::on_disk(|| local::get(KEY).is_some())
}

/// Whether a key of local storage is the one that says so.
pub fn is_key(key: &str) -> bool {
    key == KEY
}
