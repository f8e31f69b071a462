//! What is sent of the open draft: its creation, its changes, its submission.
//! Compiled into the module that comes after the first screen.

use super::AppState;
use super::actions::{SendError, Sending, not_kept};
use super::conflict;
use super::server::{Sent, Server};
use super::sync::SyncPhase;
use crate::platform::task;
use crate::storage::drafts::{DraftPhase, StoredDraft};
use cpor_protocol::{ClaimRecord, Revision};
use cpor_rules::{Claim, Draft, PoeFile, RuleContext, Status, bounds};
use cpor_sync::{OpKind, Seen};
use leptos::prelude::*;

/// Sends the open draft; see [`Server::send`].
pub fn send(app: AppState, server: impl Server + 'static, what: Sending, done: Sent) {
    app.draft.flush();
    let ready = if what == Sending::Dispute { as_written(app) } else { settled(app) };
    if ready.as_ref().is_some_and(|(_, draft)| bounds::absurd(draft).is_some()) {
        return done(Err(SendError::TooMuch));
    }
    let Some((id, draft)) = ready else {
        // What is not complete yet stays on this device; there is nothing to send.
        return done(if what == Sending::Changes { Ok(false) } else { Err(SendError::NoDraft) });
    };
    let record = app.sync.view.with_untracked(|view| view.claim(&id).cloned());
    let was_handed_in = record.as_ref().is_some_and(|record| record.status != Status::Draft);
    let phase = if what == Sending::Submit || was_handed_in {
        DraftPhase::Sent
    } else {
        DraftPhase::Created
    };
    if app.sync.is_device_only.get_untracked() {
        app.draft.set_phase(phase, draft);
        return done(Ok(false));
    }
    if app.session.account.with_untracked(Option::is_none) {
        return done(Err(SendError::SignInNeeded));
    }
    let was_refused = app.sync.view.with_untracked(|view| view.is_wedged(&id));
    // Of a claim that was handed in, everything that waits behind a refusal is
    // written anew: the draft holds it all.
    let starts_anew = was_refused && (what != Sending::Changes || was_handed_in);
    let Footing { base, is_new } = Footing::find(app, &id, record.as_ref(), starts_anew);
    // What somebody else changed since the person began is not what was seen:
    // such a change is sent on the older version, and merged.
    // What was given up to go on in the form goes along with the next change.
    let given_up = conflict::given_up(&id);
    let is_decision = !given_up.is_empty();
    // The record may be missing where room was made.
    let revision = match record {
        Some(record) if record.draft == base => Some(record.revision),
        Some(_) => Some(base_revision(app)),
        None => Some(base_revision(app)).filter(|revision| *revision > 0),
    };
    let seen = revision.map(|revision| Seen {
        revision,
        draft: Some(Box::new(base.clone())),
        set_aside: given_up,
    });
    let mut kinds = match what {
        Sending::Dispute => dispute(&base, &draft),
        _ if is_new => {
            let mut kinds = vec![OpKind::Create { draft: Box::new(draft.clone()) }];
            // Files may be there before the claim is.
            kinds.extend(uploads(draft.poe_files.iter()));
            kinds
        }
        Sending::AddCustomer | Sending::Changes | Sending::Submit => {
            changes(&base, &draft, is_decision)
        }
    };
    if what == Sending::Submit {
        let manifest = draft.poe_files.iter().map(|file| file.sha256.clone()).collect();
        kinds.push(OpKind::Submit { manifest });
    }
    if kinds.is_empty() {
        if what == Sending::AddCustomer {
            app.draft.set_phase(phase, draft);
        }
        return done(Ok(false));
    }
    let takes_along =
        seen.is_some() && kinds.iter().any(|kind| matches!(kind, OpKind::Change { .. }));
    let claim_id = id.clone();
    if starts_anew {
        server.discard_claim(&id);
    }
    task::spawn(async move {
        if starts_anew {
            add_uploads_given_up(&server, &draft, &mut kinds).await;
        }
        let outcome = server.enqueue(id, kinds, seen).await;
        let outcome = outcome.map_err(|why| not_kept(app, why));
        if outcome.is_ok() {
            if takes_along {
                conflict::forget_given_up(&claim_id);
            }
            app.draft.set_phase(phase, draft);
        }
        let is_offline = app.sync.view.with_untracked(|view| view.phase == SyncPhase::Offline);
        done(outcome.map(|()| is_offline));
    });
}

