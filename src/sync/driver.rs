//! The driver: pumps events through the machine and runs its commands.

use super::events::{Events, Wish};
use super::send;
use super::view::{OpView, SyncView, Upload, UploadedFile, ms};
use crate::api::Api;
use crate::platform::channel::Channel;
use crate::platform::event_stream::OpenStream;
use crate::platform::page::{self, Listener, PageEvent};
use crate::platform::timer::Timeout;
use crate::platform::{clock, files, ids, locks, task};
use crate::storage::indexed::IndexedStore;
use crate::storage::memory::MemoryStore;
use crate::storage::store::{CachedClaim, Store, StoreError, StoredFile, Theirs, apply_to_claims};
use cpor_protocol::{ClaimRecord, Revision};
use cpor_rules::PoeFile;
use cpor_sync::{
    Command, Event, NewOp, OpKind, OpStateView, Outcome, Passing, Phase, State, Write,
};
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

/// How long the account behind the session counts as verified.
const SESSION_CHECK_MS: f64 = 60_000.0;
/// On which tabs tell each other who signed in.
const ACCOUNT_CHANNEL: &str = "cpor:account";

/// What waits for the pump.
enum Message {
    /// For the machine.
    Event(Event),
    /// Read the store again: another tab changed it, or this one takes over.
    Reload,
}

/// The store and the machine of one organisation.
struct Account {
    organisation_id: String,
    store: Rc<dyn Store>,
    state: State,
    claims: BTreeMap<String, CachedClaim>,
    locations: BTreeMap<String, String>,
    /// Held by the one tab that sends.
    lock: Option<locks::Lock>,
    /// Whether this tab sends.
    is_sender: bool,
    channel: Option<Channel>,
    /// When the backend last confirmed that this organisation is signed in.
    verified_at_ms: f64,
}

/// The claims as they are handed out: shared, and made anew when they change.
#[derive(Clone, Default)]
struct ClaimsView {
    claims: Rc<Vec<ClaimRecord>>,
    cached: Rc<BTreeMap<String, CachedClaim>>,
}

/// Runs sync for the organisation that is signed in.
pub struct Driver {
    this: Weak<Driver>,
    api: Api,
    on_change: Rc<dyn Fn(SyncView)>,
    account: RefCell<Option<Account>>,
    messages: RefCell<VecDeque<Message>>,
    is_pumping: Cell<bool>,
    /// What a message changes is partly done: in the machine, not yet in the store.
    is_between: Cell<bool>,
    tickets: RefCell<BTreeMap<u64, oneshot::Sender<Result<(), StoreError>>>>,
    next_ticket: Cell<u64>,
    timer: RefCell<Option<Timeout>>,
    listeners: RefCell<Vec<Listener>>,
    uploads: RefCell<BTreeMap<String, Upload>>,
    store_error: RefCell<Option<StoreError>>,
    account_channel: RefCell<Option<Channel>>,
    claims_view: RefCell<ClaimsView>,
    events: RefCell<Option<Rc<Events>>>,
    on_pulled: RefCell<Option<Rc<dyn Fn()>>>,
}

impl Driver {
    /// Starts. Nothing is read or sent until [`Self::signed_in`] or
    /// [`Self::open`] says for whom.
    pub fn start(api: Api, on_change: Rc<dyn Fn(SyncView)>) -> Rc<Self> {
        let driver = Rc::new_cyclic(|this| Self {
            this: this.clone(),
            api,
            on_change,
            account: RefCell::default(),
            messages: RefCell::default(),
            is_pumping: Cell::new(false),
            is_between: Cell::new(false),
            tickets: RefCell::default(),
            next_ticket: Cell::new(1),
            timer: RefCell::default(),
            listeners: RefCell::default(),
            uploads: RefCell::default(),
            store_error: RefCell::default(),
            account_channel: RefCell::default(),
            claims_view: RefCell::default(),
            events: RefCell::default(),
            on_pulled: RefCell::default(),
        });
        let this = driver.this.clone();
        *driver.listeners.borrow_mut() = page::listen(move |event| {
            if let Some(driver) = this.upgrade() {
                driver.page_event(event);
            }
        });
        let this = driver.this.clone();
        *driver.account_channel.borrow_mut() =
            Channel::open(ACCOUNT_CHANNEL, move |organisation_id| {
                if let Some(driver) = this.upgrade()
                    && driver.organisation_id().is_some_and(|ours| ours != organisation_id)
                {
                    // The cookie is somebody else's now.
                    driver.signed_out();
                }
            });
        driver.tell();
        driver
    }

