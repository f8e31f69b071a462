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
