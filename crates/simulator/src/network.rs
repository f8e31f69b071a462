//! What happens to requests between a tab and the server, and to answers on
//! their way back.

use crate::device::TabId;
use crate::device::tab::{Incoming, OnItsWay, Pending};
use crate::failure::Promise;
use crate::fault::Fault;
use crate::server::{Answer, Body, Request, What};
use crate::world::{Due, Flight, World, note};
use cpor_protocol::ProblemCode;

/// When a client gives a request up.
const TIMEOUT_MS: u64 = 30_000;

impl World {
    /// A tab sends a request.
    pub(crate) fn send(&mut self, id: TabId, request: Request, pending: Pending) {
        let number = self.new_id();
        let device = &self.devices[id.device];
        let (cookie, is_offline, has_portal) =
            (device.cookie, device.is_offline, device.has_portal);
        if let (Pending::Attempt(op, _), Some(cookie)) = (&pending, cookie) {
            let sent = self.ledger.sent(cookie, op, &request);
            self.check(sent);
        }
        let Some(tab) = self.tab(id) else { return };
        let Some(account) = tab.account else { return };
        let opened = tab.opened;
        tab.requests.insert(number, OnItsWay { opened, account, pending });
        note!(self, "  {}.{} > #{number} {} {:?}", id.device, id.place, request.key, request.what);
        let is_upload = matches!(request.what, What::Append(..));
        if is_offline {
            self.fire(Fault::Offline);
            let takes_ms = self.random.below(50);
            return self.later(takes_ms, Due::Reach(id, Incoming::Unreachable(number)));
        }
        if has_portal {
            self.fire(Fault::CaptivePortal);
            return self.answer_with(id, number, Answer::ok(200, Body::Html));
        }
        self.flights.insert(number, Flight { tab: id, cookie, request });
        self.later(TIMEOUT_MS, Due::Reach(id, Incoming::TimedOut(number)));
        let takes_ms = 5 + self.random.below(200);
        match self.fate(|fault| before_arrival(fault, is_upload)) {
            None => self.later(takes_ms, Due::Arrive(number, true)),
            Some(fault) => {
                note!(self, "  {}.{} #{number} meets {fault:?}", id.device, id.place);
                self.fire(fault);
                match fault {
                    Fault::RequestLost if self.random.permille(500) => {
                        self.later(takes_ms, Due::Reach(id, Incoming::Unreachable(number)));
                    }
                    Fault::RequestLate => {
                        let takes_ms = TIMEOUT_MS + self.random.below(90_000);
                        self.later(takes_ms, Due::Arrive(number, true));
                    }
                    Fault::RequestTwice => {
                        self.later(takes_ms, Due::Arrive(number, true));
                        let again_ms = takes_ms + self.random.time_ms(60_000);
                        let again = self.new_id();
                        if let Some(flight) = self.flights.get(&number).cloned() {
                            self.flights.insert(again, flight);
                        }
                        self.later(again_ms, Due::Arrive(again, false));
                    }
                    Fault::AnswerLost => self.later(takes_ms, Due::Arrive(number, false)),
                    Fault::UploadReset => {
                        if self.random.permille(500) {
                            self.later(takes_ms, Due::Arrive(number, false));
                        }
                        self.later(takes_ms + 1, Due::Reach(id, Incoming::Unreachable(number)));
                    }
                    Fault::ServerErrorAfterwards => {
                        self.later(takes_ms, Due::Arrive(number, false));
                        let answer = Answer::problem(500, ProblemCode::ServerFault);
                        self.later(takes_ms + 5, answered(id, number, answer));
                    }
                    other => {
                        if let Some(answer) = self.refusal(other) {
                            self.answer_with(id, number, answer);
                        }
                    }
                }
            }
        }
    }

