//! The machine against a tiny model of a backend, under random faults.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by a panic")]

use cpor_protocol::{Change, ChangesPage, ClaimRecord, Problem, ProblemCode};
use cpor_rules::{Draft, Status};
use cpor_sync::{
    Base, CacheWrite, Command, Event, NewOp, Op, OpKind, Outcome, Passing, Phase, PullOutcome,
    Seen, State, StoredOp, Write, read_op, write_op,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Schema 1 as it was released. It must be readable for ever.
const GOLDEN_1: &str = include_str!("golden/op-1.json");

fn draft(name: &str) -> Box<Draft> {
    Box::new(Draft { claim_name: name.to_owned(), ..Draft::default() })
}

fn record(id: &str, revision: u64, draft: &Draft, status: Status) -> ClaimRecord {
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
struct Backend {
    claims: BTreeMap<String, ClaimRecord>,
    files: BTreeSet<String>,
    answers: BTreeMap<String, (Op, Outcome)>,
    applied: Vec<Op>,
    log: Vec<String>,
}

impl Backend {
    fn handle(&mut self, op: &Op) -> Outcome {
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

    fn apply(&mut self, op: &Op) -> Outcome {
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

    fn changes(&self, cursor: Option<&str>) -> PullOutcome {
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

fn refused(code: ProblemCode) -> Outcome {
    Outcome::Refused(Box::new(Problem::new(409, code, "")))
}

/// What is on the disk.
#[derive(Default)]
struct Disk {
    ops: BTreeMap<String, StoredOp>,
    cursor: Option<String>,
    claims: BTreeMap<String, ClaimRecord>,
}

impl Disk {
    fn write(&mut self, write: &Write) {
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
struct World {
    state: State,
    disk: Disk,
    backend: Backend,
    in_flight: Vec<Op>,
    pulling: Vec<Option<String>>,
    /// Contents that were stored, by claim, in order: what must arrive.
    stored: BTreeMap<String, Vec<String>>,
    now_ms: u64,
    next_id: u64,
    disk_is_full: bool,
    /// The content that the person sees, for the changes that follow.
    seen: Option<Box<Draft>>,
    /// What the person gave up on top of it.
    given_up: Vec<Draft>,
    /// What was enqueued and never stored, by ticket.
    not_taken: Vec<u64>,
}

impl World {
    fn new() -> Self {
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
    fn start(&mut self) {
        self.state = State::default();
        self.in_flight.clear();
        self.pulling.clear();
        self.read_again();
        self.event(Event::SignedIn { now_ms: self.now_ms });
    }

    /// The store is read while everything runs.
    fn read_again(&mut self) {
        self.event(Event::Loaded {
            ops: self.disk.ops.values().cloned().collect(),
            unreadable_claims: Vec::new(),
            beside: Vec::new(),
            cursor: self.disk.cursor.clone(),
        });
    }

    fn event(&mut self, event: Event) {
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

    fn enqueue(&mut self, claim_id: &str, kinds: Vec<OpKind>, base: Option<u64>) {
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
    fn end_attempt(&mut self, fault: Fault) {
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

    fn end_pull(&mut self, outcome: Option<PullOutcome>) {
        if let Some(cursor) = self.pulling.pop() {
            let outcome = outcome.unwrap_or_else(|| self.backend.changes(cursor.as_deref()));
            self.event(Event::Pulled { outcome, now_ms: self.now_ms, chance: 0.5 });
        }
    }

    fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        self.event(Event::Tick { now_ms: self.now_ms });
    }

    /// The faults have stopped: how it ends.
    fn come_to_rest(&mut self) {
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
enum Fault {
    None,
    RequestLost,
    AnswerLost,
    Busy,
    SignIn,
}

#[derive(Clone, Debug)]
enum Deed {
    Create(u8),
    Change(u8, u16),
    SubmitWithFile(u8),
    Comment(u8, u16),
    End(Fault),
    EndPull,
    PullGone,
    Pass(u32),
    Crash,
    Kick,
    DiskFull(bool),
    SignIn,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let fault = prop_oneof![
        4 => Just(Fault::None), 1 => Just(Fault::RequestLost), 1 => Just(Fault::AnswerLost),
        1 => Just(Fault::Busy), 1 => Just(Fault::SignIn)
    ];
    let deed = prop_oneof![
        2 => (0_u8..5).prop_map(Deed::Create),
        4 => (0_u8..5, any::<u16>()).prop_map(|(claim, text)| Deed::Change(claim, text)),
        1 => (0_u8..5).prop_map(Deed::SubmitWithFile),
        1 => (0_u8..5, any::<u16>()).prop_map(|(claim, text)| Deed::Comment(claim, text)),
        6 => fault.prop_map(Deed::End),
        2 => Just(Deed::EndPull),
        1 => Just(Deed::PullGone),
        3 => (0_u32..60_000).prop_map(Deed::Pass),
        1 => Just(Deed::Crash),
        1 => Just(Deed::Kick),
        1 => any::<bool>().prop_map(Deed::DiskFull),
        1 => Just(Deed::SignIn),
    ];
    proptest::collection::vec(deed, 1..120)
}

fn run(world: &mut World, deeds: Vec<Deed>) {
    let mut created = BTreeSet::new();
    let mut submitted = BTreeSet::new();
    let mut last_text = BTreeMap::new();
    for deed in deeds {
        match deed {
            Deed::Create(claim) if !world.disk_is_full && created.insert(claim) => {
                let id = claim.to_string();
                world.enqueue(&id, vec![OpKind::Create { draft: draft("new") }], None);
                last_text.insert(id, "new".to_owned());
            }
            Deed::Change(claim, text)
                if created.contains(&claim) && !submitted.contains(&claim) =>
            {
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                let text = text.to_string();
                world.enqueue(&id, vec![OpKind::Change { draft: draft(&text) }], base);
                if !world.disk_is_full {
                    last_text.insert(id, text);
                }
            }
            Deed::SubmitWithFile(claim)
                if created.contains(&claim) && !world.disk_is_full && submitted.insert(claim) =>
            {
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                let sha256 = format!("file-{id}");
                let upload = OpKind::Upload {
                    sha256: sha256.clone(),
                    name: "sow.pdf".into(),
                    size_bytes: 1,
                    media_type: "application/pdf".into(),
                };
                world.enqueue(&id, vec![upload, OpKind::Submit { manifest: vec![sha256] }], base);
            }
            Deed::Comment(claim, text) if created.contains(&claim) => {
                let kind = OpKind::Comment { text: text.to_string() };
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                world.enqueue(&id, vec![kind], base);
                if !world.disk_is_full {
                    world.stored.entry(id).or_default().push(text.to_string());
                }
            }
            Deed::End(fault) => world.end_attempt(fault),
            Deed::EndPull => world.end_pull(None),
            Deed::PullGone => world.end_pull(Some(PullOutcome::Gone)),
            Deed::Pass(ms) => world.pass(ms.into()),
            Deed::Crash => world.start(),
            Deed::Kick => world.event(Event::Kick { now_ms: world.now_ms }),
            Deed::DiskFull(is_full) => world.disk_is_full = is_full,
            Deed::SignIn => world.event(Event::SignedIn { now_ms: world.now_ms }),
            Deed::Create(_) | Deed::Change(..) | Deed::SubmitWithFile(_) | Deed::Comment(..) => {}
        }
    }
    world.come_to_rest();
    assert_eq!(world.state.waiting(), [], "everything arrives once the faults stop");
    assert_eq!(world.state.phase(), Phase::Idle);
    assert!(world.disk.ops.is_empty(), "nothing is left on the disk");
    let ids: BTreeSet<&String> = world.backend.applied.iter().map(|op| &op.op_id).collect();
    assert_eq!(ids.len(), world.backend.applied.len(), "each operation once");
    for claim in created {
        let id = claim.to_string();
        let claim_here = &world.backend.claims[&id];
        assert_eq!(claim_here.draft.claim_name, last_text[&id], "the last text wins");
        let is_submitted = claim_here.status == Status::Submitted;
        assert_eq!(is_submitted, submitted.contains(&claim));
        let comments: Vec<String> = world
            .backend
            .applied
            .iter()
            .filter(|op| op.claim_id == id)
            .filter_map(|op| match &op.kind {
                OpKind::Comment { text } => Some(text.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(comments, world.stored.remove(&id).unwrap_or_default(), "order is kept");
    }
    assert_eq!(world.disk.claims, world.backend.claims, "the device sees what the backend has");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_change_arrives_exactly_once_and_in_order(deeds in deeds()) {
        run(&mut World::new(), deeds);
    }
}

#[test]
fn edits_that_were_never_tried_become_one() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("2") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("3") }], None);
    assert_eq!(world.state.waiting().len(), 1);
    world.event(Event::SignedIn { now_ms: 0 });
    world.enqueue("a", vec![OpKind::Change { draft: draft("4") }], None);
    assert_eq!(world.state.waiting().len(), 2, "what is being sent is not altered");
}

#[test]
fn a_claim_that_was_never_sent_is_deleted_without_a_word() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Delete], None);
    assert_eq!(world.state.waiting(), []);
    assert!(world.disk.ops.is_empty());
}

#[test]
fn a_conflict_stops_its_own_lane_alone_and_can_be_resolved_both_ways() {
    for on_top in [false, true] {
        let mut world = World::new();
        world.backend.claims.insert("a".into(), record("a", 5, &draft("theirs"), Status::Draft));
        world.enqueue("a", vec![OpKind::Change { draft: draft("mine") }], Some(4));
        world.enqueue("b", vec![OpKind::Create { draft: draft("b") }], None);
        world.end_attempt(Fault::None);
        world.end_attempt(Fault::None);
        assert_eq!(world.state.phase(), Phase::Trouble);
        assert!(world.backend.claims.contains_key("b"));
        world.start();
        assert_eq!(world.state.phase(), Phase::Trouble, "the conflict survives a restart");
        let op_id = world.state.waiting()[0].op.op_id.clone();
        if on_top {
            world.event(Event::RetryOnTheirs { op_id, new_op_id: "n".into(), now_ms: 0 });
        } else {
            world.event(Event::Discard { op_id, now_ms: 0 });
        }
        world.come_to_rest();
        let name = if on_top { "mine" } else { "theirs" };
        assert_eq!(world.backend.claims["a"].draft.claim_name, name);
        assert!(world.disk.ops.is_empty());
    }
}

fn with(claim_name: &str, comment: &str) -> Box<Draft> {
    Box::new(Draft {
        claim_name: claim_name.to_owned(),
        comment: comment.to_owned(),
        ..Draft::default()
    })
}

/// Somebody else gave the claim `a` a comment meanwhile.
fn world_with_their_comment() -> World {
    let mut world = World::new();
    world.seen = Some(with("old", ""));
    world.backend.claims.insert("a".into(), record("a", 5, &with("old", "theirs"), Status::Draft));
    world
}

#[test]
fn changes_of_different_fields_are_merged_without_a_question() {
    let mut world = world_with_their_comment();
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "") }], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Working);
    world.start();
    world.come_to_rest();
    assert_eq!(*with("mine", "theirs"), world.backend.claims["a"].draft);
    assert!(world.disk.ops.is_empty());
}

#[test]
fn nothing_is_merged_under_a_submission_that_waits() {
    let mut world = world_with_their_comment();
    let submit = OpKind::Submit { manifest: Vec::new() };
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "") }, submit], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Trouble);
    assert_eq!(world.backend.claims["a"].status, Status::Draft);
}

#[test]
fn a_field_that_both_changed_waits_for_the_person_and_what_is_given_up_goes_along() {
    let mut world = world_with_their_comment();
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "my own") }], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Trouble);
    world.start();
    let op = world.state.waiting()[0].op.clone();
    let resolve = |theirs| Event::Resolve {
        op_id: op.op_id.clone(),
        new_op_id: "n".into(),
        draft: with("mine", "theirs"),
        theirs,
        now_ms: 0,
    };
    world.event(resolve(4));
    assert_eq!(world.state.phase(), Phase::Trouble, "a decision on another version is none");
    world.event(resolve(5));
    world.come_to_rest();
    assert_eq!(*with("mine", "theirs"), world.backend.claims["a"].draft);
    let sent = world.backend.applied.last().expect("it was applied");
    assert_eq!(sent.set_aside, [*with("mine", "my own")], "only what was in question");
}

