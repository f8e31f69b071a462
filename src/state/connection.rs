//! What stands behind [`Server`]: the protocol and the outbox. Compiled into
//! the module that comes after the first screen.

use super::AppState;
use super::actions::Sending;
use super::ending::Watch;
use super::files::{AddFile, FileGap, FileRefused};
use super::server::{ConsentFailure, Later, NotKept, Sent, Server};
use super::session::{Phase, SessionState, SignInFailure};
use super::sync::Told;
use super::{following, leaving, sending};
use crate::api::{self, Api, ApiError, FetchTransport, Found};
use crate::platform::page::{self, Listener, PageEvent};
use crate::platform::{clock, event_stream, task, timer};
use crate::storage::drafts;
use crate::storage::owner::{Owner, Whose};
use crate::storage::settings;
use crate::storage::store::StoreError;
use crate::sync::Driver;
use cpor_protocol::{
    Account, ConsentRequest, DemoClock, DemoMail, Feature, HistoryEntry, NotificationId,
    NotificationsPage, ProblemCode, ReadInput, Revision, Session, SubscriptionAnswer,
    SubscriptionQuestion, UsageMonth,
};
use cpor_rules::facts::{Association, PartnerLocation};
use cpor_rules::{Draft, PoeFile};
use cpor_sync::{Op, OpKind, Seen};
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

/// Whether there was a backend behind this origin once.
const HAD_BACKEND: &str = "had-backend";

/// Finds the backend and opens what this device keeps for whoever is signed in.
pub async fn open(app: AppState) {
    match api::config(Rc::new(FetchTransport), settings::get(HAD_BACKEND).is_some()).await {
        Ok(Found::DeviceOnly) => device_only(app).await,
        Ok(Found::Backend(api, backend)) => {
            let connection = Connection::new(app, api);
            app.session.backend.set(Some(*backend));
            // Without room the app believes a wrong answer at the next start.
            let _ = settings::set(HAD_BACKEND, "yes");
            if !leaving::may_resume(app, &connection.api).await {
                return app.session.phase.set(Phase::SignedOut);
            }
            match connection.api.session().await {
                Ok(session) => connection.enter(session).await,
                Err(ApiError::SignIn) => connection.as_ended().await,
                // Anything else says nothing of who is signed in.
                Err(_) => connection.as_remembered().await,
            }
        }
        Ok(Found::Unreachable(api)) => Connection::new(app, api).as_remembered().await,
        Err(error) => {
            leptos::logging::error!("the backend does not speak the protocol: {error:?}");
            device_only(app).await;
        }
    }
}

/// Without a server the outbox keeps files, and sends nothing.
async fn device_only(app: AppState) {
    app.sync.is_device_only.set(true);
    app.session.phase.set(Phase::DeviceOnly);
    let connection = Connection::new(app, Api::new("", Rc::new(FetchTransport)));
    connection.driver.open(&Owner::device()).await;
    connection.note_durability();
    connection.tidy_up();
}

/// The protocol and the outbox for one backend.
#[derive(Clone)]
struct Connection {
    app: AppState,
    api: Api,
    driver: Rc<Driver>,
    watch: Rc<Watch>,
}

impl Connection {
    fn new(app: AppState, api: Api) -> Self {
        let driver = Driver::start(api.clone(), Rc::new(move |view| app.sync.show((&view).into())));
        api.on_skew(Rc::new(move |behind_ms| app.clock.compare(behind_ms)));
        let ended = Rc::downgrade(&driver);
        let on_end = Box::new(move || {
            if let Some(driver) = ended.upgrade() {
                driver.signed_out();
            }
        });
        let watch = Watch::start(app, api.clone(), on_end);
        let connection = Self { app, api, driver, watch };
        connection.hear();
        following::follow(app);
        app.session.set_server(Rc::new(connection.clone()));
        connection
    }

    /// Whenever the server was asked for what is new, asks what the person is to
    /// be told; from then on listens to the server, where it speaks by itself.
    fn hear(&self) {
        let (app, api, driver) = (self.app, self.api.clone(), Rc::downgrade(&self.driver));
        self.driver.on_pulled(Rc::new(move || {
            task::spawn(refresh(app, api.clone(), driver.clone()));
        }));
    }

