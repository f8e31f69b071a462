//! Drafts on this device, in local storage, one key each.
//!
//! Synchronous from end to end: a draft can be saved while the page is being
//! closed. A save counts as done only after it was read back.
//!
//! Schema 1 is [`Body`] as JSON. Unknown fields are ignored by intent: a
//! draft that an older version opens again must not be refused for them.

use super::envelope::{Damage, Envelope};
use super::{quarantine, whole};
use crate::platform::local::{self, WriteError};
use cpor_rules::Draft;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "cpor.draft.";
const SCHEMA: u32 = 1;

/// A draft with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDraft {
    /// Id of the claim that it is, or will be.
    pub id: String,
    /// Id of the organisation whose claim the backend has; empty while none has it.
    pub organisation: String,
    /// Grows with each save. Whoever saves counts it up.
    pub rev: u64,
    /// When it was saved, by the clock of this device; for display only.
    pub saved_at_ms: f64,
    /// How far it came.
    pub phase: DraftPhase,
    /// What was sent last, or what the backend had when the editing began.
    pub base: Option<Draft>,
    /// The revision that the backend was known to have last.
    pub base_revision: Option<u64>,
    /// The content of that revision, while `base` is not known to have arrived:
    /// what waits may be given up, or merged, and then `base` is nobody's.
    pub confirmed: Option<Draft>,
    /// What was typed.
    pub draft: Draft,
    /// Where the person was.
    pub place: Place,
}

impl StoredDraft {
    /// The last content that the backend is known to have had.
    pub fn arrived(&self) -> Option<&Draft> {
        let base = self.base.as_ref().filter(|_| self.base_revision.is_some());
        self.confirmed.as_ref().or(base)
    }

    /// Whether an organisation sees it; `None` while nobody is signed in. What
    /// no backend has belongs to this device.
    pub fn is_for(&self, organisation: Option<&str>) -> bool {
        self.organisation.is_empty() || organisation == Some(self.organisation.as_str())
    }
}

/// How far a draft came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DraftPhase {
    /// It is being written.
    #[default]
    Writing,
    /// *Add customer* was done: the claim exists as a Draft.
    Created,
    /// It was submitted; the submission is on its way or arrived.
    Sent,
}

/// Where the person was in the wizard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Code of the step.
    pub step: String,
    /// Field that had the focus.
    pub field: Option<String>,
    /// How far the page was scrolled, in CSS pixels.
    #[serde(with = "whole")]
    pub scroll: f64,
    /// All steps on one page.
    pub single_page: bool,
}

/// One entry of the list of drafts.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// It can be read.
    Draft(Box<StoredDraft>),
    /// It cannot.
    Unreadable(Unreadable),
}

/// A draft that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    /// Its id.
    pub id: String,
    /// Why.
    pub damage: Damage,
    /// The text as it is stored, for export.
    pub raw: String,
    /// Key in quarantine. `None` for data of a newer version, which stays
    /// where that version finds it, and where the quarantine had no room.
    pub quarantine_key: Option<String>,
}

/// Why a draft was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// No room is left.
    Full {
        /// Bytes that the draft needs.
        needed_bytes: usize,
    },
    /// The browser gives no storage to this page.
    Unavailable,
    /// The browser said yes, and did not keep it.
    NotKept,
    /// A newer version of the app wrote this draft; it is not overwritten.
    Newer,
    /// Another tab has saved it since this one read it; it is not overwritten.
    Overtaken,
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    phase: DraftPhase,
    #[serde(default)]
    base: Option<Draft>,
    #[serde(default)]
    base_revision: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<Draft>,
    draft: Draft,
    #[serde(default)]
    place: Place,
}

/// Every draft of this device, the last saved first.
pub fn list() -> Vec<Loaded> {
    let saved_at = |entry: &Loaded| match entry {
        Loaded::Draft(draft) => draft.saved_at_ms,
        Loaded::Unreadable(_) => f64::MAX,
    };
    let mut list = Vec::new();
    for key in local::keys(PREFIX) {
        let entry = match key.strip_prefix(PREFIX).map(load) {
            Some(Ok(Some(draft))) => Loaded::Draft(Box::new(draft)),
            Some(Err(unreadable)) => Loaded::Unreadable(unreadable),
            Some(Ok(None)) | None => continue,
        };
        let place = list.partition_point(|earlier| saved_at(earlier) > saved_at(&entry));
        list.insert(place, entry);
    }
    list
}

/// A draft. Damaged data moves to quarantine on the way.
///
/// # Errors
/// When there is data that cannot be read.
pub fn load(id: &str) -> Result<Option<StoredDraft>, Unreadable> {
    let Some(raw) = local::get(&key(id)) else { return Ok(None) };
    match read(id, &raw) {
        Ok(draft) => Ok(Some(draft)),
        Err(damage) => {
            let quarantine_key = match damage {
                Damage::Newer { .. } => None,
                Damage::NotARecord | Damage::Checksum | Damage::Body => {
                    quarantine::take(&key(id)).map(|entry| entry.key)
                }
            };
            Err(Unreadable { id: id.to_owned(), damage, raw, quarantine_key })
        }
    }
}