#[test]
fn what_is_given_up_to_write_on_goes_along_with_the_next_change() {
    let mut world = world_with_their_comment();
    world.seen = Some(with("old", "theirs"));
    world.given_up = vec![*with("mine", "my own")];
    let comment = OpKind::Comment { text: "x".into() };
    world.enqueue("a", vec![comment, OpKind::Change { draft: with("b", "theirs") }], Some(5));
    world.seen = Some(with("b", "theirs"));
    world.given_up = vec![*with("b", "second")];
    world.enqueue("a", vec![OpKind::Change { draft: with("c", "theirs") }], Some(5));
    world.come_to_rest();
    let sent = world.backend.applied.last().expect("it was applied");
    assert_eq!(sent.set_aside, [*with("mine", "my own"), *with("b", "second")]);
}

#[test]
fn a_later_change_knows_the_content_on_which_it_builds() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: with("a", "") }], None);
    let comment = OpKind::Comment { text: "x".into() };
    world.enqueue("a", vec![comment, OpKind::Change { draft: with("b", "") }], None);
    world.end_attempt(Fault::None);
    assert_eq!(world.in_flight[0].base_draft.as_deref(), Some(&*with("a", "")));
    world.end_attempt(Fault::None);
    assert_eq!(world.in_flight[0].base_draft.as_deref(), Some(&*with("a", "")));
    assert_eq!(world.in_flight[0].base, Base::Revision(1));
}

