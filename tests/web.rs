//! The tests that need a real browser: its document, its storage, its timers
//! and the build of the rules that runs there.
//!
//! `cargo xtask test browser` starts them. What can be proved without a browser
//! is proved in the crates.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at once")]

#[path = "web/app.rs"]
mod app;
#[path = "web/backup.rs"]
mod backup;
#[path = "web/crash.rs"]
mod crash;
#[path = "web/files.rs"]
mod files;
#[path = "web/gone.rs"]
mod gone;
#[path = "web/mounted.rs"]
mod mounted;
#[path = "web/platform.rs"]
mod platform;
#[path = "web/storage.rs"]
mod storage;
#[path = "web/sync.rs"]
mod sync;
#[path = "web/tabs.rs"]
mod tabs;
#[path = "web/ui.rs"]
mod ui;
#[path = "web/uploads.rs"]
mod uploads;
#[path = "web/verdicts.rs"]
mod verdicts;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