/// Saves a draft, then reads it back and compares.
///
/// Its `rev` is the fence: it has to be one more than what is stored, so that a
/// tab that slept cannot overwrite what another one saved meanwhile. A draft that
/// is gone from the device is stored again.
///
/// # Errors
/// When the draft is not stored. What was stored before is untouched then.
pub fn save(stored: &StoredDraft) -> Result<(), SaveError> {
    save_over(stored, stored.rev.saturating_sub(1))
}

/// As [`save`], over this revision.
///
/// # Errors
/// When the draft is not stored. What was stored before is untouched then.
pub fn save_over(stored: &StoredDraft, rev: u64) -> Result<(), SaveError> {
    let key = key(&stored.id);
    if let Some(raw) = local::get(&key) {
        match read(&stored.id, &raw) {
            Ok(known) if known.rev == rev => {}
            Ok(_) => return Err(SaveError::Overtaken),
            Err(Damage::Newer { .. }) => return Err(SaveError::Newer),
            // Damaged data under this key is moved away before it is overwritten.
            Err(Damage::NotARecord | Damage::Checksum | Damage::Body) => {
                quarantine::put(&key, &raw).ok_or(SaveError::Full { needed_bytes: raw.len() })?;
            }
        }
    }
    let text = write(stored);
    local::set(&key, &text).map_err(|error| match error {
        // Browsers count two bytes for each UTF-16 unit, of the key as well.
        WriteError::Full => SaveError::Full {
            needed_bytes: 2 * (key.encode_utf16().count() + text.encode_utf16().count()),
        },
        WriteError::Unavailable => SaveError::Unavailable,
    })?;
    if local::get(&key).as_deref() == Some(text.as_str()) {
        Ok(())
    } else {
        Err(SaveError::NotKept)
    }
}

/// Keeps a version of a draft beside the stored one, among what the person finds
/// on the page of this device's data. `false` when there is no room for it.
pub fn set_aside(stored: &StoredDraft) -> bool {
    quarantine::put(&key(&stored.id), &write(stored)).is_some()
}

/// A draft of a newer version of the app, as far as this one understands it: to
/// look at, and not to write.
pub fn read_newer(unreadable: &Unreadable) -> Option<StoredDraft> {
    read_up_to(u32::MAX, &unreadable.id, &unreadable.raw).ok()
}

/// A version that was set aside, if it is one and can be read.
pub fn read_aside(original_key: &str, raw: &str) -> Option<StoredDraft> {
    read(id_of_key(original_key)?, raw).ok()
}

/// Removes a draft.
pub fn remove(id: &str) {
    local::remove(&key(id));
}

/// Id of the draft that a key of local storage belongs to; for
/// [`crate::platform::page::listen_to_storage`].
pub fn id_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(PREFIX)
}

fn key(id: &str) -> String {
    format!("{PREFIX}{id}")
}

fn write(stored: &StoredDraft) -> String {
    let body = Body {
        organisation: stored.organisation.clone(),
        phase: stored.phase,
        base: stored.base.clone(),
        base_revision: stored.base_revision,
        confirmed: stored.confirmed.clone(),
        draft: stored.draft.clone(),
        place: stored.place.clone(),
    };
    // Every field has a JSON form.
    let body = serde_json::to_string(&body).unwrap_or_default();
    Envelope::seal(SCHEMA, &stored.id, stored.rev, stored.saved_at_ms, body).to_text()
}

fn read(id: &str, raw: &str) -> Result<StoredDraft, Damage> {
    read_up_to(SCHEMA, id, raw)
}

fn read_up_to(newest: u32, id: &str, raw: &str) -> Result<StoredDraft, Damage> {
    let envelope = Envelope::open(raw, id, newest)?;
    let body: Body = serde_json::from_str(&envelope.body).map_err(|_| Damage::Body)?;
    Ok(StoredDraft {
        id: envelope.id,
        organisation: body.organisation,
        rev: envelope.rev,
        saved_at_ms: envelope.saved_at_ms,
        phase: body.phase,
        base: body.base,
        base_revision: body.base_revision,
        confirmed: body.confirmed,
        draft: body.draft,
        place: body.place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Schema 1 as it was released. It must be readable for ever.
    const GOLDEN_1: &str = include_str!("golden/draft-1.json");

    #[test]
    fn a_draft_of_schema_1_can_be_read() {
        let draft = read("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", GOLDEN_1.trim()).unwrap();
        assert_eq!(draft.draft.claim_name, "Contoso Q2");
        assert_eq!((draft.rev, draft.phase), (7, DraftPhase::Created));
        assert_eq!(draft.organisation, "");
        assert_eq!(draft.place.field.as_deref(), Some("tenant_id"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut stored = read("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", GOLDEN_1.trim()).unwrap();
        // Written without its fraction; see `whole`.
        stored.place.scroll = stored.place.scroll.trunc();
        stored.organisation = "contoso".to_owned();
        assert_eq!(read(&stored.id, &write(&stored)), Ok(stored));
    }

    #[test]
    fn a_claim_of_an_organisation_is_for_nobody_else() {
        let mut stored = read("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", GOLDEN_1.trim()).unwrap();
        assert!(stored.is_for(None) && stored.is_for(Some("contoso")));
        stored.organisation = "contoso".to_owned();
        assert!(stored.is_for(Some("contoso")));
        assert!(!stored.is_for(Some("fabrikam")) && !stored.is_for(None));
    }
}
