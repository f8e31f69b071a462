//! Several tabs of one account: who sends, what they tell each other, and
//! what the window they live in goes through.

use super::super::events::Wish;
use super::{Account, Driver, Message};
use crate::platform::channel::Channel;
use crate::platform::page::PageEvent;
use crate::platform::{clock, ids, locks};
use crate::storage::indexed::IndexedStore;
use crate::storage::memory::MemoryStore;
use crate::storage::owner::Owner;
use crate::storage::shared;
use crate::storage::store::Store;
use cpor_sync::{Event, State};
use std::collections::BTreeMap;
use std::rc::Rc;

impl Driver {
    pub(super) async fn take_account(&self, owner: &Owner, store: Option<Rc<dyn Store>>) {
        if self.owner().as_ref() == Some(owner) {
            return;
        }
        self.unadopted.replace(None);
        let store = match store {
            Some(store) => store,
            None if shared::is_on() => Rc::new(MemoryStore::new()),
            None => match IndexedStore::open(owner).await {
                Ok(store) => {
                    let store = Rc::new(store);
                    self.adopt(owner, store.clone()).await;
                    store as Rc<dyn Store>
                }
                // Without IndexedDB the outbox lasts as long as the tab.
                Err(_) => Rc::new(MemoryStore::new()),
            },
        };
        let is_shared = store.is_durable() && locks::are_supported();
        let name = format!("cpor:sync:{}", owner.key());
        let this = self.this.clone();
        let channel = is_shared.then(|| {
            Channel::open(&name, move |text| {
                if let Some(driver) = this.upgrade() {
                    driver.heard(&text);
                }
            })
        });
        // The account before gives up its lock here; its store stays as it is.
        self.account.replace(Some(Account {
            owner: owner.clone(),
            store,
            state: State::default(),
            claims: BTreeMap::new(),
            lock: None,
            is_sender: !is_shared,
            channel: channel.flatten().map(Rc::new),
            verified_at_ms: 0.0,
        }));
        self.opened.set(self.opened.get() + 1);
        self.api.speak_for(&owner.account);
        // What was asked for the account before is not for this one; whoever waits
        // for it is told that it is not stored.
        self.messages.borrow_mut().clear();
        self.tickets.borrow_mut().clear();
        self.uploads.borrow_mut().clear();
        self.put_message(Message::Reload);
        if is_shared {
            let this = self.this.clone();
            let owner = owner.clone();
            locks::request(&name, move |lock| {
                if let Some(driver) = this.upgrade() {
                    driver.take_over(&owner, lock);
                }
            });
        }
    }

    /// Takes over what all accounts of the organisation shared once.
    pub(super) async fn adopt(&self, owner: &Owner, store: Rc<IndexedStore>) {
        let outcome = store.adopt_shared(owner).await;
        let is_done = outcome.is_ok();
        if let Err(not_adopted) = outcome {
            self.store_error.replace(Some(not_adopted.error));
            self.needed_bytes.set(not_adopted.needed_bytes);
        }
        self.unadopted.replace((!is_done).then_some(store));
    }

    /// This tab holds the lock now: it reads what the one before left, and sends.
    pub(super) fn take_over(&self, owner: &Owner, lock: locks::Lock) {
        if let Some(account) = self.account.borrow_mut().as_mut()
            && account.owner == *owner
        {
            account.lock = Some(lock);
            account.is_sender = true;
        }
        self.put_message(Message::Reload);
        let now_ms = clock::now_whole_ms();
        let was_signed_in =
            self.account.borrow().as_ref().is_some_and(|account| account.verified_at_ms > 0.0);
        self.post(if was_signed_in { Event::SignedIn { now_ms } } else { Event::Tick { now_ms } });
    }

    /// Another tab says something.
    pub(super) fn heard(&self, text: &str) {
        let now_ms = clock::now_whole_ms();
        let (word, id) = text.split_once(' ').unwrap_or((text, ""));
        let id = id.to_owned();
        if word == "changed" {
            self.put_message(Message::Reload);
            self.post(Event::Tick { now_ms });
            return;
        }
        if word == "signed-in" {
            self.post(Event::SignedIn { now_ms });
            return;
        }
        if word == "pulled" {
            self.was_pulled();
            return;
        }
        if !self.is_sender() {
            return;
        }
        match word {
            "kick" => self.post(Event::Kick { now_ms }),
            "pause" => self.pause(&id),
            "retry" => self.post(Event::Retry { op_id: id, now_ms }),
            "retry-on-theirs" => self.post(Event::RetryOnTheirs {
                op_id: id,
                new_op_id: ids::ordered_uuid(),
                now_ms,
            }),
            "resolve" => {
                let mut words = id.splitn(3, ' ');
                let (Some(op_id), Some(Ok(theirs)), Some(Ok(draft))) = (
                    words.next(),
                    words.next().map(str::parse),
                    words.next().map(serde_json::from_str),
                ) else {
                    return;
                };
                self.post(Event::Resolve {
                    op_id: op_id.to_owned(),
                    new_op_id: ids::ordered_uuid(),
                    draft,
                    theirs,
                    now_ms,
                });
            }
            "discard" => self.post(Event::Discard { op_id: id, now_ms }),
            "discard-claim" => {
                let mut words = id.split(' ').map(str::to_owned);
                let claim_id = words.next().unwrap_or_default();
                self.post(Event::DiscardClaim { claim_id, op_ids: words.collect(), now_ms });
            }
            // A word of a newer version in another tab.
            _ => {}
        }
    }

    /// Does it here, or asks the tab that sends.
    pub(super) fn ask(&self, words: &str, event: Event) {
        if self.is_sender() {
            self.post(event);
        } else {
            self.tell_tabs(words);
        }
    }

    pub(super) fn tell_tabs(&self, words: &str) {
        tell(self.other_tabs(), words);
    }

    /// The way to the other tabs of the account that is open now. Taken before a write:
    /// when that is done, another account may be open here.
    pub(super) fn other_tabs(&self) -> Option<Rc<Channel>> {
        self.account.borrow().as_ref()?.channel.clone()
    }

    pub(super) fn page_event(&self, event: PageEvent) {
        let now_ms = clock::now_whole_ms();
        match event {
            PageEvent::Hidden => self.post(Event::Visible { is_visible: false, now_ms }),
            PageEvent::Visible | PageEvent::Focus => {
                self.post(Event::Visible { is_visible: true, now_ms });
            }
            PageEvent::Returned => {
                self.put_message(Message::Reload);
                self.post(Event::Visible { is_visible: true, now_ms });
            }
            PageEvent::Online => self.post(Event::Kick { now_ms }),
            // An open stream would keep the page out of the back-forward cache.
            PageEvent::Leaving => {
                if let Some(events) = self.events.borrow().as_ref() {
                    events.set(Wish::Closed);
                }
            }
            // Whether there is a network, a request finds out.
            PageEvent::Offline => {}
        }
    }
}

pub(super) fn tell(tabs: Option<Rc<Channel>>, words: &str) {
    if let Some(channel) = tabs {
        channel.post(words);
    }
}
