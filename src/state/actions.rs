//! What people do with claims: start, create, submit, comment, delete,
//! download. Each is one function, and each tells how it ended.

use super::AppState;
use super::draft::{Opened, SaveState};
use super::server::NotKept;
use super::session::Phase;
use super::sync::SyncPhase;
use crate::i18n::format::format_size;
use crate::i18n::{T, t, tf};
use crate::lazy;
use crate::platform::{files, ids, task, timer, updates};
use crate::storage::drafts::{self, DraftPhase, Loaded, Place, StoredDraft};
use crate::storage::owner::Whose;
use cpor_rules::{Draft, Status, Step};
use cpor_sync::OpKind;
use leptos::prelude::*;

/// Why something could not be put on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum SendError {
    /// Nobody is signed in.
    SignInNeeded,
    /// This browser has no room for it.
    NoRoom {
        /// About how many bytes it needs.
        needed_bytes: u64,
    },
    /// The browser did not store it.
    NotStored,
    /// The draft is gone, as by another tab.
    NoDraft,
    /// The module that sends did not arrive yet.
    NotThere,
    /// A text or a list is longer than anybody takes.
    TooMuch,
}

/// What is sent of the open draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// *Add customer*: the claim is created.
    AddCustomer,
    /// What was changed since the claim was created or last sent.
    Changes,
    /// *Submit claim*: what is not sent yet, and the submission behind it.
    Submit,
    /// The rejection is contested: by the comment, by newer files, or by both.
    Dispute,
}

/// What to tell about it.
pub fn send_error_text(error: &SendError) -> String {
    t(match error {
        SendError::SignInNeeded => T::SyncNeedsSignIn,
        SendError::NoRoom { needed_bytes } => {
            return tf(T::SendFull, &[("size", &format_size(*needed_bytes))]);
        }
        SendError::NotStored => T::SendNotStored,
        SendError::NoDraft => T::DraftMissingText,
        SendError::NotThere => T::ModuleMissingText,
        SendError::TooMuch => T::SendTooMuch,
    })
}

/// Starts a new draft, empty or as a copy of a claim, and answers its id.
pub fn start_draft(app: AppState, copied_from: Option<&str>) -> String {
    let id = ids::random_uuid();
    let draft = copied_from
        .and_then(|source| {
            let handed_in = app.sync.view.with_untracked(|view| {
                let record = view.claim(source)?;
                (record.status != Status::Draft).then(|| record.draft.clone())
            });
            // What is being written for reviewers is not the claim.
            handed_in.or_else(|| local_draft(app, source).map(|stored| stored.draft)).or_else(
                || app.sync.view.with_untracked(|view| view.claim(source).map(|c| c.draft.clone())),
            )
        })
        .map_or_else(Draft::default, |source| fresh_copy(&source));
    app.draft.open_new(id.clone(), draft, app.settings.single_page.get_untracked());
    id
}

/// The data of a claim for a new one: what belongs to the proof and to the
/// submission is left behind, and today's rules hold.
fn fresh_copy(source: &Draft) -> Draft {
    Draft {
        edition: cpor_rules::EditionId::Current,
        also_pre_sales: false,
        technical_contact: cpor_rules::Contact::default(),
        poe_files: Vec::new(),
        poe_names_items: Vec::new(),
        comment: String::new(),
        acknowledgements: cpor_rules::Acknowledgements::default(),
        ..source.clone()
    }
}

/// The draft of this claim on this device; the open one as it is on the screen.
pub fn local_draft(app: AppState, id: &str) -> Option<StoredDraft> {
    let open = app.draft.stored.with(|open| open.clone().filter(|open| open.id == id));
    let whose = app.session.whose();
    open.or_else(|| drafts::load_for(id, whose.as_ref()).ok().flatten())
        .filter(|stored| stored.whose.is_for(whose.as_ref()))
}

/// Opens a claim in the wizard: the draft on this device, or the server's
/// version of a claim in Draft. `false` when there is neither.
pub fn open_for_writing(app: AppState, id: &str) -> bool {
    if app.draft.open(id) == Opened::Ready {
        return true;
    }
    let record = app.sync.view.with_untracked(|view| view.claim(id).cloned());
    let Some(record) = record.filter(|record| record.status == Status::Draft) else {
        return false;
    };
    app.draft.open_claim(StoredDraft {
        id: record.id,
        whose: Whose::default(),
        rev: 0,
        saved_at_ms: 0.0,
        phase: DraftPhase::Created,
        base: Some(record.draft.clone()),
        base_revision: Some(record.revision),
        confirmed: None,
        draft: record.draft,
        place: Place::default(),
    });
    // The wizard opens it from this device, after a reload as well.
    app.draft.save();
    true
}

/// The step on which a draft was left.
pub fn place_of(app: AppState, id: &str) -> Step {
    local_draft(app, id)
        .and_then(|stored| Step::from_code(&stored.place.step))
        .unwrap_or(Step::Role)
}

/// How long a start may take before it is said that something is missing.
const START_MS: u32 = 30_000;
/// How often is looked whether it is over.
const START_STEP_MS: u32 = 100;

/// Sends what the open draft has come to. `done` gets whether it waits for a
/// connection.
pub fn send(app: AppState, what: Sending, done: impl FnOnce(Result<bool, SendError>) + 'static) {
    if !is_starting(app) {
        return hand_over(app, what, done);
    }
    // Who is quick need not be told so.
    task::spawn(async move {
        while_starting(app, || true).await;
        hand_over(app, what, done);
    });
}

