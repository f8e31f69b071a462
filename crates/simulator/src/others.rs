//! What happens to devices, to the server, and by others.

use crate::deed::{AtServer, Mishap, Other};
use crate::device::tab::Incoming;
use crate::fault::Fault;
use crate::fields::edit;
use crate::server::{Condition, Request, What};
use crate::world::{Due, World, note};
use cpor_rules::Action;

/// Every tab has read its store again by then.
const BLURRED_MS: u64 = 400_000;

impl World {
    /// Something happens to a device.
    pub(crate) fn mishap(&mut self, device: u8, mishap: Mishap) {
        let index = usize::from(device) % self.devices.len();
        let device = &mut self.devices[index];
        match mishap {
            Mishap::KillBrowser | Mishap::PowerLoss => {
                let is_power = mishap == Mishap::PowerLoss;
                self.fire(if is_power { Fault::PowerLoss } else { Fault::BrowserKill });
                for id in self.tabs_of(index) {
                    self.end_tab(id);
                }
                if is_power {
                    for store in self.devices[index].stores.values_mut() {
                        store.lose_power();
                    }
                }
            }
            Mishap::Offline(is_offline) => {
                let comes_back = device.is_offline && !is_offline;
                device.is_offline = is_offline;
                if comes_back {
                    self.kick_all(index);
                }
            }
            Mishap::Portal(has_portal) => device.has_portal = has_portal,
            Mishap::Full(is_full) => device.is_full = is_full,
            Mishap::CloseDatabase(calls) => device.failing_calls = calls.into(),
            Mishap::CrashAtWrite(after, happens) => {
                device.crash_at_write = Some((after.into(), happens));
            }
            Mishap::DamageOp(nth) => self.damage_op(index, nth),
            Mishap::DamageClaim(nth) => {
                let stores = device.stores.values_mut();
                let claims = stores.flat_map(|store| {
                    let ids: Vec<String> = store.written.claims.keys().cloned().collect();
                    ids.into_iter().map(|id| (id, &store.written)).collect::<Vec<_>>()
                });
                let count = claims.count();
                if count > 0 {
                    self.damage_claim(index, usize::from(nth) % count);
                }
            }
            Mishap::Wipe => {
                let stores = std::mem::take(&mut device.stores);
                let ids: Vec<String> =
                    stores.values().flat_map(|store| store.written.ops.keys().cloned()).collect();
                self.fire(Fault::StorageWiped);
                self.ledger.blur(index, self.now_ms + BLURRED_MS);
                for op_id in &ids {
                    self.ledger.lose(op_id);
                }
            }
            Mishap::LoseFile => {
                let mut stores = device.stores.values_mut();
                let lost = stores.find_map(|store| store.written.files.pop_last());
                if lost.is_some() {
                    self.fire(Fault::FileGone);
                }
            }
            Mishap::Clock(by_ms) => {
                device.skew_ms += by_ms;
                self.fire(if by_ms < 0 { Fault::ClockBack } else { Fault::ClockForward });
            }
            Mishap::EndSession => {
                if device.cookie.take().is_some() {
                    self.fire(Fault::SessionEnded);
                }
            }
        }
    }

    /// Every tab learns that there is a network again.
    fn kick_all(&mut self, device: usize) {
        let now_ms = self.clock(device);
        for id in self.tabs_of(device) {
            if self.look(id).is_some_and(|tab| tab.frozen.is_none()) {
                self.post(id, cpor_sync::Event::Kick { now_ms });
            }
        }
    }

    fn damage_op(&mut self, device: usize, nth: u8) {
        let stores = &mut self.devices[device].stores;
        let ids: Vec<(usize, String)> = stores
            .iter()
            .flat_map(|(account, store)| {
                store.written.ops.keys().map(|op_id| (*account, op_id.clone()))
            })
            .collect();
        if ids.is_empty() {
            return;
        }
        let (account, op_id) = &ids[usize::from(nth) % ids.len()];
        let written = &mut self.store(device, *account).written;
        if let Some(stored) = written.ops.remove(op_id) {
            written.unreadable.insert(op_id.clone(), stored.op.claim_id);
            self.ledger.lose(op_id);
            self.fire(Fault::OpDamaged);
        }
    }

