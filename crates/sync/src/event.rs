//! What happens to the machine, and what it wants done.

use crate::op::{NewOp, Passing, Seen, WedgeReason};
use crate::stored::StoredOp;
use cpor_protocol::{ChangesPage, ClaimRecord, Problem, Revision};
use cpor_rules::Draft;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The store was read: at the start, or when this tab took over.
    Loaded {
        /// Operations as stored, in any order.
        ops: Vec<StoredOp>,
        /// Claims of which a stored operation could not be read.
        unreadable_claims: Vec<String>,
        /// Claims with a version of theirs beside the one that is built on.
        beside: Vec<String>,
        /// Where the pull stands.
        cursor: Option<String>,
    },
    /// The person changed a claim. Answered by [`Command::Write`] or
    /// [`Command::GiveUp`] with the ticket.
    Enqueue {
        /// Names this request.
        ticket: u64,
        /// The claim.
        claim_id: String,
        /// What happens to it, in order.
        ops: Vec<NewOp>,
        /// The version that the person saw; `None` for a new claim.
        base: Option<Seen>,
        /// Fingerprint of the rules that judged it.
        ruleset: String,
        /// Whether stored operations may be altered: only the tab that sends
        /// knows for sure that one was never tried.
        may_alter: bool,
        /// Now.
        now_ms: u64,
    },
    /// A write with a ticket is durable.
    Written {
        /// Which one.
        ticket: u64,
    },
    /// A write with a ticket failed; nothing of it is stored.
    NotWritten {
        /// Which one.
        ticket: u64,
    },
    /// A write without a ticket failed: the store is behind what this machine
    /// holds. Nothing is begun, stored or decided until it was read again.
    Behind,
    /// The store could not be read. What other tabs put there may be missing
    /// here: as [`Self::Behind`], and what waits to be stored is given up, since
    /// nobody can say how long it would wait.
    NotRead,
    /// An attempt ended.
    Answered {
        /// Of which operation.
        op_id: String,
        /// How.
        outcome: Outcome,
        /// Now.
        now_ms: u64,
        /// A random number from 0 to below 1.
        chance: f64,
        /// An id that nothing has yet, for an operation that is merged.
        new_op_id: String,
    },
    /// A pull ended.
    Pulled {
        /// How.
        outcome: PullOutcome,
        /// Now.
        now_ms: u64,
        /// A random number from 0 to below 1.
        chance: f64,
    },
    /// Time went by.
    Tick {
        /// Now.
        now_ms: u64,
    },
    /// Try now what waits: the person asked, or there is a network again.
    Kick {
        /// Now.
        now_ms: u64,
    },
    /// The backend has something new, as another way than the pull told.
    News {
        /// Now.
        now_ms: u64,
    },
    /// Somebody of this organisation is signed in.
    SignedIn {
        /// Now.
        now_ms: u64,
    },
    /// Nobody is signed in, or somebody of another organisation.
    SignedOut,
    /// The tab came to the front or went to the back.
    Visible {
        /// In front.
        is_visible: bool,
        /// Now.
        now_ms: u64,
    },
    /// The person wants a stuck operation tried again as it is.
    Retry {
        /// Which one.
        op_id: String,
        /// Now.
        now_ms: u64,
    },
    /// The person wants an upload, the first of its lane, to rest until
    /// [`Event::Retry`]. Ignored while an attempt is under way: whoever runs
    /// that ends it with [`WedgeReason::Paused`].
    Pause {
        /// Which one.
        op_id: String,
        /// Now.
        now_ms: u64,
    },
    /// The person wants a conflicting operation applied on top of theirs.
    ///
    /// It gets a new id: this is another decision than the one before, and the
    /// refusal of that one is known.
    RetryOnTheirs {
        /// Which one.
        op_id: String,
        /// Its id from now on.
        new_op_id: String,
        /// Now.
        now_ms: u64,
    },
    /// The person decided what becomes of a change that is in conflict.
    ///
    /// It gets a new id, as with [`Self::RetryOnTheirs`]. Ignored where the
    /// operation is no change or not in conflict with a version that is known.
    Resolve {
        /// Which one.
        op_id: String,
        /// Its id from now on.
        new_op_id: String,
        /// The content that was decided on.
        draft: Box<Draft>,
        /// The revision of theirs that the person saw: if it moved on, this is
        /// no answer to it.
        theirs: Revision,
        /// Now.
        now_ms: u64,
    },
    /// The person gives up an operation. With a creation, all that follows it
    /// in the lane goes as well. Ignored while an attempt is under way.
    Discard {
        /// Which one.
        op_id: String,
        /// Now.
        now_ms: u64,
    },
    /// The person gives up what was unsent of a claim. What another tab stored
    /// since then stays.
    DiscardClaim {
        /// Which one.
        claim_id: String,
        /// Its operations as the person saw them.
        op_ids: Vec<String>,
        /// Now.
        now_ms: u64,
    },
}

impl Event {
    /// Whether the person wants something now: what waits for the store to be read
    /// again after a failure is not to wait any longer.
    pub fn is_by_person(&self) -> bool {
        matches!(self, Self::Kick { .. } | Self::Enqueue { .. }) || self.is_decision()
    }

