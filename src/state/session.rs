//! The backend behind the app, and who is signed in.
//!
//! Whoever was signed in is remembered on this device (name, organisation,
//! role; no secret), so that the app opens offline as it was left. Whether the
//! session still holds is the server's to say.

use super::AppState;
use super::server::Server;
use crate::platform::task;
use crate::storage::drafts::StoredDraft;
use crate::storage::owner::Whose;
use crate::storage::settings;
use cpor_protocol::{Account, Backend, Feature};
use cpor_rules::{Holidays, UserRole};
use leptos::prelude::*;
use std::rc::Rc;

/// What stands behind the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not known yet.
    Starting,
    /// Nothing: this device only.
    DeviceOnly,
    /// A server, and nobody is signed in.
    SignedOut,
    /// A server, and somebody is signed in, as far as this device knows.
    SignedIn,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFailure {
    /// Email address or password.
    Wrong,
    /// The server cannot be reached.
    Offline,
    /// Too many tries.
    SlowDown,
    /// The browser cannot note that this is a shared computer.
    NotShared,
}

/// Why the session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody did anything for long; a word keeps it.
    Idle,
    /// It has lasted as long as a session may.
    Absolute,
    /// It has ended.
    Over,
}

/// The end of the session, when it is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why it ends.
    pub why: Why,
    /// Minutes that are left, the present one included.
    pub minutes_left: u32,
}

pub(super) const ACCOUNT: &str = "account";
/// Beside the account, so that the first screen need not read all of it.
const ORGANISATION: &str = "organisation";
const ACCOUNT_ID: &str = "account-id";

/// The session.
#[derive(Clone, Copy)]
pub struct SessionState {
    /// What stands behind the app.
    pub phase: RwSignal<Phase>,
    /// Who is signed in.
    pub account: RwSignal<Option<Account>>,
    /// What the backend says of itself.
    pub backend: RwSignal<Option<Backend>>,
    /// What the person is to be told of the session's end.
    pub ending: RwSignal<Option<Ending>>,
    /// Path and id of the field that had the focus last.
    pub field: StoredValue<Option<(String, String)>>,
    server: StoredValue<Option<Rc<dyn Server>>, LocalStorage>,
}

impl Default for SessionState {
    fn default() -> Self {
        Self::new()
    }
}

impl SessionState {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Starting),
            account: RwSignal::new(None),
            backend: RwSignal::new(None),
            ending: RwSignal::new(None),
            field: StoredValue::new(None),
            server: StoredValue::new_local(None),
        }
    }

    /// The way to the server, once it is there.
    pub fn server(self) -> Option<Rc<dyn Server>> {
        self.server.try_get_value().flatten()
    }

    /// Notes the way to the server.
    pub fn set_server(self, server: Rc<dyn Server>) {
        self.server.set_value(Some(server));
    }

    /// Whether the backend has this feature; tracked.
    pub fn offers(self, feature: Feature) -> bool {
        self.backend.with(|backend| backend.as_ref().is_some_and(|backend| backend.has(feature)))
    }

    /// Days that the organisation does not work; none where nobody is signed
    /// in. Tracked.
    pub fn holidays(self) -> Holidays {
        self.account
            .with(|account| account.as_ref().map(|known| known.region).unwrap_or_default())
            .holidays()
    }

    /// Whether whoever is signed in may see a draft; tracked.
    pub fn may_see(self, stored: &StoredDraft) -> bool {
        stored.whose.is_for(self.whose().as_ref())
    }

    /// The account that is signed in; until that is known, the one that was here
    /// last. Tracked.
    pub fn whose(self) -> Option<Whose> {
        match self.phase.get() {
            Phase::Starting => Some(Whose {
                organisation: settings::get(ORGANISATION)?,
                account: settings::get(ACCOUNT_ID).unwrap_or_default(),
            }),
            _ => self.account.with(|known| known.as_ref().map(Whose::of)),
        }
    }

    /// Whether a reviewer is signed in; tracked.
    pub fn is_reviewer(self) -> bool {
        self.account
            .with(|known| known.as_ref().is_some_and(|known| known.role == UserRole::Reviewer))
    }

    /// Who was signed in on this device last.
    pub fn remembered() -> Option<Account> {
        serde_json::from_str(&settings::get(ACCOUNT)?).ok()
    }

    /// Notes who is signed in, and remembers it on this device.
    pub fn signed_in(self, account: Account) {
        if let Ok(text) = serde_json::to_string(&account) {
            for (name, text) in [
                (ACCOUNT, &text),
                (ORGANISATION, &account.organisation_id),
                (ACCOUNT_ID, &account.id),
            ] {
                // Removed only where it must be: a browser that is killed in between
                // would not know any more whose drafts these are.
                if settings::get(name).as_ref() != Some(text) && settings::set(name, text).is_err()
                {
                    // Without room the app forgets who was signed in, and asks again next
                    // time: whoever was here before must not be taken for this one.
                    settings::remove(name);
                }
            }
        }
        // Who signs in again stays on the page, which is not drawn anew for it.
        if self.account.with_untracked(|known| known.as_ref() != Some(&account)) {
            self.account.set(Some(account));
        }
        if self.phase.get_untracked() != Phase::SignedIn {
            self.phase.set(Phase::SignedIn);
        }
    }

    /// Answers what is said of the session's end.
    pub fn answer_ending(self) {
        if let Some(server) = self.server() {
            server.answer_ending();
        }
    }

    /// Id of the account that is signed in.
    pub fn account_id(self) -> Option<String> {
        self.account.with_untracked(|known| Some(known.as_ref()?.id.clone()))
    }

    fn forget(self) {
        // Another tab may have signed in as somebody else, who stays remembered.
        let own = self.account_id();
        if Self::remembered().is_none_or(|known| Some(known.id) == own) {
            for name in [ACCOUNT, ORGANISATION, ACCOUNT_ID] {
                settings::remove(name);
            }
        }
        self.account.set(None);
        self.phase.set(Phase::SignedOut);
    }

    /// Signs in.
    pub fn sign_in(
        self,
        email: String,
        password: String,
        done: impl FnOnce(Result<(), SignInFailure>) + 'static,
    ) {
        let Some(server) = self.server() else { return done(Err(SignInFailure::Offline)) };
        task::spawn(async move { done(server.sign_in(email, password).await) });
    }

    /// Leaves for the backend's provider; `done` hears of it when that is not possible.
    pub fn sign_in_at_provider(self, return_to: String, done: impl FnOnce() + 'static) {
        let Some(server) = self.server() else { return done() };
        task::spawn(async move {
            if !server.sign_in_at_provider(return_to).await {
                done();
            }
        });
    }

    /// Signs out on all devices; `done` hears whether the server was reached.
    pub fn sign_out_everywhere(self, app: AppState, done: impl FnOnce(bool) + 'static) {
        let Some(server) = self.server() else { return done(false) };
        task::spawn(async move {
            let has_ended = server.end_sessions().await;
            if has_ended {
                self.sign_out(app);
            }
            done(has_ended);
        });
    }

    /// Signs out. Drafts and what waits stay on this device.
    pub fn sign_out(self, app: AppState) {
        if let Some(server) = self.server() {
            server.sign_out();
        }
        self.leave(app);
    }

    /// Shows nothing of the account any more.
    pub fn leave(self, app: AppState) {
        app.sync.forget();
        app.facts.forget();
        self.forget();
    }
}
