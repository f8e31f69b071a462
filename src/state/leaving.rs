//! Signing in and out on a computer that others use, and leaving with something
//! unsent. Compiled into modules that come after the first screen.

use super::draft::SaveState;
use super::{AppState, departures};
use crate::api::Api;
use crate::platform::locks::{self, Lock};
use crate::platform::{page, task, timer};
use crate::storage::drafts::{self, DraftPhase, Loaded, StoredDraft};
use crate::storage::{settings, shared};
use futures_channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

/// Set when somebody signs out, until the server knows: the account, where it is known.
const LEFT: &str = "left";
/// What stands there where the account is not known.
const ANYBODY: &str = "yes";
/// How long a page that is left waits for the server. The next start tells it else.
const PATIENCE_MS: u32 = 3_000;
/// The mark of a tab whose person signed in on a shared computer, and the lock
/// that such tabs hold or wait for.
pub(super) const SHARED: &str = "cpor:shared";

thread_local! {
    static LOCK: RefCell<Option<Lock>> = const { RefCell::new(None) };
    /// Whether this tab asked for the lock: they are counted.
    static HAS_ASKED: Cell<bool> = const { Cell::new(false) };
    /// Whether the page is about to go, with all that is in it.
    static IS_LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Asks before the tab is left, while something is only here.
pub fn start(app: AppState) {
    // The module came without an owner. This lives as long as the app does.
    let owner = Owner::new();
    owner.with(|| {
        Effect::new(move |_| page::warn_before_leaving(would_lose(app)));
    });
    StoredValue::new_local(owner);
}

/// Whether something is lost with the tab; tracked.
fn would_lose(app: AppState) -> bool {
    app.draft.saves.track();
    if IS_LEFT.get() {
        return false;
    }
    let is_unsaved = matches!(app.draft.save_state.get(), SaveState::Failed(_));
    let is_waiting = app.sync.view.with(|view| !view.waiting.is_empty());
    is_unsaved || (app.settings.is_shared.get() && (is_waiting || !unsent_drafts().is_empty()))
}

/// Drafts of this tab that were not handed in, where nothing reaches the disk.
pub fn unsent_drafts() -> Vec<StoredDraft> {
    let drafts = drafts::list().into_iter().filter_map(|loaded| match loaded {
        Loaded::Draft(stored) => Some(*stored),
        Loaded::Unreadable(_) => None,
    });
    drafts.filter(|stored| shared::is_on() && stored.phase != DraftPhase::Sent).collect()
}

/// Notes, before the person signs in, that others use this computer too. `false`
/// when that could not be arranged.
pub fn share(app: AppState) -> bool {
    app.draft.flush();
    app.draft.forget();
    if !shared::begin() {
        return false;
    }
    app.settings.is_shared.set(true);
    page::mark_tab(SHARED);
    hold();
    true
}

/// As it was before [`share`], since nobody signed in.
pub fn share_no_more(app: AppState) {
    app.draft.forget();
    shared::end();
    app.settings.is_shared.set(false);
}

fn hold() {
    if !HAS_ASKED.replace(true) {
        locks::request(SHARED, |lock| drop(LOCK.replace(Some(lock))));
    }
}

/// Whether the session that the browser still has may be gone on with. One that was
/// left, or whose tabs were all closed on a shared computer, is ended first.
pub async fn may_resume(app: AppState, api: &Api) -> bool {
    let is_abandoned = shared::is_on() && !page::has_mark(SHARED) && !is_open_elsewhere().await;
    if shared::is_on() && !is_abandoned {
        page::mark_tab(SHARED);
        hold();
    }
    if is_abandoned {
        share_no_more(app);
        // Kept until the server knows, as after signing out.
        note_left(ANYBODY);
    }
    has_left(api).await
}

/// Whether the server knows of everybody who signed out here.
pub async fn has_left(api: &Api) -> bool {
    // Somebody else may have signed in meanwhile, and is asked for then.
    shared::on_disk(|| settings::get(LEFT)).is_none() || tell_server(api).await
}

/// Whether another tab of the same kind is alive.
async fn is_open_elsewhere() -> bool {
    let (send, receive) = oneshot::channel();
    let answer = move |lock: Option<Lock>| {
        // Whoever asked waits for this and for nothing else.
        let _ = send.send(lock.is_none());
    };
    locks::try_request(SHARED, answer) && receive.await.unwrap_or(false)
}

fn note_left(account_id: &str) {
    // Without room the session ends by itself, later.
    let _ = shared::on_disk(|| settings::set(LEFT, account_id));
}

/// Whether the server knows that whoever left has left.
async fn tell_server(api: &Api) -> bool {
    let left = shared::on_disk(|| settings::get(LEFT)).unwrap_or_default();
    match api.sign_out(if left == ANYBODY { "" } else { &left }).await {
        Ok(()) => {
            shared::on_disk(|| settings::remove(LEFT));
            true
        }
        // The next start tries again.
        Err(error) => {
            leptos::logging::warn!("the server was not told of the sign-out: {error:?}");
            false
        }
    }
}

/// Somebody is signed in now; what was left before is over.
pub fn signed_in() {
    shared::on_disk(|| settings::remove(LEFT));
}

/// Signs out. On a shared computer nothing stays, neither here nor in other tabs.
pub fn sign_out(app: AppState, api: Api) {
    note_left(&app.session.account_id().unwrap_or_else(|| ANYBODY.to_owned()));
    let is_shared = shared::is_on();
    if is_shared {
        departures::tell_left();
        depart(app);
        task::spawn(async {
            timer::sleep(PATIENCE_MS).await;
            page::reload();
        });
    }
    task::spawn(async move {
        tell_server(&api).await;
        if is_shared {
            // Whatever is still in the memory of this tab goes with its page.
            page::reload();
        }
    });
}

/// Forgets everything that this tab of a shared computer has. Nothing reaches the disk
/// until the page is gone, and nothing asks whether it may go.
pub(super) fn depart(app: AppState) {
    IS_LEFT.set(true);
    page::warn_before_leaving(false);
    page::freeze();
    app.draft.forget();
    shared::leave();
    app.session.leave(app);
}