/// A list that was made before an answer may come after it, and show what was there
/// before one's own change.
#[test]
fn what_is_handed_in_is_what_was_on_the_screen() {
    for (shown, status) in [("new", Status::Submitted), ("old", Status::Draft)] {
        let mut world = World::new();
        let before = record("a", 4, &with("old", ""), Status::Draft);
        world.backend.claims.insert("a".into(), before);
        world.seen = Some(with("old", ""));
        world.enqueue("a", vec![OpKind::Change { draft: with("new", "") }], Some(4));
        world.end_attempt(Fault::None);
        world.seen = Some(with(shown, ""));
        world.enqueue("a", vec![OpKind::Submit { manifest: Vec::new() }], Some(4));
        world.end_attempt(Fault::None);
        assert_eq!(world.backend.claims["a"].status, status, "{shown} was shown");
    }
}

/// The claim may have been made and deleted before the list: no news would say so.
#[test]
fn a_creation_that_is_answered_after_a_list_without_it_is_looked_up() {
    for is_listed in [true, false] {
        let mut world = World::new();
        world.enqueue("a", vec![OpKind::Create { draft: draft("a") }], None);
        let listed = record("a", 1, &draft("a"), Status::Draft);
        let changes = vec![Change::Upsert { claim: Box::new(listed) }];
        let changes = if is_listed { changes } else { Vec::new() };
        let page = ChangesPage { changes, next: "7".into(), more: false };
        world.end_pull(Some(PullOutcome::Page { page, etag: None }));
        world.end_attempt(Fault::None);
        let (at, cursor) = if is_listed { ("7", Some("7".to_owned())) } else { ("", None) };
        assert_eq!(world.disk.cursor.as_deref(), Some(at));
        assert_eq!(world.pulling, [cursor]);
    }
}

