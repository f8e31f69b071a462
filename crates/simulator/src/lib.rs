//! The whole client core and a model of the server on one thread.
//!
//! Several devices with up to three tabs each run the machine of `cpor-sync`
//! as the browser's driver does, against [`server`], under a clock of its own
//! and every fault in [`Fault`]. All chance comes from a seed, so a failure is
//! found again by its number, and what did not matter can be left out.
//!
//! What this crate must not know: the app's screens, a real clock, a real
//! network. What it does not model stands in
//! `docs/adr/0018-an-own-simulator.md`.

mod attempt;
mod check;
mod deed;
mod device;
mod failure;
mod fault;
mod fields;
pub mod kept;
mod ledger;
mod many;
mod mutant;
mod network;
mod others;
mod person;
mod pump;
mod random;
mod rest;
mod run;
mod scenario;
pub mod server;
mod shrink;
mod tabs;
mod world;

pub use attempt::{asked, outcome, pull_outcome};
pub use deed::{Act, AtServer, Decision, Deed, Mishap, Other, What};
pub use failure::{Failure, Promise};
pub use fault::{Counts, Fault, Pairs};
pub use many::{Many, Sum, run_many};
pub use mutant::Mutant;
pub use random::Random;
pub use run::{Report, run};
pub use scenario::Scenario;
pub use shrink::shrink;
pub use world::Tally;