    /// Opens what this device keeps for whoever the server has just confirmed.
    async fn enter(&self, session: Session) {
        leaving::signed_in();
        self.app.sync.is_unconfirmed.set(false);
        self.app.clock.set_ahead(session.clock_ahead_seconds);
        self.take(session.account.clone(), true).await;
        self.watch.learn(&session);
    }

    /// Opens what this device keeps for an account. Sends and fetches if the
    /// server has just confirmed it; otherwise it shows what there is, and
    /// asks the server as soon as it can.
    async fn take(&self, account: Account, is_verified: bool) {
        let owner = Owner::of(&account);
        if let Err(error) = drafts::claim_for(&Whose::of(&account)) {
            leptos::logging::warn!("a draft was not given to its account: {error:?}");
        }
        self.app.session.signed_in(account);
        if is_verified {
            self.driver.signed_in(&owner).await;
        } else {
            self.driver.open(&owner).await;
        }
        self.note_durability();
        self.app.facts.load_locations(self.app);
        self.tidy_up();
    }

    /// Removes what earlier visits left behind, when the app has come to rest.
    fn tidy_up(&self) {
        let driver = self.driver.clone();
        task::spawn(async move {
            timer::sleep(TIDY_UP_MS).await;
            if let Err(error) = driver.sweep(clock::now_ms()).await {
                leptos::logging::warn!("files were not tidied up: {error:?}");
            }
        });
    }

    /// The session has ended, and nobody signed out: whoever was here goes on writing,
    /// and is asked to sign in again.
    async fn as_ended(&self) {
        match SessionState::remembered() {
            Some(account) => {
                self.take(account, false).await;
                self.driver.signed_out();
            }
            None => self.app.session.phase.set(Phase::SignedOut),
        }
    }

    /// Without an answer of the server the app opens as it was left.
    async fn as_remembered(&self) {
        if let Some(account) = SessionState::remembered() {
            self.app.sync.is_unconfirmed.set(true);
            self.take(account, false).await;
            self.confirm().await;
        } else {
            self.app.session.phase.set(Phase::SignedOut);
            self.find().await;
        }
    }

    /// Asks the server what it offers, until it answers: which ways to sign in there are
    /// is not known before.
    async fn find(&self) {
        let mut patience = Patience::new();
        while self.app.session.backend.with_untracked(Option::is_none) {
            patience.wait().await;
            match self.api.backend().await {
                Ok(backend) => {
                    self.app.session.backend.set(Some(backend));
                    let _ = settings::set(HAD_BACKEND, "yes");
                }
                Err(ApiError::Offline | ApiError::Retry { .. }) => {}
                // Something else answers there; the next start of the app finds out what.
                Err(_) => return,
            }
        }
    }

    /// Asks the server who is signed in, until it answers. Until then the app is
    /// offline: whether one has to sign in is not known.
    async fn confirm(&self) {
        let mut patience = Patience::new();
        loop {
            patience.wait().await;
            // Somebody may have signed in or out by hand meanwhile.
            if !self.app.sync.is_unconfirmed.get_untracked() {
                return;
            }
            match self.api.session().await {
                Ok(session) => return self.enter(session).await,
                Err(ApiError::SignIn) => {
                    self.app.sync.is_unconfirmed.set(false);
                    return self.driver.signed_out();
                }
                // Anything else says nothing of who is signed in.
                Err(_) => {}
            }
        }
    }

    fn note_durability(&self) {
        let has_database = self.driver.view().is_durable;
        let _ = self.app.settings.storage.try_update(|facts| facts.has_database = has_database);
    }
}

/// Time before a server that did not answer is asked again, and how it grows.
const ASK_FIRST_MS: u32 = 1_000;
const ASK_LONGEST_MS: u32 = 30_000;
/// How soon it is asked when there is a network again.
const ASK_STEP_MS: u32 = 250;

/// Waits before the server is asked again, longer each time; not once there is a network
/// again, or somebody looks.
struct Patience {
    woken: Rc<Cell<bool>>,
    wait_ms: u32,
    _listeners: Vec<Listener>,
}