/// With what was given up behind a refusal, uploads may have gone that the
/// server still needs. It says of what it has that nothing is left to send.
async fn add_uploads_given_up(server: &impl Server, draft: &Draft, kinds: &mut Vec<OpKind>) {
    let mut here = Vec::new();
    for file in &draft.poe_files {
        let is_sent = kinds.iter().any(|kind| kind.uploads() == Some(file.sha256.as_str()));
        if !is_sent && server.file_here(file.sha256.clone()).await.is_some() {
            here.push(file);
        }
    }
    // A creation comes first: everything else is of the claim that it makes.
    let at = usize::from(matches!(kinds.first(), Some(OpKind::Create { .. })));
    kinds.splice(at..at, uploads(here.into_iter()));
}

/// The open draft as it stands: a dispute is not judged by the rules of a claim.
fn as_written(app: AppState) -> Option<(String, Draft)> {
    let stored = app.draft.stored.get_untracked()?;
    Some((stored.id, stored.draft.normalised()))
}

/// The open draft in the form in which it is sent, with the claim it means.
fn settled(app: AppState) -> Option<(String, Draft)> {
    let stored = app.draft.stored.get_untracked()?;
    let today = app.clock.today.get_untracked();
    app.facts.known.with_untracked(|facts| {
        let ctx = RuleContext::of(&stored.draft, today, facts).with_claim_id(&stored.id);
        let claim = Claim::try_from((&stored.draft, &ctx)).ok()?;
        Some((stored.id.clone(), stored.draft.settled(&claim)))
    })
}

/// What the open draft is sent on top of.
struct Footing {
    base: Draft,
    /// No backend has the claim, and nothing waits that would make it.
    is_new: bool,
}

impl Footing {
    /// What was sent last may have been given up since, in the outbox or with the
    /// device that sent it. So it counts only where it waits or has arrived.
    fn find(app: AppState, id: &str, record: Option<&ClaimRecord>, starts_anew: bool) -> Self {
        let waiting = app.sync.view.with_untracked(|view| view.unsent.get(id).cloned());
        let waiting = waiting.filter(|_| !starts_anew);
        app.draft.stored.with_untracked(|stored| {
            let stored = stored.as_ref();
            let sent = stored.and_then(|stored| stored.base.clone());
            let arrived = stored.and_then(StoredDraft::arrived).cloned();
            let revision = stored.and_then(|stored| stored.base_revision);
            let is_new = record.is_none() && waiting.is_none() && arrived.is_none();
            let is_alive = sent.is_some()
                && (sent == waiting || sent.as_ref() == record.map(|record| &record.draft));
            let base = match record {
                Some(record) if starts_anew || Some(record.revision) == revision && !is_alive => {
                    Some(record.draft.clone())
                }
                _ if is_alive => sent,
                _ => arrived.or(waiting),
            };
            Self { base: base.unwrap_or_default(), is_new }
        })
    }
}

/// The revision that the open draft builds on; 0, which no claim has, where
/// that is not known.
fn base_revision(app: AppState) -> Revision {
    let known = app.draft.stored.with_untracked(|stored| stored.as_ref()?.base_revision);
    known.unwrap_or_default()
}

/// New files, then the draft if it differs from what was sent last, or if something
/// was given up for it, which the history is to tell.
fn changes(base: &Draft, draft: &Draft, is_decision: bool) -> Vec<OpKind> {
    let mut kinds = uploads(newer_files(base, draft));
    if is_decision || *draft != *base {
        kinds.push(OpKind::Change { draft: Box::new(draft.clone()) });
    }
    kinds
}

/// New files, then the dispute that adds them to the proof.
fn dispute(base: &Draft, draft: &Draft) -> Vec<OpKind> {
    let files: Vec<PoeFile> = newer_files(base, draft).cloned().collect();
    let mut kinds = uploads(files.iter());
    kinds.push(OpKind::Dispute { justification: draft.comment.clone(), files });
    kinds
}

fn newer_files<'a>(base: &'a Draft, draft: &'a Draft) -> impl Iterator<Item = &'a PoeFile> {
    draft
        .poe_files
        .iter()
        .filter(|file| !base.poe_files.iter().any(|known| known.sha256 == file.sha256))
}

fn uploads<'a>(files: impl Iterator<Item = &'a PoeFile>) -> Vec<OpKind> {
    files
        .map(|file| OpKind::Upload {
            sha256: file.sha256.clone(),
            name: file.name.clone(),
            size_bytes: file.size_bytes,
            media_type: file.media_type.clone(),
        })
        .collect()
}
