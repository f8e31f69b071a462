//! What outlives a page: the draft being written, the claims, the session,
//! sending, facts, settings and the clock.
//!
//! Pages read signals here and call methods; they never touch storage, the
//! network or the browser. Everything is provided once, by [`AppState::provide`].

pub mod actions;
pub mod backup;
pub mod beside;
pub mod boot;
pub mod bring_back;
pub mod calendar_file;
pub mod changing;
pub mod claims;
pub mod clock;
pub mod conflict;
pub mod connection;
pub mod departures;
pub mod draft;
pub mod ending;
pub mod facts;
pub mod files;
pub mod following;
pub mod forget;
pub mod history;
pub mod kept_aside;
pub mod leaving;
pub mod notices;
pub mod proof;
pub mod review;
pub mod room;
pub mod sending;
pub mod server;
pub mod session;
pub mod settings;
pub mod sync;
pub mod tabs;
pub mod template;
pub mod usage;
pub mod window;

use leptos::prelude::*;

/// All state of the app; a handful of signals, so it copies.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Language, theme, habits.
    pub settings: settings::Settings,
    /// Today, in the organisation's time zone.
    pub clock: clock::Clock,
    /// The backend and who is signed in.
    pub session: session::SessionState,
    /// What waits to be sent, and the claims from the backend.
    pub sync: sync::SyncState,
    /// What the backend knows beyond the draft.
    pub facts: facts::FactsState,
    /// The draft being written.
    pub draft: draft::DraftState,
}

impl AppState {
    /// Makes the state and provides it to all pages.
    pub fn provide() -> Self {
        let settings = settings::Settings::load();
        let session = session::SessionState::new();
        let clock = clock::Clock::start(session);
        let sync = sync::SyncState::new();
        let facts = facts::FactsState::new();
        let draft = draft::DraftState::new(clock, facts, sync, session);
        let state = Self { settings, clock, session, sync, facts, draft };
        provide_context(state);
        state
    }
}

/// The state, anywhere below the app.
///
/// # Panics
/// Outside the app: [`AppState::provide`] runs before any page is made.
pub fn use_app() -> AppState {
    expect_context()
}
