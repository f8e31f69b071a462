//! The pump: one message at a time through the machine, and its commands.

use super::super::send;
use super::files::size_of;
use super::tabs::tell;
use super::{Driver, Message};
use crate::platform::timer::Timeout;
use crate::platform::{clock, ids, task};
use crate::storage::store::{StoreError, apply_to_claims};
use cpor_sync::{Command, Event, Outcome, Passing, Write};
use std::collections::VecDeque;

/// A tab that sends reads the store at least so often.
const READ_MS: f64 = 60_000.0;
/// The least time until a store that failed is read again.
const SHORTEST_READ_MS: u64 = 1_000;
/// With less room than this the claims are not fetched anew.
const RESERVE_BYTES: usize = 512 * 1024;
/// Note with which it is tried.
const TRIAL: &str = "trial";
/// The most that a timer waits: browsers count no further than 24 days.
const LONGEST_TIMER_MS: u64 = 24 * 3_600_000;

/// How a command ended.
enum Ran {
    /// As it should; perhaps with an event.
    Done(Option<Event>),
    /// The machine goes on from something that is not in the store. What it
    /// wanted done next is not done, and the store has to be read again.
    Behind(StoreError),
}

/// What the machine is told of a command that was not begun.
fn undone(command: Command) -> Option<Event> {
    let why = Passing::Storage;
    let now_ms = clock::now_whole_ms();
    match command {
        Command::Write { ticket, .. } => ticket.map(|ticket| Event::NotWritten { ticket }),
        Command::GiveUp { .. } => None,
        Command::Send { op } => Some(Event::Answered {
            op_id: op.op_id,
            outcome: Outcome::Passing { why, retry_after_ms: None },
            now_ms,
            chance: ids::chance(),
            new_op_id: ids::ordered_uuid(),
        }),
        Command::Pull { .. } => Some(Event::Pulled {
            outcome: cpor_sync::PullOutcome::Passing { why, retry_after_ms: None },
            now_ms,
            chance: ids::chance(),
        }),
    }
}

impl Driver {
    pub(super) fn post(&self, event: Event) {
        self.put_message(Message::Event(event));
    }

    pub(super) fn put_message(&self, message: Message) {
        self.messages.borrow_mut().push_back(message);
        if self.is_pumping.replace(true) {
            return;
        }
        let Some(driver) = self.this.upgrade() else { return };
        task::spawn(async move {
            while let Some(message) = driver.next_message() {
                driver.is_between.set(true);
                driver.take(message).await;
                driver.is_between.set(false);
                driver.tell();
            }
            driver.is_pumping.set(false);
            driver.set_timer();
            driver.wish_for_events();
        });
    }

    pub(super) fn next_message(&self) -> Option<Message> {
        self.messages.borrow_mut().pop_front()
    }

