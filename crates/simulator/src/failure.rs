//! What must hold, and the first time it did not.

use std::fmt;

/// A promise that can be broken. The numbers are those of the invariants in
/// `docs/adr/0018-an-own-simulator.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// I1: what was said to be stored is applied, given up or still there.
    NothingLost,
    /// I3: each operation is applied at most once.
    AppliedOnce,
    /// I3: one key has one content.
    OneKeyOneContent,
    /// I4 and I15: once the faults stop, everything is sent.
    Drained,
    /// I5: operations of a claim are applied in their order.
    InOrder,
    /// I6: all replicas are equal at rest.
    Equal,
    /// I8: no transition outside of the table.
    LifeCycle,
    /// I10: nothing of another's, or one's own, is overwritten unseen.
    NoLostUpdate,
    /// I10: what a decision gives up goes into the history.
    LoserRecorded,
    /// I12 and I20: nothing reaches another account.
    OwnAccount,
    /// I13: no claim is submitted without its files.
    FilesThere,
    /// I14: a file is kept as long as something unsent needs it.
    FilesKept,
    /// An upload that was paused rests until the person wants it again.
    PauseHolds,
    /// I16: one tab sends.
    OneSender,
    /// I17: a cursor never skips a change.
    NothingSkipped,
    /// I18: the events of a machine lead to its state.
    Replayable,
    /// An operation is in the store before it is sent.
    StoredFirst,
    /// An operation that was sent is not altered.
    NotAltered,
    /// What happens ends.
    Ends,
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which one.
    pub promise: Promise,
    /// How.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.detail)
    }
}
