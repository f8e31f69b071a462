//! How a tab runs its machine: one message at a time, its commands in order,
//! each write before the next command. As the driver in the browser does.

use crate::device::TabId;
use crate::device::tab::{Call, Incoming, Message, Next};
use crate::failure::Promise;
use crate::fault::Fault;
use crate::mutant::Mutant;
use crate::world::{Due, World, note};
use cpor_sync::{
    CacheWrite, Command, Event, Outcome, Passing, PullOutcome, StoredOp, WedgeReason, Write,
    apply_to_claims, beside, delay_ms,
};

/// The least time until a store that failed is read again.
const SHORTEST_READ_MS: u64 = 1_000;
/// The least time that a timer takes.
const SHORTEST_TIMER_MS: u64 = 20;

impl World {
    pub(crate) fn post(&mut self, id: TabId, event: Event) {
        self.put_message(id, Message::Event(event));
    }

    pub(crate) fn put_message(&mut self, id: TabId, message: Message) {
        if let Some(tab) = self.tab(id) {
            tab.messages.push_back(message);
            self.pump(id);
        }
    }

    /// Goes on until something has to be waited for.
    pub(crate) fn pump(&mut self, id: TabId) {
        loop {
            let goes_on = self.mutant == Some(Mutant::GoesOnForOther);
            let Some(tab) = self.tab(id) else { return };
            if tab.call.is_some() || tab.frozen.is_some() {
                return;
            }
            if tab.taken_in != tab.opened && !goes_on {
                // What was begun for the account before is not for this one.
                tab.commands.clear();
                tab.events.clear();
            }
            tab.taken_in = tab.opened;
            if let Some(command) = tab.commands.pop_front() {
                self.run_command(id, command);
            } else if let Some(event) = tab.events.pop_front() {
                self.step(id, event);
            } else {
                match tab.messages.pop_front() {
                    None => return self.set_timer(id),
                    Some(Message::Event(event)) => tab.events.push_back(event),
                    Some(Message::Reload) => self.call(id, Call::Read),
                }
            }
            if self.failure().is_some() {
                return;
            }
        }
    }

    /// One step of the machine. A tab that does not send has it store what the
    /// person does, and drops the rest.
    fn step(&mut self, id: TabId, event: Event) {
        note!(self, "  {}.{} {event:?}", id.device, id.place);
        let now_ms = self.clock(id.device);
        let every_tab_sends = self.mutant == Some(Mutant::EveryTabSends);
        let Some(tab) = self.tab(id) else { return };
        if tab.account.is_none() {
            return;
        }
        if event.is_by_person() && tab.store_failures > 0 {
            self.later(0, Due::Reach(id, Incoming::Read));
        }
        let Some(tab) = self.tab(id) else { return };
        if !tab.is_sender && !every_tab_sends {
            if matches!(event, Event::SignedIn { .. }) {
                tab.verified_at_ms = now_ms;
            }
            let is_for_all = matches!(
                event,
                Event::Loaded { .. }
                    | Event::NotRead
                    | Event::Enqueue { .. }
                    | Event::Written { .. }
                    | Event::NotWritten { .. }
                    | Event::SignedOut
            );
            if !is_for_all {
                return;
            }
        }
        if let Some(log) = &mut tab.log {
            log.push(event.clone());
        }
        let (state, commands) = std::mem::take(&mut tab.state).step(event);
        tab.state = state;
        tab.commands = commands.into();
        self.tally.events += 1;
    }

    fn run_command(&mut self, id: TabId, command: Command) {
        match command {
            Command::Write { write, ticket } => self.call(id, Call::Write(write, ticket)),
            Command::GiveUp { ticket } => {
                if let Some(tab) = self.tab(id) {
                    tab.tickets.remove(&ticket);
                }
            }
            Command::Send { op } => {
                self.check_sole_sender(id);
                if self.mutant == Some(Mutant::ForgetsAttempt) {
                    return self.begin(id, Next::Attempt(*op));
                }
                self.call(id, Call::Mark(op));
            }
            Command::Pull { cursor, etag } => {
                self.check_sole_sender(id);
                self.begin(id, Next::Pull { cursor, etag });
            }
        }
    }

