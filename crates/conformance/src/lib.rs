//! Checks over HTTP that a backend speaks the protocol of `docs/api.md`.
//!
//! A black box: it knows the document, the rules that both sides ask, and the
//! backend's address; nothing of how the backend works. Each check holds one
//! sentence of the document and makes what it needs by itself, so checks run in
//! any order, side by side, and on a backend that has been used.

mod check;
mod checks;
mod exchange;
mod options;
mod person;
pub mod report;
mod run;
mod target;

pub use check::{Check, Group, Need, Who};
pub use checks::GROUPS;
pub use exchange::Failure;
pub use options::{Options, USAGE, Wanted};
pub use run::{Result, Run, Verdict, run};
pub use target::{On, Target};
