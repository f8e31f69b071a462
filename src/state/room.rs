//! Room on this device: the browser's promise to keep it, and how more is made.
//! Compiled into modules that come after the first screen.

use super::draft::{SaveError, SaveState};
use super::server::{Server, when_answered};
use super::{AppState, actions};
use crate::platform::{quota, task, updates};
use crate::storage::settings;
use leptos::prelude::*;
use std::collections::BTreeSet;

const ASKED: &str = "persist-asked";
/// From this share on the room is said to be short.
const SHORT_PERCENT: u32 = 60;
/// So much more than what is lacking is to be free.
const SPARE_BYTES: u64 = 1024 * 1024;

/// Asks the browser once to keep what is here, as soon as there is something that
/// would be missed.
pub fn start(app: AppState) {
    // The module came without an owner. This lives as long as the app does.
    let owner = Owner::new();
    owner.with(|| {
        tidy_up(app);
        Effect::new(move |_| {
            let is_worth_it =
                app.draft.saves.get() > 0 || app.sync.view.with(|view| !view.waiting.is_empty());
            if is_worth_it && !app.settings.is_shared.get() && settings::get(ASKED).is_none() {
                // Without room for this note it is asked again in the next visit.
                let _ = settings::set(ASKED, "yes");
                app.settings.ask_to_persist();
            }
        });
    });
    StoredValue::new_local(owner);
}

/// Files that a draft does not need any more take no room.
fn tidy_up(app: AppState) {
    Effect::new(move |before: Option<Option<(String, Vec<String>)>>| {
        app.draft.saves.track();
        let now = app.draft.stored.with_untracked(|stored| {
            let stored = stored.as_ref()?;
            let files = stored.draft.poe_files.iter().map(|file| file.sha256.clone());
            Some((stored.id.clone(), files.collect::<Vec<_>>()))
        });
        if let (Some(Some((before, files))), Some((id, kept))) = (before, &now)
            && before == *id
            && files.iter().any(|file| !kept.contains(file))
        {
            app.draft.let_go.update(|ids| ids.push(before));
        }
        now
    });
    Effect::new(move |_| {
        if app.draft.let_go.with(Vec::is_empty) {
            return;
        }
        app.session.phase.track();
        let Some(server) = app.session.server() else { return };
        // What is still to be sent of it may need them.
        let (later, now): (Vec<String>, Vec<String>) = app.sync.view.with(|view| {
            let ids = app.draft.let_go.get_untracked();
            ids.into_iter().partition(|id| view.is_pending(id))
        });
        app.draft.let_go.update_untracked(|ids| *ids = later);
        for id in now {
            let is_ours = app.draft.is_attended(&id) && app.draft.may_write();
            when_answered(server.let_go(id, is_ours), |()| {});
        }
    });
}

/// Whether room is short.
pub const fn is_short(used: u64, quota: u64) -> bool {
    used.saturating_mul(100) > quota.saturating_mul(SHORT_PERCENT as u64)
}

/// Whether something other than the open draft found no room; tracked.
pub fn found_none(app: AppState) -> bool {
    app.settings.lacks_bytes.get() > 0 || app.sync.view.with(|view| view.needed_bytes > 0)
}

/// How many bytes are needed by what found no room; tracked.
pub fn lacks_bytes(app: AppState) -> u64 {
    let draft = match app.draft.save_state.get() {
        SaveState::Failed(SaveError::Full { needed_bytes }) => needed_bytes as u64,
        _ => 0,
    };
    let outbox = app.sync.view.with(|view| view.needed_bytes);
    app.settings.lacks_bytes.get().max(outbox).max(draft)
}

/// Makes room and saves what found none; `done` gets how many bytes that were, or
/// nothing when it failed.
pub fn free(app: AppState, done: impl FnOnce(Option<u64>) + 'static) {
    let Some(server) = app.session.server() else { return done(None) };
    task::spawn(async move {
        let freed = make_room(app, &*server).await;
        app.draft.flush();
        app.settings.room_was_made();
        server.room_was_made().await;
        app.settings.look_at_storage();
        done(freed);
    });
}

/// What can be had again goes first, and of that what is missed least. Nothing that is
/// only here goes at all.
async fn make_room(app: AppState, server: &dyn Server) -> Option<u64> {
    let needed_by: BTreeSet<String> =
        untrack(|| actions::readable_drafts(app)).into_iter().map(|stored| stored.id).collect();
    let earlier = updates::drop_earlier().await;
    let files = server.free_space(needed_by.clone()).await;
    if files.is_none() && earlier == 0 {
        return None;
    }
    let mut freed = files.unwrap_or_default() + earlier;
    let is_short = match quota::estimate().await {
        Some(room) => room.usage_bytes * 100.0 > room.quota_bytes * f64::from(SHORT_PERCENT),
        None => false,
    };
    let outbox = app.sync.view.with_untracked(|view| view.needed_bytes);
    let lacks = if app.settings.is_database_full.get_value() {
        outbox.max(app.settings.lacks_bytes.get_untracked())
    } else {
        outbox
    };
    if is_short || (lacks > 0 && freed < lacks + SPARE_BYTES) {
        // Without these the list of claims is empty until it is fetched again.
        freed += server.drop_claims(needed_by).await.unwrap_or_default();
    }
    Some(freed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_short_above_sixty_percent() {
        assert!(!is_short(600, 1_000) && is_short(601, 1_000));
        assert!(!is_short(0, 0));
    }
}
