//! Room on this device: the browser's promise to keep it, and how more is made.
//! Compiled into modules that come after the first screen.

use super::server::when_answered;
use super::{AppState, actions};
use crate::storage::settings;
use leptos::prelude::*;
use std::collections::BTreeSet;

const ASKED: &str = "persist-asked";
/// From this share on the room is said to be short.
const SHORT_PERCENT: u64 = 60;

/// Asks the browser once to keep what is here, as soon as there is something that
/// would be missed.
pub fn start(app: AppState) {
    // The module came without an owner. This lives as long as the app does.
    let owner = Owner::new();
    owner.with(|| {
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

/// Whether room is short.
pub const fn is_short(used: u64, quota: u64) -> bool {
    used.saturating_mul(100) > quota.saturating_mul(SHORT_PERCENT)
}

/// Makes room and saves what found none; `done` gets how many bytes that were, or
/// nothing when it failed.
pub fn free(app: AppState, done: impl FnOnce(Option<u64>) + 'static) {
    let Some(server) = app.session.server() else { return done(None) };
    let needed_by: BTreeSet<String> =
        untrack(|| actions::readable_drafts(app)).into_iter().map(|stored| stored.id).collect();
    when_answered(server.free_space(needed_by), move |freed| {
        app.draft.flush();
        app.settings.look_at_storage();
        done(freed);
    });
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
