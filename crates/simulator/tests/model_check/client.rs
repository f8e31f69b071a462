//! One client: the machine, its store, and what is under way. As the driver does,
//! but for the clock, which stands still: a wait ends at once.

use crate::meant::{Broken, Meant, Minds};
use crate::shared::Shared;
use cpor_rules::Draft;
use cpor_simulator::server::{Answer, What};
use cpor_simulator::{asked, outcome, pull_outcome};
use cpor_sync::{
    CachedClaim, Command, Event, LaneState, NewOp, OpKind, Outcome, Passing, PullOutcome, Seen,
    State, StoredOp, WedgeReason, Write, apply_to_claims, beside,
};
use std::collections::{BTreeMap, VecDeque};

/// The only claim.
pub const CLAIM: &str = "claim";
pub const RULES: &str = "rules";
/// The only time.
pub const NOW_MS: u64 = 1;

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Create,
    /// Gives the claim a name.
    Name(&'static str),
    /// Gives it a comment.
    Comment(&'static str),
    Submit,
}

/// What a person decides about an operation that is stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Mine where both changed; a change of state again, on theirs.
    Mine,
    /// Theirs where both changed.
    Theirs,
    GiveUp,
}

/// A pull that is under way.
#[derive(Clone, Debug)]
pub enum Pull {
    Asked { since: Option<String>, etag: Option<String> },
    Answered(Box<Answer>),
}

#[derive(Clone, Debug)]
pub struct Client {
    pub name: char,
    pub machine: State,
    pub ops: BTreeMap<String, StoredOp>,
    pub claims: BTreeMap<String, CachedClaim>,
    pub cursor: Option<String>,
    /// Attempts under way, with the answers on their way back.
    pub waiting: BTreeMap<String, Vec<Shared<Answer>>>,
    pub pull: Option<Pull>,
    /// So many changes of the server were there when news were fetched last.
    pub knows: u32,
    /// How much of what the person wants to do is done.
    pub done: usize,
    /// So often an answer may fail to come.
    pub timeouts: u8,
    /// So often the client may end at once.
    pub crashes: u8,
    next_id: u32,
}

/// What a step of a client leads to, beside its own state.
#[derive(Default)]
pub struct Effects {
    /// Requests to the server: operation and content.
    pub sent: Vec<(String, What)>,
    pub broken: Option<Broken>,
}

/// A step, and the effect after which the client ends at once.
struct Running<'a> {
    minds: &'a mut Minds,
    effects: Effects,
    ends_after: Option<usize>,
    done: usize,
}

impl Running<'_> {
    /// Whether the client has ended before this effect.
    fn has_ended(&mut self) -> bool {
        let has_ended = self.ends_after == Some(self.done);
        self.done += 1;
        has_ended
    }

    fn check(&mut self, result: Result<(), Broken>) {
        if let Err(broken) = result {
            self.effects.broken.get_or_insert(broken);
        }
    }
}

impl Client {
    pub fn new(name: char, timeouts: u8, crashes: u8) -> Self {
        Self {
            name,
            machine: State::default(),
            ops: BTreeMap::new(),
            claims: BTreeMap::new(),
            cursor: None,
            waiting: BTreeMap::new(),
            pull: None,
            knows: 0,
            done: 0,
            timeouts,
            crashes,
            next_id: 0,
        }
    }

    /// Reads the store and is signed in.
    pub fn open(&mut self, minds: &mut Minds) -> Effects {
        let loaded = Event::Loaded {
            ops: self.ops.values().cloned().collect(),
            unreadable_claims: Vec::new(),
            beside: beside(&self.claims),
            cursor: self.cursor.clone(),
        };
        let events = [loaded, Event::SignedIn { now_ms: NOW_MS }];
        self.run(events.into(), None, minds).unwrap_or_default()
    }

    /// Takes an event. With `ends_after`, the client ends after so many effects
    /// and is opened again; `None` where there are not so many.
    pub fn take(
        &mut self,
        event: Event,
        ends_after: Option<usize>,
        minds: &mut Minds,
    ) -> Option<Effects> {
        self.run([event].into(), ends_after, minds)
    }

    fn run(
        &mut self,
        mut events: VecDeque<Event>,
        ends_after: Option<usize>,
        minds: &mut Minds,
    ) -> Option<Effects> {
        let mut running = Running { minds, effects: Effects::default(), ends_after, done: 0 };
        while let Some(event) = events.pop_front() {
            let (machine, commands) = std::mem::take(&mut self.machine).step(event);
            self.machine = machine;
            for command in commands {
                if !self.obey(command, &mut events, &mut running) {
                    return Some(self.end(running));
                }
            }
        }
        if ends_after.is_none() {
            return Some(running.effects);
        }
        // After the last effect is the last place to end.
        running.has_ended().then(|| self.end(running))
    }

