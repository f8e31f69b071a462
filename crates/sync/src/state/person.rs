//! What the person decides about operations that wait.

use super::lane::unstuck;
use super::{Lane, LaneState, State};
use crate::event::{CacheWrite, Command, Write};
use crate::merge::{given_up, merge};
use crate::mutants::mutant;
use crate::op::{Base, Op, OpKind, WedgeReason};
use cpor_protocol::Revision;
use cpor_rules::Draft;
use std::collections::VecDeque;

impl State {
    pub(super) fn retry(&mut self, op_id: &str, commands: &mut Vec<Command>) {
        let Some((_, lane)) = self.lane_of_first(op_id) else { return };
        match lane.state {
            LaneState::Wedged(_) => {
                lane.state = LaneState::Ready;
                // Its reason is taken out of the store with it.
                let put_ops = lane.ops.front().cloned().map(unstuck).into_iter().collect();
                let write = Write { put_ops, ..Write::default() };
                commands.push(Command::Write { write: Box::new(write), ticket: None });
            }
            LaneState::Waiting { .. } => lane.state = LaneState::Ready,
            LaneState::Ready | LaneState::Sending => {}
        }
    }

    pub(super) fn pause(&mut self, op_id: &str, commands: &mut Vec<Command>) {
        let Some((_, lane)) = self.lane_of_first(op_id) else { return };
        let is_upload = lane.ops.front().is_some_and(|op| op.kind.uploads().is_some());
        if is_upload && matches!(lane.state, LaneState::Ready | LaneState::Waiting { .. }) {
            lane.wedge(WedgeReason::Paused, Vec::new(), commands);
        }
    }

    pub(super) fn retry_on_theirs(
        &mut self,
        op_id: &str,
        new_op_id: String,
        commands: &mut Vec<Command>,
    ) {
        let Some((_, lane)) = self.lane_of_first(op_id) else { return };
        let LaneState::Wedged(WedgeReason::Conflict { theirs: Some(theirs) }) = &lane.state else {
            return;
        };
        if lane.saving.is_some() {
            return;
        }
        let theirs = theirs.clone();
        lane.put_on(&theirs, new_op_id, commands, |op| {
            if let OpKind::Create { draft } = &op.kind {
                // The claim exists: what would create it changes it.
                op.kind = OpKind::Change { draft: draft.clone() };
            }
        });
    }

    /// Takes the person's decision on a change that is in conflict.
    pub(super) fn resolve(
        &mut self,
        op_id: &str,
        new_op_id: String,
        decided: Box<Draft>,
        seen: Revision,
        commands: &mut Vec<Command>,
    ) {
        let Some((_, lane)) = self.lane_of_first(op_id) else { return };
        let Some((theirs, mine)) = lane.change_in_conflict() else { return };
        if lane.saving.is_some() || theirs.revision != seen {
            return;
        }
        let base = lane.ops.front().and_then(|op| op.base_draft.as_deref());
        let lost = given_up(base, &mine, &theirs.draft, &decided);
        lane.put_on(&theirs, new_op_id, commands, |op| {
            if !mutant!(ForgetsLoser) {
                op.set_aside.extend(lost);
            }
            op.kind = OpKind::Change { draft: decided };
        });
    }

    /// Merges a change that has just met another one, where nothing is to be
    /// decided: nothing was changed by both, and no change of state waits
    /// behind it, which would act on a content that nobody has seen.
    pub(super) fn merge_conflict(
        &mut self,
        claim_id: &str,
        new_op_id: String,
        commands: &mut Vec<Command>,
    ) {
        let Some(lane) = self.lanes.get_mut(claim_id) else { return };
        let Some((theirs, mine)) = lane.change_in_conflict() else { return };
        let saved = lane.saving.iter().flat_map(|saving| &saving.after);
        if lane.saving.is_some() || lane.ops.iter().chain(saved).any(|op| op.kind.changes_status())
        {
            return;
        }
        let base = lane.ops.front().and_then(|op| op.base_draft.as_deref());
        let Some(merged) = base.map(|base| merge(base, &mine, &theirs.draft)) else { return };
        if !merged.conflicts.is_empty() {
            return;
        }
        lane.put_on(&theirs, new_op_id, commands, |op| {
            op.kind = OpKind::Change { draft: Box::new(merged.draft) };
        });
    }

