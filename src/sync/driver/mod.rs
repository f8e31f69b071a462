//! The driver: pumps events through the machine and runs its commands.

mod attempt;
mod files;
mod orphans;
mod pump;
mod show;
mod tabs;

use super::events::{Events, Wish};
use super::view::{SyncView, Upload};
use crate::api::{Api, Pieces};
use crate::platform::channel::Channel;
use crate::platform::event_stream::OpenStream;
use crate::platform::page::{self, Listener};
use crate::platform::timer::Timeout;
use crate::platform::{clock, ids, locks};
use crate::storage::indexed::IndexedStore;
use crate::storage::owner::Owner;
use crate::storage::store::{CachedClaim, Store, StoreError};
use cpor_protocol::{ClaimRecord, Revision};
use cpor_rules::Draft;
use cpor_sync::{Event, NewOp, Op, OpKind, Phase, Seen, State};
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

/// The store and the machine of one account.
struct Account {
    owner: Owner,
    store: Rc<dyn Store>,
    state: State,
    claims: BTreeMap<String, CachedClaim>,
    /// Held by the one tab that sends.
    lock: Option<locks::Lock>,
    /// Whether this tab sends.
    is_sender: bool,
    channel: Option<Rc<Channel>>,
    /// When the backend last confirmed that this account is signed in.
    verified_at_ms: f64,
}

/// The claims as they are handed out: shared, and made anew when they change.
#[derive(Clone, Default)]
struct ClaimsView {
    claims: Rc<Vec<ClaimRecord>>,
    cached: Rc<BTreeMap<String, CachedClaim>>,
}

