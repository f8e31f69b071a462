//! The machine.

use crate::backoff::delay_ms;
use crate::event::{CacheWrite, Command, Event, Outcome, PullOutcome, Write};
use crate::op::{Base, NewOp, Op, OpKind, Passing, WedgeReason};
use crate::stored::StoredOp;
use cpor_protocol::{Change, ChangesPage, ClaimRecord, ProblemCode, Revision};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most lanes that send at the same time.
pub const MAX_SENDING: usize = 3;
const POLL_VISIBLE_MS: u64 = 30_000;
const POLL_HIDDEN_MS: u64 = 5 * 60_000;

/// Whether requests may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Somebody of this organisation is signed in.
    Open,
    /// Nobody is, or somebody else. Everything rests.
    NeedsSignIn,
}

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
    failures: u32,
    /// What is being stored. Meanwhile no attempt begins, so that an operation
    /// that is altered in the store was never sent.
    saving: Option<Saving>,
    /// Operations that the person gave up while an attempt or a save was under
    /// way: they go as soon as that has ended, unless they were done by then.
    given_up: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Saving {
    ticket: u64,
    after: VecDeque<Op>,
    /// The first of `after` got another base meanwhile, which is stored once
    /// the rest is.
    is_rebased: bool,
}

/// An enqueue that waits until the one before it is stored.
#[derive(Clone, Debug, PartialEq)]
struct Enqueue {
    ticket: u64,
    claim_id: String,
    ops: Vec<NewOp>,
    base: Option<Revision>,
    ruleset: String,
    may_alter: bool,
    now_ms: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Pull {
    /// The next one is due then.
    Resting { due_ms: u64 },
    /// A page is being fetched.
    Fetching,
}

/// Changes of our own, one upon the other, that the person may not have seen
/// answered yet: every revision from `from` to before `to` led to the next
/// by our own doing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct OwnSteps {
    from: Revision,
    to: Revision,
}

/// The machine's state.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(crate) is_loaded: bool,
    pub(crate) access: Access,
    pub(crate) lanes: BTreeMap<String, Lane>,
    enqueues: VecDeque<Enqueue>,
    own_steps: BTreeMap<String, OwnSteps>,
    pull: Pull,
    cursor: Option<String>,
    etag: Option<String>,
    /// Claims fetched so far while everything is fetched again, and the cursor of that.
    aside: Option<(BTreeMap<String, ClaimRecord>, Option<String>)>,
    pull_failures: u32,
    last_failure: Option<Passing>,
    last_synced_at_ms: Option<u64>,
    is_visible: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            is_loaded: false,
            access: Access::NeedsSignIn,
            lanes: BTreeMap::new(),
            enqueues: VecDeque::new(),
            own_steps: BTreeMap::new(),
            pull: Pull::Resting { due_ms: 0 },
            cursor: None,
            etag: None,
            aside: None,
            pull_failures: 0,
            last_failure: None,
            last_synced_at_ms: None,
            is_visible: true,
        }
    }
}

impl State {
    /// The next state, and what to do.
    #[must_use]
    pub fn step(mut self, event: Event) -> (Self, Vec<Command>) {
        let mut commands = Vec::new();
        let now_ms = match event {
            Event::Loaded { ops, unreadable_claims, cursor } => {
                self.load(ops, &unreadable_claims, cursor);
                None
            }
            Event::Enqueue { ticket, claim_id, ops, base, ruleset, may_alter, now_ms } => {
                self.enqueues.push_back(Enqueue {
                    ticket,
                    claim_id,
                    ops,
                    base,
                    ruleset,
                    may_alter,
                    now_ms,
                });
                Some(now_ms)
            }
            Event::Written { ticket } => {
                self.saved(ticket, true, &mut commands);
                None
            }
            Event::NotWritten { ticket } => {
                self.saved(ticket, false, &mut commands);
                None
            }
            Event::Answered { op_id, outcome, now_ms, chance } => {
                self.answered(&op_id, outcome, now_ms, chance, &mut commands);
                Some(now_ms)
            }
            Event::Pulled { outcome, now_ms, chance } => {
                self.pulled(outcome, now_ms, chance, &mut commands);
                Some(now_ms)
            }
            Event::Tick { now_ms } => Some(now_ms),
            Event::Kick { now_ms } => {
                self.try_at_once(now_ms);
                Some(now_ms)
            }
            Event::SignedIn { now_ms } => {
                self.access = Access::Open;
                self.try_at_once(now_ms);
                Some(now_ms)
            }
            Event::SignedOut => {
                self.access = Access::NeedsSignIn;
                None
            }
            Event::Visible { is_visible, now_ms } => {
                self.is_visible = is_visible;
                if is_visible {
                    self.pull_at(now_ms);
                }
                Some(now_ms)
            }
            Event::Retry { op_id, now_ms } => {
                self.retry(&op_id, &mut commands);
                Some(now_ms)
            }
            Event::RetryOnTheirs { op_id, new_op_id, now_ms } => {
                self.retry_on_theirs(&op_id, new_op_id, &mut commands);
                Some(now_ms)
            }
            Event::Discard { op_id, now_ms } => {
                self.discard(&op_id, &mut commands);
                Some(now_ms)
            }
            Event::DiscardClaim { claim_id, now_ms } => {
                self.discard_claim(&claim_id, &mut commands);
                Some(now_ms)
            }
        };
        self.drop_given_up(&mut commands);
        self.begin_enqueues(&mut commands);
        self.begin_sends(now_ms, &mut commands);
        if let Some(now_ms) = now_ms {
            self.begin_pull(now_ms, &mut commands);
        }
        (self, commands)
    }

