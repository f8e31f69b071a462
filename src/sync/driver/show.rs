//! What the app is told.

use super::super::view::{OpView, SyncView, UploadedFile, ms};
use super::{Account, ClaimsView, Driver};
use crate::storage::store::{CachedClaim, StoreError, Theirs};
use cpor_protocol::ClaimRecord;
use cpor_sync::{OpKind, OpStateView, Phase, WedgeReason};
use std::rc::Rc;

impl Driver {
    pub(super) fn show_claims(&self) {
        if let Some(account) = self.account.borrow().as_ref() {
            let claims = account.claims.values().filter_map(shown).cloned().collect();
            let cached = Rc::new(account.claims.clone());
            self.claims_view.replace(ClaimsView { claims: Rc::new(claims), cached });
        }
    }

    pub(super) fn tell(&self) {
        (self.on_change)(self.view());
    }

    /// What the app is told.
    pub fn view(&self) -> SyncView {
        let account = self.account.borrow();
        let ClaimsView { claims, cached } = self.claims_view.borrow().clone();
        let mut view = SyncView {
            phase: Phase::Starting,
            waiting: Vec::new(),
            claims,
            cached,
            last_synced_at_ms: None,
            unsent: std::collections::BTreeMap::new(),
            uploads: std::collections::BTreeMap::new(),
            is_durable: true,
            store_error: self.store_error.borrow().clone(),
            needed_bytes: 0,
        };
        if let Some(account) = account.as_ref() {
            view.phase = match account.state.phase() {
                // A tab that does not send never opens its own machine.
                Phase::NeedsSignIn if !account.is_sender && account.verified_at_ms > 0.0 => {
                    let waiting = account.state.waiting();
                    let is_stuck = |op: &cpor_sync::OpView| matches!(&op.state, OpStateView::Wedged(reason) if *reason != WedgeReason::Paused);
                    if waiting.is_empty() {
                        Phase::Idle
                    } else if waiting.iter().any(is_stuck) {
                        Phase::Trouble
                    } else {
                        Phase::Working
                    }
                }
                // The machine is done, and what it wants stored is still on its way.
                Phase::Idle if self.is_between.get() => Phase::Working,
                phase => phase,
            };
            view.last_synced_at_ms = account.state.last_synced_at_ms().map(ms);
            view.is_durable = account.store.is_durable();
            view.unsent = account
                .state
                .lanes()
                .keys()
                .filter_map(|id| Some((id.clone(), account.state.unsent_draft(id)?.clone())))
                .collect();
            view.waiting = account
                .state
                .waiting()
                .into_iter()
                .map(|waiting| op_view(account, waiting))
                .collect();
        }
        let is_waiting = |sha256: &String| {
            let files = view.waiting.iter().filter_map(|op| op.file.as_ref());
            files.into_iter().any(|file| file.sha256 == *sha256)
        };
        let uploads = self.uploads.borrow();
        let shown = uploads.iter().filter(|(sha256, _)| is_waiting(sha256));
        view.uploads = shown.map(|(sha256, upload)| (sha256.clone(), *upload)).collect();
        if view.store_error == Some(StoreError::Full) {
            view.needed_bytes = self.needed_bytes.get().max(1);
        }
        if view.store_error.is_some() {
            view.phase = Phase::Trouble;
        }
        view
    }
}

fn shown(cached: &CachedClaim) -> Option<&ClaimRecord> {
    cached.claim.as_ref().or(match &cached.theirs {
        Some(Theirs::Changed { claim }) => Some(claim),
        Some(Theirs::Gone) | None => None,
    })
}

fn op_view(account: &Account, waiting: cpor_sync::OpView) -> OpView {
    let cpor_sync::OpView { op, state } = waiting;
    // A tab that does not send never opens its own machine, and has no say in this.
    let is_beside = !account.is_sender && account.verified_at_ms > 0.0;
    let state = match state {
        OpStateView::NeedsSignIn if is_beside => OpStateView::Queued,
        state => state,
    };
    let unsent = account.state.unsent_draft(&op.claim_id);
    let kept = account.claims.get(&op.claim_id).and_then(shown).map(|claim| &claim.draft);
    // Only what waits for a decision is shown with its content.
    let is_in_conflict = matches!(&state, OpStateView::Wedged(WedgeReason::Conflict { .. }));
    let content = match &op.kind {
        OpKind::Create { draft } | OpKind::Change { draft } if is_in_conflict => {
            Some((**draft).clone())
        }
        _ => None,
    };
    let refused_files = match &state {
        OpStateView::Wedged(WedgeReason::Refused { problem }) => {
            let added = match &op.kind {
                OpKind::Dispute { files, .. } => files.as_slice(),
                _ => &[],
            };
            let of_claim = unsent.or(kept).map(|draft| draft.poe_files.as_slice());
            let files = added.iter().chain(of_claim.unwrap_or_default());
            let refused = files.filter(|file| problem.missing_files.contains(&file.sha256));
            refused.map(|file| file.name.clone()).collect()
        }
        _ => Vec::new(),
    };
    OpView {
        content,
        refused_files,
        base: op.base_draft.as_deref().filter(|_| is_in_conflict).cloned(),
        claim_name: unsent.or(kept).map(|draft| draft.claim_name.clone()).unwrap_or_default(),
        kind_code: op.kind.code(),
        file: match &op.kind {
            OpKind::Upload { sha256, name, .. } => {
                Some(UploadedFile { sha256: sha256.clone(), name: name.clone() })
            }
            OpKind::Create { .. }
            | OpKind::Change { .. }
            | OpKind::Submit { .. }
            | OpKind::Comment { .. }
            | OpKind::Delete
            | OpKind::Dispute { .. }
            | OpKind::Disassociate { .. }
            | OpKind::Review { .. } => None,
        },
        last_error: match &state {
            OpStateView::Waiting { why, .. } => Some(*why),
            OpStateView::Queued
            | OpStateView::Sending
            | OpStateView::NeedsSignIn
            | OpStateView::Wedged(_) => None,
        },
        state,
        attempts: op.attempts,
        created_at_ms: ms(op.created_at_ms),
        op_id: op.op_id,
        claim_id: op.claim_id,
    }
}
