//! Data that cannot be read: kept untouched, shown, exportable.
//!
//! Only the person may remove an entry; the app never does.

use crate::platform::local;
use std::collections::BTreeSet;

const PREFIX: &str = "cpor.quarantine.";
/// Copies kept of one key; the key itself then stays as it is.
const MAX_COPIES: u32 = 100;

/// Something in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Key of the entry itself.
    pub key: String,
    /// Where the data was found.
    pub original_key: String,
    /// The data as it was found.
    pub raw: String,
}

/// Moves a key of local storage into quarantine. Only when the copy reads back
/// is the original removed; otherwise it stays where it is.
pub(super) fn take(original_key: &str) -> Option<Entry> {
    let raw = local::get(original_key)?;
    let entry = put(original_key, &raw)?;
    local::remove(original_key);
    Some(entry)
}

/// Puts data from elsewhere into quarantine. `None` when there is no room.
pub fn put(original_key: &str, raw: &str) -> Option<Entry> {
    for copy in 1..=MAX_COPIES {
        let key = format!("{PREFIX}{original_key}.{copy}");
        match local::get(&key) {
            Some(kept) if kept != raw => continue,
            Some(_) => {}
            None => local::set(&key, raw).ok()?,
        }
        return (local::get(&key).as_deref() == Some(raw)).then(|| Entry {
            key,
            original_key: original_key.to_owned(),
            raw: raw.to_owned(),
        });
    }
    None
}

/// Everything in quarantine.
pub fn list() -> Vec<Entry> {
    let keys = BTreeSet::from_iter(local::keys(PREFIX));
    keys.into_iter()
        .filter_map(|key| {
            let raw = local::get(&key)?;
            let rest = key.strip_prefix(PREFIX)?;
            let original_key = rest.rsplit_once('.').map_or(rest, |(original, _)| original);
            Some(Entry { original_key: original_key.to_owned(), raw, key })
        })
        .collect()
}

/// Removes an entry, when the person asks for it.
pub fn remove(key: &str) {
    if key.starts_with(PREFIX) {
        local::remove(key);
    }
}