    fn check_sole_sender(&mut self, id: TabId) {
        let Some(account) = self.look(id).map(|tab| tab.account) else { return };
        let others = self.devices[id.device].tabs.iter().flatten();
        let senders = others.filter(|tab| tab.is_sender && tab.account == account).count();
        let sends = self.look(id).is_some_and(|tab| tab.is_sender);
        if senders != 1 || !sends {
            let detail = format!("{}.{} sends, and {senders} tabs may", id.device, id.place);
            self.fail(Promise::OneSender, detail);
        }
    }

    /// Begins a call to the store of the open account.
    pub(crate) fn call(&mut self, id: TabId, call: Call) {
        if self.mutant == Some(Mutant::PromisesEarly)
            && let Call::Write(_, Some(ticket)) = &call
        {
            let ids = self.look(id).and_then(|tab| tab.tickets.get(ticket)).cloned();
            self.ledger.promise(&ids.unwrap_or_default(), self.now_ms);
        }
        let call_id = self.new_id();
        let takes_ms = 1 + self.random.below(8);
        let now_ms = self.now_ms;
        let Some(tab) = self.tab(id) else { return };
        let Some(account) = tab.account else { return };
        tab.call = Some((call_id, call));
        let store = self.store(id.device, account);
        let at_ms = store.busy_until_ms.max(now_ms) + takes_ms;
        store.busy_until_ms = at_ms;
        self.later(at_ms - now_ms, Due::Stored(id, call_id, account));
    }

    /// A call has ended, or the device decides that it never happened.
    pub(crate) fn stored(&mut self, id: TabId, call_id: u64, account: usize) {
        let Some(tab) = self.tab(id) else { return };
        let Some((_, call)) = tab.call.take_if(|(known, _)| *known == call_id) else { return };
        let device = &mut self.devices[id.device];
        let is_write = !matches!(call, Call::Read);
        if device.failing_calls > 0 {
            device.failing_calls -= 1;
            self.fire(Fault::DatabaseClosed);
            return self.ended(id, account, call, false);
        }
        if device.is_full && needs_room(&call) {
            self.fire(Fault::QuotaExceeded);
            return self.ended(id, account, call, false);
        }
        if let Call::Write(write, _) = &call
            && !self.store(id.device, account).fits(write)
        {
            return self.ended(id, account, call, false);
        }
        let device = &mut self.devices[id.device];
        if is_write && let Some((left, happens)) = device.crash_at_write {
            device.crash_at_write = (left > 0).then(|| (left.saturating_sub(1), happens));
            if left == 0 {
                self.fire(if happens { Fault::CrashAfterWrite } else { Fault::CrashBeforeWrite });
                if happens {
                    self.commit(id, account, &call);
                }
                note!(self, "  {}.{} crashes at a write ({happens})", id.device, id.place);
                return self.end_tab(id);
            }
        }
        self.commit(id, account, &call);
        self.ended(id, account, call, true);
    }

    /// Goes on after a call.
    fn ended(&mut self, id: TabId, account: usize, call: Call, is_done: bool) {
        let (now_ms, chance) = (self.clock(id.device), self.random.fraction());
        let new_op_id = self.new_op_id();
        if !is_done {
            note!(self, "  {}.{} store failed: {}", id.device, id.place, name(&call));
        }
        match call {
            Call::Read => self.read(id, account, is_done),
            Call::Write(write, ticket) => {
                if is_done {
                    if let Some(tab) = self.tab(id) {
                        tab.store_failures = 0;
                        apply_to_claims(&mut tab.claims, &write);
                    }
                    self.tell_tabs_of(account, id, "changed");
                } else if self.mutant == Some(Mutant::CursorBeforePage) && write.cursor.is_some() {
                    let cursor = Write { cursor: write.cursor, ..Write::default() };
                    self.store(id.device, account).write(&cursor, true);
                }
                if !is_done && ticket.is_none() {
                    self.fall_behind(id);
                }
                if let Some(ticket) = ticket {
                    let ids = self.tab(id).and_then(|tab| tab.tickets.remove(&ticket));
                    if is_done && let Some(ids) = ids {
                        self.ledger.promise(&ids, self.now_ms);
                    }
                    if let Some(tab) = self.tab(id) {
                        tab.events.push_back(if is_done {
                            Event::Written { ticket }
                        } else {
                            Event::NotWritten { ticket }
                        });
                    }
                }
            }
            Call::Mark(op) if is_done => {
                // Somebody else may have signed in meanwhile: it is not theirs to send.
                let goes_on = self.mutant == Some(Mutant::GoesOnForOther);
                if goes_on || self.look(id).is_some_and(|tab| tab.taken_in == tab.opened) {
                    self.begin(id, Next::Attempt(*op));
                }
            }
            Call::Mark(op) => {
                let outcome = Outcome::Passing { why: Passing::Storage, retry_after_ms: None };
                let answered =
                    Event::Answered { op_id: op.op_id, outcome, now_ms, chance, new_op_id };
                if let Some(tab) = self.tab(id) {
                    tab.events.push_back(answered);
                }
            }
        }
        self.pump(id);
    }