    pub(super) fn discard(&mut self, op_id: &str, commands: &mut Vec<Command>) {
        let Some((claim_id, lane)) =
            self.lanes.iter().find(|(_, lane)| lane.ops.iter().any(|op| op.op_id == op_id))
        else {
            return;
        };
        let is_creation =
            lane.ops.iter().any(|op| op.op_id == op_id && matches!(op.kind, OpKind::Create { .. }));
        // Nothing can follow a creation that is not done.
        let op_ids = lane.ops.iter().map(|op| op.op_id.clone());
        let op_ids = op_ids.filter(|id| is_creation || id == op_id).collect();
        let claim_id = claim_id.clone();
        self.discard_some(&claim_id, op_ids, commands);
    }

    /// Gives up some operations of a claim; those under way go once their
    /// answer is there, unless they were done by then.
    pub(super) fn discard_some(
        &mut self,
        claim_id: &str,
        op_ids: Vec<String>,
        commands: &mut Vec<Command>,
    ) {
        let Some(lane) = self.lanes.get_mut(claim_id) else { return };
        let is_sending = lane.state == LaneState::Sending
            && lane.ops.front().is_some_and(|first| op_ids.contains(&first.op_id));
        if lane.saving.is_some() || is_sending {
            lane.given_up.extend(op_ids);
            return;
        }
        let first = lane.ops.front().filter(|first| op_ids.contains(&first.op_id)).cloned();
        let all = mutant!(GivesUpAll);
        let (gone, kept): (VecDeque<Op>, _) =
            lane.ops.drain(..).partition(|op| op_ids.contains(&op.op_id) || all);
        lane.ops = kept;
        if gone.is_empty() {
            return;
        }
        let mut write =
            Write { remove_ops: gone.into_iter().map(|op| op.op_id).collect(), ..Write::default() };
        if let Some(first) = first {
            let (base, draft) = match std::mem::replace(&mut lane.state, LaneState::Ready) {
                LaneState::Wedged(WedgeReason::Conflict { theirs: Some(theirs) }) => {
                    (Base::Revision(theirs.revision), Some(Box::new(theirs.draft)))
                }
                _ => (first.base, first.base_draft),
            };
            lane.failures = 0;
            write.put_ops = lane.rebase(base, draft.as_deref());
        }
        if lane.ops.is_empty() {
            write.cache.push(CacheWrite::TakeTheirs(claim_id.to_owned()));
        }
        commands.push(Command::Write { write: Box::new(write), ticket: None });
        self.drop_empty_lanes();
    }

    /// What was given up at a moment when it could not go.
    pub(super) fn drop_given_up(&mut self, commands: &mut Vec<Command>) {
        let given_up: Vec<(String, Vec<String>)> = self
            .lanes
            .iter_mut()
            .filter(|(_, lane)| !lane.is_busy() && !lane.given_up.is_empty())
            .map(|(id, lane)| {
                (id.clone(), std::mem::take(&mut lane.given_up).into_iter().collect())
            })
            .collect();
        for (claim_id, op_ids) in given_up {
            self.discard_some(&claim_id, op_ids, commands);
        }
    }

    pub(super) fn lane_of_first(&mut self, op_id: &str) -> Option<(&String, &mut Lane)> {
        self.lanes.iter_mut().find(|(_, lane)| lane.ops.front().is_some_and(|op| op.op_id == op_id))
    }

    pub(super) fn try_at_once(&mut self, now_ms: u64) {
        for lane in self.lanes.values_mut() {
            if matches!(lane.state, LaneState::Waiting { .. }) {
                lane.state = LaneState::Ready;
                lane.failures = 0;
            }
        }
        self.pull_failures = 0;
        self.pull_at(now_ms);
    }
}