    /// When a [`Event::Tick`] is due, if nothing else happens before.
    pub fn next_due_at_ms(&self) -> Option<u64> {
        if !self.is_loaded || self.access == Access::NeedsSignIn {
            return None;
        }
        let pull = match self.pull {
            Pull::Resting { due_ms } => Some(due_ms),
            Pull::Fetching => None,
        };
        let lanes = self.lanes.values().filter_map(|lane| match lane.state {
            LaneState::Waiting { until_ms, .. } => Some(until_ms),
            LaneState::Ready | LaneState::Sending | LaneState::Wedged(_) => None,
        });
        lanes.chain(pull).min()
    }

    /// When the backend last said that nothing more is new.
    pub fn last_synced_at_ms(&self) -> Option<u64> {
        self.last_synced_at_ms
    }

    /// Whether the last attempt of any kind found no connection.
    pub fn is_offline(&self) -> bool {
        self.last_failure == Some(Passing::Offline)
    }

    /// The lanes by claim.
    pub fn lanes(&self) -> &BTreeMap<String, Lane> {
        &self.lanes
    }

    fn load(&mut self, ops: Vec<StoredOp>, unreadable: &[String], cursor: Option<String>) {
        let mut ops = ops;
        ops.sort_by(|a, b| (a.op.seq_in_claim, &a.op.op_id).cmp(&(b.op.seq_in_claim, &b.op.op_id)));
        // Attempts that are under way go on under the same ids.
        let sending: Vec<String> = self
            .lanes
            .values()
            .filter(|lane| lane.state == LaneState::Sending)
            .filter_map(|lane| lane.ops.front().map(|op| op.op_id.clone()))
            .collect();
        // The store may be behind on what was tried; never forget an attempt.
        let attempts: BTreeMap<String, u32> = self
            .lanes
            .values()
            .flat_map(|lane| &lane.ops)
            .map(|op| (op.op_id.clone(), op.attempts))
            .collect();
        let saving: Vec<(String, Lane)> = std::mem::take(&mut self.lanes)
            .into_iter()
            .filter(|(_, lane)| lane.saving.is_some())
            .collect();
        for StoredOp { mut op, wedge } in ops {
            op.attempts = op.attempts.max(attempts.get(&op.op_id).copied().unwrap_or(0));
            let lane = self.lanes.entry(op.claim_id.clone()).or_insert_with(Lane::empty);
            if lane.ops.is_empty() {
                lane.state = match wedge {
                    Some(reason) => LaneState::Wedged(reason),
                    None if sending.contains(&op.op_id) => LaneState::Sending,
                    None => LaneState::Ready,
                };
            }
            if lane.ops.is_empty()
                && op.base == Base::Previous
                && let Some(own) = self.own_steps.get(&op.claim_id)
            {
                op.base = Base::Revision(own.to);
            }
            lane.ops.push_back(op);
        }
        // What is being stored is not read yet: those lanes stay as they are.
        self.lanes.extend(saving);
        for claim_id in unreadable {
            if let Some(lane) = self.lanes.get_mut(claim_id)
                && lane.state == LaneState::Ready
            {
                lane.state = LaneState::Wedged(WedgeReason::EarlierUnreadable);
            }
        }
        if self.cursor != cursor {
            self.cursor = cursor;
            self.etag = None;
        }
        self.is_loaded = true;
    }

    /// Takes the waiting enqueues of every lane that is not being stored.
    fn begin_enqueues(&mut self, commands: &mut Vec<Command>) {
        if !self.is_loaded {
            return;
        }
        for enqueue in std::mem::take(&mut self.enqueues) {
            let earlier_waits =
                self.enqueues.iter().any(|earlier| earlier.claim_id == enqueue.claim_id);
            let lane = self.lanes.entry(enqueue.claim_id.clone()).or_insert_with(Lane::empty);
            if earlier_waits || lane.saving.is_some() {
                self.enqueues.push_back(enqueue);
                continue;
            }
            let own_steps = self.own_steps.get(&enqueue.claim_id).copied();
            let ticket = enqueue.ticket;
            let write = lane.plan(enqueue, own_steps);
            commands.push(Command::Write { write: Box::new(write), ticket: Some(ticket) });
        }
    }

