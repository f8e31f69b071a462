//! What others may see of the machine.

use crate::op::{Op, OpKind, Passing, WedgeReason};
use crate::state::{Access, Lane, LaneState, State, Store};

/// What the whole is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The store was not read yet.
    Starting,
    /// Nothing is unsent.
    Idle,
    /// Something is being sent, or waits its turn.
    Working,
    /// No connection.
    Offline,
    /// Nobody is signed in.
    NeedsSignIn,
    /// Something needs the person, or the store failed.
    Trouble,
}

/// Where an operation stands.
#[derive(Clone, Debug, PartialEq)]
pub enum OpStateView {
    /// Its turn comes.
    Queued,
    /// An attempt is under way.
    Sending,
    /// It is tried again by itself.
    Waiting {
        /// When.
        until_ms: u64,
        /// Why it failed.
        why: Passing,
    },
    /// Somebody must sign in.
    NeedsSignIn,
    /// The person must act.
    Wedged(WedgeReason),
}

/// An operation, for a list.
#[derive(Clone, Debug, PartialEq)]
pub struct OpView {
    /// The operation.
    pub op: Op,
    /// Where it stands.
    pub state: OpStateView,
}

impl State {
    /// Every unsent operation, lane by lane in order.
    pub fn waiting(&self) -> Vec<OpView> {
        let mut views = Vec::new();
        for lane in self.lanes.values() {
            for (index, op) in lane.ops.iter().enumerate() {
                let state = match (&lane.state, index) {
                    (LaneState::Sending, 0) => OpStateView::Sending,
                    (LaneState::Wedged(reason), 0) => OpStateView::Wedged(reason.clone()),
                    _ if self.access == Access::NeedsSignIn => OpStateView::NeedsSignIn,
                    (LaneState::Waiting { until_ms, why }, 0) => {
                        OpStateView::Waiting { until_ms: *until_ms, why: *why }
                    }
                    _ => OpStateView::Queued,
                };
                views.push(OpView { op: op.clone(), state });
            }
        }
        views
    }

    /// What the whole is doing.
    pub fn phase(&self) -> Phase {
        if self.store == Store::Unread {
            return Phase::Starting;
        }
        if self.access == Access::NeedsSignIn {
            return Phase::NeedsSignIn;
        }
        // What was paused waits because the person wants it to.
        let is_stuck = |lane: &Lane| matches!(&lane.state, LaneState::Wedged(reason) if *reason != WedgeReason::Paused);
        if self.lanes.values().any(is_stuck) {
            return Phase::Trouble;
        }
        if self.is_offline() {
            return Phase::Offline;
        }
        if self.lanes.is_empty() { Phase::Idle } else { Phase::Working }
    }

    /// The content that the last unsent operation gives a claim.
    pub fn unsent_draft(&self, claim_id: &str) -> Option<&cpor_rules::Draft> {
        self.lanes.get(claim_id)?.ops.iter().rev().find_map(|op| match &op.kind {
            OpKind::Create { draft } | OpKind::Change { draft } => Some(&**draft),
            OpKind::Upload { .. }
            | OpKind::Submit { .. }
            | OpKind::Comment { .. }
            | OpKind::Delete
            | OpKind::Dispute { .. }
            | OpKind::Disassociate { .. }
            | OpKind::Review { .. } => None,
        })
    }

    /// Whether anything of a claim is unsent.
    pub fn has_unsent(&self, claim_id: &str) -> bool {
        self.lanes.contains_key(claim_id)
    }
}
