//! Attempts: when they begin, and what follows from their answers.

use super::{Access, Lane, LaneState, MAX_SENDING, OwnSteps, State};
use crate::backoff::delay_ms;
use crate::event::{CacheWrite, Command, Outcome, Write};
use crate::mutants::mutant;
use crate::op::{Base, OpKind, WedgeReason};
use cpor_protocol::{ClaimRecord, ProblemCode};
use std::collections::{BTreeMap, BTreeSet};

impl State {
    /// Starts attempts, the oldest operations first. Without a time, nothing
    /// that waits is woken.
    pub(super) fn begin_sends(&mut self, now_ms: Option<u64>, commands: &mut Vec<Command>) {
        if !self.may_begin() {
            return;
        }
        if let Some(now_ms) = now_ms {
            for lane in self.lanes.values_mut() {
                let wakes = !mutant!(NeverWakes);
                if matches!(lane.state, LaneState::Waiting { until_ms, .. } if until_ms <= now_ms && wakes)
                {
                    lane.state = LaneState::Ready;
                }
            }
        }
        let sending = self.lanes.values().filter(|lane| lane.state == LaneState::Sending);
        let mut free = MAX_SENDING.saturating_sub(sending.clone().count());
        // One content goes up once: who needs it too waits, and finds it there.
        let mut going: BTreeSet<String> = sending
            .filter_map(|lane| lane.ops.front()?.kind.uploads().map(str::to_owned))
            .collect();
        let mut ready: Vec<&mut Lane> = self
            .lanes
            .values_mut()
            .filter(|lane| {
                lane.state == LaneState::Ready && lane.saving.is_none() && !lane.ops.is_empty()
            })
            .collect();
        ready.sort_by_key(|lane| lane.ops.front().map_or(0, |op| op.created_at_ms));
        for lane in ready {
            let Some(op) = lane.ops.front_mut() else { continue };
            let is_going = op.kind.uploads().is_some_and(|sha256| !going.insert(sha256.to_owned()));
            if free == 0 || is_going {
                continue;
            }
            free -= 1;
            op.attempts = op.attempts.saturating_add(1);
            commands.push(Command::Send { op: Box::new(op.clone()) });
            if mutant!(DropsBeforeAnswer) {
                let write = Write { remove_ops: vec![op.op_id.clone()], ..Write::default() };
                commands.push(Command::Write { write: Box::new(write), ticket: None });
            }
            lane.state = LaneState::Sending;
        }
    }