    /// Whether it is what the person decided about operations that are stored.
    pub(crate) fn is_decision(&self) -> bool {
        matches!(
            self,
            Self::Retry { .. }
                | Self::Pause { .. }
                | Self::RetryOnTheirs { .. }
                | Self::Resolve { .. }
                | Self::Discard { .. }
                | Self::DiscardClaim { .. }
        )
    }

    /// The clock, where the event tells it.
    pub(crate) fn now_ms(&self) -> Option<u64> {
        match self {
            Self::Loaded { .. }
            | Self::Written { .. }
            | Self::NotWritten { .. }
            | Self::Behind
            | Self::NotRead
            | Self::SignedOut => None,
            Self::Enqueue { now_ms, .. }
            | Self::Answered { now_ms, .. }
            | Self::Pulled { now_ms, .. }
            | Self::Tick { now_ms }
            | Self::Kick { now_ms }
            | Self::News { now_ms }
            | Self::SignedIn { now_ms }
            | Self::Visible { now_ms, .. }
            | Self::Retry { now_ms, .. }
            | Self::Pause { now_ms, .. }
            | Self::RetryOnTheirs { now_ms, .. }
            | Self::Resolve { now_ms, .. }
            | Self::Discard { now_ms, .. }
            | Self::DiscardClaim { now_ms, .. } => Some(*now_ms),
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was applied, now or before.
    Applied {
        /// The claim after it, for operations that change its revision.
        claim: Option<Box<ClaimRecord>>,
    },
    /// It may work later. Whether it was applied is unknown.
    Passing {
        /// Why.
        why: Passing,
        /// How long the backend asks to wait.
        retry_after_ms: Option<u64>,
    },
    /// Nobody is signed in.
    SignIn,
    /// The claim changed meanwhile; it was not applied.
    Conflict {
        /// The claim as it is now.
        current: Option<Box<ClaimRecord>>,
    },
    /// The backend will not do it.
    Refused(Box<Problem>),
    /// The person must act for another reason.
    Stuck(WedgeReason),
}

/// How a pull ended.
#[derive(Clone, Debug, PartialEq)]
pub enum PullOutcome {
    /// A page came.
    Page {
        /// The page.
        page: ChangesPage,
        /// Its `ETag`.
        etag: Option<String>,
    },
    /// Nothing is new.
    NotModified,
    /// The cursor is not known any more.
    Gone,
    /// It may work later.
    Passing {
        /// Why.
        why: Passing,
        /// How long the backend asks to wait.
        retry_after_ms: Option<u64>,
    },
    /// Nobody is signed in.
    SignIn,
}

/// Something to do. Commands are begun in the order given; a write is durable
/// before the next command begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Change the store, in one transaction. With a ticket, the outcome is
    /// reported as [`Event::Written`] or [`Event::NotWritten`].
    Write {
        /// What changes.
        write: Box<Write>,
        /// Names the request.
        ticket: Option<u64>,
    },
    /// Tell whoever asked for it that an [`Event::Enqueue`] is given up: nothing of
    /// it is stored, now or later.
    GiveUp {
        /// Names the request.
        ticket: u64,
    },
    /// Store that an attempt begins, then send. Answered by [`Event::Answered`].
    Send {
        /// The operation, its base resolved.
        op: Box<crate::op::Op>,
    },
    /// Fetch a page of changes. Answered by [`Event::Pulled`].
    Pull {
        /// From where; `None` from the beginning.
        cursor: Option<String>,
        /// `ETag` of the last page.
        etag: Option<String>,
    },
}

/// One transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Write {
    /// Operations to store or to store anew.
    pub put_ops: Vec<StoredOp>,
    /// Operations to remove, by id.
    pub remove_ops: Vec<String>,
    /// Changes of the claims that are kept here.
    pub cache: Vec<CacheWrite>,
    /// Where the pull stands from now on; empty where everything is to be fetched
    /// again.
    pub cursor: Option<String>,
    /// Where the pull must have stood until now: if the store has another
    /// cursor, or none, nothing is written. A page on top of one that is not
    /// there would leave a gap that nobody sees.
    pub follows: Option<String>,
}

/// A change of the claims that are kept here.
#[derive(Clone, Debug, PartialEq)]
pub enum CacheWrite {
    /// The backend has this version, unless a newer one is here.
    Put(Box<ClaimRecord>),
    /// As [`Self::Put`], by the answer to a change: it may have been given long ago,
    /// and brings nothing back that is gone since.
    PutKnown(Box<ClaimRecord>),
    /// The backend has this version of a claim with unsent operations: keep it
    /// beside the one on which they build.
    PutTheirs(Box<ClaimRecord>),
    /// As [`Self::PutTheirs`], by an answer: it may be older than the news, and
    /// brings nothing back that is gone.
    SeeTheirs(Box<ClaimRecord>),
    /// The claim is gone.
    Remove(String),
    /// A claim with unsent operations is gone at the backend.
    TheirsGone(String),
    /// Nothing of the claim is unsent any more: theirs takes its place.
    TakeTheirs(String),
    /// These are all claims of the backend. What is not among them goes, except
    /// the claims named in `keep`, which have unsent operations.
    ReplaceAll {
        /// Every claim.
        claims: Vec<ClaimRecord>,
        /// Claims that are not overwritten.
        keep: Vec<String>,
    },
}