#[test]
fn what_is_given_up_while_it_is_sent_goes_with_the_answer() {
    for fault in [Fault::RequestLost, Fault::Busy, Fault::SignIn, Fault::None] {
        let mut world = World::new();
        world.backend.claims.insert("a".into(), record("a", 4, &draft("theirs"), Status::Draft));
        world.enqueue("a", vec![OpKind::Change { draft: draft("mine") }], Some(4));
        let op_id = world.state.waiting()[0].op.op_id.clone();
        assert_eq!(world.in_flight.len(), 1, "it is on its way");
        world.enqueue("a", vec![OpKind::Comment { text: "later".into() }], Some(4));
        world.event(Event::Discard { op_id, now_ms: world.now_ms });
        assert_eq!(world.state.waiting().len(), 2, "its answer may still be that it was done");
        world.end_attempt(fault);
        assert!(
            world.state.waiting().iter().all(|op| op.op.kind.code() == "comment"),
            "{fault:?}: only what was given up goes"
        );
        world.come_to_rest();
        let name = if matches!(fault, Fault::None) { "mine" } else { "theirs" };
        assert_eq!(world.backend.claims["a"].draft.claim_name, name, "{fault:?}");
        assert!(world.disk.ops.is_empty());
    }
}

#[test]
fn a_creation_given_up_while_it_is_sent_takes_all_that_follows_it() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: draft("mine") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("more") }], None);
    let op_id = world.state.waiting()[0].op.op_id.clone();
    world.event(Event::Discard { op_id, now_ms: world.now_ms });
    world.end_attempt(Fault::RequestLost);
    assert_eq!(world.state.waiting(), []);
    world.come_to_rest();
    assert!(world.backend.claims.is_empty() && world.disk.ops.is_empty());
}

