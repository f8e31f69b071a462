//! Several tabs of a device: who sends, what they tell each other, and what
//! becomes of them. As `src/sync/driver/tabs.rs` does.

use crate::device::TabId;
use crate::device::tab::{Call, Incoming, Message, Tab};
use crate::failure::Promise;
use crate::fault::Fault;
use crate::ledger::Offer;
use crate::mutant::Mutant;
use crate::world::{Due, World, note};
use cpor_protocol::Revision;
use cpor_rules::Draft;
use cpor_sync::{Event, Passing, State};
use std::collections::BTreeMap;

/// How long a word takes from one tab to another.
const WORD_MS: u64 = 2;
/// A tab that sends reads the store at least so often.
const READ_MS: u64 = 60_000;
/// How often a tab without a session asks whether there is one.
const ENTER_MS: u64 = 30_000;

impl World {
    /// Opens a tab with the account that was there last.
    pub(crate) fn open_tab(&mut self, device: usize, place: usize) {
        if self.tab_at(device, place).is_some() {
            return;
        }
        let is_recorded = self.is_recorded;
        let machine = &mut self.devices[device];
        machine.lives[place] += 1;
        let id = TabId { device, place, life: machine.lives[place] };
        machine.tabs[place] = Some(Tab::new(id, is_recorded));
        let account = machine.last_account;
        note!(self, "  {device}.{place} opens");
        self.take_account(id, account);
        self.later(1, Due::Reach(id, Incoming::Enter));
    }

    /// A tab ends: its lock goes to the next one.
    pub(crate) fn end_tab(&mut self, id: TabId) {
        let Some(tab) = self.devices[id.device].tabs[id.place].take_if(|tab| tab.id == id) else {
            return;
        };
        self.check_replay(&tab);
        let accounts: Vec<usize> = self.devices[id.device].locks.keys().copied().collect();
        for account in accounts {
            self.release(id, account);
        }
    }

    fn release(&mut self, id: TabId, account: usize) {
        let Some(queue) = self.devices[id.device].locks.get_mut(&account) else { return };
        let was_first = queue.front() == Some(&id);
        queue.retain(|waiting| *waiting != id);
        if was_first && let Some(next) = queue.front().copied() {
            let takes_ms = 1 + self.random.below(20);
            self.later(takes_ms, Due::Reach(next, Incoming::Lock(account)));
        }
    }

    /// Opens the store of an account in a tab.
    pub(crate) fn take_account(&mut self, id: TabId, account: usize) {
        let goes_on = self.mutant == Some(Mutant::GoesOnForOther);
        let Some(tab) = self.tab(id) else { return };
        let before = tab.account;
        if before == Some(account) {
            return;
        }
        tab.account = Some(account);
        tab.opened += 1;
        tab.state = State::default();
        tab.claims = BTreeMap::new();
        tab.locations = BTreeMap::new();
        tab.is_sender = false;
        tab.verified_at_ms = 0;
        tab.edit = None;
        // What was asked for the account before is not for this one; whoever
        // waits for it is told that it is not stored.
        if !goes_on {
            tab.messages.clear();
            let storing = match &tab.call {
                Some((_, Call::Write(_, ticket))) => *ticket,
                _ => None,
            };
            tab.tickets.retain(|ticket, _| Some(*ticket) == storing);
        }
        if let Some(log) = &mut tab.log {
            log.clear();
        }
        if let Some(before) = before {
            self.release(id, before);
        }
        self.put_message(id, Message::Reload);
        let queue = self.devices[id.device].locks.entry(account).or_default();
        queue.push_back(id);
        if queue.len() == 1 {
            self.later(1, Due::Reach(id, Incoming::Lock(account)));
        }
    }

    /// The person signs in at a tab.
    pub(crate) fn sign_in(&mut self, device: usize, place: usize, account: usize) {
        let Some(id) = self.tab_at(device, place) else { return };
        let is_reached = !self.devices[device].is_offline
            && !self.devices[device].has_portal
            && self.now_ms >= self.down_until_ms;
        let is_awake = self.look(id).is_some_and(|tab| tab.frozen.is_none());
        if !is_reached || !is_awake {
            return;
        }
        note!(self, "  {device}.{place} signs in as {account}");
        self.devices[device].cookie = Some(account);
        self.devices[device].last_account = account;
        self.signed_in(id, account);
    }

