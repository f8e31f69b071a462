//! The machine: what it knows, and how an event is taken.
//!
//! What follows from events stands beside: storing, sending, what the person
//! decides, pulling.

mod lane;
mod person;
mod pulling;
mod sending;
mod storing;

pub use lane::{Lane, LaneState};

use crate::event::{CacheWrite, Command, Event, Write};
use crate::mutants::mutant;
use crate::op::{Base, NewOp, Passing, Seen, WedgeReason, is_same};
use crate::stored::StoredOp;
use cpor_protocol::{ClaimRecord, Revision};
use cpor_rules::Draft;
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

/// An enqueue that waits until the one before it is stored.
#[derive(Clone, Debug, PartialEq)]
struct Enqueue {
    ticket: u64,
    claim_id: String,
    ops: Vec<NewOp>,
    base: Option<Seen>,
    ruleset: String,
    may_alter: bool,
    now_ms: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Pull {
    /// The next one is due then.
    Resting { due_ms: u64 },
    /// A page is being fetched: aside or not, and from where.
    Fetching { is_aside: bool, cursor: Option<String> },
}

/// Changes of our own, one upon the other, that the person may not have seen
/// answered yet: every revision from `from` to before `to` led to the next
/// by our own doing.
#[derive(Clone, Debug, PartialEq)]
struct OwnSteps {
    from: Revision,
    to: Revision,
    /// The content of `to`.
    draft: Box<Draft>,
}

impl OwnSteps {
    /// Whether the person saw what our own changes came to.
    fn is_seen(&self, seen: &Seen) -> bool {
        seen.draft.as_deref().is_none_or(|seen| is_same(seen, &self.draft))
    }
}

/// What this machine knows of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// Nothing yet.
    Unread,
    /// What is in it.
    Read,
    /// It has not what it was to have. What it says counts, as it would after a
    /// crash: nothing is sent on what may never come to be.
    Behind,
}

/// The machine's state.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) lanes: BTreeMap<String, Lane>,
    enqueues: VecDeque<Enqueue>,
    /// What the person decided while the store was behind. It is about what is in
    /// the store, and waits until that is known.
    decisions: VecDeque<Event>,
    own_steps: BTreeMap<String, OwnSteps>,
    pull: Pull,
    /// Something new was heard of while a pull was on its way.
    has_news: bool,
    cursor: Option<String>,
    etag: Option<String>,
    /// Claims fetched so far while everything is fetched again, and the cursor of that.
    aside: Option<(BTreeMap<String, ClaimRecord>, Option<String>)>,
    /// Creations that were on their way when a whole list came in which their claim
    /// was missing.
    unlisted: BTreeSet<String>,
    pull_failures: u32,
    last_failure: Option<Passing>,
    last_synced_at_ms: Option<u64>,
    is_visible: bool,
    /// The clock at the last event.
    latest_ms: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            store: Store::Unread,
            access: Access::NeedsSignIn,
            lanes: BTreeMap::new(),
            enqueues: VecDeque::new(),
            decisions: VecDeque::new(),
            own_steps: BTreeMap::new(),
            pull: Pull::Resting { due_ms: 0 },
            has_news: false,
            cursor: None,
            etag: None,
            aside: None,
            unlisted: BTreeSet::new(),
            pull_failures: 0,
            last_failure: None,
            last_synced_at_ms: None,
            is_visible: true,
            latest_ms: 0,
        }
    }
}

impl State {
    /// The next state, and what to do.
    #[must_use]
    pub fn step(mut self, event: Event) -> (Self, Vec<Command>) {
        let mut commands = Vec::new();
        if let Some(now_ms) = event.now_ms() {
            self.keep_waits(now_ms);
        }
        let now_ms = self.take(event, &mut commands);
        self.drop_given_up(&mut commands);
        self.begin_enqueues(&mut commands);
        self.begin_sends(now_ms, &mut commands);
        if let Some(now_ms) = now_ms {
            self.begin_pull(now_ms, &mut commands);
        }
        (self, commands)
    }