/// Whether it is still being asked who is signed in, or what this device keeps for
/// the account is still being read: without it, nobody knows what a change builds on.
fn is_starting(app: AppState) -> bool {
    if app.session.phase.get_untracked() == Phase::Starting {
        return true;
    }
    app.session.account.with_untracked(Option::is_some)
        && !app.sync.is_device_only.get_untracked()
        && app.sync.view.with_untracked(|view| view.phase == SyncPhase::Starting)
}

/// Waits while the app starts and something is missing, but not for ever.
pub(super) async fn while_starting(app: AppState, is_missing: impl Fn() -> bool) {
    let mut waited_ms = 0;
    while is_starting(app) && is_missing() && waited_ms < START_MS {
        timer::sleep(START_STEP_MS).await;
        waited_ms += START_STEP_MS;
    }
}

fn hand_over(app: AppState, what: Sending, done: impl FnOnce(Result<bool, SendError>) + 'static) {
    match app.session.server() {
        Some(server) => server.send(what, Box::new(done)),
        None => done(Err(SendError::NotThere)),
    }
}

/// Comments on a claim.
pub fn comment(
    app: AppState,
    id: &str,
    text: String,
    done: impl FnOnce(Result<(), SendError>) + 'static,
) {
    enqueue(app, id.to_owned(), vec![OpKind::Comment { text }], done);
}

/// Deletes a draft, and the claim in Draft that it became.
pub fn delete_claim(app: AppState, id: &str) {
    let is_known = app.sync.view.with_untracked(|view| view.claim(id).is_some());
    app.draft.discard(id);
    if let Some(server) = app.session.server() {
        server.discard_claim(id);
    }
    if is_known {
        enqueue(app, id.to_owned(), vec![OpKind::Delete], |_| {});
    }
}

/// Puts operations into the outbox; `done` is called when they are on the disk.
pub fn enqueue(
    app: AppState,
    id: String,
    kinds: Vec<OpKind>,
    done: impl FnOnce(Result<(), SendError>) + 'static,
) {
    task::spawn(async move {
        while_starting(app, || true).await;
        let Some(server) = app.session.server() else { return done(Err(SendError::NotThere)) };
        let outcome = server.enqueue(id, kinds, None).await;
        done(outcome.map_err(|why| not_kept(app, why)));
    });
}

/// What is said of operations that were not kept; a lack of room is noted.
pub fn not_kept(app: AppState, why: NotKept) -> SendError {
    match why {
        NotKept::NoRoom { needed_bytes } => {
            app.settings.lacks_in_database(needed_bytes);
            SendError::NoRoom { needed_bytes }
        }
        NotKept::NotStored => SendError::NotStored,
    }
}

/// Offers the open draft as a file, with the files of its proof.
pub fn download_draft(app: AppState) {
    let Some(stored) = app.draft.stored.get_untracked() else { return };
    task::spawn(async move {
        // Without room for all of it, or without that part of the app, the words alone.
        if !rescued(app, Some(stored.id.clone())).await {
            save_as(&format!("claim-{}.json", stored.id), &stored.draft);
        }
    });
}

async fn rescued(app: AppState, id: Option<String>) -> bool {
    match lazy::rescue(app, id).await {
        Ok(handing_over) => handing_over.await,
        Err(_) => false,
    }
}

/// Offers everything that is not sent as a file that can be brought in again.
pub fn download_unsent(app: AppState) {
    task::spawn(async move {
        if !rescued(app, None).await {
            download_all_drafts(app);
        }
    });
}

/// Offers all drafts of this device as one file.
pub fn download_all_drafts(app: AppState) {
    let drafts = untrack(|| readable_drafts(app));
    let all: Vec<(String, Draft)> =
        drafts.into_iter().map(|stored| (stored.id, stored.draft)).collect();
    save_as("claims.json", &all);
}

/// The drafts of this device that can be read and are for whoever is signed in;
/// tracked.
pub fn readable_drafts(app: AppState) -> Vec<StoredDraft> {
    let whose = app.session.whose();
    drafts::list()
        .into_iter()
        .filter_map(|loaded| match loaded {
            Loaded::Draft(stored) => Some(*stored),
            Loaded::Unreadable(_) => None,
        })
        .filter(|stored| stored.whose.is_for(whose.as_ref()))
        .collect()
}

fn save_as(name: &str, content: &impl serde::Serialize) {
    // Drafts are texts and lists, which always have a JSON form.
    if let Ok(text) = serde_json::to_string(content) {
        files::download_text(name, "application/json", &files::indented(&text));
    }
}

/// Changes to the version of the app that is ready, once what was typed is
/// saved. `false` where it could not be saved: then nothing happens.
pub fn update(app: AppState) -> bool {
    app.draft.flush();
    let is_unsaved = app
        .draft
        .save_state
        .with_untracked(|state| matches!(state, SaveState::Failed(_) | SaveState::Pending));
    if !is_unsaved {
        updates::apply();
    }
    !is_unsaved
}

/// Tries everything in the outbox now.
pub fn send_now(app: AppState) {
    if let Some(server) = app.session.server() {
        server.send_now();
    }
}

/// Tries one operation now.
pub fn retry(app: AppState, op_id: &str) {
    if let Some(server) = app.session.server() {
        server.retry(op_id);
    }
}

/// Lets an upload rest until it is tried again by hand.
pub fn pause(app: AppState, op_id: &str) {
    if let Some(server) = app.session.server() {
        server.pause(op_id);
    }
}

/// Gives one operation up.
pub fn discard(app: AppState, op_id: &str) {
    if let Some(server) = app.session.server() {
        server.discard(op_id);
    }
}
