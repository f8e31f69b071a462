//! The history of a claim, from the server.

use super::AppState;
use crate::platform::task;
use cpor_protocol::{Feature, HistoryEntry};
use leptos::prelude::*;

/// What there is of a history.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// There is none: the claim is on this device only, or the backend keeps none.
    Nothing,
    /// It is being loaded.
    Loading,
    /// It could not be loaded.
    Failed,
    /// Oldest first.
    Entries(Vec<HistoryEntry>),
}

/// Loads the history, and again whenever the claim has another revision.
pub fn load_history(
    app: AppState,
    id: StoredValue<String>,
    revision: Memo<Option<u64>>,
) -> RwSignal<Loaded> {
    let loaded = RwSignal::new(Loaded::Nothing);
    Effect::new(move |_| {
        let known = app.session.backend;
        let keeps_none =
            known.with(|known| known.as_ref().is_some_and(|known| !known.has(Feature::History)));
        if revision.get().is_none() || keeps_none {
            loaded.set(Loaded::Nothing);
            return;
        }
        let Some(server) = app.session.server() else { return };
        // What is there already stays on screen until the new one has come.
        if !matches!(loaded.get_untracked(), Loaded::Entries(_)) {
            loaded.set(Loaded::Loading);
        }
        let id = id.get_value();
        task::spawn(async move {
            let next = match server.history(id).await {
                Some(entries) => Loaded::Entries(entries),
                None => Loaded::Failed,
            };
            // The page may be gone by now.
            let is_worse = next == Loaded::Failed
                && loaded.try_with_untracked(|known| matches!(known, Loaded::Entries(_)))
                    == Some(true);
            if !is_worse {
                let _ = loaded.try_set(next);
            }
        });
    });
    loaded
}
