//! Files on their way: one content once, and pauses.

#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

use cpor_sync::{
    Command, Event, NewOp, Op, OpKind, OpStateView, Outcome, Passing, Phase, State, StoredOp,
    WedgeReason, Write, read_op, write_op,
};

fn upload(id: &str, sha256: &str) -> NewOp {
    NewOp {
        op_id: id.to_owned(),
        kind: OpKind::Upload {
            sha256: sha256.to_owned(),
            name: "scan.pdf".to_owned(),
            size_bytes: 9,
            media_type: "application/pdf".to_owned(),
        },
    }
}

/// A machine and what it wanted, with every write done at once.
struct Course {
    state: State,
    sent: Vec<Op>,
    stored: Vec<StoredOp>,
}

impl Course {
    fn new() -> Self {
        let mut course = Self { state: State::default(), sent: Vec::new(), stored: Vec::new() };
        let loaded = Event::Loaded {
            ops: Vec::new(),
            unreadable_claims: Vec::new(),
            beside: Vec::new(),
            cursor: None,
        };
        course.take(loaded);
        course.take(Event::SignedIn { now_ms: 0 });
        course
    }

    fn take(&mut self, event: Event) {
        let (state, commands) = std::mem::take(&mut self.state).step(event);
        self.state = state;
        for command in commands {
            match command {
                Command::Write { write, ticket } => {
                    let Write { put_ops, .. } = *write;
                    self.stored.extend(put_ops);
                    if let Some(ticket) = ticket {
                        self.take(Event::Written { ticket });
                    }
                }
                Command::Send { op } => self.sent.push(*op),
                Command::GiveUp { .. } | Command::Pull { .. } => {}
            }
        }
    }

    fn enqueue(&mut self, claim_id: &str, op: NewOp, now_ms: u64) {
        self.take(Event::Enqueue {
            ticket: now_ms,
            claim_id: claim_id.to_owned(),
            ops: vec![op],
            base: None,
            ruleset: String::new(),
            may_alter: true,
            now_ms,
        });
    }

    fn answer(&mut self, op_id: &str, outcome: Outcome) {
        let op_id = op_id.to_owned();
        let new_op_id = format!("{op_id}-again");
        self.take(Event::Answered { op_id, outcome, new_op_id, now_ms: 9, chance: 0.5 });
    }

    fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent).into_iter().map(|op| op.op_id).collect()
    }

    fn state_of(&self, op_id: &str) -> OpStateView {
        self.state.waiting().into_iter().find(|view| view.op.op_id == op_id).unwrap().state
    }
}

#[test]
fn the_same_content_of_two_claims_is_not_sent_at_the_same_time() {
    let mut course = Course::new();
    course.enqueue("a", upload("1", "same"), 1);
    course.enqueue("b", upload("2", "same"), 2);
    course.enqueue("c", upload("3", "other"), 3);
    assert_eq!(course.sent(), ["1", "3"]);
    assert_eq!(course.state_of("2"), OpStateView::Queued);
    course.answer("1", Outcome::Applied { claim: None });
    assert_eq!(course.sent(), ["2"]);
}

#[test]
fn who_waits_for_the_same_content_goes_on_when_the_first_fails() {
    let mut course = Course::new();
    course.enqueue("a", upload("1", "same"), 1);
    course.enqueue("b", upload("2", "same"), 2);
    assert_eq!(course.sent(), ["1"]);
    course.answer("1", Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) });
    assert_eq!(course.sent(), ["2"]);
}

#[test]
fn a_paused_file_rests_until_it_is_resumed_and_holds_nobody_up() {
    let mut course = Course::new();
    for (claim, id) in [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")] {
        course.enqueue(claim, upload(id, id), id.parse().unwrap());
    }
    assert_eq!(course.sent(), ["1", "2", "3"]);
    // What is under way is stopped by whoever runs it.
    course.take(Event::Pause { op_id: "1".into(), now_ms: 5 });
    assert_eq!(course.state_of("1"), OpStateView::Sending);
    course.answer("1", Outcome::Stuck(WedgeReason::Paused));
    assert_eq!(course.sent(), ["4"], "the place is free for the next one");
    course.answer("2", Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) });
    course.take(Event::Pause { op_id: "2".into(), now_ms: 6 });
    let paused = OpStateView::Wedged(WedgeReason::Paused);
    assert_eq!(course.state_of("2"), paused);
    assert_eq!(course.state.phase(), Phase::Working, "nothing is wrong");
    course.take(Event::Kick { now_ms: 7 });
    course.take(Event::SignedIn { now_ms: 8 });
    assert!(course.sent().is_empty());

    // It is still paused after a restart.
    let ops = course.stored.iter().filter(|stored| stored.wedge.is_some()).cloned();
    let ops: Vec<StoredOp> =
        ops.map(|stored| read_op(cpor_sync::OP_SCHEMA, &write_op(&stored)).unwrap()).collect();
    let mut course = Course::new();
    course.take(Event::Loaded {
        ops,
        unreadable_claims: Vec::new(),
        beside: Vec::new(),
        cursor: None,
    });
    assert_eq!(course.state_of("1"), paused);
    assert_eq!(course.state_of("2"), paused);
    course.take(Event::Retry { op_id: "1".into(), now_ms: 9 });
    assert_eq!(course.sent(), ["1"]);
}

#[test]
fn only_files_are_paused() {
    let mut course = Course::new();
    let comment = OpKind::Comment { text: "Hello".into() };
    course.enqueue("a", NewOp { op_id: "1".into(), kind: comment }, 1);
    course.answer("1", Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) });
    course.take(Event::Pause { op_id: "1".into(), now_ms: 2 });
    assert!(matches!(course.state_of("1"), OpStateView::Waiting { .. }));
}