    pub(super) fn answered(
        &mut self,
        op_id: &str,
        outcome: Outcome,
        (now_ms, chance, new_op_id): (u64, f64, String),
        commands: &mut Vec<Command>,
    ) {
        // An answer to an attempt that is not under way came twice, or too late.
        let Some((claim_id, lane)) = self.lanes.iter_mut().find(|(_, lane)| {
            lane.state == LaneState::Sending && lane.ops.front().is_some_and(|op| op.op_id == op_id)
        }) else {
            return;
        };
        let claim_id = claim_id.clone();
        let outcome = match outcome {
            // What was to be deleted is gone: that is what was wanted.
            Outcome::Refused(problem)
                if problem.code == ProblemCode::NotFound
                    && lane.ops.front().is_some_and(|op| op.kind == OpKind::Delete) =>
            {
                Outcome::Applied { claim: None }
            }
            other => other,
        };
        match outcome {
            Outcome::Applied { claim } => {
                self.last_failure = None;
                self.applied(&claim_id, claim, commands);
                self.pull_at(now_ms);
            }
            Outcome::Passing { why, retry_after_ms } => {
                lane.failures = lane.failures.saturating_add(1);
                let until_ms =
                    now_ms.saturating_add(delay_ms(lane.failures, chance, retry_after_ms));
                lane.state = LaneState::Waiting { until_ms, why };
                if mutant!(NewIdOnRetry)
                    && let Some(op) = lane.ops.front_mut()
                {
                    let before = std::mem::replace(&mut op.op_id, new_op_id);
                    let put_ops = vec![super::lane::unstuck(op.clone())];
                    let write = Write { put_ops, remove_ops: vec![before], ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
                self.last_failure = Some(why);
            }
            Outcome::SignIn => {
                lane.state = LaneState::Ready;
                self.last_failure = None;
                if mutant!(SignInDrops)
                    && let Some(op) = lane.ops.pop_front()
                {
                    let write = Write { remove_ops: vec![op.op_id], ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
                self.access = Access::NeedsSignIn;
            }
            Outcome::Conflict { .. } if mutant!(ConflictDrops) => {
                let op_id = lane.ops.front().map(|op| op.op_id.clone()).unwrap_or_default();
                lane.state = LaneState::Ready;
                self.discard(&op_id, commands);
            }
            Outcome::Conflict { current } => {
                self.last_failure = None;
                let cache = current.clone().map(CacheWrite::SeeTheirs).into_iter().collect();
                lane.wedge(WedgeReason::Conflict { theirs: current }, cache, commands);
                self.merge_conflict(&claim_id, new_op_id, commands);
            }
            Outcome::Refused(problem) => {
                self.last_failure = None;
                lane.wedge(WedgeReason::Refused { problem }, Vec::new(), commands);
            }
            Outcome::Stuck(reason) => lane.wedge(reason, Vec::new(), commands),
        }
    }

    pub(super) fn applied(
        &mut self,
        claim_id: &str,
        claim: Option<Box<ClaimRecord>>,
        commands: &mut Vec<Command>,
    ) {
        let Some(lane) = self.lanes.get_mut(claim_id) else { return };
        let Some(op) = lane.ops.pop_front() else { return };
        let mut write = Write { remove_ops: vec![op.op_id.clone()], ..Write::default() };
        if let Some(saving) = &mut lane.saving {
            saving.after.retain(|later| later.op_id != op.op_id);
        }
        lane.state = LaneState::Ready;
        lane.failures = 0;
        let is_unlisted = self.unlisted.remove(&op.op_id);
        if matches!(op.kind, OpKind::Create { .. }) && (op.attempts > 1 || is_unlisted) {
            // The answer may be the one to an earlier attempt, or have been on its way
            // for long, and the claim gone since then behind the cursor: only the whole
            // list can tell.
            self.aside = Some((BTreeMap::new(), None));
            self.cursor = None;
            write.cursor = Some(String::new());
        }
        if op.kind.changes_revision()
            && let Some(claim) = &claim
        {
            let base = match op.base {
                Base::Revision(revision) => revision,
                Base::Nothing | Base::Previous => 0,
            };
            let from = match self.own_steps.get(claim_id) {
                Some(before) if before.to == base => before.from,
                _ => base,
            };
            let draft = Box::new(claim.draft.clone());
            let own = OwnSteps { from, to: claim.revision, draft };
            self.own_steps.insert(claim_id.to_owned(), own);
            write.put_ops = lane.rebase(Base::Revision(claim.revision), Some(&claim.draft));
        } else if !op.kind.changes_revision() {
            // Nothing was built: whoever comes next builds on the same.
            write.put_ops = lane.rebase(op.base, op.base_draft.as_deref());
        }
        let is_done = lane.ops.is_empty() && lane.saving.is_none();
        if op.kind == OpKind::Delete {
            write.cache.push(CacheWrite::Remove(claim_id.to_owned()));
        } else {
            let is_new = matches!(op.kind, OpKind::Create { .. });
            let put = if is_new { CacheWrite::Put } else { CacheWrite::PutKnown };
            write.cache.extend(claim.map(put));
            if is_done {
                write.cache.push(CacheWrite::TakeTheirs(claim_id.to_owned()));
            }
        }
        commands.push(Command::Write { write: Box::new(write), ticket: None });
        self.drop_empty_lanes();
    }
}
