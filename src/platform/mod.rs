//! The browser, and nothing of claims.
//!
//! The only place that calls `web-sys`: clock, ids, randomness, files, timers,
//! page events, locks, channels, focus. Whoever needs one of them takes it from
//! here, so that what the app asks of a browser can be read in one folder.
//! Nothing here knows a claim, a draft or a backend.

pub mod binary_file;
pub mod channel;
pub mod cipher;
pub mod clock;
pub mod event_stream;
pub mod files;
pub mod focus;
pub mod ids;
pub mod kept_focus;
pub mod local;
pub mod locks;
pub mod media;
pub mod object_url;
pub mod page;
pub mod quota;
pub mod task;
pub mod text_file;
pub mod timer;
pub mod updates;

/// The window of the page.
///
/// `None` in a worker or a test without a page; callers then do without.
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}
