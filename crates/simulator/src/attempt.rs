//! From an operation to requests, and from their answers to an outcome. As the
//! browser does in `src/sync/send.rs` and `src/api`.

use crate::device::TabId;
use crate::device::tab::{Incoming, Next, OnItsWay, Pending, Step};
use crate::fault::Fault;
use crate::ledger::Offer;
use crate::mutant::Mutant;
use crate::server::{Answer, Body, Condition, Request, What};
use crate::world::{Due, World};
use cpor_protocol::{ClaimRecord, Problem, ProblemCode};
use cpor_sync::{Event, Op, OpKind, Outcome, Passing, PullOutcome, Seen, WedgeReason};

/// How long the account behind the session counts as verified.
const SESSION_CHECK_MS: u64 = 60_000;

/// What an answer means, by what can be done about it.
enum Meaning {
    Done,
    Retry(Option<u64>),
    SignIn,
    Conflict(Option<Box<ClaimRecord>>),
    Refused(Box<Problem>),
    Gone,
}

fn meaning(answer: &Answer, trusts: bool) -> Meaning {
    let problem = match &answer.body {
        Body::Problem(problem) => Some(problem.clone()),
        _ => None,
    };
    let code = problem.as_ref().map(|problem| problem.code);
    let retry = Meaning::Retry(answer.retry_after_s.map(|seconds| seconds * 1_000));
    match answer.status {
        200..=299 if matches!(answer.body, Body::Html | Body::CutOff) && !trusts => {
            Meaning::Retry(None)
        }
        200..=299 => Meaning::Done,
        401 => Meaning::SignIn,
        100..=399 | 408 | 425 | 429 | 500..=599 => retry,
        409 if matches!(code, Some(ProblemCode::KeyInFlight | ProblemCode::UploadConflict)) => {
            retry
        }
        412 => Meaning::Conflict(problem.and_then(|problem| problem.current)),
        409 if matches!(code, None | Some(ProblemCode::Stale | ProblemCode::Exists)) => {
            Meaning::Conflict(problem.and_then(|problem| problem.current))
        }
        410 => Meaning::Gone,
        status => Meaning::Refused(
            problem.unwrap_or_else(|| Box::new(Problem::new(status, ProblemCode::Other, ""))),
        ),
    }
}

fn passing(why: Passing) -> Outcome {
    Outcome::Passing { why, retry_after_ms: None }
}

/// What an attempt asks of the server; `None` for an upload, which takes several
/// requests. `known` is the version that is kept here.
pub fn asked(op: &Op, known: Option<&Seen>) -> Option<What> {
    let condition = Condition::matches(op.revision(known));
    let claim = op.claim_id.clone();
    Some(match &op.kind {
        OpKind::Create { draft } => {
            What::Put(claim, Condition::IsNew, draft.clone(), op.set_aside.clone())
        }
        OpKind::Change { draft } => {
            let condition =
                if condition == Condition::Missing { Condition::IsNew } else { condition };
            What::Put(claim, condition, draft.clone(), op.set_aside.clone())
        }
        OpKind::Submit { manifest } => {
            What::Submit(claim, condition, op.ruleset.clone(), manifest.clone())
        }
        OpKind::Comment { text } => What::Comment(claim, text.clone()),
        OpKind::Delete => What::Delete(claim, condition),
        OpKind::Dispute { justification, files } => {
            What::Dispute(claim, condition, justification.clone(), files.clone())
        }
        OpKind::Disassociate { reason } => What::Disassociate(claim, condition, reason.clone()),
        OpKind::Review { action, reason, grounds } => {
            What::Review(claim, condition, *action, reason.clone(), grounds.clone())
        }
        OpKind::Upload { .. } => return None,
    })
}

/// What the answer to an attempt means for its operation.
pub fn outcome(answer: &Answer) -> Outcome {
    outcome_of(answer, false)
}

fn outcome_of(answer: &Answer, trusts: bool) -> Outcome {
    match (meaning(answer, trusts), &answer.body) {
        (Meaning::Done, Body::Claim(claim)) => Outcome::Applied { claim: Some(claim.clone()) },
        (Meaning::Done, _) => Outcome::Applied { claim: None },
        (Meaning::Retry(retry_after_ms), _) => {
            Outcome::Passing { why: Passing::Busy, retry_after_ms }
        }
        (Meaning::SignIn, _) => Outcome::SignIn,
        (Meaning::Conflict(current), _) => Outcome::Conflict { current },
        (Meaning::Refused(problem), _) => Outcome::Refused(problem),
        (Meaning::Gone, _) => {
            Outcome::Stuck(WedgeReason::NotUnderstood { detail: "410".to_owned() })
        }
    }
}

