//! What was set aside on this device, as the person sees it: data that cannot be
//! read, and versions of drafts that another tab went on without.

use super::AppState;
use super::server::when_answered;
use crate::platform::files;
use crate::storage::beside::PackedText;
use crate::storage::drafts;
use crate::storage::envelope::{Damage, Envelope};
use crate::storage::owner::Whose;
use crate::storage::quarantine::{self, Entry};
use leptos::prelude::*;

/// Keys of changes that came in a file.
const CHANGE: &str = "cpor.change.";

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A draft.
    Draft,
    /// A change that waits to be sent.
    Change,
    /// A reviewer's notes.
    Notes,
    /// Nothing that this version knows.
    Other,
}

/// Why it was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Another version of the draft went on; this one is whole.
    OtherVersion {
        /// Name of the claim.
        name: String,
    },
    /// A newer version of the app made it.
    Newer,
    /// It is damaged.
    Damaged,
}

/// Something that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Names it.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// Why it is here.
    pub why: Why,
    /// Its size.
    pub size_bytes: u64,
    /// The operation that it is.
    op_id: Option<String>,
    raw: String,
}

/// Everything that was set aside and is for whoever is here; tracked.
pub fn list(app: AppState) -> Vec<Item> {
    app.draft.saves.track();
    mine(app).into_iter().map(item).collect()
}

fn mine(app: AppState) -> Vec<Entry> {
    let whose = app.session.whose();
    let is_for = |entry: &Entry| is_for(entry, whose.as_ref());
    quarantine::list().into_iter().filter(is_for).collect()
}

fn item(entry: Entry) -> Item {
    let key = entry.original_key.as_str();
    let op_id = key.split_once(".ops.").map(|(_, id)| id.to_owned());
    let kind = if drafts::id_of_key(key).is_some() {
        Kind::Draft
    } else if op_id.is_some() || key.starts_with(CHANGE) {
        Kind::Change
    } else if key.starts_with("cpor.review.") {
        Kind::Notes
    } else {
        Kind::Other
    };
    let id = drafts::id_of_key(key).or(op_id.as_deref()).unwrap_or_default();
    let why = match (drafts::read_aside(key, &entry.raw), Envelope::open(&entry.raw, id, 0)) {
        (Some(stored), _) => Why::OtherVersion { name: stored.draft.claim_name },
        // What this version knows too is here for another reason.
        (None, Err(Damage::Newer { schema })) if schema > newest(kind) => Why::Newer,
        _ => Why::Damaged,
    };
    let size_bytes = 2 * entry.raw.encode_utf16().count() as u64;
    Item { key: entry.key, kind, why, size_bytes, op_id, raw: entry.raw }
}

const fn newest(kind: Kind) -> u32 {
    match kind {
        Kind::Change => cpor_sync::OP_SCHEMA,
        Kind::Draft => drafts::SCHEMA,
        Kind::Notes | Kind::Other => 1,
    }
}

/// Whether it is for whoever is here, as far as it says whose it is.
fn is_for(entry: &Entry, who: Option<&Whose>) -> bool {
    let key = entry.original_key.as_str();
    let account = who.map(|who| who.account.as_str());
    if let Some((database, _)) = key.split_once(".ops.") {
        return database == "cpor.this-device"
            || account.is_some_and(|account| database.ends_with(&format!(".{account}")))
            || who.is_some_and(|own| database == format!("cpor.{}", own.organisation));
    }
    if let Some(rest) = key.strip_prefix("cpor.review.") {
        return account.is_some_and(|account| rest.starts_with(account));
    }
    // The body is text within text, and may be damaged.
    let part = |name: &str| {
        let (_, rest) = entry.raw.split_once(&format!("{name}\\\":\\\""))?;
        Some(rest.split_once('\\')?.0.to_owned())
    };
    let whose = Whose {
        organisation: part("organisation").unwrap_or_default(),
        account: part("account").unwrap_or_default(),
    };
    whose.is_for(who) || (whose.organisation.is_empty() && Some(whose.account.as_str()) == account)
}

/// Whether it may be removed: a newer version of the app still needs its own.
pub fn may_remove(item: &Item) -> bool {
    !(item.kind == Kind::Change && item.why == Why::Newer)
}

/// Offers it as a file, as it is.
pub fn download(item: &Item) {
    files::download_text("set-aside.txt", "text/plain", &item.raw);
}

/// Offers all of it as one file.
pub fn download_all(items: &[Item]) {
    let all: Vec<(&str, &str)> =
        items.iter().map(|item| (item.key.as_str(), item.raw.as_str())).collect();
    // Pairs of texts always have a JSON form.
    if let Ok(text) = serde_json::to_string(&all) {
        files::download_text("set-aside.json", "application/json", &files::indented(&text));
    }
}