    /// An answer that the server never gave.
    fn refusal(&mut self, fault: Fault) -> Option<Answer> {
        let wait_s = 1 + self.random.below(600);
        let mut answer = match fault {
            Fault::CaptivePortal => Answer::ok(200, Body::Html),
            Fault::SessionRefused => Answer::problem(401, ProblemCode::SignInNeeded),
            Fault::Forbidden => Answer::problem(403, ProblemCode::NotAllowed),
            Fault::TooLarge => Answer::problem(413, ProblemCode::TooLarge),
            Fault::RulesBroken => Answer::problem(422, ProblemCode::RulesBroken),
            Fault::SlowDown | Fault::SlowDownFor => Answer::problem(429, ProblemCode::SlowDown),
            Fault::ServerError => Answer::problem(500, ProblemCode::ServerFault),
            Fault::Gateway => {
                let status = self.random.pick(&[502, 503, 504, 408, 425]).unwrap_or(503);
                Answer::ok(status, Body::Html)
            }
            Fault::KeyInFlight => Answer::problem(409, ProblemCode::KeyInFlight),
            _ => return None,
        };
        if matches!(fault, Fault::SlowDownFor | Fault::KeyInFlight) {
            answer.retry_after_s = Some(wait_s);
        }
        Some(answer)
    }

    fn answer_with(&mut self, id: TabId, number: u64, answer: Answer) {
        let takes_ms = 5 + self.random.below(200);
        self.later(takes_ms, answered(id, number, answer));
    }

    /// A request reaches the server.
    pub(crate) fn arrive(&mut self, number: u64, is_answered: bool) {
        let Some(flight) = self.flights.remove(&number) else { return };
        let id = flight.tab;
        if self.now_ms < self.down_until_ms {
            self.fire(Fault::ServerDown);
            if is_answered {
                self.later(5, Due::Reach(id, Incoming::Unreachable(number)));
            }
            return;
        }
        let account = flight.cookie.and_then(|index| self.accounts.get(index));
        let account_id = account.map(|account| account.id.clone());
        let now_ms = self.now_ms;
        let answer = self.server.handle(account_id.as_deref(), &flight.request, now_ms);
        note!(self, "  server: #{number} {} {:?}", answer.status, answer.code());
        self.note_applied();
        if !is_answered {
            return;
        }
        let mut takes_ms = 5 + self.random.below(200);
        let mut answer = answer;
        if let Some(fault) =
            self.fate(|fault| matches!(fault, Fault::BodyTruncated | Fault::AnswerLate))
        {
            self.fire(fault);
            if fault == Fault::AnswerLate {
                takes_ms = self.random.below(60_000);
            } else if answer.status == 200 || answer.status == 201 {
                answer.body = Body::CutOff;
            }
        }
        self.later(takes_ms, answered(id, number, answer));
    }

    /// What the server applied is held against what persons meant.
    pub(crate) fn note_applied(&mut self) {
        let Some(applied) = self.server.take_applied() else { return };
        self.tally.applied += 1;
        let person = self.accounts.iter().position(|account| account.id == applied.account_id);
        if let Some(account) = person {
            let result = self.ledger.applied(&applied, account);
            self.check(result);
        }
        if let (Some(before), Some(after)) = (&applied.before, &applied.after) {
            let (from, to) = (before.status, after.status);
            let is_legal = from == to
                || cpor_rules::life_cycle::TRANSITIONS
                    .iter()
                    .any(|row| row.from == Some(from) && row.to == Some(to));
            if !is_legal {
                self.fail(Promise::LifeCycle, format!("{from:?} became {to:?}"));
            }
            let organisation = after.organisation.clone();
            let is_handed_in = from != to && to == cpor_rules::Status::Submitted;
            let files = &after.draft.poe_files;
            let missing =
                files.iter().find(|file| !self.server.has_file(&organisation, &file.sha256));
            if is_handed_in && let Some(file) = missing {
                let detail = format!("{} was submitted without {}", after.id, file.sha256);
                self.fail(Promise::FilesThere, detail);
            }
        }
    }
}

fn answered(id: TabId, number: u64, answer: Answer) -> Due {
    Due::Reach(id, Incoming::Answer(number, Box::new(answer)))
}

fn before_arrival(fault: Fault, is_upload: bool) -> bool {
    match fault {
        Fault::UploadReset => is_upload,
        Fault::BodyTruncated | Fault::AnswerLate | Fault::OutcomeTwice => false,
        _ => true,
    }
}