    pub(super) async fn take(&self, message: Message) {
        let event = match message {
            Message::Event(event) => {
                if event.is_by_person() && self.store_failures.get() > 0 {
                    // It would wait for the store to be read again.
                    self.put_message(Message::Reload);
                }
                event
            }
            Message::Reload => {
                let Some(store) = self.store() else { return };
                match store.read().await {
                    Ok(contents) => {
                        let beside = cpor_sync::beside(&contents.claims);
                        if let Some(account) = self.account.borrow_mut().as_mut() {
                            account.claims = contents.claims;
                        }
                        self.read_at_ms.set(clock::now_ms());
                        self.show_claims();
                        Event::Loaded {
                            ops: contents.ops,
                            unreadable_claims: contents.unreadable_claims,
                            beside,
                            cursor: contents.cursor,
                        }
                    }
                    Err(error) => {
                        self.store_error.replace(Some(error));
                        self.read_later();
                        Event::NotRead
                    }
                }
            }
        };
        let opened = self.opened.get();
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let mut commands = VecDeque::from(self.step(event));
            while let Some(command) = commands.pop_front() {
                match self.run(command).await {
                    Ran::Done(event) => events.extend(event),
                    Ran::Behind(error) => {
                        events.push_back(Event::Behind);
                        for command in commands.drain(..) {
                            if let Command::Write { ticket: Some(ticket), .. }
                            | Command::GiveUp { ticket } = &command
                            {
                                self.settle(*ticket, Err(error.clone()));
                            }
                            events.extend(undone(command));
                        }
                        self.read_later();
                    }
                }
                if self.opened.get() != opened {
                    // What is left was meant for the account before.
                    return;
                }
            }
        }
    }

    /// Reads the store again, soon at first.
    fn read_later(&self) {
        let failures = self.store_failures.get().saturating_add(1);
        self.store_failures.set(failures);
        let wait = cpor_sync::delay_ms(failures, ids::chance(), Some(SHORTEST_READ_MS));
        let this = self.this.clone();
        let timer = Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
            if let Some(driver) = this.upgrade() {
                driver.put_message(Message::Reload);
            }
        });
        self.read_timer.replace(Some(timer));
    }

    /// One step of the machine. A tab that does not send has it store what the
    /// person does, and drops the rest.
    pub(super) fn step(&self, event: Event) -> Vec<Command> {
        let mut account = self.account.borrow_mut();
        let Some(account) = account.as_mut() else {
            drop(account);
            return Vec::new();
        };
        if account.is_sender {
            let (state, commands) = std::mem::take(&mut account.state).step(event);
            account.state = state;
            return commands;
        }
        // The view of a tab that does not send: never open for sending.
        let is_signed_in = matches!(event, Event::SignedIn { .. });
        if is_signed_in {
            account.verified_at_ms = clock::now_ms();
        }
        match event {
            Event::Loaded { .. }
            | Event::NotRead
            | Event::Enqueue { .. }
            | Event::Written { .. }
            | Event::NotWritten { .. }
            | Event::SignedOut => {
                let (state, commands) = std::mem::take(&mut account.state).step(event);
                account.state = state;
                commands
            }
            _ => Vec::new(),
        }
    }

    async fn run(&self, command: Command) -> Ran {
        match command {
            Command::Write { write, ticket } => self.write(*write, ticket).await,
            Command::GiveUp { ticket } => {
                // Of the reading that failed just before.
                let error = self.store_error.borrow().clone();
                let error = error.unwrap_or_else(|| StoreError::Unavailable(String::new()));
                self.settle(ticket, Err(error));
                Ran::Done(None)
            }
            Command::Send { .. } | Command::Pull { .. } => Ran::Done(self.begin(command).await),
        }
    }

    async fn begin(&self, command: Command) -> Option<Event> {
        match command {
            Command::Write { .. } | Command::GiveUp { .. } => None,
            Command::Send { op } => {
                let driver = self.this.upgrade()?;
                let opened = self.opened.get();
                // That an attempt begins is stored first: what was tried is never altered.
                let mark = Write {
                    put_ops: vec![cpor_sync::StoredOp { op: (*op).clone(), wedge: None }],
                    ..Write::default()
                };
                let size = size_of(&mark);
                if let Err(error) = self.store()?.write(mark).await {
                    self.store_error.replace(Some(error));
                    self.needed_bytes.set(size);
                    return Some(Event::Answered {
                        op_id: op.op_id.clone(),
                        outcome: Outcome::Passing { why: Passing::Storage, retry_after_ms: None },
                        now_ms: clock::now_whole_ms(),
                        chance: ids::chance(),
                        new_op_id: ids::ordered_uuid(),
                    });
                }
                if self.opened.get() != opened {
                    // Somebody else signed in meanwhile: it is not theirs to send.
                    return None;
                }
                task::spawn(async move {
                    let op_id = op.op_id.clone();
                    if let Some(outcome) = driver.attempt(*op).await {
                        let now_ms = clock::now_whole_ms();
                        driver.post(Event::Answered {
                            op_id,
                            outcome,
                            now_ms,
                            chance: ids::chance(),
                            new_op_id: ids::ordered_uuid(),
                        });
                    }
                });
                None
            }
            Command::Pull { cursor, etag } => {
                let driver = self.this.upgrade()?;
                let opened = self.opened.get();
                if cursor.is_none() && self.has_no_room().await {
                    return undone(Command::Pull { cursor, etag });
                }
                task::spawn(async move {
                    let outcome = match driver.verify_session().await {
                        Ok(()) => send::pull(&driver.api, cursor.as_deref(), etag.as_deref()).await,
                        Err(Outcome::SignIn) => cpor_sync::PullOutcome::SignIn,
                        Err(_) => cpor_sync::PullOutcome::Passing {
                            why: Passing::Offline,
                            retry_after_ms: None,
                        },
                    };
                    // An answer for the account before is none for this one.
                    if driver.opened.get() == opened {
                        use cpor_sync::PullOutcome;
                        if matches!(outcome, PullOutcome::Page { .. } | PullOutcome::NotModified) {
                            driver.was_pulled();
                            driver.tell_tabs("pulled");
                        }
                        let now_ms = clock::now_whole_ms();
                        driver.post(Event::Pulled { outcome, now_ms, chance: ids::chance() });
                    }
                });
                None
            }
        }
    }

    /// Whether there is too little room to fetch again what was dropped: what is left is
    /// for what the person writes. The browser's word on its room is rough or made up, so
    /// it is tried.
    async fn has_no_room(&self) -> bool {
        let Some(store) = self.store().filter(|_| self.is_thrifty.get()) else { return false };
        let trial = "x".repeat(RESERVE_BYTES);
        let outcome = store.set_note(TRIAL.to_owned(), Some(trial)).await;
        let is_short = outcome == Err(StoreError::Full);
        if is_short {
            self.store_error.replace(outcome.err());
            self.needed_bytes.set(RESERVE_BYTES as u64);
        } else {
            self.is_thrifty.set(false);
            // One that stays is written over by the next.
            drop(store.set_note(TRIAL.to_owned(), None).await);
        }
        is_short
    }

    async fn write(&self, write: Write, ticket: Option<u64>) -> Ran {
        let Some(store) = self.store() else { return Ran::Done(None) };
        let opened = self.opened.get();
        let tabs = self.other_tabs();
        let result = store.write(write.clone()).await;
        if result.is_ok() {
            tell(tabs, "changed");
        }
        if self.opened.get() != opened {
            return Ran::Done(None);
        }
        if let Ok(()) = &result {
            if self.unadopted.borrow().is_none() {
                self.store_error.replace(None);
            }
            self.store_failures.set(0);
            if !write.cache.is_empty() {
                if let Some(account) = self.account.borrow_mut().as_mut() {
                    apply_to_claims(&mut account.claims, &write);
                }
                self.show_claims();
            }
        } else if result != Err(StoreError::Moved) {
            self.store_error.replace(result.clone().err());
            self.needed_bytes.set(size_of(&write));
        }
        let Some(ticket) = ticket else {
            return result.map_or_else(Ran::Behind, |()| Ran::Done(None));
        };
        let is_durable = result.is_ok();
        self.settle(ticket, result);
        Ran::Done(Some(if is_durable {
            Event::Written { ticket }
        } else {
            Event::NotWritten { ticket }
        }))
    }

    /// Tells whoever asked for it what became of a write.
    fn settle(&self, ticket: u64, result: Result<(), StoreError>) {
        if let Some(sender) = self.tickets.borrow_mut().remove(&ticket) {
            // They may have left meanwhile; what is stored is stored all the same.
            drop(sender.send(result));
        }
    }

    pub(super) fn set_timer(&self) {
        let wait = self.account.borrow().as_ref().and_then(|account| {
            account.is_sender.then(|| account.state.wait_ms(clock::now_whole_ms())).flatten()
        });
        let timer = wait.map(|wait| {
            let this = self.this.clone();
            // At least a moment, so that a clock that jumps cannot make it spin.
            let wait = wait.clamp(20, LONGEST_TIMER_MS);
            Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
                if let Some(driver) = this.upgrade() {
                    if !(0.0..READ_MS).contains(&(clock::now_ms() - driver.read_at_ms.get())) {
                        // A tab may have ended between storing and saying so.
                        driver.put_message(Message::Reload);
                    }
                    driver.post(Event::Tick { now_ms: clock::now_whole_ms() });
                }
            })
        });
        self.timer.replace(timer);
    }
}
