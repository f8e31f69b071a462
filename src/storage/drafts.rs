//! Drafts on this device, in local storage, one key each.
//!
//! Synchronous from end to end: a draft can be saved while the page is being
//! closed. A save counts as done only after it was read back.
//!
//! Schema 2 is [`Body`] as JSON. Schema 1 is the same without the account: the
//! first one that signs in for the organisation takes such a draft over
//! ([`claim_for`]). Unknown fields are ignored by intent.
//!
//! Two accounts may write on one claim in one browser. The draft that was saved last
//! has the key of the claim; the other one is put beside it, under a key that names
//! its account as well, and comes back when that one saves.

use super::envelope::{Damage, Envelope};
use super::owner::Whose;
use super::{quarantine, whole};
use crate::platform::clock::now_ms;
use crate::platform::local::{self, WriteError};
use cpor_rules::Draft;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "cpor.draft.";
/// Between the claim and the account in the key of a draft that made place.
const BESIDE: char = '~';
/// The newest form that this version knows.
pub const SCHEMA: u32 = 2;
/// More than any clock shows.
const FAR_MS: f64 = 1e15;

/// A draft with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDraft {
    /// Id of the claim that it is, or will be.
    pub id: String,
    /// Whose it is.
    pub whose: Whose,
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
    account: String,
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

/// The draft of this claim that an account sees; `None` where nobody is signed in.
///
/// # Errors
/// When there is data that cannot be read.
pub fn load_for(id: &str, who: Option<&Whose>) -> Result<Option<StoredDraft>, Unreadable> {
    match load(id)? {
        Some(stored) if stored.whose.is_for(who) => Ok(Some(stored)),
        _ => Ok(who.and_then(|who| load_beside(id, who))),
    }
}

/// The draft of an account that had to make place for another account's.
fn load_beside(id: &str, who: &Whose) -> Option<StoredDraft> {
    let raw = local::get(&key_beside(id, &who.account))?;
    read(id, &raw).ok().filter(|stored| stored.whose == *who)
}

/// Every draft of this device, the last saved first. What was saved in the future,
/// while the clock was wrong, comes after all others.
pub fn list() -> Vec<Loaded> {
    let now = now_ms();
    let saved_at = |entry: &Loaded| match entry {
        Loaded::Draft(draft) if draft.saved_at_ms > now => draft.saved_at_ms - FAR_MS,
        Loaded::Draft(draft) => draft.saved_at_ms,
        Loaded::Unreadable(_) => f64::MAX,
    };
    let mut list = Vec::new();
    for key in local::keys(PREFIX) {
        let found = key.strip_prefix(PREFIX).map(|rest| match rest.split_once(BESIDE) {
            // Where both are there, a tab was killed between two writes.
            Some((id, _)) => {
                let beside = local::get(&key).and_then(|raw| read(id, &raw).ok());
                let main = load(id).ok().flatten().map(|main| main.whose);
                Ok(beside.filter(|beside| main.as_ref() != Some(&beside.whose)))
            }
            None => load(rest),
        });
        let entry = match found {
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
            Ok(known) if known.whose.is_anothers(&stored.whose) => {
                let own = load_beside(&stored.id, &stored.whose);
                if own.is_some_and(|own| own.rev != rev) {
                    return Err(SaveError::Overtaken);
                }
                put(&key_beside(&known.id, &known.whose.account), &raw)?;
            }
            Ok(known) if known.rev == rev => {}
            Ok(_) => return Err(SaveError::Overtaken),
            Err(Damage::Newer { .. }) => return Err(SaveError::Newer),
            // Damaged data under this key is moved away before it is overwritten.
            Err(Damage::NotARecord | Damage::Checksum | Damage::Body) => {
                quarantine::put(&key, &raw).ok_or(SaveError::Full { needed_bytes: raw.len() })?;
            }
        }
    }
    put(&key, &write(stored))?;
    if !stored.whose.account.is_empty() {
        let beside = key_beside(&stored.id, &stored.whose.account);
        if local::get(&beside).is_some() {
            local::remove(&beside);
        }
    }
    Ok(())
}

