//! The audit log: who did what, and when, in chains of hashes.
//!
//! Lines are written in the transaction of what they tell, by `repositories`. Here is
//! what a line is, how all of them are exported, and how an exported file is verified,
//! which needs no database. A line names accounts and claims by id and nobody by name.

mod export;
mod line;
mod verify;

pub use export::{AuditError, audit_export};
pub(crate) use line::{Entry, Line, hex};
pub use verify::{Verdict, audit_verify};
