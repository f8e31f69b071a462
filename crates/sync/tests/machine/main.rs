//! The machine against a tiny model of a backend.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by a panic")]

mod conflicts;
mod faults;
mod lanes;
mod store;
mod world;
