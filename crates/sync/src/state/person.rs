//! What the person decides about operations that wait.

use super::lane::unstuck;
use super::{Lane, LaneState, State};
use crate::event::{CacheWrite, Command, Write};
use crate::op::{Base, OpKind, WedgeReason};

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
        let revision = theirs.revision;
        let Some(op) = lane.ops.front_mut() else { return };
        op.op_id = new_op_id;
        op.attempts = 0;
        op.base = Base::Revision(revision);
        if let OpKind::Create { draft } = &op.kind {
            // The claim exists: what would create it changes it.
            op.kind = OpKind::Change { draft: draft.clone() };
        }
        let write = Write {
            put_ops: vec![unstuck(op.clone())],
            remove_ops: vec![op_id.to_owned()],
            ..Write::default()
        };
        lane.state = LaneState::Ready;
        lane.failures = 0;
        commands.push(Command::Write { write: Box::new(write), ticket: None });
    }

    pub(super) fn discard(&mut self, op_id: &str, commands: &mut Vec<Command>) {
        let Some((claim_id, lane)) =
            self.lanes.iter_mut().find(|(_, lane)| lane.ops.iter().any(|op| op.op_id == op_id))
        else {
            return;
        };
        let claim_id = claim_id.clone();
        let Some(index) = lane.ops.iter().position(|op| op.op_id == op_id) else { return };
        if lane.saving.is_some() || (index == 0 && lane.state == LaneState::Sending) {
            lane.given_up.insert(op_id.to_owned());
            return;
        }
        if matches!(lane.ops[index].kind, OpKind::Create { .. }) {
            self.discard_claim(&claim_id, commands);
            return;
        }
        let Some(op) = lane.ops.remove(index) else { return };
        let mut write = Write { remove_ops: vec![op.op_id.clone()], ..Write::default() };
        if index == 0 {
            let base = match &lane.state {
                LaneState::Wedged(WedgeReason::Conflict { theirs: Some(theirs) }) => {
                    Base::Revision(theirs.revision)
                }
                _ => op.base,
            };
            lane.state = LaneState::Ready;
            lane.failures = 0;
            write.put_ops = lane.rebase(base);
        }
        if lane.ops.is_empty() {
            write.cache.push(CacheWrite::TakeTheirs(claim_id));
        }
        commands.push(Command::Write { write: Box::new(write), ticket: None });
        self.drop_empty_lanes();
    }

    pub(super) fn discard_claim(&mut self, claim_id: &str, commands: &mut Vec<Command>) {
        let Some(lane) = self.lanes.get_mut(claim_id) else { return };
        if lane.is_busy() {
            let saved = lane.saving.iter().flat_map(|saving| &saving.after);
            let ids: Vec<String> =
                lane.ops.iter().chain(saved).map(|op| op.op_id.clone()).collect();
            lane.given_up.extend(ids);
            return;
        }
        let write = Write {
            remove_ops: lane.ops.drain(..).map(|op| op.op_id).collect(),
            cache: vec![CacheWrite::TakeTheirs(claim_id.to_owned())],
            ..Write::default()
        };
        commands.push(Command::Write { write: Box::new(write), ticket: None });
        self.drop_empty_lanes();
    }

    /// What was given up at a moment when it could not go.
    pub(super) fn drop_given_up(&mut self, commands: &mut Vec<Command>) {
        let given_up: Vec<String> = self
            .lanes
            .values_mut()
            .filter(|lane| !lane.is_busy())
            .flat_map(|lane| std::mem::take(&mut lane.given_up))
            .collect();
        for op_id in given_up {
            self.discard(&op_id, commands);
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
