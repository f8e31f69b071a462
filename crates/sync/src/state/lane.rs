//! The unsent operations of one claim.

use super::{Enqueue, OwnSteps};
use crate::event::{CacheWrite, Command, Write};
use crate::op::{Base, NewOp, Op, OpKind, Passing, WedgeReason};
use crate::stored::StoredOp;
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
    pub(super) fn plan(&mut self, enqueue: Enqueue, own_steps: Option<OwnSteps>) -> Write {
        let Enqueue { ticket, claim_id, ops, base, ruleset, may_alter, now_ms } = enqueue;
        let mut after = self.ops.clone();
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
                && last.attempts == 0
                && let OpKind::Create { draft: unsent } | OpKind::Change { draft: unsent } =
                    &mut last.kind
            {
                unsent.clone_from(draft);
                last.ruleset.clone_from(&ruleset);
                continue;
            }
            let base = match (&kind, after.back(), base) {
                (_, Some(_), _) => Base::Previous,
                (OpKind::Create { .. }, None, _) => Base::Nothing,
                (_, None, Some(revision)) => Base::Revision(match own_steps {
                    // The person saw the claim before our own last change was
                    // answered, and typed on top of that change.
                    Some(own) if (own.from..own.to).contains(&revision) => own.to,
                    _ => revision,
                }),
                (_, None, None) => own_steps.map_or(Base::Previous, |own| Base::Revision(own.to)),
            };
            after.push_back(Op {
                op_id,
                claim_id: claim_id.clone(),
                kind,
                base,
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
    pub(super) fn rebase(&mut self, base: Base) -> Vec<StoredOp> {
        let rebased = |op: &mut Op| {
            op.base == Base::Previous && {
                op.base = base;
                true
            }
        };
        if let Some(saving) = &mut self.saving
            && saving.after.front_mut().is_some_and(rebased)
        {
            saving.is_rebased = self.ops.is_empty();
        }
        self.ops.front_mut().filter(|op| op.base == Base::Previous).map_or_else(Vec::new, |op| {
            op.base = base;
            vec![unstuck(op.clone())]
        })
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

/// An operation that waits for nobody.
pub(super) fn unstuck(op: Op) -> StoredOp {
    StoredOp { op, wedge: None }
}
