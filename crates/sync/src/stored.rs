//! The form in which operations are stored.
//!
//! Schema 1 is [`StoredOp`] as JSON. A released schema has a golden file in
//! `tests/golden` and is readable for ever.

use crate::op::{Op, WedgeReason};
use serde::{Deserialize, Serialize};

/// The newest schema.
pub const OP_SCHEMA: u32 = 1;

/// An operation with what must survive a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredOp {
    /// The operation.
    pub op: Op,
    /// Why it needs the person, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wedge: Option<WedgeReason>,
}

/// A stored operation could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer version of the app wrote it.
    Newer,
    /// Its content is not what its schema says.
    Damaged,
}

/// The body to store.
pub fn write_op(stored: &StoredOp) -> String {
    // Every field has a JSON form.
    serde_json::to_string(stored).unwrap_or_default()
}

/// Reads a body of a schema.
///
/// # Errors
/// When it is of a newer schema or damaged.
pub fn read_op(schema: u32, body: &str) -> Result<StoredOp, Unreadable> {
    match schema {
        OP_SCHEMA => serde_json::from_str(body).map_err(|_| Unreadable::Damaged),
        0 => Err(Unreadable::Damaged),
        _ => Err(Unreadable::Newer),
    }
}
