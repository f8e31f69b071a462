//! What a reviewer has ticked and half written, in local storage, one key for
//! each account and claim.
//!
//! Schema 1 is [`Notes`] as JSON. What cannot be read goes to quarantine, and
//! the reviewer begins anew.

use super::envelope::{Damage, Envelope};
use super::quarantine;
use crate::platform::local::{self, WriteError};
use cpor_rules::{Action, ReviewReason};
use serde::{Deserialize, Serialize};

const PREFIX: &str = "cpor.review.";
const SCHEMA: u32 = 1;

/// Notes on one claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// Points of the checklist that are ticked.
    pub ticked: Vec<String>,
    /// What is to be decided.
    pub action: Option<Action>,
    /// The grounds given so far.
    pub grounds: Vec<ReviewReason>,
    /// The comment so far.
    pub comment: String,
    /// The revision on which the decision was sent. It stays here until the
    /// server has taken it, so that nothing typed is lost if it is refused.
    pub sent_on: Option<u64>,
}

/// The notes of an account on a claim.
pub fn load(account: &str, claim: &str) -> Notes {
    let id = id(account, claim);
    let key = key(&id);
    let Some(raw) = local::get(&key) else { return Notes::default() };
    match read(&id, &raw) {
        Ok(notes) => notes,
        // A newer version of the app still reads it where it is.
        Err(Damage::Newer { .. }) => Notes::default(),
        Err(Damage::NotARecord | Damage::Checksum | Damage::Body) => {
            quarantine::take(&key);
            Notes::default()
        }
    }
}

/// All notes of an account that can be read, each with its claim.
pub fn of(account: &str) -> Vec<(String, Notes)> {
    let own = format!("{PREFIX}{account}.");
    let mut claims: Vec<String> = local::keys(&own)
        .iter()
        .filter_map(|key| key.strip_prefix(&own).map(str::to_owned))
        .collect();
    claims.sort();
    let notes = claims.into_iter().map(|claim| (load(account, &claim), claim));
    notes
        .filter(|(notes, _)| *notes != Notes::default())
        .map(|(notes, claim)| (claim, notes))
        .collect()
}

/// Keeps the notes; empty ones take no room.
///
/// # Errors
/// When there is no room, or no local storage.
pub fn save(account: &str, claim: &str, notes: &Notes, at_ms: f64) -> Result<(), WriteError> {
    let id = id(account, claim);
    let key = key(&id);
    if *notes == Notes::default() {
        local::remove(&key);
        return Ok(());
    }
    local::set(&key, &write(&id, notes, at_ms))
}

fn id(account: &str, claim: &str) -> String {
    format!("{account}.{claim}")
}

fn key(id: &str) -> String {
    format!("{PREFIX}{id}")
}

fn write(id: &str, notes: &Notes, at_ms: f64) -> String {
    // Every field has a JSON form.
    let body = serde_json::to_string(notes).unwrap_or_default();
    Envelope::seal(SCHEMA, id, 0, at_ms, body).to_text()
}

fn read(id: &str, raw: &str) -> Result<Notes, Damage> {
    let envelope = Envelope::open(raw, id, SCHEMA)?;
    serde_json::from_str(&envelope.body).map_err(|_| Damage::Body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_rules::Ground;

    #[test]
    fn what_is_written_is_read_again_by_its_own_claim() {
        let notes = Notes {
            ticked: vec!["dates".to_owned(), "item:teams".to_owned()],
            action: Some(Action::RequestAction),
            grounds: vec![ReviewReason {
                ground: Ground::MissingItems,
                item: Some("teams".to_owned()),
            }],
            comment: "第 2 頁 lacks a date".to_owned(),
            sent_on: Some(4),
        };
        let id = id("a", "b");
        let text = write(&id, &notes, 1_800_000_000_000.0);
        assert_eq!(read(&id, &text), Ok(notes));
        assert_eq!(read(&super::id("a", "c"), &text), Err(Damage::NotARecord));
    }
}
