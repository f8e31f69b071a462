//! What is typed beside drafts, on its way in a file of drafts: a reviewer's notes,
//! reasons for ending an association, and what was set aside.

use super::reviews::Notes;
use serde::{Deserialize, Serialize};

/// Most entries of a kind that are taken; nobody has as many.
const MAX_ENTRIES: usize = 1_000;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beside {
    /// What reviewers ticked and have half written.
    pub notes: Vec<PackedNotes>,
    /// Reasons for ending an association, as far as they were typed.
    pub reasons: Vec<PackedReason>,
    /// Texts that were set aside, as they were found.
    pub aside: Vec<PackedText>,
}

/// Notes on their way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackedNotes {
    /// Whose.
    pub account: String,
    /// On which claim.
    pub claim: String,
    /// The notes.
    pub notes: Notes,
}

/// A reason on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedReason {
    /// Of which claim.
    pub claim: String,
    /// As it was typed.
    pub text: String,
}

/// A text that was set aside, on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedText {
    /// Where it was found; names nothing on the device that takes it in.
    pub key: String,
    /// As it was found.
    pub raw: String,
}

impl Beside {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is more than anybody has.
    pub fn is_too_much(&self) -> bool {
        [self.notes.len(), self.reasons.len(), self.aside.len()].iter().any(|n| *n > MAX_ENTRIES)
    }
}