#[test]
fn news_are_fetched_at_once_and_again_if_a_pull_was_on_its_way() {
    let mut world = World::new();
    assert_eq!(world.pulling.len(), 1, "signed in, it asks");
    // The answer to this pull may have been made before the news.
    world.event(Event::News { now_ms: world.now_ms });
    world.end_pull(None);
    assert_eq!(world.pulling.len(), 1, "it asks again");
    world.end_pull(None);
    assert_eq!(world.pulling.len(), 0, "and then no more");
    world.event(Event::News { now_ms: world.now_ms });
    assert_eq!(world.pulling.len(), 1, "at rest it asks at once");
}

#[test]
fn news_do_not_hurry_a_backend_that_fails() {
    let mut world = World::new();
    world.event(Event::News { now_ms: world.now_ms });
    let busy = PullOutcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) };
    world.end_pull(Some(busy));
    assert_eq!(world.pulling.len(), 0);
    assert_eq!(world.state.next_due_at_ms(), Some(world.now_ms + 60_000));
}

#[test]
fn an_operation_of_schema_1_can_be_read() {
    let stored = read_op(1, GOLDEN_1.trim()).unwrap();
    assert_eq!(stored.op.base, Base::Revision(3));
    assert_eq!(write_op(&stored), GOLDEN_1.trim());
    assert!(read_op(2, GOLDEN_1).is_err());
}

#[test]
fn what_waits_for_a_better_moment_waits_on_when_the_store_is_read_again() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: draft("a") }], None);
    let op = world.in_flight.remove(0);
    let later = Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(90_000) };
    world.event(Event::Answered {
        op_id: op.op_id,
        outcome: later,
        now_ms: world.now_ms,
        chance: 0.5,
        new_op_id: "n".into(),
    });
    let ops = world.disk.ops.values().cloned().collect();
    let cursor = world.disk.cursor.clone();
    world.event(Event::Loaded { ops, unreadable_claims: Vec::new(), beside: Vec::new(), cursor });
    world.pass(60_000);
    assert!(world.in_flight.is_empty(), "the backend asked for 90 seconds");
    world.pass(31_000);
    assert_eq!(world.in_flight.len(), 1);
}

#[test]
fn nothing_goes_out_until_a_store_that_fell_behind_was_read_again() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.event(Event::Behind);
    world.event(Event::SignedIn { now_ms: 0 });
    world.event(Event::Kick { now_ms: 60_000 });
    assert!(world.in_flight.is_empty());
    assert_eq!(world.state.next_due_at_ms(), None, "only the store can say how it goes on");
    world.read_again();
    assert_eq!(world.in_flight.len(), 1);
}

