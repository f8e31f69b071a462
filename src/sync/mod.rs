//! The browser's side of sync: runs the commands of `cpor-sync` over the
//! backend and the store, and feeds the outcomes back.
//!
//! One task pumps events, one at a time; a write is on the disk before the
//! next command begins. Attempts and pulls run beside it and come back as
//! events. Of several tabs, the one that holds the Web Lock `cpor:sync:…`
//! sends; the others store what the person does, tell the sending tab by a
//! channel, and read the store again when that tab says so.
//!
//! Nothing here knows a screen; the app is told by one callback.

mod driver;
mod events;
mod send;
mod view;

pub use driver::Driver;
pub use view::{LastError, OpStateView, OpView, Phase, SyncView, Upload, UploadedFile};
