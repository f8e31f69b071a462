//! Deliberate bugs, for those who want to know whether a client of the protocol
//! would find them: each must be caught by `cpor-conformance`.
//!
//! Without the feature `mutants` none of them is compiled: `mutant!(X)` is
//! `false` then.

/// Whether a deliberate bug is in effect in this process.
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
    use std::sync::OnceLock;

    macro_rules! mutants {
        ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
            /// A deliberate bug.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum Mutant { $($(#[$doc])* $name),+ }

            impl Mutant {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name),+];
            }
        };
    }

    mutants! {
        /// The `ETag` is another number than the revision.
        WrongEtag,
        /// A change leaves the revision as it was.
        RevisionNotRaised,
        /// An edit that changes nothing raises the revision.
        EmptyEditRaises,
        /// A stale copy is as good as a fresh one.
        IfMatchIgnored,
        /// A change needs no `If-Match`.
        IfMatchNotNeeded,
        /// A stale copy is refused without the present claim.
        StaleWithoutCurrent,
        /// A claim that exists is created again.
        CreatesOverExisting,
        /// Keys are not kept.
        KeysForgotten,
        /// A repeated request gets another answer than the first.
        AnswersAnother,
        /// A key that was used for something else is taken for a repetition.
        KeyReuseTaken,
        /// `If-Match` counts as part of what is repeated.
        IfMatchCompared,
        /// The last entry of a page swallows the next.
        SkipsChange,
        /// The last change is told at each poll.
        RepeatsChange,
        /// Any cursor is a beginning.
        TakesAnyCursor,
        /// Another reader's cursor is taken.
        TakesOthersCursor,
        /// What was deleted is not told.
        TombstoneMissing,
        /// Who has an `ETag` is told that nothing is new.
        SaysNothingNew,
        /// Nobody is told that nothing is new.
        NeverSaysNothingNew,
        /// A page holds as many entries as somebody asks for.
        PageWithoutLimit,
        /// Everybody reads every claim.
        LeaksClaim,
        /// Everybody is told of every change.
        LeaksInChanges,
        /// Everybody reads every file.
        LeaksFile,
        /// Others are told which partner holds an item.
        LeaksHolder,
        /// A foreign claim is forbidden, and so it is there.
        ForbidsForeign,
        /// Reviewers see drafts.
        ShowsDrafts,
        /// Reviewers read what a partner gave up.
        ShowsSetAside,
        /// A reviewer can approve in any status.
        ApprovesAnything,
        /// A reason is not needed.
        NeedsNoReason,
        /// A claim can be disputed again.
        DisputesAgain,
        /// Grounds are dropped.
        DropsGrounds,
        /// An incentives user may submit.
        UserSubmits,
        /// Reviewers write claims.
        ReviewerWrites,
        /// A deadline is a day late.
        DeadlineOffByOne,
        /// What cannot be edited any more is edited.
        EditsLocked,
        /// What was deleted can be created again.
        DeletedIdIsFree,
        /// A draft is kept as it was typed.
        KeepsAsTyped,
        /// The rules are not asked on submission.
        RulesNotAsked,
        /// Files may be missing.
        FilesMayBeMissing,
        /// Files are what the claim says of them.
        FilesNotCompared,
        /// The manifest is not looked at.
        ManifestIgnored,
        /// Any fingerprint of rules is known.
        RulesetIgnored,
        /// The content of a file is not hashed.
        WrongHashTaken,
        /// The kind of a file is not looked at.
        WrongKindTaken,
        /// Bytes go to the end, wherever they belong.
        OffsetIgnored,
        /// Checksums are not compared.
        ChecksumIgnored,
        /// A file is shown as a page.
        ShowsFileInline,
        /// Unknown fields are passed over.
        TakesUnknownFields,
        /// A change needs no `X-CPOR`.
        NeedsNoAppHeader,
        /// A foreign page may send changes.
        TakesForeignPages,
        /// What browsers say of the origin alone is not looked at.
        TakesForeignOrigins,
        /// A session may ask for ever.
        AsksForEver,
        /// Who asks too often is not told when to come again.
        NeverSaysWhen,
        /// The client may speak for any account.
        AccountHeaderIgnored,
        /// Scripts can read the session's cookie.
        CookieWithinReach,
        /// Signing out leaves the session.
        SignOutForgotten,
        /// Signing out everywhere leaves the sessions of other devices.
        EverywhereIsHere,
        /// Passwords can be guessed for ever.
        GuessesForEver,
        /// Answers may be stored.
        AnswersMayBeStored,
        /// Problems do not hold the request's id.
        RequestIdMissing,
        /// An edit leaves no line in the history.
        HistoryLineMissing,
        /// A comment raises the revision.
        CommentRaisesRevision,
        /// A comment is not told.
        CommentNotTold,
        /// Nobody is told of a decision.
        NotificationMissing,
        /// Whoever caused it is told of it as well.
        TellsWhoCausedIt,
    }

    impl Mutant {
        /// Its name in the environment.
        pub fn name(self) -> String {
            let mut kebab = String::new();
            for letter in format!("{self:?}").chars() {
                if letter.is_ascii_uppercase() && !kebab.is_empty() {
                    kebab.push('-');
                }
                kebab.push(letter.to_ascii_lowercase());
            }
            kebab
        }
    }

    static CURRENT: OnceLock<Mutant> = OnceLock::new();

    /// Puts a bug into effect in this process, for good. Whether there is one of this name.
    pub fn set(name: &str) -> bool {
        let named = Mutant::ALL.iter().find(|mutant| mutant.name() == name);
        named.is_some_and(|mutant| CURRENT.set(*mutant).is_ok())
    }

    pub(crate) fn is_on(mutant: Mutant) -> bool {
        CURRENT.get() == Some(&mutant)
    }
}

#[cfg(feature = "mutants")]
pub(crate) use switch::is_on;
#[cfg(feature = "mutants")]
pub use switch::{Mutant, set};