    fn damage_claim(&mut self, device: usize, nth: usize) {
        let mut left = nth;
        for store in self.devices[device].stores.values_mut() {
            let Some(id) = store.written.claims.keys().nth(left).cloned() else {
                left -= store.written.claims.len();
                continue;
            };
            store.written.claims.remove(&id);
            store.written.damaged_claims.insert(id);
            self.fire(Fault::ClaimDamaged);
            return;
        }
    }

    /// Others do something to a claim.
    pub(crate) fn other(&mut self, other: Other) {
        let ids = self.server.claim_ids();
        let of = |nth: u8| {
            let id = ids.get(usize::from(nth) % ids.len().max(1))?;
            self.server.claim(id).cloned()
        };
        let key = format!("other-{}", self.now_ms);
        match other {
            Other::Edit(nth, bits) => {
                if let Some(claim) = of(nth) {
                    let condition = Condition::HasRevision(claim.revision);
                    let mut draft = claim.draft;
                    let mark = self.new_id();
                    edit(&mut draft, bits, &format!("theirs-{mark}"));
                    let what = What::Put(claim.id, condition, Box::new(draft), Vec::new());
                    self.others_ask("colleague", key, what, Fault::ColleagueChange);
                }
            }
            Other::Delete(nth) => {
                if let Some(claim) = of(nth) {
                    let what = What::Delete(claim.id, Condition::HasRevision(claim.revision));
                    self.others_ask("colleague", key, what, Fault::ColleagueDelete);
                }
            }
            Other::Comment(nth) => {
                if let Some(claim) = of(nth) {
                    let what = What::Comment(claim.id, "theirs".to_owned());
                    self.others_ask("colleague", key, what, Fault::ColleagueChange);
                }
            }
            Other::Review(nth, action) => {
                let actions = [
                    Action::StartReview,
                    Action::Approve,
                    Action::RequestAction,
                    Action::Reject,
                    Action::RejectFinally,
                    Action::Reopen,
                ];
                if let Some(claim) = of(nth) {
                    let condition = Condition::HasRevision(claim.revision);
                    let action = actions[usize::from(action) % actions.len()];
                    let reason = "why".to_owned();
                    let what = What::Review(claim.id, condition, action, reason, Vec::new());
                    self.others_ask("reviewer", key, what, Fault::ReviewerActed);
                }
            }
        }
    }

    fn others_ask(&mut self, who: &str, key: String, what: What, fault: Fault) {
        let request = Request { account: String::new(), key, what };
        let answer = self.server.handle(Some(who), &request, self.now_ms);
        note!(self, "  server: {who} {:?} {}", request.what, answer.status);
        if answer.status < 300 {
            self.fire(fault);
        }
        self.note_applied();
    }

    /// Something happens to the server.
    pub(crate) fn at_server(&mut self, at: AtServer) {
        match at {
            AtServer::Down(seconds) => {
                self.down_until_ms = self.now_ms + u64::from(seconds) * 1_000;
            }
            AtServer::Restart => {
                self.down_until_ms = self.now_ms + 2_000;
                let flights = std::mem::take(&mut self.flights);
                if !flights.is_empty() {
                    self.fire(Fault::ServerRestart);
                }
                for (number, flight) in flights {
                    let takes_ms = self.random.below(100);
                    let broken = Incoming::Unreachable(number);
                    self.later(takes_ms, Due::Reach(flight.tab, broken));
                }
            }
            AtServer::BackUp => self.server.back_up(),
            AtServer::Restore => {
                if self.server.restore() {
                    self.ledger.restored();
                    self.fire(Fault::ServerRestored);
                }
            }
            AtServer::ForgetCursors => {
                self.server.forget_cursors();
                self.fire(Fault::CursorExpired);
            }
            AtServer::NewRules => {
                let ruleset = format!("rules-{}", self.new_id());
                self.server.ruleset.clone_from(&ruleset);
                // The app learns of them when it is opened next, here at once.
                self.ruleset = ruleset;
                self.fire(Fault::RulesChanged);
            }
        }
    }
}