    fn saved(&mut self, ticket: u64, is_durable: bool, commands: &mut Vec<Command>) {
        for lane in self.lanes.values_mut() {
            if let Some(saving) = lane.saving.take_if(|saving| saving.ticket == ticket)
                && is_durable
            {
                lane.ops = saving.after;
                if saving.is_rebased {
                    let put_ops = lane.ops.front().cloned().map(unstuck).into_iter().collect();
                    let write = Write { put_ops, ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
            }
        }
        self.drop_empty_lanes();
    }

    fn drop_empty_lanes(&mut self) {
        self.lanes.retain(|_, lane| !lane.ops.is_empty() || lane.saving.is_some());
    }

    /// Starts attempts, the oldest operations first. Without a time, nothing
    /// that waits is woken.
    fn begin_sends(&mut self, now_ms: Option<u64>, commands: &mut Vec<Command>) {
        if !self.is_loaded || self.access == Access::NeedsSignIn {
            return;
        }
        if let Some(now_ms) = now_ms {
            for lane in self.lanes.values_mut() {
                if matches!(lane.state, LaneState::Waiting { until_ms, .. } if until_ms <= now_ms) {
                    lane.state = LaneState::Ready;
                }
            }
        }
        let sending = self.lanes.values().filter(|lane| lane.state == LaneState::Sending).count();
        let mut ready: Vec<&mut Lane> = self
            .lanes
            .values_mut()
            .filter(|lane| {
                lane.state == LaneState::Ready && lane.saving.is_none() && !lane.ops.is_empty()
            })
            .collect();
        ready.sort_by_key(|lane| lane.ops.front().map_or(0, |op| op.created_at_ms));
        for lane in ready.into_iter().take(MAX_SENDING.saturating_sub(sending)) {
            if let Some(op) = lane.ops.front_mut() {
                op.attempts = op.attempts.saturating_add(1);
                commands.push(Command::Send { op: Box::new(op.clone()) });
                lane.state = LaneState::Sending;
            }
        }
    }

    fn answered(
        &mut self,
        op_id: &str,
        outcome: Outcome,
        now_ms: u64,
        chance: f64,
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
                self.last_failure = Some(why);
            }
            Outcome::SignIn => {
                lane.state = LaneState::Ready;
                self.last_failure = None;
                self.access = Access::NeedsSignIn;
            }
            Outcome::Conflict { current } => {
                self.last_failure = None;
                let cache = current.clone().map(CacheWrite::PutTheirs).into_iter().collect();
                lane.wedge(WedgeReason::Conflict { theirs: current }, cache, commands);
            }
            Outcome::Refused(problem) => {
                self.last_failure = None;
                lane.wedge(WedgeReason::Refused { problem }, Vec::new(), commands);
            }
            Outcome::Stuck(reason) => lane.wedge(reason, Vec::new(), commands),
        }
    }

