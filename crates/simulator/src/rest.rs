//! The end of a run: faults stop, persons sign in and decide, and everything
//! has to arrive within a stated time.

use crate::deed::Decision;
use crate::device::TabId;
use crate::failure::Promise;
use crate::world::{World, note};
use cpor_sync::WedgeReason;
use std::collections::BTreeSet;

/// Until then all that needs nobody is sent: the longest a server asks to wait
/// here, and the longest backoff, and as much again.
const DRAIN_MS: u64 = 30 * 60_000;
/// A tab in the back asks every five minutes.
const POLL_MS: u64 = 6 * 60_000;
/// Looks this often.
const GLANCE_MS: u64 = 10_000;
/// Persons decide at most so often.
const ROUNDS: u32 = 40;

impl World {
    /// Comes to rest.
    pub fn come_to_rest(&mut self) {
        note!(self, "* rest");
        self.is_quiet = true;
        self.armed.clear();
        self.pass(0);
        self.down_until_ms = 0;
        for index in 0..self.devices.len() {
            let device = &mut self.devices[index];
            device.is_full = false;
            device.failing_calls = 0;
            device.crash_at_write = None;
            device.has_portal = false;
            device.is_offline = false;
            for id in self.tabs_of(index) {
                self.thaw(id, false);
            }
            if self.tabs_of(index).is_empty() {
                self.open_tab(index, 0);
            }
        }
        // Nobody does anything: what needs nobody has to go out.
        self.drain(false);
        for account in 0..self.accounts.len() {
            for device in 0..self.devices.len() {
                self.sign_in_everywhere(device, account);
            }
            self.pass(1_000);
            self.drain(true);
        }
        // What cannot be read was exported by then, and is let go.
        for store in self.devices.iter_mut().flat_map(|device| device.stores.values_mut()) {
            store.written.unreadable.clear();
        }
        for account in 0..self.accounts.len() {
            for device in 0..self.devices.len() {
                self.sign_in_everywhere(device, account);
            }
            // An answer from before they signed in may ask them to do so again even now.
            for _ in 0..POLL_MS / GLANCE_MS {
                self.pass(GLANCE_MS);
                self.sign_in_again();
            }
            self.pass(GLANCE_MS);
            for device in 0..self.devices.len() {
                self.check_equal(device, account);
            }
        }
        for id in
            (0..self.devices.len()).flat_map(|device| self.tabs_of(device)).collect::<Vec<_>>()
        {
            self.end_tab(id);
        }
        let result = self.ledger.check_rest();
        self.check(result);
    }

    fn sign_in_everywhere(&mut self, device: usize, account: usize) {
        for id in self.tabs_of(device) {
            self.sign_in(device, id.place, account);
        }
    }

    /// Who is told that nobody is signed in signs in: an answer from before may
    /// have come after.
    fn sign_in_again(&mut self) {
        for device in 0..self.devices.len() {
            let Some(account) = self.devices[device].cookie else { continue };
            for id in self.tabs_of(device) {
                let is_asked = self.look(id).is_some_and(|tab| {
                    tab.is_sender && tab.state.phase() == cpor_sync::Phase::NeedsSignIn
                });
                if is_asked {
                    self.sign_in(device, id.place, account);
                }
            }
        }
    }

    /// How many operations of a device need nobody and have not gone yet.
    fn left(&self, device: usize, with_persons: bool) -> usize {
        let device = &self.devices[device];
        let Some(account) = device.cookie else { return 0 };
        let store = device.stores.get(&account);
        let mut left: BTreeSet<&String> =
            store.map(|store| store.written.ops.keys().collect()).unwrap_or_default();
        // Signed in by a person, everything has to go; else only what can.
        let otherwise = if with_persons { left.len() } else { 0 };
        let open =
            device.tabs.iter().flatten().find(|tab| {
                tab.is_sender && tab.account == Some(account) && tab.verified_at_ms > 0
            });
        let Some(tab) = open else { return otherwise };
        if tab.state.phase() == cpor_sync::Phase::NeedsSignIn {
            return otherwise;
        }
        for lane in tab.state.lanes().values() {
            let ids = lane.ops.iter().map(|op| &op.op_id);
            if matches!(lane.state, cpor_sync::LaneState::Wedged(_)) {
                left = &left - &ids.collect();
            } else {
                // What was wiped from under a tab goes on with the answer to an attempt,
                // or ends when the tab reads the store again.
                left.extend(ids);
            }
        }
        left.len()
    }

    /// Waits until everything is sent; persons decide where they are asked.
    fn drain(&mut self, with_persons: bool) {
        for round in 0..ROUNDS {
            let mut waited = 0;
            let left = loop {
                let left: usize =
                    (0..self.devices.len()).map(|device| self.left(device, with_persons)).sum();
                if left == 0 || waited >= DRAIN_MS || self.failure().is_some() {
                    break left;
                }
                if with_persons {
                    self.sign_in_again();
                }
                self.pass(GLANCE_MS);
                waited += GLANCE_MS;
            };
            if left > 0 {
                let detail = format!("{left} operations wait, and nothing is in their way");
                return self.fail(Promise::Drained, detail);
            }
            if !with_persons || !self.decide_all(round) {
                return;
            }
            self.pass(1_000);
        }
        self.fail(Promise::Drained, format!("{ROUNDS} decisions, and still stuck"));
    }

    /// Decides all that is stuck; false if nothing is.
    fn decide_all(&mut self, round: u32) -> bool {
        let mut any = false;
        for device in 0..self.devices.len() {
            let sender = self.tabs_of(device).into_iter().find(|id| self.sends(*id));
            let Some(id) = sender else { continue };
            for (op_id, reason) in self.stuck(id) {
                let decision =
                    if round > ROUNDS / 2 { Decision::DiscardClaim } else { self.way_out(&reason) };
                self.decide(id, &op_id, &reason, decision);
                any = true;
            }
        }
        any
    }

    fn sends(&self, id: TabId) -> bool {
        self.look(id).is_some_and(|tab| tab.is_sender)
    }

    fn way_out(&mut self, reason: &WedgeReason) -> Decision {
        match reason {
            WedgeReason::Conflict { theirs: Some(_) } if self.random.permille(500) => {
                Decision::OnTheirs
            }
            WedgeReason::Refused { .. } if self.random.permille(300) => Decision::Retry,
            WedgeReason::Conflict { .. }
            | WedgeReason::Refused { .. }
            | WedgeReason::FileMissing
            | WedgeReason::NotUnderstood { .. } => Decision::Discard,
            WedgeReason::Paused | WedgeReason::EarlierUnreadable => Decision::Retry,
        }
    }
}
