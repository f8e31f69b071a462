//! One device, its disk and its network, and a tiny model of a backend.

use cpor_protocol::{Change, ChangesPage, ClaimRecord, Problem, ProblemCode};
use cpor_rules::{Draft, Status};
use cpor_sync::{
    Base, CacheWrite, Command, Event, NewOp, Op, OpKind, Outcome, Passing, PullOutcome, Seen,
    State, StoredOp, Write,
};
use std::collections::{BTreeMap, BTreeSet};

pub fn draft(name: &str) -> Box<Draft> {
    Box::new(Draft { claim_name: name.to_owned(), ..Draft::default() })
}

pub fn with(claim_name: &str, comment: &str) -> Box<Draft> {
    Box::new(Draft {
        claim_name: claim_name.to_owned(),
        comment: comment.to_owned(),
        ..Draft::default()
    })
}

pub fn record(id: &str, revision: u64, draft: &Draft, status: Status) -> ClaimRecord {
    ClaimRecord {
        id: id.to_owned(),
        reference: String::new(),
        revision,
        status,
        draft: draft.clone(),
        created_at: chrono::DateTime::default(),
        created_by: String::new(),
        updated_at: chrono::DateTime::default(),
        submitted_at: None,
        status_since: chrono::NaiveDate::default(),
        deadline: None,
        was_disputed: false,
        status_reason: String::new(),
        status_grounds: Vec::new(),
        organisation: String::new(),
    }
}

/// A backend that applies an id once and keeps its answer.
#[derive(Default)]
pub struct Backend {
    pub claims: BTreeMap<String, ClaimRecord>,
    pub files: BTreeSet<String>,
    pub answers: BTreeMap<String, (Op, Outcome)>,
    pub applied: Vec<Op>,
    pub log: Vec<String>,
}

impl Backend {
    pub fn handle(&mut self, op: &Op) -> Outcome {
        if let Some((before, answer)) = self.answers.get(&op.op_id) {
            assert_eq!((&before.kind, before.base), (&op.kind, op.base), "one id, one content");
            return answer.clone();
        }
        let outcome = self.apply(op);
        if matches!(outcome, Outcome::Applied { .. }) {
            self.applied.push(op.clone());
            self.log.push(op.claim_id.clone());
            self.answers.insert(op.op_id.clone(), (op.clone(), outcome.clone()));
        }
        outcome
    }

    pub fn apply(&mut self, op: &Op) -> Outcome {
        let current = self.claims.get(&op.claim_id).cloned();
        let is_fresh = match (op.base, &current) {
            (Base::Nothing, None) => true,
            (Base::Revision(revision), Some(claim)) => claim.revision == revision,
            _ => false,
        };
        if op.kind.changes_revision() && !is_fresh {
            return Outcome::Conflict { current: current.map(Box::new) };
        }
        let next = match (&op.kind, current) {
            (OpKind::Create { draft }, None) => record(&op.claim_id, 1, draft, Status::Draft),
            (OpKind::Change { draft }, Some(claim)) => {
                record(&op.claim_id, claim.revision + 1, draft, claim.status)
            }
            (OpKind::Submit { manifest }, Some(claim)) => {
                if !manifest.iter().all(|file| self.files.contains(file)) {
                    return refused(ProblemCode::FilesMissing);
                }
                record(&op.claim_id, claim.revision + 1, &claim.draft, Status::Submitted)
            }
            (OpKind::Upload { sha256, .. }, _) => {
                self.files.insert(sha256.clone());
                return Outcome::Applied { claim: None };
            }
            (OpKind::Comment { .. }, Some(_)) => return Outcome::Applied { claim: None },
            (OpKind::Delete, Some(_)) => {
                self.claims.remove(&op.claim_id);
                return Outcome::Applied { claim: None };
            }
            _ => return refused(ProblemCode::NotFound),
        };
        self.claims.insert(op.claim_id.clone(), next.clone());
        Outcome::Applied { claim: Some(Box::new(next)) }
    }

