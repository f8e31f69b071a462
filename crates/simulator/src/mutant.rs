//! Deliberate bugs. Each must be found, or the promises are not watched.

/// A deliberate bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// The server does a change again when its key comes again.
    ServerAppliesTwice,
    /// The server takes a change of any revision.
    ServerIgnoresRevision,
    /// The server does not ask for which account a tab speaks.
    ServerIgnoresAccount,
    /// The server takes a submission without its files.
    ServerIgnoresManifest,
    /// The server's cursor is one change too far.
    ServerSkipsChange,
    /// The server counts revisions anew when it was restored.
    ServerCountsAnew,
    /// That an attempt begins is not stored.
    ForgetsAttempt,
    /// Every tab thinks that it sends.
    EveryTabSends,
    /// A change is said to be stored before it is flushed.
    WritesRelaxed,
    /// The cursor is stored though its page was not.
    CursorBeforePage,
    /// A tab goes on with what it began for the account before.
    GoesOnForOther,
    /// A tab does not ask whose session it is.
    TrustsSession,
    /// A change is said to be stored before it is.
    PromisesEarly,
    /// To make room, files are dropped that are still to be sent.
    FreesUnsent,
    /// Any answer counts as the server's own.
    TrustsAnyAnswer,
    /// A tab that takes over does not read the store.
    TakesOverBlindly,
    /// A bug in the machine.
    #[cfg(feature = "mutants")]
    Core(cpor_sync::mutants::Mutant),
}

impl Mutant {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let all = vec![
            Self::ServerAppliesTwice,
            Self::ServerIgnoresRevision,
            Self::ServerIgnoresManifest,
            Self::ServerIgnoresAccount,
            Self::ServerSkipsChange,
            Self::ServerCountsAnew,
            Self::ForgetsAttempt,
            Self::EveryTabSends,
            Self::WritesRelaxed,
            Self::CursorBeforePage,
            Self::GoesOnForOther,
            Self::TrustsSession,
            Self::PromisesEarly,
            Self::FreesUnsent,
            Self::TrustsAnyAnswer,
            Self::TakesOverBlindly,
        ];
        #[cfg(feature = "mutants")]
        let all = {
            let mut all = all;
            all.extend(cpor_sync::mutants::Mutant::ALL.iter().map(|core| Self::Core(*core)));
            all
        };
        all
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        let name = match self {
            #[cfg(feature = "mutants")]
            Self::Core(core) => format!("{core:?}"),
            other => format!("{other:?}"),
        };
        let mut kebab = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() && !kebab.is_empty() {
                kebab.push('-');
            }
            kebab.push(letter.to_ascii_lowercase());
        }
        kebab
    }

    /// The one with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|mutant| mutant.name() == name)
    }
}
