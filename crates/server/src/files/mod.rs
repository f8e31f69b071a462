//! Files: what they are, what they are called, and where their bytes are kept.

mod checksum;
mod kind;
mod name;
mod store;

pub(crate) use checksum::{ALGORITHMS, Checksum};
pub(crate) use kind::media_type;
pub(crate) use name::{disposition, safe_name};
pub(crate) use store::{Appended, FileStore, Finished, StoreError};
pub use store::{BucketKeys, BucketLocation};

/// Whether a text has the form of a SHA-256 as it travels: lower-case hex.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