    /// Runs a command; false if the client ended before it was done.
    fn obey(
        &mut self,
        command: Command,
        events: &mut VecDeque<Event>,
        running: &mut Running<'_>,
    ) -> bool {
        if running.has_ended() {
            return false;
        }
        match command {
            Command::Write { write, ticket } => {
                if write.follows.is_some() && write.follows != self.cursor {
                    return true;
                }
                self.store(&write, ticket, running);
                if let Some(ticket) = ticket {
                    running.minds.promise(self.name, ticket);
                    events.push_back(Event::Written { ticket });
                }
            }
            Command::Send { op } => {
                self.ops.insert(op.op_id.clone(), StoredOp { op: (*op).clone(), wedge: None });
                if running.has_ended() {
                    return false;
                }
                let kept = self.claims.get(CLAIM).and_then(|kept| kept.claim.as_ref());
                let known = kept.map(|claim| Seen {
                    revision: claim.revision,
                    draft: Some(Box::new(claim.draft.clone())),
                    set_aside: Vec::new(),
                });
                let what = asked(&op, known.as_ref()).expect("there are no uploads here");
                self.waiting.insert(op.op_id.clone(), Vec::new());
                running.effects.sent.push((op.op_id.clone(), what));
            }
            // Every store can be read here.
            Command::GiveUp { .. } => {}
            Command::Pull { cursor, etag } => {
                self.pull = Some(Pull::Asked { since: cursor, etag });
            }
        }
        true
    }

    fn end(&mut self, mut running: Running<'_>) -> Effects {
        self.machine = State::default();
        self.waiting.clear();
        self.pull = None;
        self.crashes -= 1;
        let opened = self.open(running.minds);
        running.effects.sent.extend(opened.sent);
        running.effects.broken = running.effects.broken.or(opened.broken);
        running.effects
    }

    fn store(&mut self, write: &Write, ticket: Option<u64>, running: &mut Running<'_>) {
        for op_id in &write.remove_ops {
            if self.ops.remove(op_id).is_some() {
                let removed = running.minds.removed(op_id, &write.put_ops);
                running.check(removed);
            }
        }
        for stored in &write.put_ops {
            self.ops.insert(stored.op.op_id.clone(), stored.clone());
        }
        if let Some(ticket) = ticket {
            running.minds.stored(self.name, ticket, &write.put_ops);
        }
        apply_to_claims(&mut self.claims, write);
        if write.cursor.is_some() {
            self.cursor.clone_from(&write.cursor);
        }
    }

    /// The content that the person sees.
    pub fn shown(&self) -> Option<&Draft> {
        self.machine.unsent_draft(CLAIM).or_else(|| {
            let kept = self.claims.get(CLAIM)?;
            kept.claim.as_ref().map(|claim| &claim.draft)
        })
    }

    /// Whether the person can do this now.
    pub fn can(&self, act: Act) -> bool {
        match act {
            Act::Create => self.shown().is_none(),
            Act::Name(_) | Act::Comment(_) | Act::Submit => self.shown().is_some(),
        }
    }

    /// What the machine is told when the person does something.
    pub fn act(&mut self, act: Act, minds: &mut Minds) -> Event {
        self.done += 1;
        self.next_id += 1;
        let op_id = format!("{}{}", self.name, self.next_id);
        let ticket = u64::from(self.next_id);
        let claim = self.claims.get(CLAIM).and_then(|kept| kept.claim.as_ref());
        let revision = claim.map_or(0, |claim| claim.revision);
        let seen = self.shown().cloned();
        let mut draft = seen.clone().unwrap_or_default();
        let kind = match act {
            Act::Create => {
                "new".clone_into(&mut draft.claim_name);
                OpKind::Create { draft: Box::new(draft.clone()) }
            }
            Act::Name(name) => {
                name.clone_into(&mut draft.claim_name);
                OpKind::Change { draft: Box::new(draft.clone()) }
            }
            Act::Comment(text) => {
                text.clone_into(&mut draft.comment);
                OpKind::Change { draft: Box::new(draft.clone()) }
            }
            Act::Submit => OpKind::Submit { manifest: Vec::new() },
        };
        let meant = Meant::new(self.name, ticket, &kind, seen.as_ref(), &draft);
        minds.begin(&op_id, meant);
        let base = seen.map(|draft| Seen {
            revision,
            draft: Some(Box::new(draft)),
            set_aside: Vec::new(),
        });
        Event::Enqueue {
            ticket,
            claim_id: CLAIM.to_owned(),
            ops: vec![NewOp { op_id, kind }],
            base,
            ruleset: RULES.to_owned(),
            may_alter: true,
            now_ms: NOW_MS,
        }
    }