    fn signed_in(&mut self, id: TabId, account: usize) {
        self.take_account(id, account);
        for other in self.tabs_of(id.device) {
            if other != id {
                self.later(WORD_MS, Due::Reach(other, Incoming::SomebodySignedIn(account)));
            }
        }
        let now_ms = self.clock(id.device);
        if let Some(tab) = self.tab(id) {
            tab.verified_at_ms = now_ms;
        }
        self.tell_tabs(id, "signed-in");
        self.post(id, Event::SignedIn { now_ms });
    }

    /// Says something to the other tabs of the account.
    pub(crate) fn tell_tabs(&mut self, id: TabId, word: &str) {
        if let Some(account) = self.look(id).and_then(|tab| tab.account) {
            self.tell_tabs_of(account, id, word);
        }
    }

    /// Tells the other tabs of an account, open in this one or until just now.
    pub(crate) fn tell_tabs_of(&mut self, account: usize, id: TabId, word: &str) {
        for other in self.tabs_of(id.device) {
            if other != id {
                let heard = Incoming::Heard(account, word.to_owned());
                self.later(WORD_MS, Due::Reach(other, heard));
            }
        }
    }

    /// Does it here, or asks the tab that sends.
    pub(crate) fn ask_sender(&mut self, id: TabId, word: &str, event: Event) {
        if self.look(id).is_some_and(|tab| tab.is_sender) {
            self.post(id, event);
        } else {
            self.tell_tabs(id, word);
        }
    }

    /// Something reaches a tab; one that is frozen takes it when it wakes.
    pub(crate) fn reach(&mut self, id: TabId, incoming: Incoming) {
        let (now_ms, true_ms) = (self.clock(id.device), self.now_ms);
        let Some(tab) = self.tab(id) else { return };
        if let Some(waiting) = &mut tab.frozen {
            waiting.push(incoming);
            return;
        }
        match incoming {
            Incoming::Answer(number, answer) => self.answered(id, number, Ok(&answer)),
            Incoming::Unreachable(number) => self.answered(id, number, Err(Passing::Offline)),
            Incoming::TimedOut(number) => self.answered(id, number, Err(Passing::Busy)),
            Incoming::Timer(timer) => {
                if tab.timer == timer {
                    if true_ms.saturating_sub(tab.read_at_ms) >= READ_MS {
                        // A tab may have ended between storing and saying so.
                        tab.messages.push_back(Message::Reload);
                    }
                    self.post(id, Event::Tick { now_ms });
                }
            }
            Incoming::Heard(account, word) => {
                if tab.account == Some(account) {
                    self.heard(id, &word);
                }
            }
            Incoming::SomebodySignedIn(account) => {
                if tab.account != Some(account) {
                    tab.verified_at_ms = 0;
                    self.post(id, Event::SignedOut);
                }
            }
            Incoming::Lock(account) => self.take_over(id, account),
            Incoming::Read => self.put_message(id, Message::Reload),
            Incoming::Enter => self.enter(id),
            Incoming::Again(event) => {
                if tab.account.is_some() {
                    self.post(id, event);
                }
            }
        }
    }

    /// This tab holds the lock now: it reads what the one before left, and sends.
    fn take_over(&mut self, id: TabId, account: usize) {
        let holder = self.devices[id.device].locks.get(&account).and_then(|queue| queue.front());
        if holder != Some(&id) {
            return;
        }
        let now_ms = self.clock(id.device);
        let is_blind = self.mutant == Some(Mutant::TakesOverBlindly);
        let Some(tab) = self.tab(id) else { return };
        if tab.account != Some(account) {
            return;
        }
        tab.is_sender = true;
        let was_signed_in = tab.verified_at_ms > 0;
        if !is_blind {
            self.put_message(id, Message::Reload);
        }
        self.post(
            id,
            if was_signed_in { Event::SignedIn { now_ms } } else { Event::Tick { now_ms } },
        );
    }

