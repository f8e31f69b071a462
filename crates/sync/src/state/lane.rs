//! The unsent operations of one claim.

use super::{Enqueue, OwnSteps};
use crate::event::{CacheWrite, Command, Write};
use crate::mutants::mutant;
use crate::op::{Base, NewOp, Op, OpKind, Passing, Seen, WedgeReason, is_same};
use crate::stored::StoredOp;
use cpor_protocol::ClaimRecord;
use cpor_rules::Draft;
use std::collections::{BTreeSet, VecDeque};

/// Where a lane stands; it speaks of the lane's first operation.
#[derive(Clone, Debug, PartialEq)]
pub enum LaneState {
    /// It can be sent.
    Ready,
    /// An attempt is under way.
    Sending,
    /// It is tried again by itself.
    Waiting {
        /// When.
        until_ms: u64,
        /// Why it failed.
        why: Passing,
    },
    /// The person must act.
    Wedged(WedgeReason),
}

/// The unsent operations of one claim. A lane without any is removed, unless
/// its first ones are being stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// In the order in which they are sent.
    pub ops: VecDeque<Op>,
    /// Where the first one stands.
    pub state: LaneState,
    /// Failures in a row of the first one, for the backoff.
    pub(super) failures: u32,
    /// What is being stored. Meanwhile no attempt begins, so that an operation
    /// that is altered in the store was never sent.
    pub(super) saving: Option<Saving>,
    /// Operations that the person gave up while an attempt or a save was under
    /// way: they go as soon as that has ended, unless they were done by then.
    pub(super) given_up: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Saving {
    pub(super) ticket: u64,
    pub(super) after: VecDeque<Op>,
    /// The first of `after` got another base meanwhile, which is stored once
    /// the rest is.
    pub(super) is_rebased: bool,
}

impl Lane {
    pub(super) fn empty() -> Self {
        Self {
            ops: VecDeque::new(),
            state: LaneState::Ready,
            failures: 0,
            saving: None,
            given_up: BTreeSet::new(),
        }
    }