impl Patience {
    fn new() -> Self {
        let woken = Rc::new(Cell::new(false));
        let wake = woken.clone();
        let listeners = page::listen(move |event| {
            if matches!(event, PageEvent::Online | PageEvent::Visible | PageEvent::Returned) {
                wake.set(true);
            }
        });
        Self { woken, wait_ms: ASK_FIRST_MS, _listeners: listeners }
    }

    async fn wait(&mut self) {
        let mut waited_ms = 0;
        while waited_ms < self.wait_ms && !self.woken.take() {
            timer::sleep(ASK_STEP_MS).await;
            waited_ms += ASK_STEP_MS;
        }
        self.wait_ms = self.wait_ms.saturating_mul(2).min(ASK_LONGEST_MS);
    }
}

/// How long after the start files are looked through.
const TIDY_UP_MS: u32 = 10_000;

/// Notifications of one page.
const PAGE: u32 = 50;

async fn refresh(app: AppState, api: Api, driver: Weak<Driver>) {
    if app.session.backend.with_untracked(Option::is_none) {
        // The app was opened before the server could be reached.
        let Ok(backend) = api.backend().await else { return };
        app.session.backend.set(Some(backend));
    }
    let has = |feature| {
        app.session
            .backend
            .with_untracked(|backend| backend.as_ref().is_some_and(|known| known.has(feature)))
    };
    if has(Feature::Events)
        && let Some(driver) = driver.upgrade()
    {
        driver.listen_to_events(event_stream::open_stream());
    }
    // Who has left meanwhile is told nothing.
    if has(Feature::Notifications) && app.session.account.with_untracked(Option::is_some) {
        // The answer that does not come now comes after the next pull.
        if let Ok(page) = api.notifications(None, 1).await {
            note(app, page.unread, page.notifications.first().map(|newest| newest.id));
        }
    }
}

/// Notes what the bell shows.
fn note(app: AppState, unread: u64, newest: Option<NotificationId>) {
    // The person may have left meanwhile.
    if app.session.phase.get_untracked() != Phase::SignedIn {
        return;
    }
    let before = app.sync.told.get_untracked();
    let newest = newest.or(before.map(|told| told.newest)).unwrap_or_default();
    let told = Some(Told { unread: u32::try_from(unread).unwrap_or(u32::MAX), newest });
    if before != told {
        app.sync.told.set(told);
    }
}

impl Server for Connection {
    fn sign_in(&self, email: String, password: String) -> Later<Result<(), SignInFailure>> {
        let own = self.clone();
        Box::pin(async move {
            match own.api.sign_in(&email, &password).await {
                Ok(session) => {
                    own.enter(session).await;
                    Ok(())
                }
                Err(ApiError::Retry { after_seconds: Some(_) }) => Err(SignInFailure::SlowDown),
                Err(ApiError::Offline | ApiError::Retry { .. }) => Err(SignInFailure::Offline),
                Err(_) => Err(SignInFailure::Wrong),
            }
        })
    }

    fn sign_in_at_provider(&self, return_to: String) -> Later<bool> {
        let (app, api) = (self.app, self.api.clone());
        Box::pin(async move {
            app.draft.flush();
            // Who left before must have left when somebody comes back, or the next start of
            // the app would end the new session.
            leaving::has_left(&api).await && page::go_to(&api.provider_url(&return_to))
        })
    }

    fn end_sessions(&self) -> Later<bool> {
        let api = self.api.clone();
        Box::pin(async move {
            matches!(api.sign_out_everywhere().await, Ok(()) | Err(ApiError::SignIn))
        })
    }

    fn sign_out(&self) {
        self.leave();
        leaving::sign_out(self.app, self.api.clone());
    }

    fn leave(&self) {
        self.app.sync.is_unconfirmed.set(false);
        self.watch.stop();
        self.driver.signed_out();
    }

    fn answer_ending(&self) {
        self.watch.answer();
    }

    fn send(&self, what: Sending, done: Sent) {
        sending::send(self.app, self.clone(), what, done);
    }

