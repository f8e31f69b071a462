//! The pump: one message at a time through the machine, and its commands.

use super::super::send;
use super::{Driver, Message};
use crate::platform::timer::Timeout;
use crate::platform::{clock, ids, task};
use crate::storage::store::apply_to_claims;
use cpor_sync::{Command, Event, Outcome, Passing, Write};
use std::collections::VecDeque;

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
            Message::Event(event) => event,
            Message::Reload => {
                let Some(store) = self.store() else { return };
                match store.read().await {
                    Ok(contents) => {
                        if let Some(account) = self.account.borrow_mut().as_mut() {
                            account.claims = contents.claims;
                        }
                        self.show_claims();
                        Event::Loaded {
                            ops: contents.ops,
                            unreadable_claims: contents.unreadable_claims,
                            cursor: contents.cursor,
                        }
                    }
                    Err(error) => {
                        self.store_error.replace(Some(error));
                        return;
                    }
                }
            }
        };
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for command in self.step(event) {
                events.extend(self.run(command).await);
            }
        }
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

    pub(super) async fn run(&self, command: Command) -> Option<Event> {
        match command {
            Command::Write { write, ticket } => self.write(*write, ticket).await,
            Command::Send { op } => {
                let driver = self.this.upgrade()?;
                // That an attempt begins is stored first: what was tried is never altered.
                let mark = Write {
                    put_ops: vec![cpor_sync::StoredOp { op: (*op).clone(), wedge: None }],
                    ..Write::default()
                };
                if let Err(error) = self.store()?.write(mark).await {
                    self.store_error.replace(Some(error));
                    return Some(Event::Answered {
                        op_id: op.op_id.clone(),
                        outcome: Outcome::Passing { why: Passing::Storage, retry_after_ms: None },
                        now_ms: clock::now_whole_ms(),
                        chance: ids::chance(),
                        new_op_id: ids::ordered_uuid(),
                    });
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
                let owner = self.owner()?;
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
                    if driver.owner().as_ref() == Some(&owner) {
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

    pub(super) async fn write(&self, write: Write, ticket: Option<u64>) -> Option<Event> {
        let store = self.store()?;
        let result = store.write(write.clone()).await;
        if let Ok(()) = &result {
            self.store_error.replace(None);
            if !write.cache.is_empty() {
                if let Some(account) = self.account.borrow_mut().as_mut() {
                    apply_to_claims(&mut account.claims, &write);
                }
                self.show_claims();
            }
            self.tell_tabs("changed");
        } else {
            self.store_error.replace(result.clone().err());
        }
        let ticket = ticket?;
        let is_durable = result.is_ok();
        if let Some(sender) = self.tickets.borrow_mut().remove(&ticket) {
            // Whoever asked may have left meanwhile; the change is stored all the same.
            drop(sender.send(result));
        }
        Some(if is_durable { Event::Written { ticket } } else { Event::NotWritten { ticket } })
    }

    pub(super) fn set_timer(&self) {
        let due = self.account.borrow().as_ref().and_then(|account| {
            account.is_sender.then(|| account.state.next_due_at_ms()).flatten()
        });
        let timer = due.map(|due| {
            let wait = due.saturating_sub(clock::now_whole_ms());
            let this = self.this.clone();
            // At least a moment, so that a clock that jumps cannot make it spin.
            Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX).max(20), move || {
                if let Some(driver) = this.upgrade() {
                    driver.post(Event::Tick { now_ms: clock::now_whole_ms() });
                }
            })
        });
        self.timer.replace(timer);
    }
}