    /// Whether an attempt or a save is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.saving.is_some() || self.state == LaneState::Sending
    }

    /// What the lane will be with the new operations, and how to store it.
    pub(super) fn plan(&mut self, enqueue: Enqueue, own_steps: Option<&OwnSteps>) -> Write {
        let Enqueue { ticket, claim_id, ops, base, ruleset, may_alter, now_ms } = enqueue;
        let mut after = self.ops.clone();
        let mut ops = ops;
        if mutant!(SubmitBeforeFiles) {
            ops.reverse();
        }
        let mut given_up = base.as_ref().map(|seen| seen.set_aside.clone()).unwrap_or_default();
        for NewOp { op_id, kind } in ops {
            let is_unsent_claim = may_alter
                && after.front().is_some_and(|first| {
                    first.attempts == 0 && matches!(first.kind, OpKind::Create { .. })
                });
            if kind == OpKind::Delete && is_unsent_claim {
                // The backend never heard of the claim: there is nothing to delete.
                after.clear();
                continue;
            }
            if may_alter
                && let OpKind::Change { draft } = &kind
                && let Some(last) = after.back_mut()
                && (last.attempts == 0 || mutant!(CoalescesAttempted))
                && is_seen(base.as_ref(), &last.kind)
                && let OpKind::Create { draft: unsent } | OpKind::Change { draft: unsent } =
                    &mut last.kind
            {
                unsent.clone_from(draft);
                last.set_aside.append(&mut given_up);
                last.ruleset.clone_from(&ruleset);
                continue;
            }
            let on_own = |own: &OwnSteps| (Base::Revision(own.to), Some(own.draft.clone()));
            let seen = base.as_ref().and_then(|seen| seen.draft.clone());
            let (base, base_draft) = match (&kind, after.back(), &base) {
                (_, Some(_), _) => (Base::Previous, seen),
                (OpKind::Create { .. }, None, _) => (Base::Nothing, None),
                (_, None, Some(seen)) => match own_steps {
                    // The person saw the claim before our own last change was
                    // answered, and typed on top of that change, or of what
                    // became of it with others' changes in between.
                    Some(own)
                        if (own.from..own.to).contains(&seen.revision) && own.is_seen(seen) =>
                    {
                        on_own(own)
                    }
                    _ => (Base::Revision(seen.revision), seen.draft.clone()),
                },
                (_, None, None) => own_steps.map_or((Base::Previous, None), on_own),
            };
            let set_aside = match kind {
                OpKind::Change { .. } => std::mem::take(&mut given_up),
                _ => Vec::new(),
            };
            after.push_back(Op {
                op_id,
                claim_id: claim_id.clone(),
                kind,
                base,
                base_draft,
                set_aside,
                ruleset: ruleset.clone(),
                seq_in_claim: after.back().map_or(1, |last| last.seq_in_claim.saturating_add(1)),
                created_at_ms: now_ms,
                attempts: 0,
            });
        }
        let write = Write {
            put_ops: after
                .iter()
                .filter(|op| !self.ops.contains(op))
                .map(|op| unstuck(op.clone()))
                .collect(),
            remove_ops: self
                .ops
                .iter()
                .filter(|op| !after.iter().any(|kept| kept.op_id == op.op_id))
                .map(|op| op.op_id.clone())
                .collect(),
            ..Write::default()
        };
        self.saving = Some(Saving { ticket, after, is_rebased: false });
        write
    }

    /// Gives the first operation that builds on the one before it a base of
    /// its own. Returns what must be stored anew.
    pub(super) fn rebase(&mut self, base: Base, draft: Option<&Draft>) -> Vec<StoredOp> {
        let rebased = |op: &mut Op| {
            op.base == Base::Previous && {
                op.stand_on(base, draft);
                true
            }
        };
        if let Some(saving) = &mut self.saving
            && saving.after.front_mut().is_some_and(rebased)
        {
            saving.is_rebased = self.ops.is_empty();
        }
        let Some(first) = self.ops.front_mut() else { return Vec::new() };
        if rebased(first) { vec![unstuck(first.clone())] } else { Vec::new() }
    }

    /// Theirs and mine of the first operation, if it gives the claim a content
    /// and is in conflict with a version that is known.
    pub(super) fn change_in_conflict(&self) -> Option<(Box<ClaimRecord>, Box<Draft>)> {
        match (&self.state, self.ops.front().map(|op| &op.kind)) {
            (
                LaneState::Wedged(WedgeReason::Conflict { theirs: Some(theirs) }),
                Some(OpKind::Create { draft } | OpKind::Change { draft }),
            ) => Some((theirs.clone(), draft.clone())),
            _ => None,
        }
    }

    /// Lets the first operation build on `theirs` from now on, under another
    /// id: this is another decision than the one that was refused.
    pub(super) fn put_on(
        &mut self,
        theirs: &ClaimRecord,
        new_op_id: String,
        commands: &mut Vec<Command>,
        change: impl FnOnce(&mut Op),
    ) {
        let Some(op) = self.ops.front_mut() else { return };
        let before = std::mem::replace(&mut op.op_id, new_op_id);
        op.attempts = 0;
        op.base = Base::Revision(theirs.revision);
        op.base_draft = Some(Box::new(theirs.draft.clone()));
        change(op);
        let write = Write {
            put_ops: vec![unstuck(op.clone())],
            remove_ops: vec![before],
            ..Write::default()
        };
        self.state = LaneState::Ready;
        self.failures = 0;
        commands.push(Command::Write { write: Box::new(write), ticket: None });
    }

    pub(super) fn wedge(
        &mut self,
        reason: WedgeReason,
        cache: Vec<CacheWrite>,
        commands: &mut Vec<Command>,
    ) {
        let put_ops = self
            .ops
            .front()
            .cloned()
            .map(|op| StoredOp { op, wedge: Some(reason.clone()) })
            .into_iter()
            .collect();
        self.state = LaneState::Wedged(reason);
        self.failures = 0;
        let write = Write { put_ops, cache, ..Write::default() };
        commands.push(Command::Write { write: Box::new(write), ticket: None });
    }
}

/// Whether the person saw the content that this gives the claim.
fn is_seen(seen: Option<&Seen>, last: &OpKind) -> bool {
    match (seen.and_then(|seen| seen.draft.as_deref()), last) {
        (Some(seen), OpKind::Create { draft } | OpKind::Change { draft }) => is_same(seen, draft),
        _ => true,
    }
}

/// An operation that waits for nobody.
pub(super) fn unstuck(op: Op) -> StoredOp {
    StoredOp { op, wedge: None }
}
