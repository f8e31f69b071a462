//! What is kept on this device.
//!
//! Two tiers. Drafts and settings live in local storage ([`drafts`],
//! [`settings`]): synchronous, so that a page that is being closed can still
//! save. The outbox, the claims of the backend, the cursor and the files live
//! in `IndexedDB` ([`indexed`]) behind one contract ([`store::Store`]) with a
//! twin in memory ([`memory`]) for browsers that withhold `IndexedDB`.
//!
//! **Without `IndexedDB`** drafting works in full. What does not: changes wait
//! for the backend only while the tab is open, and files that were chosen are
//! gone with it. [`store::Store::is_durable`] says so, and the app says it.
//!
//! Every record has an envelope with a schema number and a checksum
//! ([`envelope`]). What cannot be read goes to quarantine ([`quarantine`]):
//! visible, exportable, and never deleted by the app.

pub mod adopt;
pub mod archive;
pub mod beside;
pub mod choices;
pub mod drafts;
pub mod envelope;
pub mod indexed;
pub mod memory;
pub mod mirror;
pub mod owner;
pub mod quarantine;
pub mod reviews;
pub mod sealed;
pub mod settings;
pub mod shared;
pub mod store;
mod tx;
mod whole;