    /// The operation that needs the person.
    fn stuck(&self) -> Option<(&OpKind, String, &WedgeReason)> {
        let lane = self.machine.lanes().get(CLAIM)?;
        match (&lane.state, lane.ops.front()) {
            (LaneState::Wedged(reason), Some(op)) => Some((&op.kind, op.op_id.clone(), reason)),
            _ => None,
        }
    }

    /// What the person can decide.
    pub fn choices(&self) -> &'static [Choice] {
        match self.stuck() {
            None => &[],
            Some((
                OpKind::Create { .. } | OpKind::Change { .. },
                _,
                WedgeReason::Conflict { theirs: Some(_) },
            )) => &[Choice::Mine, Choice::Theirs, Choice::GiveUp],
            Some((_, _, WedgeReason::Conflict { theirs: Some(_) })) => {
                &[Choice::Mine, Choice::GiveUp]
            }
            Some(_) => &[Choice::GiveUp],
        }
    }

    /// What the machine is told of a decision.
    pub fn decide(&self, choice: Choice, minds: &mut Minds) -> Option<Event> {
        let (kind, op_id, reason) = self.stuck()?;
        let new_op_id = next_id(&op_id);
        let now_ms = NOW_MS;
        let theirs = match reason {
            WedgeReason::Conflict { theirs } => theirs.as_deref(),
            _ => None,
        };
        Some(match (choice, kind, theirs) {
            (Choice::GiveUp, _, _) | (_, _, None) => {
                // Nothing can follow a creation that is not done.
                let all = matches!(kind, OpKind::Create { .. });
                let lane = self.machine.lanes().get(CLAIM)?;
                for op in lane.ops.iter().filter(|op| all || op.op_id == op_id) {
                    minds.give_up(&op.op_id, theirs.map(|theirs| &theirs.draft));
                }
                Event::Discard { op_id, now_ms }
            }
            (_, OpKind::Create { draft: mine } | OpKind::Change { draft: mine }, Some(theirs)) => {
                let lane = self.machine.lanes().get(CLAIM)?;
                let base = lane.ops.front()?.base_draft.clone().unwrap_or_default();
                let merged = cpor_sync::merge::merge(&base, mine, &theirs.draft);
                let side = match choice {
                    Choice::Mine => cpor_sync::merge::Side::Mine,
                    _ => cpor_sync::merge::Side::Theirs,
                };
                let decided = merged.choose(mine, |_| Some(side));
                minds.decided(&op_id, &theirs.draft, &decided);
                let (draft, theirs) = (Box::new(decided), theirs.revision);
                Event::Resolve { op_id, new_op_id, draft, theirs, now_ms }
            }
            (_, _, Some(theirs)) => {
                minds.decided(&op_id, &theirs.draft, &theirs.draft);
                Event::RetryOnTheirs { op_id, new_op_id, now_ms }
            }
        })
    }

    /// What the machine is told when an answer comes, or none in time.
    pub fn answered(&mut self, op_id: &str, answer: Option<usize>) -> Option<Event> {
        let answers = self.waiting.remove(op_id)?;
        let outcome = match answer {
            Some(nth) => outcome(answers.get(nth)?),
            None => Outcome::Passing { why: Passing::Busy, retry_after_ms: None },
        };
        Some(Event::Answered {
            op_id: op_id.to_owned(),
            outcome,
            now_ms: NOW_MS,
            chance: 0.0,
            new_op_id: next_id(op_id),
        })
    }

    /// What the machine is told when news come, or none in time.
    pub fn pulled(&mut self, is_answered: bool) -> Option<Event> {
        let outcome = match (self.pull.take()?, is_answered) {
            (Pull::Answered(answer), true) => pull_outcome(&answer),
            (Pull::Asked { .. }, true) => return None,
            (_, false) => PullOutcome::Passing { why: Passing::Busy, retry_after_ms: None },
        };
        Some(Event::Pulled { outcome, now_ms: NOW_MS, chance: 0.0 })
    }

    /// What the person does next, if anything.
    pub fn next_act(&self, script: &[Act]) -> Option<Act> {
        script.get(self.done).copied().filter(|act| self.can(*act))
    }
}

/// Another decision about an operation, or a merge of it.
fn next_id(op_id: &str) -> String {
    format!("{op_id}'")
}