    pub fn changes(&self, cursor: Option<&str>) -> PullOutcome {
        let from: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let to = self.log.len().min(from + 2);
        let ids: BTreeSet<&String> = self.log[from..to].iter().collect();
        let changes = ids
            .into_iter()
            .map(|id| match self.claims.get(id) {
                Some(claim) => Change::Upsert { claim: Box::new(claim.clone()) },
                None => Change::Tombstone { id: id.clone() },
            })
            .collect();
        let page = ChangesPage { changes, next: to.to_string(), more: to < self.log.len() };
        PullOutcome::Page { page, etag: None }
    }
}

pub fn refused(code: ProblemCode) -> Outcome {
    Outcome::Refused(Box::new(Problem::new(409, code, "")))
}

/// What is on the disk.
#[derive(Default)]
pub struct Disk {
    pub ops: BTreeMap<String, StoredOp>,
    pub cursor: Option<String>,
    pub claims: BTreeMap<String, ClaimRecord>,
}

impl Disk {
    pub fn write(&mut self, write: &Write) {
        for id in &write.remove_ops {
            self.ops.remove(id);
        }
        for stored in &write.put_ops {
            self.ops.insert(stored.op.op_id.clone(), stored.clone());
        }
        self.cursor = write.cursor.clone().or(self.cursor.take());
        for step in &write.cache {
            match step {
                CacheWrite::Put(claim) | CacheWrite::PutKnown(claim) => {
                    self.claims.insert(claim.id.clone(), (**claim).clone());
                }
                CacheWrite::Remove(id) => drop(self.claims.remove(id)),
                CacheWrite::ReplaceAll { claims, .. } => {
                    self.claims =
                        claims.iter().map(|claim| (claim.id.clone(), claim.clone())).collect();
                }
                CacheWrite::PutTheirs(_)
                | CacheWrite::SeeTheirs(_)
                | CacheWrite::TheirsGone(_)
                | CacheWrite::TakeTheirs(_) => {}
            }
        }
    }
}