impl World {
    /// Begins an attempt or a pull, once the session is known to be right.
    pub(crate) fn begin(&mut self, id: TabId, next: Next) {
        let now_ms = self.clock(id.device);
        let trusts = self.mutant == Some(Mutant::TrustsSession);
        let Some(tab) = self.tab(id) else { return };
        let is_verified = tab.verified_at_ms > 0
            && now_ms >= tab.verified_at_ms
            && now_ms - tab.verified_at_ms < SESSION_CHECK_MS;
        if is_verified || trusts {
            return self.go_on(id, next);
        }
        let request = Request { account: String::new(), key: String::new(), what: What::Session };
        self.send(id, request, Pending::Verify(Box::new(next)));
    }

    fn go_on(&mut self, id: TabId, next: Next) {
        match next {
            Next::Attempt(op) => self.attempt(id, op),
            Next::Pull { cursor, etag } => {
                let what = What::Changes { since: cursor, etag, limit: self.page };
                let request = Request { account: self.speaks_for(id), key: String::new(), what };
                self.send(id, request, Pending::Pull);
            }
        }
    }

    fn attempt(&mut self, id: TabId, op: Op) {
        let Some(tab) = self.tab(id) else { return };
        let kept = tab.claims.get(&op.claim_id).and_then(|kept| kept.claim.as_ref());
        let known = kept.map(|claim| Seen {
            set_aside: Vec::new(),
            revision: claim.revision,
            draft: Some(Box::new(claim.draft.clone())),
        });
        if let OpKind::Upload { sha256, size_bytes, .. } = &op.kind {
            let location = tab.locations.get(&op.op_id).cloned();
            let Some(account) = tab.account else { return };
            if !self.store(id.device, account).written.files.contains_key(sha256) {
                return self.end_attempt(id, &op, Outcome::Stuck(WedgeReason::FileMissing));
            }
            let (what, step) = match location {
                Some(location) => (What::UploadOffset(location), Step::Offset),
                None => (What::BeginUpload(sha256.clone(), *size_bytes), Step::Begin),
            };
            return self.ask(id, op, step, what);
        }
        if let Some(what) = asked(&op, known.as_ref()) {
            self.ask(id, op, Step::Whole, what);
        }
    }

    fn ask(&mut self, id: TabId, op: Op, step: Step, what: What) {
        let request = Request { account: self.speaks_for(id), key: op.op_id.clone(), what };
        self.send(id, request, Pending::Attempt(Box::new(op), step));
    }

    /// The account for which a tab speaks.
    fn speaks_for(&self, id: TabId) -> String {
        let account = self.look(id).and_then(|tab| tab.account);
        account.map(|index| self.accounts[index].id.clone()).unwrap_or_default()
    }

    /// Takes an answer, or the lack of one.
    pub(crate) fn answered(&mut self, id: TabId, number: u64, answer: Result<&Answer, Passing>) {
        let Some(tab) = self.tab(id) else { return };
        let Some(OnItsWay { opened, account, pending }) = tab.requests.remove(&number) else {
            return;
        };
        if tab.opened != opened {
            // An answer for the account before is none for this one, even if that is
            // the same again.
            return;
        }
        match pending {
            Pending::Verify(next) => self.verified(id, account, *next, answer),
            Pending::Attempt(op, step) => self.step_answered(id, *op, step, answer),
            Pending::Pull => {
                let outcome = match answer {
                    Err(why) => PullOutcome::Passing { why, retry_after_ms: None },
                    Ok(answer) => pull_outcome(answer),
                };
                self.pulled(id, outcome);
            }
        }
    }

    fn verified(
        &mut self,
        id: TabId,
        account: usize,
        next: Next,
        answer: Result<&Answer, Passing>,
    ) {
        let now_ms = self.clock(id.device);
        let outcome = match answer {
            Err(why) => Some(passing(why)),
            Ok(answer) => match (meaning(answer, false), &answer.body) {
                (Meaning::Done, Body::Session(known)) if *known == self.accounts[account].id => {
                    None
                }
                (Meaning::Done | Meaning::SignIn, _) => Some(Outcome::SignIn),
                _ => Some(passing(Passing::Busy)),
            },
        };
        let Some(outcome) = outcome else {
            if let Some(tab) = self.tab(id) {
                tab.verified_at_ms = now_ms;
            }
            return self.go_on(id, next);
        };
        match next {
            Next::Attempt(op) => self.end_attempt(id, &op, outcome),
            Next::Pull { .. } => {
                let outcome = match outcome {
                    Outcome::SignIn => PullOutcome::SignIn,
                    _ => PullOutcome::Passing { why: Passing::Offline, retry_after_ms: None },
                };
                self.pulled(id, outcome);
            }
        }
    }

