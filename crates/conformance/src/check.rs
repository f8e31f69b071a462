//! What a check is, and what it needs.

use crate::exchange::Outcome;
use crate::target::On;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Who a check acts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An incentives admin: the one account without which nothing can be checked.
    Admin,
    /// An incentives admin of another organisation.
    Other,
    /// An incentives user of the first organisation.
    User,
    /// A reviewer.
    Reviewer,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Other, Self::User, Self::Reviewer];

    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Other => "other",
            Self::User => "user",
            Self::Reviewer => "reviewer",
        }
    }
}

/// What a check cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A feature that the backend lists.
    Feature(&'static str),
    /// An account.
    Account(Who),
    /// That people sign in at all.
    Session,
    /// An edition that the backend lists.
    Edition(&'static str),
    /// That a session may send at most so many requests in a minute: more are not sent
    /// only to see whether they are counted.
    Rate(u64),
}

/// One promise of the document.
pub struct Check {
    /// Its name within the group.
    pub(crate) name: &'static str,
    /// The sentence of `docs/api.md` that it holds, word for word.
    pub holds: &'static str,
    pub(crate) needs: &'static [Need],
    pub(crate) run: fn(Arc<On>) -> BoxFuture<'static, Outcome>,
}

/// Checks of one feature.
pub struct Group {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// What all of its checks need.
    pub(crate) needs: &'static [Need],
    /// Whether nothing else may go on meanwhile.
    pub(crate) is_alone: bool,
    /// The checks.
    pub checks: &'static [Check],
}

impl Group {
    /// The name of one of its checks on the command line and in reports.
    pub fn id_of(&self, check: &Check) -> String {
        format!("{}/{}", self.name, check.name.replace('_', "-"))
    }
}

/// A check from a function of this name.
macro_rules! check {
    ($function:ident, $holds:literal $(, $need:expr)* $(,)?) => {
        $crate::check::Check {
            name: stringify!($function),
            holds: $holds,
            needs: &[$($need),*],
            run: |on| Box::pin(async move { $function(&on).await }),
        }
    };
}
pub(crate) use check;

pub(crate) const OTHER: Need = Need::Account(Who::Other);
pub(crate) const USER: Need = Need::Account(Who::User);
pub(crate) const REVIEWER: Need = Need::Account(Who::Reviewer);
pub(crate) const SUBMIT: Need = Need::Feature("submit");
pub(crate) const FILES: Need = Need::Feature("files");
pub(crate) const REVIEW: Need = Need::Feature("review");
pub(crate) const HISTORY: Need = Need::Feature("history");
pub(crate) const COMMENTS: Need = Need::Feature("comments");