    /// The machine goes on from something that is not in the store: what it
    /// wanted done next is not done, and the store is read again.
    fn fall_behind(&mut self, id: TabId) {
        let (now_ms, chance) = (self.clock(id.device), self.random.fraction());
        let new_op_id = self.new_op_id();
        let Some(tab) = self.tab(id) else { return };
        tab.events.push_back(Event::Behind);
        for command in std::mem::take(&mut tab.commands) {
            let why = Passing::Storage;
            tab.events.push_back(match command {
                Command::Write { ticket: Some(ticket), .. } => {
                    // Whoever asked for it is told.
                    tab.tickets.remove(&ticket);
                    Event::NotWritten { ticket }
                }
                Command::Write { ticket: None, .. } => continue,
                Command::GiveUp { ticket } => {
                    tab.tickets.remove(&ticket);
                    continue;
                }
                Command::Send { op } => Event::Answered {
                    op_id: op.op_id,
                    outcome: Outcome::Passing { why, retry_after_ms: None },
                    now_ms,
                    chance,
                    new_op_id: new_op_id.clone(),
                },
                Command::Pull { .. } => {
                    let outcome = PullOutcome::Passing { why, retry_after_ms: None };
                    Event::Pulled { outcome, now_ms, chance }
                }
            });
        }
        self.read_later(id);
    }

    /// Reads the store again, soon at first.
    fn read_later(&mut self, id: TabId) {
        let chance = self.random.fraction();
        let Some(tab) = self.tab(id) else { return };
        tab.store_failures += 1;
        let wait_ms = delay_ms(tab.store_failures, chance, Some(SHORTEST_READ_MS));
        self.later(wait_ms, Due::Reach(id, Incoming::Read));
    }

    fn read(&mut self, id: TabId, account: usize, is_done: bool) {
        if !is_done {
            if let Some(tab) = self.tab(id) {
                tab.events.push_back(Event::NotRead);
            }
            return self.read_later(id);
        }
        let now_ms = self.now_ms;
        let store = self.store(id.device, account);
        let loaded = Event::Loaded {
            ops: store.written.ops.values().cloned().collect(),
            unreadable_claims: store.written.unreadable.values().cloned().collect(),
            beside: beside(&store.written.claims),
            cursor: store.cursor(),
        };
        let claims = store.written.claims.clone();
        if let Some(tab) = self.tab(id) {
            tab.claims = claims;
            tab.read_at_ms = now_ms;
            tab.events.push_back(loaded);
        }
    }

    fn commit(&mut self, id: TabId, account: usize, call: &Call) {
        match call {
            Call::Read => {}
            Call::Mark(op) => {
                let put_ops = vec![StoredOp { op: (**op).clone(), wedge: None }];
                self.commit_write(id, account, &Write { put_ops, ..Write::default() }, None);
            }
            Call::Write(write, ticket) => self.commit_write(id, account, write, *ticket),
        }
    }