    fn enqueue(
        &self,
        claim_id: String,
        kinds: Vec<OpKind>,
        seen: Option<Seen>,
    ) -> Later<Result<(), NotKept>> {
        let driver = self.driver.clone();
        // Any number of texts has a JSON form.
        let needed_bytes = serde_json::to_string(&kinds).map_or(0, |text| text.len() as u64);
        Box::pin(async move {
            let kept = driver.enqueue(&claim_id, kinds, seen).await;
            kept.map_err(|error| match error {
                StoreError::Full => NotKept::NoRoom { needed_bytes },
                _ => NotKept::NotStored,
            })
        })
    }

    fn resolve(&self, op_id: &str, draft: &Draft, theirs: Revision) {
        self.driver.resolve(op_id, draft, theirs);
    }

    fn retry_on_theirs(&self, op_id: &str) {
        self.driver.retry_on_theirs(op_id);
    }

    fn send_now(&self) {
        self.driver.kick();
    }

    fn retry(&self, op_id: &str) {
        self.driver.retry(op_id);
    }

    fn discard(&self, op_id: &str) {
        self.driver.discard(op_id);
    }

    fn free_space(&self, needed_by: BTreeSet<String>) -> Later<Option<u64>> {
        let driver = self.driver.clone();
        Box::pin(async move { driver.free_space(&needed_by).await.ok() })
    }

    fn drop_claims(&self, needed_by: BTreeSet<String>) -> Later<Option<u64>> {
        let driver = self.driver.clone();
        Box::pin(async move { driver.drop_claims(&needed_by).await.ok() })
    }

    fn room_was_made(&self) -> Later<()> {
        let driver = self.driver.clone();
        Box::pin(async move { driver.room_was_made().await })
    }

    fn let_go(&self, claim_id: String, is_ours: bool) -> Later<()> {
        let driver = self.driver.clone();
        Box::pin(async move {
            if let Err(error) = driver.let_go(&claim_id, is_ours).await {
                leptos::logging::warn!("files were not tidied up: {error:?}");
            }
        })
    }

    fn remove_unreadable(&self, op_id: String) -> Later<bool> {
        let driver = self.driver.clone();
        Box::pin(async move { driver.remove_unreadable(&op_id).await.is_ok() })
    }

    fn discard_claim(&self, claim_id: &str) {
        self.driver.discard_claim(claim_id);
    }

    fn pause(&self, op_id: &str) {
        self.driver.pause(op_id);
    }

    fn keep_file(
        &self,
        file: AddFile,
        claim_id: String,
        progress: Box<dyn Fn(u32)>,
    ) -> Later<Result<PoeFile, FileRefused>> {
        let driver = self.driver.clone();
        Box::pin(async move {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
            let progress = |share: f64| progress((share * 100.0) as u32);
            driver.store_file(&file, &claim_id, &progress).await.map_err(|error| match error {
                StoreError::FileNotReadable | StoreError::NoHashing => FileRefused::Unreadable,
                StoreError::NoAccount => FileRefused::SignInNeeded,
                StoreError::Full | StoreError::Unavailable(_) | StoreError::Moved => {
                    FileRefused::NoRoom { size_bytes: super::files::size_of(&file) }
                }
            })
        })
    }

    fn keep_bytes(
        &self,
        file: PoeFile,
        bytes: Vec<u8>,
        claim_id: String,
    ) -> Later<Result<(), FileRefused>> {
        let driver = self.driver.clone();
        Box::pin(async move {
            let size_bytes = bytes.len() as u64;
            let kept = driver.store_bytes(&file.name, &file.media_type, bytes, &claim_id).await;
            match kept {
                Ok(kept) if kept.sha256 == file.sha256 => Ok(()),
                Ok(_) => Err(FileRefused::Unreadable),
                Err(_) => Err(FileRefused::NoRoom { size_bytes }),
            }
        })
    }

    fn file_here(&self, sha256: String) -> Later<Option<Vec<u8>>> {
        let driver = self.driver.clone();
        Box::pin(async move { driver.file(&sha256).await })
    }

    fn unsent(&self) -> Vec<Op> {
        self.driver.unsent()
    }

    fn partner_locations(&self) -> Later<Option<Vec<PartnerLocation>>> {
        let api = self.api.clone();
        Box::pin(async move { api.partner_locations().await.ok() })
    }

