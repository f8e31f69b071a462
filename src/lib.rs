//! CPOR Claims: draft, check, submit and track customer association claims in
//! the browser.
//!
//! Screens and the browser's side of sync; no rule of the domain lives here.
//! Arrows go one way: `pages → state → {sync, api, storage} → platform`, and
//! `pages → ui`.

// Leptos' own ways: properties of components come by value, handles of signals
// are small enough to copy by the dozen, and a view is as long as its markup.
#![allow(
    clippy::needless_pass_by_value,
    clippy::large_types_passed_by_value,
    clippy::too_many_lines,
    reason = "components of Leptos"
)]
// The view macros nest types deeply.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod i18n;
mod lazy;
pub mod pages;
pub mod platform;
pub mod routes;
pub mod state;
pub mod storage;
pub mod sync;
pub mod ui;

use std::sync::atomic::{AtomicBool, Ordering};

/// Starts the app in the page.
pub fn start() {
    // A panic ends the app. What was typed is saved by then, or is now; the
    // person is told, and whoever reads the console.
    let is_told = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |info| {
        let is_saved = state::draft::save_in_panic();
        leptos::logging::error!("{info}");
        // What ends the app may do so in several places at once.
        if is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        let text = if is_saved { i18n::T::Stopped } else { i18n::T::StoppedNotSaved };
        state::window::show_stopped(&i18n::t(text), &i18n::t(i18n::T::ReloadPage));
    }));
    leptos::mount::mount_to_body(app::App);
}