    fn applied(
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
            self.own_steps.insert(claim_id.to_owned(), OwnSteps { from, to: claim.revision });
            write.put_ops = lane.rebase(Base::Revision(claim.revision));
        } else if !op.kind.changes_revision() {
            // Nothing was built: whoever comes next builds on the same.
            write.put_ops = lane.rebase(op.base);
        }
        let is_done = lane.ops.is_empty() && lane.saving.is_none();
        if op.kind == OpKind::Delete {
            write.cache.push(CacheWrite::Remove(claim_id.to_owned()));
        } else {
            write.cache.extend(claim.map(CacheWrite::Put));
            if is_done {
                write.cache.push(CacheWrite::TakeTheirs(claim_id.to_owned()));
            }
        }
        commands.push(Command::Write { write: Box::new(write), ticket: None });
        self.drop_empty_lanes();
    }

    fn retry(&mut self, op_id: &str, commands: &mut Vec<Command>) {
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

    fn retry_on_theirs(&mut self, op_id: &str, new_op_id: String, commands: &mut Vec<Command>) {
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

    fn discard(&mut self, op_id: &str, commands: &mut Vec<Command>) {
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

    fn discard_claim(&mut self, claim_id: &str, commands: &mut Vec<Command>) {
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
    fn drop_given_up(&mut self, commands: &mut Vec<Command>) {
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

    fn lane_of_first(&mut self, op_id: &str) -> Option<(&String, &mut Lane)> {
        self.lanes.iter_mut().find(|(_, lane)| lane.ops.front().is_some_and(|op| op.op_id == op_id))
    }

    fn try_at_once(&mut self, now_ms: u64) {
        for lane in self.lanes.values_mut() {
            if matches!(lane.state, LaneState::Waiting { .. }) {
                lane.state = LaneState::Ready;
                lane.failures = 0;
            }
        }
        self.pull_failures = 0;
        self.pull_at(now_ms);
    }

    fn pull_at(&mut self, at_ms: u64) {
        if let Pull::Resting { due_ms } = &mut self.pull {
            *due_ms = at_ms.min(*due_ms);
        }
    }

    fn begin_pull(&mut self, now_ms: u64, commands: &mut Vec<Command>) {
        let is_due = matches!(self.pull, Pull::Resting { due_ms } if due_ms <= now_ms);
        if !self.is_loaded || self.access == Access::NeedsSignIn || !is_due {
            return;
        }
        self.pull = Pull::Fetching;
        let (cursor, etag) = match &self.aside {
            Some((_, cursor)) => (cursor.clone(), None),
            None => (self.cursor.clone(), self.etag.clone()),
        };
        commands.push(Command::Pull { cursor, etag });
    }

    fn pulled(
        &mut self,
        outcome: PullOutcome,
        now_ms: u64,
        chance: f64,
        commands: &mut Vec<Command>,
    ) {
        if self.pull != Pull::Fetching {
            return;
        }
        let poll_ms = if self.is_visible { POLL_VISIBLE_MS } else { POLL_HIDDEN_MS };
        let mut due_ms = now_ms.saturating_add(poll_ms);
        match outcome {
            PullOutcome::Page { page, etag } => {
                self.last_failure = None;
                self.pull_failures = 0;
                if page.more {
                    due_ms = now_ms;
                } else {
                    self.last_synced_at_ms = Some(now_ms);
                }
                self.apply_page(page, etag, commands);
            }
            PullOutcome::NotModified => {
                self.last_failure = None;
                self.pull_failures = 0;
                self.last_synced_at_ms = Some(now_ms);
            }
            PullOutcome::Gone => {
                // Twice in a row would be a backend without a beginning: wait then.
                if self.aside.is_none() {
                    due_ms = now_ms;
                }
                self.aside = Some((BTreeMap::new(), None));
            }
            PullOutcome::Passing { why, retry_after_ms } => {
                self.pull_failures = self.pull_failures.saturating_add(1);
                self.last_failure = Some(why);
                due_ms =
                    now_ms.saturating_add(delay_ms(self.pull_failures, chance, retry_after_ms));
            }
            PullOutcome::SignIn => self.access = Access::NeedsSignIn,
        }
        self.pull = Pull::Resting { due_ms };
    }

    fn apply_page(&mut self, page: ChangesPage, etag: Option<String>, commands: &mut Vec<Command>) {
        let mut write = Write::default();
        if let Some((mut claims, _)) = self.aside.take() {
            for change in page.changes {
                match change {
                    Change::Upsert { claim } => drop(claims.insert(claim.id.clone(), *claim)),
                    Change::Tombstone { id } => drop(claims.remove(&id)),
                }
            }
            if page.more {
                self.aside = Some((claims, Some(page.next)));
                return;
            }
            write.cache.push(CacheWrite::ReplaceAll {
                claims: claims.into_values().collect(),
                keep: self.lanes.keys().cloned().collect(),
            });
        } else {
            for change in page.changes {
                write.cache.push(match change {
                    Change::Upsert { claim } if self.has_unsent(&claim.id) => {
                        CacheWrite::PutTheirs(claim)
                    }
                    Change::Upsert { claim } => CacheWrite::Put(claim),
                    Change::Tombstone { id } if self.has_unsent(&id) => CacheWrite::TheirsGone(id),
                    Change::Tombstone { id } => CacheWrite::Remove(id),
                });
            }
        }
        self.etag = etag.filter(|_| !page.more);
        if write.cache.is_empty() && self.cursor.as_deref() == Some(page.next.as_str()) {
            return;
        }
        self.cursor = Some(page.next.clone());
        write.cursor = Some(page.next);
        commands.push(Command::Write { write: Box::new(write), ticket: None });
    }
}

impl Lane {
    fn empty() -> Self {
        Self {
            ops: VecDeque::new(),
            state: LaneState::Ready,
            failures: 0,
            saving: None,
            given_up: BTreeSet::new(),
        }
    }

    /// Whether an attempt or a save is under way.
    fn is_busy(&self) -> bool {
        self.saving.is_some() || self.state == LaneState::Sending
    }

    /// What the lane will be with the new operations, and how to store it.
    fn plan(&mut self, enqueue: Enqueue, own_steps: Option<OwnSteps>) -> Write {
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
    fn rebase(&mut self, base: Base) -> Vec<StoredOp> {
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

    fn wedge(&mut self, reason: WedgeReason, cache: Vec<CacheWrite>, commands: &mut Vec<Command>) {
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

fn unstuck(op: Op) -> StoredOp {
    StoredOp { op, wedge: None }
}