    fn associations(&self, tenant_id: String) -> Later<Option<Vec<Association>>> {
        let api = self.api.clone();
        Box::pin(async move { api.associations(&tenant_id).await.ok() })
    }

    fn check_subscription(
        &self,
        question: SubscriptionQuestion,
    ) -> Later<Option<SubscriptionAnswer>> {
        let api = self.api.clone();
        Box::pin(async move { api.check_subscription(&question).await.ok() })
    }

    fn usage(&self, claim_id: String) -> Later<Option<Vec<UsageMonth>>> {
        let api = self.api.clone();
        Box::pin(async move { api.usage(&claim_id).await.ok() })
    }

    fn file(&self, sha256: String) -> Later<Result<Vec<u8>, FileGap>> {
        let own = self.clone();
        Box::pin(async move {
            match own.driver.file(&sha256).await {
                Some(bytes) => Ok(bytes),
                None => own.api.file(&sha256).await.map_err(|error| file_gap(&error)),
            }
        })
    }

    fn history(&self, claim_id: String) -> Later<Option<Vec<HistoryEntry>>> {
        let api = self.api.clone();
        Box::pin(async move { api.history(&claim_id).await.ok() })
    }

    fn notifications(&self, before: Option<NotificationId>) -> Later<Option<NotificationsPage>> {
        let (app, api) = (self.app, self.api.clone());
        Box::pin(async move {
            let page = api.notifications(before, PAGE).await.ok()?;
            if before.is_none() {
                note(app, page.unread, page.notifications.first().map(|newest| newest.id));
            }
            Some(page)
        })
    }

    fn mark_read(&self, what: ReadInput) -> Later<bool> {
        let (app, api) = (self.app, self.api.clone());
        Box::pin(async move {
            let left = api.mark_read(&what).await;
            if let Ok(unread) = left {
                note(app, unread, None);
            }
            left.is_ok()
        })
    }

    fn consent(&self, token: String) -> Later<Result<ConsentRequest, ConsentFailure>> {
        let api = self.api.clone();
        Box::pin(async move {
            for _ in 0..CONSENT_RETRIES {
                match api.consent(&token).await {
                    Err(ApiError::Retry { after_seconds }) => {
                        timer::sleep(if after_seconds > Some(1) { 3_000 } else { 1_000 }).await;
                    }
                    other => return other.map_err(|error| consent_failure(&error)),
                }
            }
            api.consent(&token).await.map_err(|error| consent_failure(&error))
        })
    }

    fn decline(&self, token: String) -> Later<Result<ConsentRequest, ConsentFailure>> {
        let api = self.api.clone();
        Box::pin(async move { api.decline(&token).await.map_err(|error| consent_failure(&error)) })
    }

    fn demo_mails(&self) -> Later<Option<Vec<DemoMail>>> {
        let api = self.api.clone();
        Box::pin(async move { api.demo_mails().await.ok() })
    }

    fn move_demo_clock(&self, days: u16) -> Later<Option<DemoClock>> {
        let api = self.api.clone();
        Box::pin(async move { api.move_demo_clock(days).await.ok() })
    }
}

/// So often a page that a customer opened from a mail asks again by itself: to somebody who
/// comes once, a server that was busy for a moment would be a link that does not work.
const CONSENT_RETRIES: u32 = 2;

fn file_gap(error: &ApiError) -> FileGap {
    match error {
        ApiError::Scanning { .. } => FileGap::Unseen,
        ApiError::Refused(problem) if problem.code == ProblemCode::FilesRefused => {
            FileGap::Quarantined
        }
        _ => FileGap::Away,
    }
}

fn consent_failure(error: &ApiError) -> ConsentFailure {
    match error {
        ApiError::Retry { after_seconds: Some(_) } => ConsentFailure::SlowDown,
        ApiError::Offline | ApiError::Retry { .. } => ConsentFailure::Unreachable,
        ApiError::Refused(problem) if problem.code == ProblemCode::WrongState => {
            ConsentFailure::Ended
        }
        ApiError::Refused(_)
        | ApiError::Scanning { .. }
        | ApiError::Conflict { .. }
        | ApiError::SignIn
        | ApiError::Gone
        | ApiError::Bug(_) => ConsentFailure::Wrong,
    }
}
