//! What happens to the page: hidden, left, on line, changed by another tab.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// Something that happens to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The tab went to the background; it may never come back.
    Hidden,
    /// The tab came to the front.
    Visible,
    /// The page is being left, perhaps into the back-forward cache.
    Leaving,
    /// The page came back out of the back-forward cache.
    Returned,
    /// The browser believes that there is a network. It proves nothing.
    Online,
    /// There is no network.
    Offline,
    /// The window took the focus.
    Focus,
}

/// Listens until it is dropped.
#[must_use = "dropping the listener ends it"]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(super) fn new(
        target: EventTarget,
        name: &'static str,
        on_event: impl FnMut(Event) + 'static,
    ) -> Option<Self> {
        let callback = Closure::new(on_event);
        target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, name, callback })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Removing a listener fails only where there is none, which is the aim.
        drop(self.target.remove_event_listener_with_callback(
            self.name,
            self.callback.as_ref().unchecked_ref(),
        ));
    }
}

/// Calls `on_event` for each [`PageEvent`] until the listeners are dropped.
pub fn listen(on_event: impl Fn(PageEvent) + Clone + 'static) -> Vec<Listener> {
    let Some(window) = super::window() else { return Vec::new() };
    let mut listeners = Vec::new();
    let windows_events = [
        ("pagehide", PageEvent::Leaving),
        ("online", PageEvent::Online),
        ("offline", PageEvent::Offline),
        ("focus", PageEvent::Focus),
    ];
    for (name, page_event) in windows_events {
        let call = on_event.clone();
        listeners.extend(Listener::new(window.clone().into(), name, move |_| call(page_event)));
    }
    let call = on_event.clone();
    listeners.extend(Listener::new(window.clone().into(), "pageshow", move |event| {
        if event
            .dyn_ref::<web_sys::PageTransitionEvent>()
            .is_some_and(web_sys::PageTransitionEvent::persisted)
        {
            call(PageEvent::Returned);
        }
    }));
    if let Some(document) = window.document() {
        listeners.extend(Listener::new(document.into(), "visibilitychange", move |_| {
            on_event(if is_visible() { PageEvent::Visible } else { PageEvent::Hidden });
        }));
    }
    listeners
}

/// Calls `on_change` with the key when *another* tab changed local storage;
/// `None` means that everything was cleared.
pub fn listen_to_storage(on_change: impl Fn(Option<String>) + 'static) -> Option<Listener> {
    Listener::new(super::window()?.into(), "storage", move |event| {
        let key = js_sys::Reflect::get(&event, &"key".into()).ok();
        on_change(key.and_then(|key| key.as_string()));
    })
}

/// Calls `on_use` whenever a person does something: a key, a press, a turn of the wheel.
pub fn listen_to_use(on_use: impl Fn() + Clone + 'static) -> Vec<Listener> {
    listen_to(&["keydown", "pointerdown", "wheel", "input"], on_use)
}

/// Calls `on_focus` whenever something of the page has got the focus.
pub fn listen_to_focus(on_focus: impl Fn() + Clone + 'static) -> Vec<Listener> {
    listen_to(&["focusin"], on_focus)
}

fn listen_to(names: &[&'static str], call: impl Fn() + Clone + 'static) -> Vec<Listener> {
    let Some(window) = super::window() else { return Vec::new() };
    let listener = |name: &&'static str| {
        let call = call.clone();
        Listener::new(window.clone().into(), name, move |_| call())
    };
    names.iter().filter_map(listener).collect()
}

/// Whether the tab is in front.
pub fn is_visible() -> bool {
    super::window().and_then(|window| window.document()).is_none_or(|document| !document.hidden())
}

/// `false` proves that there is no network; `true` proves nothing.
pub fn may_be_online() -> bool {
    super::window().is_none_or(|window| window.navigator().on_line())
}

/// Reloads the page. `false` when the browser refused.
pub fn reload() -> bool {
    super::window().is_some_and(|window| window.location().reload().is_ok())
}

/// Leaves the app for another page; `false` where that is not possible.
pub fn go_to(url: &str) -> bool {
    super::window().is_some_and(|window| window.location().assign(url).is_ok())
}

thread_local! {
    static WARNING: std::cell::RefCell<Option<Listener>> = const { std::cell::RefCell::new(None) };
}

/// Whether the browser asks before the page is left. Only while something would be
/// lost: a page that may ask is not kept for the way back.
pub fn warn_before_leaving(is_on: bool) {
    let is_known = WARNING.with_borrow(Option::is_some);
    if is_on != is_known {
        let listen = || {
            Listener::new(super::window()?.into(), "beforeunload", |event| event.prevent_default())
        };
        WARNING.set(is_on.then(listen).flatten());
    }
}

/// Nothing on the page takes a key or a click any more: it is about to go.
pub fn freeze() {
    if let Some(body) = super::window().and_then(|window| window.document()?.body()) {
        // Without it the page takes words for a moment that go with it.
        drop(body.set_attribute("inert", ""));
    }
}

/// Marks this tab: the mark survives a reload and ends with the tab.
pub fn mark_tab(mark: &str) {
    if let Some(Ok(Some(storage))) = super::window().map(|window| window.session_storage()) {
        // Without the mark the next reload asks to sign in again.
        drop(storage.set_item(mark, "yes"));
    }
}

/// Whether this tab has the mark.
pub fn has_mark(mark: &str) -> bool {
    super::window()
        .and_then(|window| window.session_storage().ok()?)
        .and_then(|storage| storage.get_item(mark).ok()?)
        .is_some()
}