/// Runs sync for the account that is signed in.
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
    /// Ends an upload that is under way, by operation.
    stops: RefCell<BTreeMap<String, oneshot::Sender<()>>>,
    pieces: Pieces,
    /// Files that were kept while nobody was signed in.
    device: RefCell<Option<Rc<dyn Store>>>,
    store_error: RefCell<Option<StoreError>>,
    /// What found no room takes so many bytes.
    needed_bytes: Cell<u64>,
    /// Claims were dropped to make room for something else.
    is_thrifty: Cell<bool>,
    /// The account's store, while not everything could be taken over into it from
    /// the one that all accounts shared once.
    unadopted: RefCell<Option<Rc<IndexedStore>>>,
    /// How many times an account was opened.
    opened: Cell<u64>,
    /// Failures of the store in a row.
    store_failures: Cell<u32>,
    /// Until the store is read again.
    read_timer: RefCell<Option<Timeout>>,
    /// When it was read last.
    read_at_ms: Cell<f64>,
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
            stops: RefCell::default(),
            pieces: Pieces::default(),
            device: RefCell::default(),
            store_error: RefCell::default(),
            needed_bytes: Cell::default(),
            is_thrifty: Cell::default(),
            unadopted: RefCell::default(),
            opened: Cell::default(),
            store_failures: Cell::default(),
            read_timer: RefCell::default(),
            read_at_ms: Cell::default(),
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
        *driver.account_channel.borrow_mut() = Channel::open(ACCOUNT_CHANNEL, move |owner| {
            if let Some(driver) = this.upgrade()
                && driver.owner().is_some_and(|ours| ours.key() != owner)
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

    /// Opens what this device keeps for an account, without a session: the app
    /// was opened offline. It is shown, and nothing is sent.
    pub async fn open(&self, owner: &Owner) {
        self.take_account(owner, None).await;
    }

    /// This account is signed in. What another one left unsent stays in its
    /// own store.
    pub async fn signed_in(&self, owner: &Owner) {
        self.signed_in_with(owner, None).await;
    }

    /// As [`Self::signed_in`], with a store of the caller's; for tests.
    pub async fn signed_in_with(&self, owner: &Owner, store: Option<Rc<dyn Store>>) {
        self.take_account(owner, store).await;
        if let Some(channel) = self.account_channel.borrow().as_ref() {
            channel.post(&owner.key());
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
        // A stream that is just being opened would be refused.
        self.wish_for_events();
        self.post(Event::SignedOut);
    }

    /// Stores changes of a claim. Ready only when they are on the disk.
    ///
    /// `seen` is the version on which the person made them; without it, the one
    /// that is known here.
    ///
    /// # Errors
    /// When nothing of it is stored.
    pub async fn enqueue(
        &self,
        claim_id: &str,
        kinds: Vec<OpKind>,
        seen: Option<Seen>,
    ) -> Result<(), StoreError> {
        let base = seen.or_else(|| self.known(claim_id));
        if self.account.borrow().is_none() {
            return Err(StoreError::NoAccount);
        }
        for sha256 in kinds.iter().filter_map(OpKind::uploads) {
            self.take_from_device(sha256, claim_id).await;
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

    /// Takes what the person decided of a change in conflict with revision
    /// `theirs`.
    pub fn resolve(&self, op_id: &str, draft: &Draft, theirs: Revision) {
        // Every field has a JSON form.
        let text = serde_json::to_string(draft).unwrap_or_default();
        self.ask(
            &format!("resolve {op_id} {theirs} {text}"),
            Event::Resolve {
                op_id: op_id.to_owned(),
                new_op_id: ids::ordered_uuid(),
                draft: Box::new(draft.clone()),
                theirs,
                now_ms: clock::now_whole_ms(),
            },
        );
    }

    /// Gives up an operation, and what cannot be meant without it: all that is seen
    /// to follow a creation; a submission behind a content or a file, since it would
    /// hand in another claim than its author saw.
    pub fn discard(&self, op_id: &str) {
        let found = self.account.borrow().as_ref().and_then(|account| {
            account.state.lanes().iter().find_map(|(claim_id, lane)| {
                let place = lane.ops.iter().position(|op| op.op_id == op_id)?;
                let mut going = lane.ops.iter().skip(place);
                let first = going.next()?;
                let follows = |op: &Op| match first.kind {
                    OpKind::Create { .. } => true,
                    OpKind::Change { .. } | OpKind::Upload { .. } => op.kind.changes_status(),
                    _ => false,
                };
                let behind = going.filter(|op| follows(op)).map(|op| op.op_id.clone());
                Some((claim_id.clone(), behind.collect::<Vec<_>>()))
            })
        });
        match found {
            Some((claim_id, mut op_ids)) if !op_ids.is_empty() => {
                op_ids.insert(0, op_id.to_owned());
                self.discard_some(claim_id, op_ids);
            }
            _ => {
                let now_ms = clock::now_whole_ms();
                let event = Event::Discard { op_id: op_id.to_owned(), now_ms };
                self.ask(&format!("discard {op_id}"), event);
            }
        }
    }

    /// Gives up everything unsent of a claim that this tab knows of: what is
    /// stored after this was not meant.
    pub fn discard_claim(&self, claim_id: &str) {
        let op_ids: Vec<String> = self
            .account
            .borrow()
            .as_ref()
            .and_then(|account| account.state.lanes().get(claim_id))
            .map(|lane| lane.ops.iter().map(|op| op.op_id.clone()).collect())
            .unwrap_or_default();
        self.discard_some(claim_id.to_owned(), op_ids);
    }

    fn discard_some(&self, claim_id: String, op_ids: Vec<String>) {
        let word = format!("discard-claim {claim_id} {}", op_ids.join(" "));
        let now_ms = clock::now_whole_ms();
        self.ask(&word, Event::DiscardClaim { claim_id, op_ids, now_ms });
    }

    fn store(&self) -> Option<Rc<dyn Store>> {
        self.account.borrow().as_ref().map(|account| account.store.clone())
    }

    fn is_sender(&self) -> bool {
        self.account.borrow().as_ref().is_some_and(|account| account.is_sender)
    }

    /// The version of a claim that unsent work builds on.
    fn known(&self, claim_id: &str) -> Option<Seen> {
        let account = self.account.borrow();
        let claim = account.as_ref()?.claims.get(claim_id)?.claim.as_ref()?;
        Some(Seen {
            revision: claim.revision,
            draft: Some(Box::new(claim.draft.clone())),
            set_aside: Vec::new(),
        })
    }

    fn owner(&self) -> Option<Owner> {
        self.account.borrow().as_ref().map(|account| account.owner.clone())
    }
}
