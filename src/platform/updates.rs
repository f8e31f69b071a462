//! Another version of the app, which the service worker has fetched.
//!
//! The script that starts the app watches for it and changes to it; the two
//! speak through events of the window.

use super::page::Listener;
use web_sys::Event;

/// Calls `on_ready` when another version waits, until the listener is dropped.
pub fn listen(on_ready: impl Fn() + 'static) -> Option<Listener> {
    Listener::new(super::window()?.into(), "cpor:update-ready", move |_| on_ready())
}

/// Changes to it; the page is loaded anew.
pub fn apply() {
    if let (Some(window), Ok(event)) = (super::window(), Event::new("cpor:update-now")) {
        // Nobody can cancel it.
        let _ = window.dispatch_event(&event);
    }
}