/// Another tab stored the first of two, and this one was told and could not read it.
#[test]
fn what_another_tab_stored_goes_first_though_it_could_not_be_read_at_once() {
    let mut other = World::new();
    other.event(Event::SignedOut);
    other.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    let mut world = World::new();
    world.next_id = other.next_id;
    world.disk.ops = other.disk.ops;
    world.event(Event::NotRead);
    world.enqueue("a", vec![OpKind::Comment { text: "x".into() }], None);
    assert!(world.in_flight.is_empty(), "its place is not known");
    world.read_again();
    assert_eq!(world.in_flight[0].kind.code(), "create");
    world.come_to_rest();
    let sent: Vec<&str> = world.backend.applied.iter().map(|op| op.kind.code()).collect();
    assert_eq!(sent, ["create", "comment"]);
}

#[test]
fn who_waits_for_a_store_that_cannot_be_read_is_told_and_nothing_is_stored_later() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.event(Event::Behind);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    let ticket = world.next_id;
    assert!(world.not_taken.is_empty(), "the store may be readable");
    world.event(Event::NotRead);
    assert_eq!(world.not_taken, [ticket]);
    world.read_again();
    assert!(world.disk.ops.is_empty() && world.state.waiting().is_empty());
    world.enqueue("a", vec![OpKind::Create { draft: draft("2") }], None);
    assert_eq!(world.disk.ops.len(), 1, "the next one is taken");
}

/// What the person gave up comes back with a store that could not be written. What
/// is done meanwhile has its place behind it.
#[test]
fn what_is_done_while_the_store_is_behind_comes_after_what_is_in_it() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Comment { text: "x".into() }], None);
    let stored = world.disk.ops.clone();
    let op_ids = stored.keys().cloned().collect();
    world.event(Event::DiscardClaim { claim_id: "a".into(), op_ids, now_ms: 0 });
    world.disk.ops = stored;
    world.event(Event::Behind);
    world.enqueue("a", vec![OpKind::Submit { manifest: Vec::new() }], Some(4));
    assert_eq!(world.disk.ops.len(), 2, "its place is not known");
    world.read_again();
    let lane = world.state.waiting();
    let kinds: Vec<&str> = lane.iter().map(|waiting| waiting.op.kind.code()).collect();
    assert_eq!(kinds, ["create", "comment", "submit"]);
    let last = world.disk.ops.values().map(|stored| stored.op.seq_in_claim).max();
    assert_eq!(last, Some(3), "the store knows it too");
}

#[test]
fn what_is_decided_while_the_store_is_behind_is_about_what_is_in_it() {
    for (is_first, expected) in [(true, "paused"), (false, "sent")] {
        let mut world = World::new();
        world.event(Event::SignedOut);
        let upload = |name: &str| OpKind::Upload {
            sha256: name.into(),
            name: name.into(),
            size_bytes: 1,
            media_type: String::new(),
        };
        world.enqueue("a", vec![upload("one"), upload("two")], Some(4));
        let ids: Vec<String> = world.disk.ops.keys().cloned().collect();
        let stored = world.disk.ops.clone();
        world.event(Event::Discard { op_id: ids[0].clone(), now_ms: 0 });
        world.disk.ops = stored;
        world.event(Event::Behind);
        let op_id = ids[usize::from(!is_first)].clone();
        world.event(Event::Pause { op_id: op_id.clone(), now_ms: 0 });
        assert!(world.disk.ops[&op_id].wedge.is_none(), "nobody was told that it rests");
        world.event(Event::SignedIn { now_ms: 0 });
        world.read_again();
        assert_eq!(world.in_flight.is_empty(), is_first, "{expected}");
        assert_eq!(world.disk.ops[&ids[0]].wedge.is_some(), is_first, "{expected}");
    }
}