    /// What an event changes; the clock, where what waits is to be woken by it.
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    fn take(&mut self, event: Event, commands: &mut Vec<Command>) -> Option<u64> {
        if self.store == Store::Behind && event.is_decision() {
            self.decisions.push_back(event);
            return None;
        }
        match event {
            Event::Loaded { ops, unreadable_claims, beside, cursor } => {
                self.load(ops, &unreadable_claims, cursor);
                let mut left = beside;
                left.retain(|id| !self.has_unsent(id) && !unreadable_claims.contains(id));
                if !left.is_empty() {
                    // What was unsent of them is lost: nothing will take theirs later.
                    let cache = left.into_iter().map(CacheWrite::TakeTheirs).collect();
                    let write = Write { cache, ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
                // Before anything begins: what is to rest or to go is not sent first.
                for decision in std::mem::take(&mut self.decisions) {
                    self.take(decision, commands);
                }
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
                self.saved(ticket, true, commands);
                None
            }
            Event::NotWritten { ticket } => {
                self.saved(ticket, false, commands);
                None
            }
            Event::Answered { op_id, outcome, now_ms, chance, new_op_id } => {
                self.answered(&op_id, outcome, (now_ms, chance, new_op_id), commands);
                Some(now_ms)
            }
            Event::Pulled { outcome, now_ms, chance } => {
                self.pulled(outcome, now_ms, chance, commands);
                Some(now_ms)
            }
            Event::Tick { now_ms } => Some(now_ms),
            Event::Kick { now_ms } => {
                self.try_at_once(now_ms);
                Some(now_ms)
            }
            Event::News { now_ms } => {
                self.pull_at(now_ms);
                // The answer that is on its way may have been made before the news.
                self.has_news = matches!(self.pull, Pull::Fetching { .. });
                Some(now_ms)
            }
            Event::SignedIn { now_ms } => {
                self.access = Access::Open;
                self.try_at_once(now_ms);
                Some(now_ms)
            }
            Event::Behind => {
                self.fall_behind();
                None
            }
            Event::NotRead => {
                self.fall_behind();
                let given_up = self.enqueues.drain(..);
                commands.extend(given_up.map(|enqueue| Command::GiveUp { ticket: enqueue.ticket }));
                None
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
                self.retry(&op_id, commands);
                Some(now_ms)
            }
            Event::Pause { op_id, now_ms } => {
                self.pause(&op_id, commands);
                Some(now_ms)
            }
            Event::RetryOnTheirs { op_id, new_op_id, now_ms } => {
                self.retry_on_theirs(&op_id, new_op_id, commands);
                Some(now_ms)
            }
            Event::Resolve { op_id, new_op_id, draft, theirs, now_ms } => {
                self.resolve(&op_id, new_op_id, draft, theirs, commands);
                Some(now_ms)
            }
            Event::Discard { op_id, now_ms } => {
                self.discard(&op_id, commands);
                Some(now_ms)
            }
            Event::DiscardClaim { claim_id, op_ids, now_ms } => {
                self.discard_some(&claim_id, op_ids, commands);
                Some(now_ms)
            }
        }
    }

    /// A clock that was put back makes no wait longer.
    fn keep_waits(&mut self, now_ms: u64) {
        let back_ms = self.latest_ms.saturating_sub(now_ms);
        self.latest_ms = now_ms;
        if back_ms == 0 || mutant!(ClockBackSticks) {
            return;
        }
        for lane in self.lanes.values_mut() {
            if let LaneState::Waiting { until_ms, .. } = &mut lane.state {
                *until_ms = until_ms.saturating_sub(back_ms);
            }
        }
        if let Pull::Resting { due_ms } = &mut self.pull {
            *due_ms = due_ms.saturating_sub(back_ms);
        }
    }

    /// How long until a [`Event::Tick`] is due, by a clock that may have been put
    /// back since the last event.
    pub fn wait_ms(&self, now_ms: u64) -> Option<u64> {
        let due_ms = self.next_due_at_ms()?;
        Some(if now_ms < self.latest_ms { 0 } else { due_ms.saturating_sub(now_ms) })
    }

    /// When a [`Event::Tick`] is due, if nothing else happens before.
    pub fn next_due_at_ms(&self) -> Option<u64> {
        if !self.may_begin() {
            return None;
        }
        let pull = match self.pull {
            Pull::Resting { due_ms } => Some(due_ms),
            Pull::Fetching { .. } => None,
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
        if mutant!(LaneBackwards) {
            ops.reverse();
        }
        // Attempts that are under way go on under the same ids, and what waits for
        // a better moment goes on waiting: the store knows nothing of either.
        let going_on: BTreeMap<String, (LaneState, u32)> = self
            .lanes
            .values()
            .filter(|lane| matches!(lane.state, LaneState::Sending | LaneState::Waiting { .. }))
            .filter_map(|lane| {
                let op = lane.ops.front()?;
                Some((op.op_id.clone(), (lane.state.clone(), lane.failures)))
            })
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
                (lane.state, lane.failures) = match (wedge, going_on.get(&op.op_id)) {
                    (Some(WedgeReason::Paused), _) if mutant!(ForgetsPause) => {
                        (LaneState::Ready, 0)
                    }
                    (Some(reason), _) => (LaneState::Wedged(reason), 0),
                    (None, Some(before)) => before.clone(),
                    (None, None) => (LaneState::Ready, 0),
                };
            }
            if lane.ops.is_empty()
                && op.base == Base::Previous
                && let Some(own) = self.own_steps.get(&op.claim_id)
            {
                op.stand_on(Base::Revision(own.to), Some(&own.draft));
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
        // An empty one says that everything is to be fetched again.
        let cursor = cursor.filter(|cursor| !cursor.is_empty());
        if self.cursor != cursor {
            self.cursor = cursor;
            self.etag = None;
        }
        if self.cursor.is_none() && self.aside.is_none() {
            // Without a cursor nothing would tell which claims are gone.
            self.aside = Some((BTreeMap::new(), None));
        }
        self.store = Store::Read;
    }

    fn fall_behind(&mut self) {
        if self.store == Store::Read {
            self.store = Store::Behind;
        }
    }

    /// Whether anything may go to the backend.
    fn may_begin(&self) -> bool {
        self.store == Store::Read && self.access != Access::NeedsSignIn
    }
}
