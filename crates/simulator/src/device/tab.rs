//! One tab: a machine, what runs its commands, and what is under way.

use super::TabId;
use crate::server::Answer;
use cpor_protocol::Revision;
use cpor_rules::Draft;
use cpor_sync::{CachedClaim, Command, Event, Op, State, Write};
use std::collections::{BTreeMap, VecDeque};

/// What waits for the pump.
#[derive(Clone, Debug)]
pub enum Message {
    /// For the machine.
    Event(Event),
    /// Read the store again.
    Reload,
}

/// What the pump does in the store; it goes on when that has ended.
#[derive(Clone, Debug)]
pub enum Call {
    /// Read it.
    Read,
    /// Change it.
    Write(Box<Write>, Option<u64>),
    /// Note that an attempt begins.
    Mark(Box<Op>),
}

/// A request that is under way, and what its answer is for.
#[derive(Clone, Debug)]
pub enum Pending {
    /// Whose session it is, before something else is asked.
    Verify(Box<Next>),
    /// A step of an attempt.
    Attempt(Box<Op>, Step),
    /// A page of changes.
    Pull,
}

/// What is asked once the session is known to be right.
#[derive(Clone, Debug)]
pub enum Next {
    /// An attempt.
    Attempt(Op),
    /// A page of changes.
    Pull {
        /// From where.
        cursor: Option<String>,
        /// `ETag` of the last page.
        etag: Option<String>,
    },
}

/// A step of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The whole of it.
    Whole,
    /// An upload: how far has it come?
    Offset,
    /// An upload: begin it.
    Begin,
    /// An upload: add a piece at this offset.
    Append(u64),
}

/// A request on its way, with its account.
#[derive(Clone, Debug)]
pub struct OnItsWay {
    /// The account was opened as often as this when it was sent.
    pub opened: u64,
    /// The account for which it is.
    pub account: usize,
    /// What its answer is for.
    pub pending: Pending,
}

/// An edit that a person has begun.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Of which claim.
    pub claim_id: String,
    /// As it was when the person opened it.
    pub seen: Draft,
    /// The revision then.
    pub base: Option<Revision>,
}

/// What happens to a tab from outside.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// An answer.
    Answer(u64, Box<Answer>),
    /// No connection.
    Unreachable(u64),
    /// No answer in time.
    TimedOut(u64),
    /// The timer of the machine.
    Timer(u64),
    /// Another tab of the account speaks.
    Heard(usize, String),
    /// Another tab told who signed in.
    SomebodySignedIn(usize),
    /// The lock is this tab's.
    Lock(usize),
    /// Read the store.
    Read,
    /// Ask again who is signed in.
    Enter,
    /// An event comes a second time.
    Again(Event),
}

/// A tab.
#[derive(Debug)]
pub struct Tab {
    /// Which one.
    pub id: TabId,
    /// The account whose store is open.
    pub account: Option<usize>,
    /// Counts the times that an account was opened.
    pub opened: u64,
    /// The machine.
    pub state: State,
    /// Claims as they are shown.
    pub claims: BTreeMap<String, CachedClaim>,
    /// Uploads that were begun: operation and address.
    pub locations: BTreeMap<String, String>,
    /// Whether this tab sends.
    pub is_sender: bool,
    /// When the session was last known to be right; 0 for not at all.
    pub verified_at_ms: u64,
    /// What waits for the pump.
    pub messages: VecDeque<Message>,
    /// Events of the message that is being taken.
    pub events: VecDeque<Event>,
    /// Commands of the event that is being taken.
    pub commands: VecDeque<Command>,
    /// The account was opened as often as this when that began.
    pub taken_in: u64,
    /// What the pump waits for.
    pub call: Option<(u64, Call)>,
    /// Requests under way.
    pub requests: BTreeMap<u64, OnItsWay>,
    /// The timer that is set.
    pub timer: u64,
    /// It does nothing until it wakes; what comes meanwhile waits.
    pub frozen: Option<Vec<Incoming>>,
    /// What the person has open.
    pub edit: Option<Edit>,
    /// Enqueues under way: claim and ids.
    pub tickets: BTreeMap<u64, Vec<String>>,
    /// Events so far, where they are recorded.
    pub log: Option<Vec<Event>>,
    /// Failures of the store in a row.
    pub store_failures: u32,
    /// When the store was read last.
    pub read_at_ms: u64,
}

impl Tab {
    /// One that has nothing open.
    pub fn new(id: TabId, is_recorded: bool) -> Self {
        Self {
            id,
            account: None,
            opened: 0,
            state: State::default(),
            claims: BTreeMap::new(),
            locations: BTreeMap::new(),
            is_sender: false,
            verified_at_ms: 0,
            messages: VecDeque::new(),
            events: VecDeque::new(),
            commands: VecDeque::new(),
            taken_in: 0,
            call: None,
            requests: BTreeMap::new(),
            timer: 0,
            frozen: None,
            edit: None,
            tickets: BTreeMap::new(),
            log: is_recorded.then(Vec::new),
            store_failures: 0,
            read_at_ms: 0,
        }
    }

    /// The content that the person sees of a claim.
    pub fn shown(&self, claim_id: &str) -> Option<&Draft> {
        self.state.unsent_draft(claim_id).or_else(|| {
            let kept = self.claims.get(claim_id)?;
            kept.claim.as_ref().map(|claim| &claim.draft)
        })
    }

    /// The revision on which the person builds.
    pub fn revision(&self, claim_id: &str) -> Option<Revision> {
        self.claims.get(claim_id)?.claim.as_ref().map(|claim| claim.revision)
    }
}
