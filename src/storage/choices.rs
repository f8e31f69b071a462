//! What was chosen so far between two versions of a claim, in local storage, one
//! key for each operation that is in conflict.
//!
//! Schema 1 is [`Choices`] as JSON. What cannot be read is chosen anew.

use super::envelope::Envelope;
use crate::platform::local::{self, WriteError};
use serde::{Deserialize, Serialize};

const PREFIX: &str = "cpor.choice.";
const SCHEMA: u32 = 1;

/// The choices for one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// The revision of the other version; of a later one nothing is chosen yet.
    pub theirs: u64,
    /// Fields of which one's own version is taken.
    pub mine: Vec<String>,
    /// Fields of which the other version is taken.
    pub their: Vec<String>,
}

/// The choices for an operation, against this revision.
pub fn load(op_id: &str, theirs: u64) -> Choices {
    local::get(&key(op_id))
        .and_then(|raw| Envelope::open(&raw, op_id, SCHEMA).ok())
        .and_then(|envelope| serde_json::from_str::<Choices>(&envelope.body).ok())
        .filter(|choices| choices.theirs == theirs)
        .unwrap_or(Choices { theirs, ..Choices::default() })
}

/// Keeps the choices.
///
/// # Errors
/// When there is no room, or no local storage.
pub fn save(op_id: &str, choices: &Choices, at_ms: f64) -> Result<(), WriteError> {
    // Every field has a JSON form.
    let body = serde_json::to_string(choices).unwrap_or_default();
    local::set(&key(op_id), &Envelope::seal(SCHEMA, op_id, 0, at_ms, body).to_text())
}

/// Forgets them: the decision was made.
pub fn remove(op_id: &str) {
    local::remove(&key(op_id));
}

fn key(op_id: &str) -> String {
    format!("{PREFIX}{op_id}")
}
