//! Deliberate bugs, for those who want to know whether they would be found.
//!
//! Without the feature `mutants` none of them is compiled: `mutant!(X)` is
//! `false` then.

/// Whether a deliberate bug is in effect on this thread.
macro_rules! mutant {
    ($name:ident) => {{
        #[cfg(feature = "mutants")]
        let is_on = $crate::mutants::is_on($crate::mutants::Mutant::$name);
        #[cfg(not(feature = "mutants"))]
        let is_on = false;
        is_on
    }};
}
pub(crate) use mutant;

#[cfg(feature = "mutants")]
mod switch {
    use std::cell::Cell;

    macro_rules! mutants {
        ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
            /// A deliberate bug.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
            pub enum Mutant { $($(#[$doc])* $name),+ }

            impl Mutant {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name),+];
            }
        };
    }

    mutants! {
        /// An operation leaves the outbox before its answer is understood.
        DropsBeforeAnswer,
        /// A second attempt gets an id of its own.
        NewIdOnRetry,
        /// What both sides changed is taken from theirs.
        MergeTakesTheirs,
        /// A list is taken from mine as a whole.
        MergeListsAsOne,
        /// A contact is put together from two.
        MergeContactsByField,
        /// What a change saw is not compared with what it is put on.
        StandsOnAnything,
        /// What a person gave up is not set aside.
        ForgetsLoser,
        /// The news of a page are dropped where another page follows.
        SkipsPage,
        /// What was deleted stays.
        IgnoresTombstone,
        /// A page is stored on top of any other.
        PageOnAnything,
        /// What is fetched aside takes over before it is complete.
        AsideTooEarly,
        /// A cursor that is gone takes the outbox with it.
        GoneClearsOutbox,
        /// An operation that was tried takes in another one.
        CoalescesAttempted,
        /// Operations of a claim are read in the wrong order.
        LaneBackwards,
        /// A submission goes before its files.
        SubmitBeforeFiles,
        /// 401 drops the operation.
        SignInDrops,
        /// A conflict drops the operation.
        ConflictDrops,
        /// What waits is not woken.
        NeverWakes,
        /// A clock that is put back makes waits longer.
        ClockBackSticks,
        /// A pause ends when the store is read again.
        ForgetsPause,
        /// Giving up one operation takes the others of the claim along.
        GivesUpAll,
    }

    thread_local! {
        static CURRENT: Cell<Option<Mutant>> = const { Cell::new(None) };
    }

    /// Puts a bug into effect on this thread, or takes all out.
    pub fn set(mutant: Option<Mutant>) {
        CURRENT.set(mutant);
    }

    pub(crate) fn is_on(mutant: Mutant) -> bool {
        CURRENT.get() == Some(mutant)
    }
}

#[cfg(feature = "mutants")]
pub(crate) use switch::is_on;
#[cfg(feature = "mutants")]
pub use switch::{Mutant, set};
