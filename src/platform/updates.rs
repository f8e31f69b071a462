//! Another version of the app, which the service worker has fetched.
//!
//! The script that starts the app watches for it and changes to it; the two
//! speak through events of the window.

use super::page::Listener;
use futures_channel::oneshot;
use wasm_bindgen::closure::Closure;
use web_sys::{CustomEvent, CustomEventInit, Event};

/// Calls `on_ready` when another version waits, until the listener is dropped.
pub fn listen(on_ready: impl Fn() + 'static) -> Option<Listener> {
    Listener::new(super::window()?.into(), "cpor:update-ready", move |_| on_ready())
}

/// Drops what the service worker keeps of earlier versions; answers how many bytes
/// that were.
pub async fn drop_earlier() -> u64 {
    let (send, receive) = oneshot::channel();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in bytes")]
    let done = Closure::once_into_js(move |bytes: f64| {
        // Whoever asked waits for this and for nothing else.
        let _ = send.send(bytes as u64);
    });
    let init = CustomEventInit::new();
    init.set_detail(&done);
    init.set_cancelable(true);
    let event = CustomEvent::new_with_event_init_dict("cpor:drop-earlier", &init);
    let (Some(window), Ok(event)) = (super::window(), event) else { return 0 };
    // Whoever will answer says so by cancelling it.
    if window.dispatch_event(&event).unwrap_or(true) {
        return 0;
    }
    receive.await.unwrap_or_default()
}

/// Changes to it; the page is loaded anew.
pub fn apply() {
    if let (Some(window), Ok(event)) = (super::window(), Event::new("cpor:update-now")) {
        // Nobody can cancel it.
        let _ = window.dispatch_event(&event);
    }
}
