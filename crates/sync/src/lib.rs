//! How changes reach the backend and news come back, as a pure machine.
//!
//! # The design
//!
//! Every change of a claim is an *operation* with an id made before the first
//! try. It is **stored before it is sent**, sent under that one id for as many
//! attempts as it takes, and **removed only after an answer that we
//! understood**. The backend applies an id once, so an answer that was lost
//! costs another attempt, never another change.
//!
//! Operations of one claim form a *lane*, in strict order: a file goes up
//! before the submission that names it. Up to [`MAX_SENDING`] lanes send at
//! the same time. A failure that passes (no network, a busy backend) makes its
//! lane wait and try again, with full jitter. A failure that needs the person
//! (a conflict, a refusal) *wedges* the lane; the others go on. When nobody is
//! signed in, everything rests and nothing is lost.
//!
//! An operation says on which revision it builds ([`Base`]). The later ones of
//! a lane build on the answer to the earlier one, whatever it will be.
//! Consecutive edits that were never tried become one.
//!
//! A change that meets another change of its claim is merged field by field
//! ([`merge`]), by the content on which it was made. If nothing was changed by
//! both, and no change of state waits behind it, it goes on by itself under a
//! new id; otherwise the person decides ([`Event::Resolve`]), and what is given
//! up goes along into the claim's history. Changes of state are never merged.
//!
//! News come by a cursor, page by page ([`Event::Pulled`]). A claim with unsent
//! operations is never overwritten: the backend's version is kept beside it
//! as *theirs*. When the backend does not know the cursor any more, everything
//! is fetched again *aside*, and takes the place of what is here only when it
//! is complete.
//!
//! [`State::step`] takes a state and an event, and gives the next state and
//! the commands to run. Time and chance come with the events. Whoever runs
//! the commands (a browser, a simulator) runs them in the order given, and
//! reports the outcome as the next event.
//!
//! What this crate must not know: clocks, randomness, networks, storage,
//! anything of a screen.

mod backoff;
mod event;
mod kept;
pub mod merge;
#[cfg(feature = "mutants")]
pub mod mutants;
#[cfg(not(feature = "mutants"))]
mod mutants;
mod op;
mod state;
mod stored;
mod view;

pub use backoff::delay_ms;
pub use event::{CacheWrite, Command, Event, Outcome, PullOutcome, Write};
pub use kept::{CachedClaim, Theirs, apply_to_claims, beside};
pub use op::{Base, NewOp, Op, OpKind, Passing, Seen, WedgeReason};
pub use state::{Access, Lane, LaneState, MAX_SENDING, State};
pub use stored::{OP_SCHEMA, StoredOp, Unreadable, read_op, write_op};
pub use view::{OpStateView, OpView, Phase};