    /// Calls `on_pulled` whenever the backend was asked for what is new, by this
    /// tab or by the one that sends.
    pub fn on_pulled(&self, on_pulled: Rc<dyn Fn()>) {
        self.on_pulled.replace(Some(on_pulled));
    }

    /// Pulls as soon as the backend says that something is new, where it says
    /// so. Only the tab that sends listens. Said twice, the first counts.
    pub fn listen_to_events(&self, open: OpenStream) {
        if self.events.borrow().is_some() {
            return;
        }
        let this = self.this.clone();
        let on_news = Box::new(move || {
            if let Some(driver) = this.upgrade() {
                driver.post(Event::News { now_ms: clock::now_whole_ms() });
            }
        });
        let url = format!("{}/v1/events", self.api.base());
        self.events.replace(Some(Events::new(url, open, on_news)));
        self.wish_for_events();
    }

    fn wish_for_events(&self) {
        let Some(events) = self.events.borrow().clone() else { return };
        let is_of_use = self.account.borrow().as_ref().is_some_and(|account| {
            account.is_sender
                && account.verified_at_ms > 0.0
                && account.state.phase() != Phase::NeedsSignIn
        });
        events.set(match (is_of_use, page::is_visible()) {
            (true, true) => Wish::Open,
            (true, false) => Wish::Linger,
            (false, _) => Wish::Closed,
        });
    }

    fn was_pulled(&self) {
        let on_pulled = self.on_pulled.borrow().clone();
        if let Some(on_pulled) = on_pulled {
            on_pulled();
        }
    }

    /// Opens what this device keeps for an organisation, without a session:
    /// the app was opened offline. It is shown, and nothing is sent.
    pub async fn open(&self, organisation_id: &str) {
        self.take_account(organisation_id, None).await;
    }

    /// Somebody of this organisation is signed in. What another organisation
    /// left unsent stays in its own store.
    pub async fn signed_in(&self, organisation_id: &str) {
        self.signed_in_with(organisation_id, None).await;
    }

    /// As [`Self::signed_in`], with a store of the caller's; for tests.
    pub async fn signed_in_with(&self, organisation_id: &str, store: Option<Rc<dyn Store>>) {
        self.take_account(organisation_id, store).await;
        if let Some(channel) = self.account_channel.borrow().as_ref() {
            channel.post(organisation_id);
        }
        if let Some(account) = self.account.borrow_mut().as_mut() {
            account.verified_at_ms = clock::now_ms();
            if let Some(channel) = &account.channel {
                channel.post("signed-in");
            }
        }
        self.post(Event::SignedIn { now_ms: clock::now_whole_ms() });
    }

    /// Nobody is signed in any more. Everything unsent is kept.
    pub fn signed_out(&self) {
        if let Some(account) = self.account.borrow_mut().as_mut() {
            account.verified_at_ms = 0.0;
        }
        self.post(Event::SignedOut);
    }

    /// Stores changes of a claim. Ready only when they are on the disk.
    ///
    /// # Errors
    /// When nothing of it is stored.
    pub async fn enqueue(
        &self,
        claim_id: &str,
        kinds: Vec<OpKind>,
        base: Option<Revision>,
    ) -> Result<(), StoreError> {
        let base = base.or_else(|| self.known_revision(claim_id));
        if self.account.borrow().is_none() {
            return Err(StoreError::NoAccount);
        }
        let ticket = self.next_ticket.get();
        self.next_ticket.set(ticket + 1);
        let (sender, receiver) = oneshot::channel();
        self.tickets.borrow_mut().insert(ticket, sender);
        if !self.is_sender() {
            // What the other tabs stored meanwhile gives the next place in the lane.
            self.messages.borrow_mut().push_back(Message::Reload);
        }
        let ops =
            kinds.into_iter().map(|kind| NewOp { op_id: ids::ordered_uuid(), kind }).collect();
        self.post(Event::Enqueue {
            ticket,
            claim_id: claim_id.to_owned(),
            ops,
            base,
            ruleset: cpor_rules::digest::ruleset_digest(),
            may_alter: self.is_sender(),
            now_ms: clock::now_whole_ms(),
        });
        receiver.await.unwrap_or(Err(StoreError::NoAccount))
    }

    /// Tries at once whatever waits.
    pub fn kick(&self) {
        self.ask("kick", Event::Kick { now_ms: clock::now_whole_ms() });
    }

    /// Asks at once for what is new.
    pub fn pull_now(&self) {
        self.kick();
    }

