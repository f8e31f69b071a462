//! What stands behind [`Server`]: the protocol and the outbox. Compiled into
//! the module that comes after the first screen.

use super::AppState;
use super::actions::Sending;
use super::files::{AddFile, FileRefused};
use super::sending;
use super::server::{Later, NotKept, Sent, Server};
use super::session::{Phase, SessionState, SignInFailure};
use crate::api::{self, Api, ApiError, FetchTransport, Found};
use crate::platform::task;
use crate::storage::store::StoreError;
use crate::sync::Driver;
use cpor_protocol::{Account, HistoryEntry, SubscriptionAnswer, SubscriptionQuestion, UsageMonth};
use cpor_rules::PoeFile;
use cpor_rules::facts::{Association, PartnerLocation};
use cpor_sync::OpKind;
use leptos::prelude::*;
use std::rc::Rc;

/// In place of an organisation, where there is no server.
const DEVICE_ONLY: &str = "this-device";

/// Finds the backend and opens what this device keeps for whoever is signed in.
pub async fn open(app: AppState) {
    match api::config(Rc::new(FetchTransport)).await {
        Ok(Found::DeviceOnly) => device_only(app).await,
        Ok(Found::Backend(api, backend)) => {
            let connection = Connection::new(app, api);
            app.session.backend.set(Some(*backend));
            match connection.api.session().await {
                Ok(session) => connection.take(session.account, true).await,
                Err(ApiError::Offline | ApiError::Retry { .. }) => {
                    connection.as_remembered().await;
                }
                Err(_) => app.session.phase.set(Phase::SignedOut),
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
    connection.driver.open(DEVICE_ONLY).await;
    connection.note_durability();
}

/// The protocol and the outbox for one backend.
#[derive(Clone)]
struct Connection {
    app: AppState,
    api: Api,
    driver: Rc<Driver>,
}

impl Connection {
    fn new(app: AppState, api: Api) -> Self {
        let driver = Driver::start(api.clone(), Rc::new(move |view| app.sync.show((&view).into())));
        let connection = Self { app, api, driver };
        app.session.set_server(Rc::new(connection.clone()));
        connection
    }

    /// Opens what this device keeps for an account. Sends and fetches if the
    /// server has just confirmed it; otherwise it shows what there is, and
    /// asks the server as soon as it can.
    async fn take(&self, account: Account, is_verified: bool) {
        let organisation_id = account.organisation_id.clone();
        self.app.session.signed_in(account);
        if is_verified {
            self.driver.signed_in(&organisation_id).await;
        } else {
            self.driver.open(&organisation_id).await;
        }
        self.note_durability();
        self.app.facts.load_locations(self.app);
    }

    /// Without an answer of the server the app opens as it was left.
    async fn as_remembered(&self) {
        match SessionState::remembered() {
            Some(account) => self.take(account, false).await,
            None => self.app.session.phase.set(Phase::SignedOut),
        }
    }

    fn note_durability(&self) {
        let has_database = self.driver.view().is_durable;
        let _ = self.app.settings.storage.try_update(|facts| facts.has_database = has_database);
    }
}

impl Server for Connection {
    fn sign_in(&self, email: String, password: String) -> Later<Result<(), SignInFailure>> {
        let own = self.clone();
        Box::pin(async move {
            match own.api.sign_in(&email, &password).await {
                Ok(session) => {
                    own.take(session.account, true).await;
                    Ok(())
                }
                Err(ApiError::Retry { after_seconds: Some(_) }) => Err(SignInFailure::SlowDown),
                Err(ApiError::Offline | ApiError::Retry { .. }) => Err(SignInFailure::Offline),
                Err(_) => Err(SignInFailure::Wrong),
            }
        })
    }

    fn sign_out(&self) {
        self.driver.signed_out();
        let api = self.api.clone();
        task::spawn(async move {
            if let Err(error) = api.sign_out().await {
                // The cookie stays until the session runs out; offline there is no better way.
                leptos::logging::warn!("the server was not told of the sign-out: {error:?}");
            }
        });
    }

    fn send(&self, what: Sending, done: Sent) {
        sending::send(self.app, self.clone(), what, done);
    }

    fn enqueue(&self, claim_id: String, kinds: Vec<OpKind>) -> Later<Result<(), NotKept>> {
        let driver = self.driver.clone();
        // Without a revision the machine takes that of the claim it knows.
        Box::pin(async move { driver.enqueue(&claim_id, kinds, None).await.map_err(|_| NotKept) })
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

    fn discard_claim(&self, claim_id: &str) {
        self.driver.discard_claim(claim_id);
    }

    fn keep_file(&self, file: AddFile, claim_id: String) -> Later<Result<PoeFile, FileRefused>> {
        let driver = self.driver.clone();
        Box::pin(async move {
            driver.store_file(&file, &claim_id).await.map_err(|error| match error {
                StoreError::FileNotReadable | StoreError::NoHashing => FileRefused::Unreadable,
                StoreError::NoAccount => FileRefused::SignInNeeded,
                StoreError::Full | StoreError::Unavailable(_) => {
                    FileRefused::NoRoom { size_bytes: super::files::size_of(&file) }
                }
            })
        })
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

    fn file(&self, sha256: String) -> Later<Option<Vec<u8>>> {
        let own = self.clone();
        Box::pin(async move {
            match own.driver.file(&sha256).await {
                Some(bytes) => Some(bytes),
                None => own.api.file(&sha256).await.ok(),
            }
        })
    }

    fn history(&self, claim_id: String) -> Later<Option<Vec<HistoryEntry>>> {
        let api = self.api.clone();
        Box::pin(async move { api.history(&claim_id).await.ok() })
    }
}