    fn commit_write(&mut self, id: TabId, account: usize, write: &Write, ticket: Option<u64>) {
        let ids = ticket
            .and_then(|ticket| self.look(id).and_then(|tab| tab.tickets.get(&ticket)))
            .cloned()
            .unwrap_or_default();
        let is_deletion = ids.iter().any(|op_id| {
            self.ledger.op(op_id).is_some_and(|op| op.kind == cpor_sync::OpKind::Delete)
        }) && !write.put_ops.iter().any(|stored| ids.contains(&stored.op.op_id));
        note!(self, "  {}.{} stores {}", id.device, id.place, summary(write));
        let store = self.devices[id.device].stores.entry(account).or_default();
        let mut result = Ok(());
        for op_id in &write.remove_ops {
            if let Some(stored) = store.written.ops.get(op_id) {
                let is_there = self.server.claim(&stored.op.claim_id).is_some();
                let removed =
                    self.ledger.removed(&stored.op, &write.put_ops, is_deletion, is_there);
                result = result.and(removed);
            }
        }
        for stored in &write.put_ops {
            if let Some(before) = store.written.ops.get(&stored.op.op_id) {
                result = result.and(self.ledger.altered(&before.op, &stored.op));
            }
        }
        write.put_ops.iter().for_each(|stored| self.ledger.adopt(&stored.op));
        let paused = |stored: &&StoredOp| stored.wedge == Some(WedgeReason::Paused);
        for stored in write.put_ops.iter().filter(paused) {
            self.ledger.pause(&stored.op.op_id, self.now_ms);
        }
        result = result.and(self.ledger.stored(&ids, &write.put_ops));
        let had: Vec<String> = if is_whole(write) {
            store.written.claims.keys().cloned().collect()
        } else {
            Vec::new()
        };
        store.write(write, self.mutant != Some(Mutant::WritesRelaxed));
        self.check_whole(id.device, account, &had);
        self.check(result);
        if write.cursor.is_some() {
            self.check_cursor(id.device, account);
        }
    }

    fn set_timer(&mut self, id: TabId) {
        let now_ms = self.clock(id.device);
        let timer = self.new_id();
        let Some(tab) = self.tab(id) else { return };
        tab.timer = timer;
        let due = tab.is_sender.then(|| tab.state.wait_ms(now_ms)).flatten();
        if let Some(wait) = due {
            let wait = wait.min(u32::MAX.into()).max(SHORTEST_TIMER_MS);
            self.later(wait, Due::Reach(id, Incoming::Timer(timer)));
        }
    }
}

fn is_whole(write: &Write) -> bool {
    write.cache.iter().any(|step| matches!(step, CacheWrite::ReplaceAll { .. }))
}

/// A write on one line.
fn summary(write: &Write) -> String {
    let put: Vec<&str> = write.put_ops.iter().map(|stored| stored.op.op_id.as_str()).collect();
    let cache: Vec<String> = write
        .cache
        .iter()
        .map(|step| match step {
            CacheWrite::Put(claim) | CacheWrite::PutKnown(claim) => {
                format!("{} {}", claim.id, claim.revision)
            }
            CacheWrite::PutTheirs(claim) | CacheWrite::SeeTheirs(claim) => {
                format!("theirs {} {}", claim.id, claim.revision)
            }
            CacheWrite::Remove(id) => format!("no {id}"),
            CacheWrite::TheirsGone(id) => format!("theirs no {id}"),
            CacheWrite::TakeTheirs(id) => format!("take theirs {id}"),
            CacheWrite::ReplaceAll { claims, keep } => {
                format!("all {} but {keep:?}", claims.len())
            }
        })
        .collect();
    format!("put {put:?} remove {:?} cache {cache:?} cursor {:?}", write.remove_ops, write.cursor)
}

/// Whether a full disk refuses it.
fn needs_room(call: &Call) -> bool {
    match call {
        Call::Read => false,
        Call::Write(write, _) => !write.put_ops.is_empty() || !write.cache.is_empty(),
        Call::Mark(_) => true,
    }
}

fn name(call: &Call) -> &'static str {
    match call {
        Call::Read => "read",
        Call::Write(..) => "write",
        Call::Mark(_) => "mark",
    }
}