/// One device with its disk, its network and the backend.
pub struct World {
    pub state: State,
    pub disk: Disk,
    pub backend: Backend,
    pub in_flight: Vec<Op>,
    pub pulling: Vec<Option<String>>,
    /// Contents that were stored, by claim, in order: what must arrive.
    pub stored: BTreeMap<String, Vec<String>>,
    pub now_ms: u64,
    pub next_id: u64,
    pub disk_is_full: bool,
    /// The content that the person sees, for the changes that follow.
    pub seen: Option<Box<Draft>>,
    /// What the person gave up on top of it.
    pub given_up: Vec<Draft>,
    /// What was enqueued and never stored, by ticket.
    pub not_taken: Vec<u64>,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self {
            state: State::default(),
            disk: Disk::default(),
            backend: Backend::default(),
            in_flight: Vec::new(),
            pulling: Vec::new(),
            stored: BTreeMap::new(),
            now_ms: 1_000,
            next_id: 1,
            disk_is_full: false,
            seen: None,
            given_up: Vec::new(),
            not_taken: Vec::new(),
        };
        world.start();
        world
    }

    /// A start of the app: only the disk is left.
    pub fn start(&mut self) {
        self.state = State::default();
        self.in_flight.clear();
        self.pulling.clear();
        self.read_again();
        self.event(Event::SignedIn { now_ms: self.now_ms });
    }

    /// The store is read while everything runs.
    pub fn read_again(&mut self) {
        self.event(Event::Loaded {
            ops: self.disk.ops.values().cloned().collect(),
            unreadable_claims: Vec::new(),
            beside: Vec::new(),
            cursor: self.disk.cursor.clone(),
        });
    }

    pub fn event(&mut self, event: Event) {
        let (state, commands) = std::mem::take(&mut self.state).step(event);
        self.state = state;
        for command in commands {
            match command {
                Command::Write { write, ticket } => {
                    let is_durable = !(self.disk_is_full && ticket.is_some());
                    if is_durable {
                        self.disk.write(&write);
                    }
                    if let Some(ticket) = ticket {
                        self.event(if is_durable {
                            Event::Written { ticket }
                        } else {
                            Event::NotWritten { ticket }
                        });
                    }
                }
                Command::Send { op } => {
                    let kept = self.disk.ops.get_mut(&op.op_id).expect("stored before it is sent");
                    assert_eq!(kept.op.kind, op.kind);
                    kept.op = (*op).clone();
                    assert!(
                        self.in_flight.iter().all(|other| other.claim_id != op.claim_id),
                        "one attempt at a time in a lane"
                    );
                    self.in_flight.push(*op);
                    assert!(self.in_flight.len() <= cpor_sync::MAX_SENDING);
                }
                Command::GiveUp { ticket } => self.not_taken.push(ticket),
                Command::Pull { cursor, .. } => {
                    assert!(self.pulling.is_empty(), "one pull at a time");
                    self.pulling.push(cursor);
                }
            }
        }
    }

    pub fn enqueue(&mut self, claim_id: &str, kinds: Vec<OpKind>, base: Option<u64>) {
        let ops = kinds
            .into_iter()
            .map(|kind| {
                self.next_id += 1;
                NewOp { op_id: format!("{:08}", self.next_id), kind }
            })
            .collect();
        let ticket = self.next_id;
        self.event(Event::Enqueue {
            ticket,
            claim_id: claim_id.to_owned(),
            ops,
            base: base.map(|revision| Seen {
                revision,
                draft: self.seen.clone(),
                set_aside: self.given_up.clone(),
            }),
            ruleset: "r".into(),
            may_alter: true,
            now_ms: self.now_ms,
        });
    }

    /// The oldest attempt ends.
    pub fn end_attempt(&mut self, fault: Fault) {
        if self.in_flight.is_empty() {
            return;
        }
        let op = self.in_flight.remove(0);
        let later = Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(50) };
        let outcome = match fault {
            Fault::None => self.backend.handle(&op),
            Fault::RequestLost => Outcome::Passing { why: Passing::Offline, retry_after_ms: None },
            Fault::AnswerLost => {
                self.backend.handle(&op);
                later
            }
            Fault::Busy => later,
            Fault::SignIn => Outcome::SignIn,
        };
        self.next_id += 1;
        let answer = Event::Answered {
            op_id: op.op_id,
            outcome,
            now_ms: self.now_ms,
            chance: 0.5,
            new_op_id: format!("{:08}", self.next_id),
        };
        self.event(answer.clone());
        // Every answer comes twice; the second changes nothing.
        let before = self.state.clone();
        let is_again_under_way = self
            .in_flight
            .iter()
            .any(|op| matches!(&answer, Event::Answered { op_id, .. } if *op_id == op.op_id));
        if !is_again_under_way {
            self.event(answer);
            assert_eq!(before.waiting(), self.state.waiting());
        }
    }

    pub fn end_pull(&mut self, outcome: Option<PullOutcome>) {
        if let Some(cursor) = self.pulling.pop() {
            let outcome = outcome.unwrap_or_else(|| self.backend.changes(cursor.as_deref()));
            self.event(Event::Pulled { outcome, now_ms: self.now_ms, chance: 0.5 });
        }
    }

    pub fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        self.event(Event::Tick { now_ms: self.now_ms });
    }

    /// The faults have stopped: how it ends.
    pub fn come_to_rest(&mut self) {
        self.disk_is_full = false;
        self.event(Event::SignedIn { now_ms: self.now_ms });
        for _ in 0..2_000 {
            while !self.in_flight.is_empty() {
                self.end_attempt(Fault::None);
            }
            self.end_pull(None);
            if self.state.waiting().is_empty() && self.in_flight.is_empty() {
                break;
            }
            self.pass(1_000);
        }
        for _ in 0..200 {
            self.end_pull(None);
            self.pass(31_000);
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    None,
    RequestLost,
    AnswerLost,
    Busy,
    SignIn,
}