/// Writes a record and reads it back.
fn put(key: &str, text: &str) -> Result<(), SaveError> {
    local::set(key, text).map_err(|error| match error {
        // Browsers count two bytes for each UTF-16 unit, of the key as well.
        WriteError::Full => SaveError::Full {
            needed_bytes: 2 * (key.encode_utf16().count() + text.encode_utf16().count()),
        },
        WriteError::Unavailable => SaveError::Unavailable,
    })?;
    if local::get(key).as_deref() == Some(text) { Ok(()) } else { Err(SaveError::NotKept) }
}

/// Keeps a version of a draft beside the stored one, among what the person finds
/// on the page of this device's data. `false` when there is no room for it.
pub fn set_aside(stored: &StoredDraft) -> bool {
    quarantine::put(&key(&stored.id), &write(stored)).is_some()
}

/// Bytes that a version needs in local storage, about.
pub fn size(stored: &StoredDraft) -> u64 {
    2 * write(stored).encode_utf16().count() as u64
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

/// Gives drafts from before they named an account to the first one that signs in
/// for their organisation.
///
/// # Errors
/// When one could not be written; it is given the next time.
pub fn claim_for(who: &Whose) -> Result<(), SaveError> {
    let mut outcome = Ok(());
    for entry in list() {
        let Loaded::Draft(stored) = entry else { continue };
        if stored.whose.account.is_empty()
            && !stored.whose.organisation.is_empty()
            && stored.whose.organisation == who.organisation
        {
            let rev = stored.rev + 1;
            outcome = outcome.and(save(&StoredDraft { whose: who.clone(), rev, ..*stored }));
        }
    }
    outcome
}

/// Removes a draft, whoever's it is.
pub fn remove(id: &str) {
    local::remove(&key(id));
}

/// Removes the draft that an account sees.
pub fn remove_for(id: &str, who: Option<&Whose>) {
    match load(id) {
        Ok(Some(stored)) if !stored.whose.is_for(who) => {
            if let Some(who) = who {
                local::remove(&key_beside(id, &who.account));
            }
        }
        Ok(_) | Err(_) => remove(id),
    }
}

/// Whether there is a draft with this id, readable or not.
pub fn is_there(id: &str) -> bool {
    local::get(&key(id)).is_some()
}

/// Id of the draft that a key of local storage belongs to; for
/// [`crate::platform::page::listen_to_storage`].
pub fn id_of_key(key: &str) -> Option<&str> {
    let rest = key.strip_prefix(PREFIX)?;
    Some(rest.split_once(BESIDE).map_or(rest, |(id, _)| id))
}

fn key_beside(id: &str, account: &str) -> String {
    format!("{PREFIX}{id}{BESIDE}{account}")
}

fn key(id: &str) -> String {
    format!("{PREFIX}{id}")
}

fn write(stored: &StoredDraft) -> String {
    let body = Body {
        organisation: stored.whose.organisation.clone(),
        account: stored.whose.account.clone(),
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
        whose: Whose { organisation: body.organisation, account: body.account },
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

    /// Schemas as they were released. They must be readable for ever.
    const GOLDEN_1: &str = include_str!("golden/draft-1.json");
    const GOLDEN_2: &str = include_str!("golden/draft-2.json");

    #[test]
    fn a_draft_of_schema_1_can_be_read() {
        let draft = read("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", GOLDEN_1.trim()).unwrap();
        assert_eq!(draft.draft.claim_name, "Contoso Q2");
        assert_eq!((draft.rev, draft.phase), (7, DraftPhase::Created));
        assert_eq!(draft.whose, Whose::default());
        assert_eq!(draft.place.field.as_deref(), Some("tenant_id"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut stored = read("3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", GOLDEN_1.trim()).unwrap();
        // Written without its fraction; see `whole`.
        stored.place.scroll = stored.place.scroll.trunc();
        stored.whose = Whose { organisation: "contoso".into(), account: "ann".into() };
        assert_eq!(read(&stored.id, &write(&stored)), Ok(stored));
    }

    #[test]
    fn a_draft_of_schema_2_names_its_account() {
        let id = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
        let stored = read(id, GOLDEN_2.trim()).unwrap();
        assert_eq!(stored.whose, Whose { organisation: "contoso".into(), account: "ann".into() });
        assert_eq!((stored.draft.claim_name.as_str(), stored.rev), ("Contoso Q2", 7));
    }
}