    /// Asks whether there is a session, and for whom.
    fn enter(&mut self, id: TabId) {
        let device = &self.devices[id.device];
        let (cookie, is_reached) = (
            device.cookie,
            !device.is_offline && !device.has_portal && self.now_ms >= self.down_until_ms,
        );
        let Some(tab) = self.tab(id) else { return };
        if tab.verified_at_ms > 0 {
            return;
        }
        match cookie {
            Some(account) if is_reached => self.signed_in(id, account),
            _ => self.later(ENTER_MS, Due::Reach(id, Incoming::Enter)),
        }
    }

    fn heard(&mut self, id: TabId, text: &str) {
        let now_ms = self.clock(id.device);
        let (word, about) = text.split_once(' ').unwrap_or((text, ""));
        let about = about.to_owned();
        match word {
            "changed" => {
                self.put_message(id, Message::Reload);
                return self.post(id, Event::Tick { now_ms });
            }
            "signed-in" => return self.post(id, Event::SignedIn { now_ms }),
            _ => {}
        }
        if !self.look(id).is_some_and(|tab| tab.is_sender) {
            return;
        }
        if word == "pause" {
            return self.pause(id, &about);
        }
        let event = match word {
            "kick" => Event::Kick { now_ms },
            "retry" => Event::Retry { op_id: about, now_ms },
            "retry-on-theirs" => self.on_theirs(about, now_ms),
            "resolve" => {
                let (op_id, rest) = about.split_once(' ').unwrap_or((&about, ""));
                let (theirs, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let (Ok(theirs), Ok(draft)) = (theirs.parse(), serde_json::from_str(text)) else {
                    return;
                };
                self.resolved(op_id.to_owned(), draft, theirs, now_ms)
            }
            "discard" => Event::Discard { op_id: about, now_ms },
            _ => {
                let mut words = about.split(' ').map(str::to_owned);
                let claim_id = words.next().unwrap_or_default();
                Event::DiscardClaim { claim_id, op_ids: words.collect(), now_ms }
            }
        };
        self.post(id, event);
    }

    /// Applies an operation on theirs, under an id of its own.
    pub(crate) fn on_theirs(&mut self, op_id: String, now_ms: u64) -> Event {
        let new_op_id = self.new_op_id();
        self.ledger.offer(&op_id, &new_op_id, Offer::OnTheirs);
        Event::RetryOnTheirs { op_id, new_op_id, now_ms }
    }

    /// Applies what a person decided of a conflict, under an id of its own.
    pub(crate) fn resolved(
        &mut self,
        op_id: String,
        draft: Box<Draft>,
        theirs: Revision,
        now_ms: u64,
    ) -> Event {
        let new_op_id = self.new_op_id();
        self.ledger.offer(&op_id, &new_op_id, Offer::Decision);
        Event::Resolve { op_id, new_op_id, draft, theirs, now_ms }
    }

    /// A tab does nothing for a while.
    pub(crate) fn freeze(&mut self, id: TabId) {
        if let Some(tab) = self.tab(id)
            && tab.frozen.is_none()
        {
            tab.frozen = Some(Vec::new());
            self.fire(Fault::TabFrozen);
        }
    }

    /// It wakes.
    pub(crate) fn thaw(&mut self, id: TabId, is_restored: bool) {
        let Some(tab) = self.tab(id) else { return };
        let Some(waiting) = tab.frozen.take() else { return };
        for incoming in waiting {
            self.reach(id, incoming);
        }
        if is_restored {
            self.fire(Fault::TabRestored);
            let now_ms = self.clock(id.device);
            self.put_message(id, Message::Reload);
            self.post(id, Event::Visible { is_visible: true, now_ms });
        }
        self.pump(id);
    }

    /// The events that a machine took lead to where it is.
    pub(crate) fn check_replay(&mut self, tab: &Tab) {
        let Some(log) = &tab.log else { return };
        if tab.commands.is_empty() && tab.events.is_empty() && tab.taken_in == tab.opened {
            let state =
                log.iter().cloned().fold(State::default(), |state, event| state.step(event).0);
            if state != tab.state || format!("{state:?}") != format!("{:?}", tab.state) {
                let detail = format!("{} events lead elsewhere", log.len());
                self.fail(Promise::Replayable, detail);
            }
        }
    }
}
