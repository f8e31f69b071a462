//! The start of the app: saves drafts when the page is left, and fetches the
//! module that speaks to the server.

use super::sync::{SyncPhase, View};
use super::{AppState, window};
use crate::lazy;
use crate::platform::page::{self, PageEvent};
use crate::platform::{local, task, timer, updates};
use leptos::prelude::*;

/// Time before the second try to fetch the module for the server.
const FIRST_WAIT_MS: u32 = 1_000;
/// Longest time between two tries.
const LONGEST_WAIT_MS: u32 = 30_000;

/// Starts everything that goes on behind the pages.
pub fn start(app: AppState) {
    keep_draft_when_left(app);
    app.draft.await_tabs();
    watch_for_updates(app);
    watch_copies(app);
    task::spawn(connect(app));
}

/// Fetches the module and connects. Until the module arrives the app is offline:
/// writing goes on, and the list shows what this device has.
async fn connect(app: AppState) {
    let mut wait_ms = FIRST_WAIT_MS;
    loop {
        match lazy::connect(app).await {
            Ok(opening) => return opening.await,
            Err(error) => leptos::logging::warn!("the module for the server: {error}"),
        }
        app.draft.do_without_tabs();
        app.sync.show(View { phase: SyncPhase::Offline, ..View::default() });
        timer::sleep(wait_ms).await;
        wait_ms = wait_ms.saturating_mul(2).min(LONGEST_WAIT_MS);
    }
}

/// Notes that another version of the app is ready.
fn watch_for_updates(app: AppState) {
    let listener = updates::listen(move || app.settings.is_update_ready.set(true));
    // It lives as long as the state does.
    StoredValue::new_local(listener);
}

/// Notes that what was saved is safe from a browser that is killed.
fn watch_copies(app: AppState) {
    let listener = local::listen_to_copies(move || {
        // Each copy of a setting tells as well.
        if app.draft.is_settling.get_untracked() {
            app.draft.is_settling.set(false);
        }
    });
    // It lives as long as the state does.
    StoredValue::new_local(listener);
}

/// Saves what is pending the moment the page is hidden or left: there may be
/// no later one.
fn keep_draft_when_left(app: AppState) {
    let listeners = page::listen(move |event| match event {
        PageEvent::Hidden | PageEvent::Leaving => {
            if app.draft.id().is_some_and(|id| {
                window::is_below(&format!("/drafts/{id}/"))
                    || window::is_below(&format!("/claims/{id}/"))
            }) {
                app.draft.set_place(|place| place.scroll = window::scroll_top());
            }
            app.draft.flush();
        }
        PageEvent::Visible
        | PageEvent::Returned
        | PageEvent::Online
        | PageEvent::Offline
        | PageEvent::Focus => {}
    });
    // They live as long as the state does.
    StoredValue::new_local(listeners);
}
