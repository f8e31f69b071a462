//! What is sent of the open draft: its creation, its changes, its submission.
//! Compiled into the module that comes after the first screen.

use super::AppState;
use super::actions::{SendError, Sending};
use super::server::{Sent, Server};
use super::sync::SyncPhase;
use crate::platform::task;
use crate::storage::drafts::DraftPhase;
use cpor_rules::{Claim, Draft, RuleContext};
use cpor_sync::OpKind;
use leptos::prelude::*;

/// Sends the open draft; see [`Server::send`].
pub fn send(app: AppState, server: impl Server + 'static, what: Sending, done: Sent) {
    app.draft.flush();
    let Some((id, draft)) = settled(app) else {
        // What is not complete yet stays on this device; there is nothing to send.
        return done(if what == Sending::Changes { Ok(false) } else { Err(SendError::NoDraft) });
    };
    let phase = if what == Sending::Submit { DraftPhase::Sent } else { DraftPhase::Created };
    if app.sync.is_device_only.get_untracked() {
        app.draft.set_phase(phase, draft);
        return done(Ok(false));
    }
    if app.session.account.with_untracked(Option::is_none) {
        return done(Err(SendError::SignInNeeded));
    }
    let was_refused = app.sync.view.with_untracked(|view| view.is_wedged(&id));
    let kinds = match what {
        Sending::AddCustomer => vec![creation(app, &draft, was_refused)],
        Sending::Changes => changes(app, &draft),
        Sending::Submit => {
            let mut kinds = changes(app, &draft);
            let manifest = draft.poe_files.iter().map(|file| file.sha256.clone()).collect();
            kinds.push(OpKind::Submit { manifest });
            kinds
        }
    };
    if kinds.is_empty() {
        return done(Ok(false));
    }
    if was_refused && what != Sending::Changes {
        server.discard_claim(&id);
    }
    task::spawn(async move {
        let outcome = server.enqueue(id, kinds).await.map_err(|_| SendError::NoRoom);
        if outcome.is_ok() {
            app.draft.set_phase(phase, draft);
        }
        let is_offline = app.sync.view.with_untracked(|view| view.phase == SyncPhase::Offline);
        done(outcome.map(|()| is_offline));
    });
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

/// A creation; a change where the server has the claim, or will have it.
fn creation(app: AppState, draft: &Draft, was_refused: bool) -> OpKind {
    let is_created = app
        .draft
        .stored
        .with_untracked(|stored| stored.as_ref().is_some_and(|s| s.phase != DraftPhase::Writing));
    let draft = Box::new(draft.clone());
    if is_created && !was_refused { OpKind::Change { draft } } else { OpKind::Create { draft } }
}

/// New files, then the draft if it differs from what was sent last.
fn changes(app: AppState, draft: &Draft) -> Vec<OpKind> {
    let base = app
        .draft
        .stored
        .with_untracked(|stored| stored.as_ref().and_then(|stored| stored.base.clone()))
        .unwrap_or_default();
    let mut kinds: Vec<OpKind> = draft
        .poe_files
        .iter()
        .filter(|file| !base.poe_files.iter().any(|known| known.sha256 == file.sha256))
        .map(|file| OpKind::Upload {
            sha256: file.sha256.clone(),
            name: file.name.clone(),
            size_bytes: file.size_bytes,
            media_type: file.media_type.clone(),
        })
        .collect();
    if *draft != base {
        kinds.push(OpKind::Change { draft: Box::new(draft.clone()) });
    }
    kinds
}
