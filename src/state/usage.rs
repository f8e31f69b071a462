//! How an association is used, from the server.

use super::AppState;
use crate::platform::task;
use cpor_protocol::UsageMonth;
use leptos::prelude::*;

/// What there is of the usage.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// It is being loaded.
    Loading,
    /// It could not be loaded.
    Failed,
    /// Oldest first; empty while there is none yet.
    Months(Vec<UsageMonth>),
}

/// The usage of a claim.
#[derive(Clone, Copy)]
pub struct UsageState {
    /// What there is.
    pub loaded: RwSignal<Loaded>,
    id: StoredValue<String>,
}

impl UsageState {
    /// Asks for the usage of a claim.
    pub fn load(app: AppState, id: StoredValue<String>) -> Self {
        let state = Self { loaded: RwSignal::new(Loaded::Loading), id };
        Effect::new(move |_| {
            // The way to the server may come after the page.
            app.session.phase.track();
            state.ask(app);
        });
        state
    }

    /// Asks again.
    pub fn ask(self, app: AppState) {
        let Some(server) = app.session.server() else { return };
        self.loaded.set(Loaded::Loading);
        let id = self.id.get_value();
        task::spawn(async move {
            let next = server.usage(id).await.map_or(Loaded::Failed, Loaded::Months);
            // The page may be gone by now.
            let _ = self.loaded.try_set(next);
        });
    }
}
