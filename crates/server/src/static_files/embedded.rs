//! The app that was built before this program, inside of it.
//!
//! `build.rs` makes sure that there is one.

use super::memory::{EmbeddedApp, EmbeddedFile};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../dist"]
struct BuiltApp;

/// All its files, compressed copies included.
pub(super) fn app() -> EmbeddedApp {
    BuiltApp::iter()
        .filter_map(|path| {
            let file = BuiltApp::get(&path)?;
            let changed_at = file.metadata.last_modified().unwrap_or_default();
            let hash = file.metadata.sha256_hash();
            Some((path, EmbeddedFile::new(file.data, hash, changed_at)))
        })
        .collect()
}