/// All of it that is for whoever is here, for a file of drafts.
pub fn pack(app: AppState) -> Vec<PackedText> {
    mine(app)
        .into_iter()
        .map(|entry| PackedText { key: entry.original_key, raw: entry.raw })
        .collect()
}

/// Whether a text of such a file is kept aside here; `None` where it is not for
/// whoever is here.
pub fn is_here(app: AppState, text: &PackedText) -> Option<bool> {
    let key = key_here(&text.key);
    let entry = Entry { key: String::new(), original_key: key, raw: text.raw.clone() };
    if !is_for(&entry, app.session.whose().as_ref()) {
        return None;
    }
    let keys = [entry.original_key.as_str(), text.key.as_str()];
    let mut here = quarantine::list().into_iter();
    Some(here.any(|known| known.raw == text.raw && keys.contains(&known.original_key.as_str())))
}

/// Keeps a text of such a file aside. `false` when there is no room.
pub fn unpack(text: &PackedText) -> bool {
    quarantine::put(&key_here(&text.key), &text.raw).is_some()
}

/// A change that could not be read waits in the outbox that it comes from. Under its
/// own key here, removing it would remove what has its id in this one.
fn key_here(key: &str) -> String {
    match key.split_once(".ops.") {
        Some((_, id)) => format!("{CHANGE}{id}"),
        None => key.to_owned(),
    }
}

/// Removes it for good.
pub fn remove(app: AppState, item: &Item) {
    let key = item.key.clone();
    let gone = move || {
        quarantine::remove(&key);
        app.draft.saves.update(|count| *count = count.wrapping_add(1));
    };
    match (item.why == Why::Damaged, &item.op_id, app.session.server()) {
        // It stands in the outbox still, and would be set aside again.
        (true, Some(op_id), Some(server)) => {
            when_answered(server.remove_unreadable(op_id.clone()), move |is_gone| {
                if is_gone {
                    gone();
                }
            });
        }
        _ => gone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(original_key: &str, raw: &str) -> Entry {
        Entry {
            key: format!("cpor.quarantine.{original_key}.1"),
            original_key: original_key.to_owned(),
            raw: raw.to_owned(),
        }
    }

    #[test]
    fn each_thing_says_what_it_is_and_why_it_is_here() {
        let golden = include_str!("../storage/golden/draft-1.json").trim();
        let draft = "cpor.draft.3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
        let newer = Envelope::seal(99, "o1", 1, 0.0, "{}".into()).to_text();
        for (key, raw, kind, why) in [
            (draft, golden, Kind::Draft, Why::OtherVersion { name: "Contoso Q2".into() }),
            (draft, &golden[1..], Kind::Draft, Why::Damaged),
            ("cpor.a.b.ops.o1", newer.as_str(), Kind::Change, Why::Newer),
            ("cpor.a.b.ops.o1", "x", Kind::Change, Why::Damaged),
            ("cpor.review.b.c", "x", Kind::Notes, Why::Damaged),
            ("something", "x", Kind::Other, Why::Damaged),
        ] {
            let item = item(entry(key, raw));
            assert_eq!((item.kind, &item.why), (kind, &why), "{key} {raw}");
            assert_eq!(may_remove(&item), why != Why::Newer);
        }
    }

    #[test]
    fn a_change_from_a_file_is_no_change_of_this_outbox() {
        let key = key_here("cpor.contoso.ann.ops.o1");
        let item = item(entry(&key, "x"));
        assert_eq!((item.kind, item.op_id), (Kind::Change, None));
        assert_eq!(key_here("cpor.draft.d"), "cpor.draft.d");
    }

    #[test]
    fn nobody_sees_what_others_left() {
        let whose = |organisation: &str, account: &str| Whose {
            organisation: organisation.into(),
            account: account.into(),
        };
        let body = "{\"organisation\":\"contoso\",\"account\":\"ann\",\"draft\":{}}";
        let draft = Envelope::seal(2, "d", 1, 0.0, body.into()).to_text();
        let cut = &draft[draft.find("account").unwrap_or_default()..];
        for (key, raw) in [
            ("cpor.contoso.ann.ops.o1", "x"),
            ("cpor.review.ann.c1", "x"),
            ("cpor.draft.d", draft.as_str()),
            ("cpor.draft.d", cut),
        ] {
            let entry = entry(key, raw);
            assert!(is_for(&entry, Some(&whose("contoso", "ann"))), "{key}");
            assert!(!is_for(&entry, Some(&whose("contoso", "bob"))), "{key}");
            assert!(!is_for(&entry, Some(&whose("fabrikam", "bob"))), "{key}");
            assert!(!is_for(&entry, None), "{key}");
        }
        assert!(is_for(&entry("cpor.draft.d", "x"), None), "nobody can say whose it is");
    }
}