    /// Tries a stuck or waiting operation again as it is.
    pub fn retry(&self, op_id: &str) {
        let event = Event::Retry { op_id: op_id.to_owned(), now_ms: clock::now_whole_ms() };
        self.ask(&format!("retry {op_id}"), event);
    }

    /// Applies a conflicting operation on top of the backend's version.
    pub fn retry_on_theirs(&self, op_id: &str) {
        self.ask(
            &format!("retry-on-theirs {op_id}"),
            Event::RetryOnTheirs {
                op_id: op_id.to_owned(),
                new_op_id: ids::ordered_uuid(),
                now_ms: clock::now_whole_ms(),
            },
        );
    }

    /// Gives up an operation; with a creation, all that follows it.
    pub fn discard(&self, op_id: &str) {
        let event = Event::Discard { op_id: op_id.to_owned(), now_ms: clock::now_whole_ms() };
        self.ask(&format!("discard {op_id}"), event);
    }

    /// Gives up everything unsent of a claim.
    pub fn discard_claim(&self, claim_id: &str) {
        self.ask(
            &format!("discard-claim {claim_id}"),
            Event::DiscardClaim { claim_id: claim_id.to_owned(), now_ms: clock::now_whole_ms() },
        );
    }

    /// Keeps a chosen file for a claim. Ready when it is on the disk.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn store_file(
        &self,
        file: &web_sys::File,
        claim_id: &str,
    ) -> Result<PoeFile, StoreError> {
        let bytes = files::read(file).await?;
        self.store_bytes(&file.name(), &file.type_(), bytes, claim_id).await
    }

    /// As [`Self::store_file`], from bytes.
    ///
    /// # Errors
    /// When they are not kept.
    pub async fn store_bytes(
        &self,
        name: &str,
        media_type: &str,
        bytes: Vec<u8>,
        claim_id: &str,
    ) -> Result<PoeFile, StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        let sha256 = files::sha256_hex(&bytes).await.ok_or(StoreError::NoHashing)?;
        let media_type = cpor_rules::poe::kind_by_name(name)
            .map_or(media_type, |kind| kind.media_type)
            .to_owned();
        let described = PoeFile {
            sha256: sha256.clone(),
            name: name.to_owned(),
            size_bytes: bytes.len() as u64,
            media_type: media_type.clone(),
            ..PoeFile::default()
        };
        let file = StoredFile { sha256, name: name.to_owned(), media_type, bytes };
        store.put_file(file, claim_id.to_owned()).await?;
        Ok(described)
    }

    /// The content of a file, if it is on this device.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn file_bytes(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        Ok(store.file(sha256.to_owned()).await?.map(|file| file.bytes))
    }

    /// A claim needs a file no more.
    ///
    /// # Errors
    /// When the store cannot be changed.
    pub async fn release_file(&self, sha256: &str, claim_id: &str) -> Result<(), StoreError> {
        let store = self.store().ok_or(StoreError::NoAccount)?;
        store.release_file(sha256.to_owned(), claim_id.to_owned()).await
    }

    /// The content of a file that is kept on this device.
    pub async fn file(&self, sha256: &str) -> Option<Vec<u8>> {
        let kept = self.store()?.file(sha256.to_owned()).await.ok()??;
        Some(kept.bytes)
    }

    fn store(&self) -> Option<Rc<dyn Store>> {
        self.account.borrow().as_ref().map(|account| account.store.clone())
    }

    fn is_sender(&self) -> bool {
        self.account.borrow().as_ref().is_some_and(|account| account.is_sender)
    }

    fn known_revision(&self, claim_id: &str) -> Option<Revision> {
        let account = self.account.borrow();
        let cached = account.as_ref()?.claims.get(claim_id)?;
        cached.claim.as_ref().map(|claim| claim.revision)
    }

    async fn take_account(&self, organisation_id: &str, store: Option<Rc<dyn Store>>) {
        let is_open = self
            .account
            .borrow()
            .as_ref()
            .is_some_and(|account| account.organisation_id == organisation_id);
        if is_open {
            return;
        }
        let store = match store {
            Some(store) => store,
            None => match IndexedStore::open(organisation_id).await {
                Ok(store) => Rc::new(store) as Rc<dyn Store>,
                // Without IndexedDB the outbox lasts as long as the tab.
                Err(_) => Rc::new(MemoryStore::new()),
            },
        };
        let is_shared = store.is_durable() && locks::are_supported();
        let name = format!("cpor:sync:{organisation_id}");
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
            organisation_id: organisation_id.to_owned(),
            store,
            state: State::default(),
            claims: BTreeMap::new(),
            locations: BTreeMap::new(),
            lock: None,
            is_sender: !is_shared,
            channel: channel.flatten(),
            verified_at_ms: 0.0,
        }));
        self.uploads.borrow_mut().clear();
        self.put_message(Message::Reload);
        if is_shared {
            let this = self.this.clone();
            let organisation_id = organisation_id.to_owned();
            locks::request(&name, move |lock| {
                if let Some(driver) = this.upgrade() {
                    driver.take_over(&organisation_id, lock);
                }
            });
        }
    }

    /// This tab holds the lock now: it reads what the one before left, and sends.
    fn take_over(&self, organisation_id: &str, lock: locks::Lock) {
        if let Some(account) = self.account.borrow_mut().as_mut()
            && account.organisation_id == organisation_id
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
    fn heard(&self, text: &str) {
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
            "retry" => self.post(Event::Retry { op_id: id, now_ms }),
            "retry-on-theirs" => self.post(Event::RetryOnTheirs {
                op_id: id,
                new_op_id: ids::ordered_uuid(),
                now_ms,
            }),
            "discard" => self.post(Event::Discard { op_id: id, now_ms }),
            "discard-claim" => self.post(Event::DiscardClaim { claim_id: id, now_ms }),
            // A word of a newer version in another tab.
            _ => {}
        }
    }

    /// Does it here, or asks the tab that sends.
    fn ask(&self, words: &str, event: Event) {
        if self.is_sender() {
            self.post(event);
        } else {
            self.tell_tabs(words);
        }
    }

    fn tell_tabs(&self, words: &str) {
        if let Some(account) = self.account.borrow().as_ref()
            && let Some(channel) = &account.channel
        {
            channel.post(words);
        }
    }

    fn page_event(&self, event: PageEvent) {
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

    fn post(&self, event: Event) {
        self.put_message(Message::Event(event));
    }

    fn put_message(&self, message: Message) {
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

    fn next_message(&self) -> Option<Message> {
        self.messages.borrow_mut().pop_front()
    }

    async fn take(&self, message: Message) {
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
    fn step(&self, event: Event) -> Vec<Command> {
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

    async fn run(&self, command: Command) -> Option<Event> {
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
                        });
                    }
                });
                None
            }
            Command::Pull { cursor, etag } => {
                let driver = self.this.upgrade()?;
                let organisation_id = self.organisation_id()?;
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
                    if driver.organisation_id().as_ref() == Some(&organisation_id) {
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

    fn organisation_id(&self) -> Option<String> {
        self.account.borrow().as_ref().map(|account| account.organisation_id.clone())
    }

    async fn write(&self, write: Write, ticket: Option<u64>) -> Option<Event> {
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

    /// One attempt. `None` when the account changed meanwhile.
    async fn attempt(&self, op: cpor_sync::Op) -> Option<Outcome> {
        let organisation_id = self.organisation_id()?;
        let store = self.store()?;
        let outcome = match self.verify_session().await {
            Ok(()) => self.send(&op, &*store).await,
            Err(outcome) => outcome,
        };
        (self.organisation_id()? == organisation_id).then_some(outcome)
    }

    async fn send(&self, op: &cpor_sync::Op, store: &dyn Store) -> Outcome {
        let upload_hash = match &op.kind {
            OpKind::Upload { sha256, .. } => Some(sha256.clone()),
            _ => None,
        };
        let mut location = self
            .account
            .borrow()
            .as_ref()
            .and_then(|account| account.locations.get(&op.op_id).cloned());
        let progress = |sent_bytes, total_bytes| {
            if let Some(sha256) = &upload_hash {
                let upload = Upload { sent_bytes, total_bytes };
                self.uploads.borrow_mut().insert(sha256.clone(), upload);
                self.tell();
            }
        };
        let fallback = self.known_revision(&op.claim_id);
        let outcome = send::send(&self.api, store, op, fallback, &mut location, &progress).await;
        if let Some(sha256) = &upload_hash {
            self.uploads.borrow_mut().remove(sha256);
        }
        if let Some(account) = self.account.borrow_mut().as_mut() {
            match (&outcome, location) {
                (Outcome::Applied { .. }, _) | (_, None) => {
                    account.locations.remove(&op.op_id);
                }
                (_, Some(location)) => {
                    account.locations.insert(op.op_id.clone(), location);
                }
            }
        }
        outcome
    }

    /// Makes sure that the session is of this organisation: another tab may
    /// have signed in as somebody else, and the cookie is theirs then.
    async fn verify_session(&self) -> Result<(), Outcome> {
        let (organisation_id, verified_at_ms) = match self.account.borrow().as_ref() {
            Some(account) => (account.organisation_id.clone(), account.verified_at_ms),
            None => return Err(Outcome::SignIn),
        };
        if clock::now_ms() - verified_at_ms < SESSION_CHECK_MS {
            return Ok(());
        }
        match self.api.session().await {
            Ok(session) if session.account.organisation_id == organisation_id => {
                if let Some(account) = self.account.borrow_mut().as_mut()
                    && account.organisation_id == organisation_id
                {
                    account.verified_at_ms = clock::now_ms();
                }
                Ok(())
            }
            Ok(_) | Err(crate::api::ApiError::SignIn) => Err(Outcome::SignIn),
            Err(crate::api::ApiError::Offline) => {
                Err(Outcome::Passing { why: Passing::Offline, retry_after_ms: None })
            }
            Err(_) => Err(Outcome::Passing { why: Passing::Busy, retry_after_ms: None }),
        }
    }

    fn set_timer(&self) {
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

    fn show_claims(&self) {
        if let Some(account) = self.account.borrow().as_ref() {
            let claims = account.claims.values().filter_map(shown).cloned().collect();
            let cached = Rc::new(account.claims.clone());
            self.claims_view.replace(ClaimsView { claims: Rc::new(claims), cached });
        }
    }

    fn tell(&self) {
        (self.on_change)(self.view());
    }

    /// What the app is told.
    pub fn view(&self) -> SyncView {
        let account = self.account.borrow();
        let ClaimsView { claims, cached } = self.claims_view.borrow().clone();
        let mut view = SyncView {
            phase: Phase::Starting,
            waiting: Vec::new(),
            claims,
            cached,
            last_synced_at_ms: None,
            uploads: self.uploads.borrow().clone(),
            is_durable: true,
            store_error: self.store_error.borrow().clone(),
        };
        if let Some(account) = account.as_ref() {
            view.phase = match account.state.phase() {
                // A tab that does not send never opens its own machine.
                Phase::NeedsSignIn if !account.is_sender && account.verified_at_ms > 0.0 => {
                    if account.state.lanes().is_empty() {
                        Phase::Idle
                    } else {
                        Phase::Working
                    }
                }
                // The machine is done, and what it wants stored is still on its way.
                Phase::Idle if self.is_between.get() => Phase::Working,
                phase => phase,
            };
            view.last_synced_at_ms = account.state.last_synced_at_ms().map(ms);
            view.is_durable = account.store.is_durable();
            view.waiting = account
                .state
                .waiting()
                .into_iter()
                .map(|waiting| op_view(account, waiting))
                .collect();
        }
        if view.store_error.is_some() {
            view.phase = Phase::Trouble;
        }
        view
    }
}

fn shown(cached: &CachedClaim) -> Option<&ClaimRecord> {
    cached.claim.as_ref().or(match &cached.theirs {
        Some(Theirs::Changed { claim }) => Some(claim),
        Some(Theirs::Gone) | None => None,
    })
}

fn op_view(account: &Account, waiting: cpor_sync::OpView) -> OpView {
    let cpor_sync::OpView { op, state } = waiting;
    let unsent = account.state.unsent_draft(&op.claim_id);
    let kept = account.claims.get(&op.claim_id).and_then(shown).map(|claim| &claim.draft);
    OpView {
        claim_name: unsent.or(kept).map(|draft| draft.claim_name.clone()).unwrap_or_default(),
        kind_code: op.kind.code(),
        file: match &op.kind {
            OpKind::Upload { sha256, name, .. } => {
                Some(UploadedFile { sha256: sha256.clone(), name: name.clone() })
            }
            OpKind::Create { .. }
            | OpKind::Change { .. }
            | OpKind::Submit { .. }
            | OpKind::Comment { .. }
            | OpKind::Delete
            | OpKind::Dispute { .. }
            | OpKind::Disassociate { .. }
            | OpKind::Review { .. } => None,
        },
        last_error: match &state {
            OpStateView::Waiting { why, .. } => Some(*why),
            OpStateView::Queued
            | OpStateView::Sending
            | OpStateView::NeedsSignIn
            | OpStateView::Wedged(_) => None,
        },
        state,
        attempts: op.attempts,
        created_at_ms: ms(op.created_at_ms),
        op_id: op.op_id,
        claim_id: op.claim_id,
    }
}