    fn step_answered(&mut self, id: TabId, op: Op, step: Step, answer: Result<&Answer, Passing>) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => return self.end_attempt(id, &op, passing(why)),
        };
        let trusts = self.mutant == Some(Mutant::TrustsAnyAnswer);
        match (meaning(answer, trusts), &answer.body) {
            (Meaning::Done, Body::Upload(location, offset)) => {
                self.upload_more(id, op, location, *offset);
            }
            (Meaning::Refused(problem), _) if step == Step::Offset && problem.status == 404 => {
                // The server knows nothing of it any more: from the beginning.
                if let Some(tab) = self.tab(id) {
                    tab.locations.remove(&op.op_id);
                }
                self.attempt(id, op);
            }
            _ => self.end_attempt(id, &op, outcome_of(answer, trusts)),
        }
    }

    fn upload_more(&mut self, id: TabId, op: Op, location: &str, offset: u64) {
        let OpKind::Upload { size_bytes, .. } = op.kind else { return };
        let Some(tab) = self.tab(id) else { return };
        tab.locations.insert(op.op_id.clone(), location.to_owned());
        if offset >= size_bytes {
            return self.end_attempt(id, &op, Outcome::Applied { claim: None });
        }
        // One piece at a time.
        let what = What::Append(location.to_owned(), offset, 1);
        self.ask(id, op, Step::Append(offset), what);
    }

    /// The person wants an upload to rest: an attempt ends, or none begins.
    pub(crate) fn pause(&mut self, id: TabId, op_id: &str) {
        let now_ms = self.clock(id.device);
        let Some(tab) = self.tab(id) else { return };
        let going = tab.requests.iter().find_map(|(number, request)| match &request.pending {
            Pending::Attempt(op, _) if op.op_id == op_id && request.opened == tab.opened => {
                Some((*number, (**op).clone()))
            }
            _ => None,
        });
        if let Some((number, op)) = going {
            tab.requests.remove(&number);
            return self.end_attempt(id, &op, Outcome::Stuck(WedgeReason::Paused));
        }
        let event = Event::Pause { op_id: op_id.to_owned(), now_ms };
        self.ask_sender(id, &format!("pause {op_id}"), event);
    }

    fn end_attempt(&mut self, id: TabId, op: &Op, outcome: Outcome) {
        let is_done = match (&op.kind, &outcome) {
            (OpKind::Upload { .. }, Outcome::Applied { .. }) => true,
            // What was to be deleted is gone.
            (OpKind::Delete, Outcome::Refused(problem)) => problem.code == ProblemCode::NotFound,
            _ => false,
        };
        if is_done {
            self.ledger.done(&op.op_id);
        }
        let new_op_id = self.new_op_id();
        self.ledger.offer(&op.op_id, &new_op_id, Offer::Merge);
        let event = Event::Answered {
            op_id: op.op_id.clone(),
            outcome,
            now_ms: self.clock(id.device),
            chance: self.random.fraction(),
            new_op_id,
        };
        if self.fate(|fault| fault == Fault::OutcomeTwice).is_some() {
            self.fire(Fault::OutcomeTwice);
            let after_ms = self.random.time_ms(30_000);
            self.later(after_ms, Due::Reach(id, Incoming::Again(event.clone())));
        }
        self.post(id, event);
    }

    fn pulled(&mut self, id: TabId, outcome: PullOutcome) {
        let (now_ms, chance) = (self.clock(id.device), self.random.fraction());
        self.post(id, Event::Pulled { outcome, now_ms, chance });
    }

    /// An id for an operation: later ones sort behind.
    pub(crate) fn new_op_id(&mut self) -> String {
        format!("op-{:08}", self.new_id())
    }
}

/// What the answer to a pull means.
pub fn pull_outcome(answer: &Answer) -> PullOutcome {
    if answer.status == 304 {
        return PullOutcome::NotModified;
    }
    match (meaning(answer, false), &answer.body) {
        (Meaning::Done, Body::Page(page, etag)) => {
            PullOutcome::Page { page: page.clone(), etag: Some(etag.clone()) }
        }
        (Meaning::Gone, _) => PullOutcome::Gone,
        (Meaning::SignIn, _) => PullOutcome::SignIn,
        (Meaning::Retry(retry_after_ms), _) => {
            PullOutcome::Passing { why: Passing::Busy, retry_after_ms }
        }
        _ => PullOutcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) },
    }
}
